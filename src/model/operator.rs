//! What an operator asks of a show, and what it answers.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::cue::CueKey;
use super::payload::Payload;
use super::poll::AskingId;

/// What an operator can ask of a show.
#[derive(Debug, Clone, PartialEq)]
pub enum OperatorAction {
    /// GO.
    Fire {
        /// The cue.
        cue: CueKey,
        /// Its handler's `data`; null for nothing.
        data: Value,
    },
    /// Let it fire again.
    Arm(CueKey),
    /// Keep it from firing.
    Disarm(CueKey),
    /// Remove it until the show starts fresh.
    Cancel(CueKey),
    /// Keep everything timed from firing.
    Hold,
    /// Hold, and let nothing go out any more until [`Self::Resume`], whatever begins.
    Panic,
    /// End a hold and a panic.
    Resume,
    /// Something of a poll.
    Poll {
        /// Which.
        asking: AskingId,
        /// What.
        action: PollAction,
    },
    /// Change `state`.
    SetState {
        /// Where, from the outside in: names of maps, places in lists. Empty for all of it.
        path: Vec<String>,
        /// What is there from now on; null for nothing.
        value: Value,
    },
    /// Take back the last change of `state` that was made so.
    UndoState,
    /// Send this, as urgent as a GO.
    Put(Payload),
    /// The cues and how they stand.
    List,
    /// Everything that the desk shows of the show itself.
    View,
    /// What a cue would send now.
    Preview {
        /// The cue.
        cue: CueKey,
        /// Its handler's `data`; null for nothing.
        data: Value,
    },
}

/// What an operator does to a poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PollAction {
    /// Close it now; its results follow.
    Close,
    /// Let it take votes so much longer.
    Extend(SignedDuration),
    /// Close it; its votes count for nothing.
    Void,
    /// Send its results again.
    Results,
}

/// A show's answer to its operator.
#[derive(Debug, Clone, PartialEq)]
pub enum OperatorReply {
    /// Done; for GO: its handler ran.
    Done,
    /// Done; how the show stands since then, in words.
    Stands(String),
    /// The cue's handler failed and changed nothing.
    Failed {
        /// Where, and why.
        message: String,
        /// What the cue asks for and was not given; empty where that is nothing.
        missing: Vec<String>,
    },
    /// No cue has that name; the nearest there is.
    Unknown {
        /// The nearest name.
        near: Option<String>,
    },
    /// No such poll is known, or not any more.
    UnknownPoll,
    /// The cue is disarmed.
    NotArmed,
    /// The cue is cancelled: until the show starts anew it cannot be armed.
    Cancelled,
    /// Nothing goes out in a panic.
    Panicked,
    /// The show has not begun yet, or it ends.
    NotPlaying,
    /// It cannot be done as things stand.
    NotNow {
        /// Why.
        why: String,
    },
    /// What was given is larger than it may be.
    TooLarge {
        /// Its size in bytes.
        bytes: usize,
        /// The most that fit.
        most: usize,
    },
    /// The cues and how they stand.
    Cues(Value),
    /// Everything that the desk shows of the show itself.
    View(Box<Value>),
    /// What a cue would send, or why it would not.
    Preview(Box<Value>),
}

impl OperatorReply {
    /// Of a show that has not begun, in a panic.
    pub fn begins_in_panic() -> Self {
        Self::Stands("it begins in a panic: nothing goes out until you resume".to_owned())
    }

    /// Of a show that has not begun, when a panic is lifted, were it one that the show keeps.
    pub fn begins_resumed() -> Self {
        Self::Stands("it begins without a panic".to_owned())
    }
}

/// A change of `state` that was made at the desk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StateEdit {
    /// When.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub at: Timestamp,
    /// Where.
    pub path: Vec<String>,
    /// What was there; null for nothing.
    pub was: Value,
    /// What is there since; null for nothing.
    pub is: Value,
    /// How many of the path's last steps were not there: all of them leave when it is taken back.
    #[serde(default)]
    pub new_steps: usize,
}
