//! What events tell of polls: who asked what, and what the votes came to.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::json;
use crate::model::cue::CueKey;
use crate::model::payload::Slot;
use crate::model::poll::{AskingId, Kind, Poll, Tally};

/// A poll takes votes. Which answer is right is not in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PollOpened {
    /// Which.
    #[serde(flatten)]
    pub asking: AskingId,
    /// The cue that asked.
    pub cue: CueKey,
    /// The question.
    pub question: String,
    /// The answers by their keys.
    pub answers: Value,
    /// Its place on the viewer's screen.
    pub slot: Slot,
    /// Whether it was asked, and so closes by itself, or merely sent.
    pub asked: bool,
    /// When it closes at the latest.
    #[serde(serialize_with = "json::millis")]
    pub closes_at: Timestamp,
}

impl From<&Poll> for PollOpened {
    fn from(poll: &Poll) -> Self {
        Self {
            asking: poll.asking.clone(),
            cue: poll.cue.clone(),
            question: poll.question.clone(),
            answers: poll.answers_by_key(),
            slot: poll.slot.clone(),
            asked: matches!(poll.kind, Kind::Asked { .. }),
            closes_at: poll.closes_at,
        }
    }
}

/// The votes of a poll are final.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PollClosed {
    /// Which.
    #[serde(flatten)]
    pub asking: AskingId,
    /// The cue that asked.
    pub cue: CueKey,
    /// The question.
    pub question: String,
    /// `total`, `counts`, `winner` and `ranking`.
    #[serde(flatten)]
    pub tally: Value,
    /// A quiz's right answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correct: Option<String>,
    /// It closed while the show did not run.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
}

impl PollClosed {
    /// What is told of a poll whose votes are final.
    pub fn new(poll: &Poll, tally: &Tally, late: bool) -> Self {
        Self {
            asking: poll.asking.clone(),
            cue: poll.cue.clone(),
            question: poll.question.clone(),
            tally: poll.told(tally),
            correct: poll.correct_text().map(str::to_owned),
            late,
        }
    }
}

/// A script read the votes of a poll that were not final.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TallyRead {
    /// Which.
    #[serde(flatten)]
    pub asking: AskingId,
    /// `total`, `counts`, `winner` and `ranking`.
    #[serde(flatten)]
    pub tally: Value,
}
