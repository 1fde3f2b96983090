//! What a timer is told when its time has come, and what it says.

use jiff::{SignedDuration, Timestamp};

use crate::model::time::Now;

/// Whether the channel is live, as far as the schedule was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Air {
    /// Nobody said yet: nothing that air times may fire.
    Unknown,
    Off,
    On,
}

/// The circumstances in which a timer's time has come.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scene {
    pub(super) now: Now,
    pub(super) air: Air,
    /// Whether its cue may fire; else its time passes silently.
    pub(super) armed: bool,
    /// Whether the operator holds the show.
    pub(super) held: bool,
}

/// What becomes of a timer whose time has come. The timer has moved on already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Fire {
        due: Timestamp,
        late: SignedDuration,
    },
    Missed {
        due: Timestamp,
        late: SignedDuration,
        count: u64,
    },
    SkippedOffAir {
        count: u64,
    },
    SkippedLate {
        count: u64,
    },
    SkippedHeld {
        count: u64,
    },
    /// It passed without a word.
    Silent,
    /// It is not its time yet after all.
    Wait,
}
