//! What an operator asks of a show, and what it answers.

use serde_json::Value;

use super::cue::CueKey;

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
    /// Hold, and let nothing go out any more.
    Panic,
    /// End a hold and a panic.
    Resume,
    /// The cues and how they stand.
    List,
}

/// A show's answer to its operator.
#[derive(Debug, Clone, PartialEq)]
pub enum OperatorReply {
    /// Done; for GO: its handler ran.
    Done,
    /// The cue's handler failed and changed nothing.
    Failed {
        /// Where, and why.
        message: String,
    },
    /// No cue has that name; the nearest there is.
    Unknown {
        /// The nearest name.
        near: Option<String>,
    },
    /// The cue is disarmed or cancelled.
    NotArmed,
    /// Nothing goes out in a panic.
    Panicked,
    /// The show has not begun yet, or it ends.
    NotPlaying,
    /// The data is larger than a fire may carry.
    TooLarge {
        /// Its size in bytes.
        bytes: usize,
    },
    /// The cues and how they stand.
    Cues(Value),
}
