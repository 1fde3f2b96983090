//! Why something happened, or did not, and by whose word.

use serde::{Deserialize, Serialize};

/// What made a cue fire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FiredBy {
    /// Its time.
    Trigger,
    /// The operator.
    Operator,
    /// A script's `fire`.
    Script,
}

/// Why a payload was let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dropped {
    /// The outbox was full and this was the oldest of the lowest priority.
    OutboxFull,
    /// The show stopped.
    Stopped,
    /// Nothing goes out in a panic.
    Panic,
}

/// Why timed fires are skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Skipped {
    /// The channel is off air.
    OffAir,
    /// The machine slept past them.
    Late,
    /// Too many handler calls wait already.
    Busy,
}

/// Why a fired cue did not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotRun {
    /// No cue has that name.
    Unknown,
    /// It is disarmed.
    Disarmed,
    /// It was cancelled.
    Cancelled,
    /// Too many fires followed one another without time passing.
    Chained,
    /// The show is held, and its time does not come again.
    Held,
    /// Nothing is fired by hand in a panic.
    Panic,
}

/// What a cue was set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CueSetTo {
    /// Armed.
    Armed,
    /// Disarmed.
    Disarmed,
    /// Cancelled.
    Cancelled,
}

/// How loud a script's log line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// `print`.
    Print,
    /// `log_info`.
    Info,
    /// `log_warn`.
    Warn,
}
