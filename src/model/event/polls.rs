//! What events tell of polls: who asked what, and what the votes came to.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::json;
use crate::model::cue::CueKey;
use crate::model::payload::Slot;
use crate::model::poll::{AskingId, Choice, Kind, Poll, Tally};

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
    #[serde(serialize_with = "by_key")]
    pub answers: Vec<Choice>,
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
            answers: poll.answers.clone(),
            slot: poll.slot.clone(),
            asked: matches!(poll.kind, Kind::Asked { .. }),
            closes_at: poll.closes_at,
        }
    }
}

/// Answers by their keys.
fn by_key<S: Serializer>(answers: &[Choice], to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(answers.iter().map(|choice| (&choice.key, &choice.text)))
}

/// The votes of a poll are final. What it says is put together only when it is written down.
#[derive(Debug, Clone, PartialEq)]
pub struct PollClosed {
    /// The poll.
    pub poll: Arc<Poll>,
    /// Its votes.
    pub tally: Tally,
    /// It closed while the show did not run.
    pub late: bool,
}

impl Serialize for PollClosed {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Line<'a> {
            #[serde(flatten)]
            asking: &'a AskingId,
            cue: &'a CueKey,
            question: &'a str,
            #[serde(flatten)]
            tally: Value,
            #[serde(skip_serializing_if = "Option::is_none")]
            correct: Option<&'a str>,
            #[serde(skip_serializing_if = "std::ops::Not::not")]
            late: bool,
        }
        let Self { poll, tally, late } = self;
        let line = Line {
            asking: &poll.asking,
            cue: &poll.cue,
            question: &poll.question,
            tally: poll.told(tally),
            correct: poll.correct_text(),
            late: *late,
        };
        line.serialize(to)
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
