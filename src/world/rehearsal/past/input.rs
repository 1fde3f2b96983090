//! What went into a past evening, and what lines of its journal tell that.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::Line;
use crate::model::cue::{BY_HAND, CueKey};
use crate::model::event::{CueSetTo, PollSetTo};
use crate::model::lease::LeaseTurn;
use crate::model::payload::Payload;
use crate::model::poll::AskingId;

/// What went in.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// The channel was live, with so many viewers where the service said so.
    OnAir(Option<u64>),
    /// It was not.
    OffAir,
    /// The operator fired a cue.
    Fired {
        /// The cue.
        cue: CueKey,
        /// Its handler's data.
        data: Value,
    },
    /// The operator set a cue.
    Set {
        /// The cue.
        cue: CueKey,
        /// To what.
        to: CueSetTo,
    },
    /// The operator changed `state`.
    StateSet {
        /// Where.
        path: Vec<String>,
        /// What is there since.
        is: Value,
    },
    /// The operator did something to a poll.
    PollSet {
        /// Which; its `current_time` may be another when it is asked again.
        asking: AskingId,
        /// What.
        to: PollSetTo,
        /// When it closed since.
        closes_at: Timestamp,
    },
    /// The operator sent a payload by hand.
    Put(Payload),
    /// The operator held the show.
    Held,
    /// The operator let nothing go out any more.
    Panicked,
    /// The operator ended that.
    Released,
    /// The wall clock jumped.
    ClockJumped(SignedDuration),
    /// Its lease had run out, or was lost: no time passed for the show.
    StoodStill,
    /// Its lease was held again.
    WentOn,
}

/// What the operator did, or became of its lease, if a line of the journal tells that.
pub(super) fn told(line: &Line) -> Option<Input> {
    Some(match line.event.as_str() {
        "cue_fired" if line.text("by") == "operator" => {
            let data = line.rest.get("data").cloned().unwrap_or_default();
            Input::Fired { cue: line.word("cue")?, data }
        }
        "cue_set" if line.text("by") == "operator" => {
            Input::Set { cue: line.word("cue")?, to: line.word("to")? }
        }
        "state_set" => {
            let is = line.rest.get("is").cloned().unwrap_or_default();
            Input::StateSet { path: line.word("path")?, is }
        }
        "poll_set" => {
            let (to, closes_at) = (line.word("to")?, line.word("closes_at")?);
            Input::PollSet { asking: line.asking()?, to, closes_at }
        }
        "queued" if line.text("priority") == "go" && line.text("cue") == BY_HAND => {
            Input::Put(line.word("payload")?)
        }
        "lease" => match line.word("turn")? {
            LeaseTurn::Lapsed | LeaseTurn::Lost => Input::StoodStill,
            LeaseTurn::Again => Input::WentOn,
            LeaseTurn::Taken | LeaseTurn::Following => return None,
        },
        "held" => Input::Held,
        "panicked" => Input::Panicked,
        "released" => Input::Released,
        _ => return None,
    })
}
