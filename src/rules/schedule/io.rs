//! What goes into the schedule and comes out of it.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use litemap::LiteMap;

use crate::model::cue::{AfterId, CueKey, CuePlan};
use crate::model::event::Skipped;
use crate::model::saved::{Broadcast, Change, CueMark, Place, PlaceKey};
use crate::model::time::Span;
use crate::model::zone::Zone;

/// What the schedule is told.
#[derive(Debug, Clone)]
pub enum Input {
    /// The first generation's cues, of a new show or of one that goes on after a crash.
    Begin {
        /// The cues.
        cues: Vec<CuePlan>,
        /// Where a crash left them; none for a new show.
        resume: Option<Places>,
    },
    /// Another generation's cues: what is the same keeps its place.
    Edit(Vec<CuePlan>),
    /// The channel is live, in this broadcast; a new one, or the same after a short gap.
    OnAir(Broadcast),
    /// The channel is not live.
    OffAir,
    /// What the operator or the script sets of a cue.
    Mark(CueKey, CueMark),
    /// A function to be called once.
    After {
        /// Its id.
        id: AfterId,
        /// In how long.
        wait: Span,
    },
    /// An `after` that survived a crash, by when it is due.
    AfterKept {
        /// Its id.
        id: AfterId,
        /// When it is due.
        due: Timestamp,
    },
    /// An `after` is not wanted any more.
    CancelAfter(AfterId),
    /// Nothing that is timed fires from now on, or already since then.
    Hold {
        /// Since when.
        since: Timestamp,
    },
    /// What is timed fires again.
    Release,
    /// A deadline passed.
    Tick,
    /// The wall clock jumped: cron and `at` are planned anew, all places are kept anew.
    WallJumped,
}

/// Where a crash left the cues.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// Places in time.
    pub places: LiteMap<PlaceKey, Box<Place>>,
    /// What was set of cues.
    pub marks: BTreeMap<CueKey, CueMark>,
}

/// What the schedule decides, in this order.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Call this cue's function.
    Fire {
        /// The cue.
        cue: CueKey,
        /// When it was due.
        due: Timestamp,
        /// How late it is; never negative.
        late: SignedDuration,
    },
    /// Call this `after`'s function.
    FireAfter {
        /// Its id.
        id: AfterId,
        /// When it was due.
        due: Timestamp,
        /// How late it is; never negative.
        late: SignedDuration,
    },
    /// `count` fires of a cue came too late to be made good; `due` is the last of them.
    Missed {
        /// The cue.
        cue: CueKey,
        /// When it was due.
        due: Timestamp,
        /// How late it is.
        late: SignedDuration,
        /// How many.
        count: u64,
    },
    /// Fires are skipped from now on (no count), or were (how many).
    Skipped {
        /// Why.
        why: Skipped,
        /// How many; none when it begins.
        count: Option<u64>,
    },
    /// `count` fires of a cue are skipped because the show is held.
    SkippedHeld {
        /// The cue.
        cue: CueKey,
        /// How many.
        count: u64,
        /// Whether they were its only one: it does not come again.
        only: bool,
    },
    /// A hold is over, and this `after` is due later for it.
    PutOff {
        /// Its id.
        id: AfterId,
        /// When it is due now.
        due: Timestamp,
    },
    /// A change to be kept, with the step it belongs to.
    Change(Change),
    /// What an edit came to; before anything it made due.
    Edited(Edited),
}

/// What an edit came to, by cue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edited {
    /// How many cues stayed as they were.
    pub kept: usize,
    /// Cues that are new, in the order written.
    pub added: Vec<CueKey>,
    /// Cues that are gone.
    pub removed: Vec<CueKey>,
    /// Named cues that go on with other triggers, in the order written.
    pub changed: Vec<CueKey>,
}

/// How a cue stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It fires when its time comes.
    Armed,
    /// Its time passes without a fire.
    Disarmed,
    /// It is gone until the show starts fresh.
    Cancelled,
}

/// How the schedule was set up.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The zone of times that name none.
    pub zone: Zone,
    /// The seed of random gaps.
    pub seed: u64,
}
