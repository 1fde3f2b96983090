//! Events as lines for a person: time, word, cue, bytes, took, and what the viewer reads.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::screen::Colours;
use super::snippet::{self, Gravity};
use super::text::{clean, cut, fit, width};
use super::tone::Tone;
use super::words::{attempt, count, duration, millis, of_payload};
use crate::model::channel::ShowId;
use crate::model::delivery::Refusal;
use crate::model::event::{
    About, CueSetTo, Dropped, Event, FiredBy, LogLevel, NotRun, Reloaded, Skipped, What,
};
use crate::model::limits::{LATE_SKIP, REPORT_LABEL_MAX_COLUMNS};
use crate::model::script_error::ScriptError;
use crate::model::zone::Zone;
