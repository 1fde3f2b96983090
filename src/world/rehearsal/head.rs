//! The head of a timeline: what it takes to simulate the same evening again.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::model::fetch::Answers;
use crate::model::moment::{Go, Stretch};
use crate::model::time::Span;

/// The version of the form that timelines are written in.
pub const TIMELINE_FORMAT: u32 = 1;

/// The first line of a timeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// What kind of line it is.
    pub event: Simulation,
    /// The version of the form, [`TIMELINE_FORMAT`].
    pub format: u32,
    /// The version of the program that wrote it.
    pub version: String,
    /// The script's name.
    pub script: String,
    /// The script's SHA-256, in hex.
    pub script_hash: String,
    /// The seed of all randomness.
    pub seed: u64,
    /// When the evening begins.
    pub start: Timestamp,
    /// How long it lasts.
    #[serde(rename = "for")]
    pub lasts: Span,
    /// Viewers at the most.
    pub viewers: u64,
    /// The zone of its times.
    pub zone: String,
    /// The zone that was given, before the script's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// The script's arguments.
    pub args: Map<String, Value>,
    /// When alone the channel is on air; all the time when there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on_air: Vec<Stretch>,
    /// When it is off air.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub off_air: Vec<Stretch>,
    /// Whether things go wrong on purpose.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub faults: bool,
    /// What the operator fires.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub go: Vec<Go>,
    /// What addresses answered.
    #[serde(default, skip_serializing_if = "Answers::is_empty")]
    pub answers: Answers,
}

/// The one value of a head's `event`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Simulation {
    /// `"simulation"`
    #[serde(rename = "simulation")]
    Head,
}
