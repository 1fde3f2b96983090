//! What events tell of polls: who asked what, and what the votes came to.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use super::json;
use crate::model::cue::CueKey;
use crate::model::delivery::DeliveryId;
use crate::model::payload::Slot;
use crate::model::poll::{AskingId, Choice, Kind, Poll, Tally};

/// A poll takes votes. It lets nobody see which answer is right.
#[derive(Clone, PartialEq)]
pub struct PollOpened(Arc<Poll>);

/// What is told of a poll that takes votes.
#[derive(Debug, Serialize)]
pub struct Opened<'a> {
    /// Which.
    #[serde(flatten)]
    pub asking: &'a AskingId,
    /// The cue that asked.
    pub cue: &'a CueKey,
    /// The question.
    pub question: &'a str,
    /// The answers by their keys.
    #[serde(serialize_with = "by_key")]
    pub answers: &'a [Choice],
    /// Its place on the viewer's screen.
    pub slot: &'a Slot,
    /// Whether it was asked, and so closes by itself, or merely sent.
    pub asked: bool,
    /// When it closes at the latest.
    #[serde(serialize_with = "json::millis")]
    pub closes_at: Timestamp,
}

impl PollOpened {
    /// What is told of it.
    pub fn told(&self) -> Opened<'_> {
        let poll = &*self.0;
        Opened {
            asking: &poll.asking,
            cue: &poll.cue,
            question: &poll.question,
            answers: &poll.answers,
            slot: &poll.slot,
            asked: matches!(poll.kind, Kind::Asked { .. }),
            closes_at: poll.closes_at,
        }
    }
}

impl From<Arc<Poll>> for PollOpened {
    fn from(poll: Arc<Poll>) -> Self {
        Self(poll)
    }
}

impl fmt::Debug for PollOpened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.told().fmt(f)
    }
}

impl Serialize for PollOpened {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.told().serialize(to)
    }
}

/// Answers by their keys.
fn by_key<S: Serializer>(answers: &&[Choice], to: S) -> Result<S::Ok, S::Error> {
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
    /// The operator made it void: its votes count for nothing.
    pub void: bool,
    /// A panic kept back the results that it would have sent.
    pub unsent: bool,
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
            #[serde(skip_serializing_if = "std::ops::Not::not")]
            void: bool,
            #[serde(skip_serializing_if = "std::ops::Not::not")]
            unsent: bool,
        }
        let Self { poll, tally, late, void, unsent } = self;
        let line = Line {
            asking: &poll.asking,
            cue: &poll.cue,
            question: &poll.question,
            tally: poll.told(tally),
            correct: poll.correct_text(),
            late: *late,
            void: *void,
            unsent: *unsent,
        };
        line.serialize(to)
    }
}

/// The operator did something to a poll.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PollSet {
    /// Which.
    #[serde(flatten)]
    pub asking: AskingId,
    /// The question.
    pub question: String,
    /// What was done.
    pub to: PollSetTo,
    /// When it closes.
    #[serde(serialize_with = "json::millis")]
    pub closes_at: Timestamp,
    /// The payload that tells viewers, where one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery: Option<DeliveryId>,
}

/// What the operator did to a poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PollSetTo {
    /// It closed before its time.
    Closed,
    /// It takes votes for longer.
    Extended,
    /// Its votes count for nothing.
    Void,
    /// Its results were sent again.
    Shown,
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
