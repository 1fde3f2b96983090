//! Something that happened and is worth remembering: what screen, journal and desk read.

mod json;
mod line;
mod names;
mod plan;
mod polls;
mod reasons;

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::line::Line;
pub use self::plan::PlanChanged;
pub use self::polls::{Opened, PollClosed, PollOpened, PollSet, PollSetTo, TallyRead};
pub use self::reasons::{CueSetTo, Dropped, FiredBy, LogLevel, NotRun, Skipped};
use super::channel::ShowId;
use super::cue::CueKey;
use super::delivery::{DeliveryId, Refusal};
use super::fetch::FetchTold;
use super::lease::LeaseTold;
use super::payload::{Payload, Priority};
use super::poll::Leader;
use super::script_error::ScriptError;

/// An event: when, of which show, what. One JSON object per event on `--json` and in the journal.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// When, on the wall clock.
    pub at: Timestamp,
    /// What.
    pub what: What,
    /// The show; none for what concerns the whole run.
    pub show: Option<ShowId>,
}

/// What happened. Times in milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum What {
    /// A show began, with every input that cannot be computed from the rest.
    Started(Box<Started>),
    /// A cue's function is called.
    CueFired {
        /// The cue.
        cue: CueKey,
        /// When it was due.
        #[serde(serialize_with = "json::millis")]
        due: Timestamp,
        /// How late it is.
        late_ms: i64,
        /// What made it fire.
        by: FiredBy,
        /// The data it was fired with.
        #[serde(skip_serializing_if = "Value::is_null")]
        data: Value,
    },
    /// A payload was handed to the outbox.
    Queued {
        /// Which.
        #[serde(flatten)]
        of: About,
        /// How urgent.
        priority: Priority,
    },
    /// A payload is in the stream.
    Sent {
        /// Which.
        #[serde(flatten)]
        of: About,
        /// How late its cue fired.
        late_ms: i64,
        /// From the put to the call that succeeded.
        waited_ms: i64,
        /// How long that call took.
        took_ms: i64,
        /// Calls it took, this one included.
        attempts: u32,
        /// An earlier call's answer was lost: viewers may have got it twice.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        maybe_twice: bool,
        /// A repeat of a sticky payload for late joiners.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        repeat: bool,
    },
    /// The service did not take a payload: one event for each attempt.
    Refused {
        /// Which.
        #[serde(flatten)]
        of: About,
        /// The class of the refusal.
        refusal: Refusal,
        /// The service's or the network's words.
        message: String,
        /// The attempts so far.
        attempts: u32,
        /// When it is tried again, from now; none when it is held or given up.
        #[serde(skip_serializing_if = "Option::is_none")]
        again_ms: Option<i64>,
        /// It is not tried again.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        given_up: bool,
    },
    /// A payload waited longer than it was worth.
    Expired {
        /// Which.
        #[serde(flatten)]
        of: About,
    },
    /// A payload was let go before it was sent.
    Dropped {
        /// Which.
        #[serde(flatten)]
        of: About,
        /// Why.
        why: Dropped,
    },
    /// A call had begun when the runner died; the payload is not sent again.
    InDoubt {
        /// Which.
        #[serde(flatten)]
        of: About,
    },
    /// A one-shot or cron fire that came too late to be made good.
    Missed {
        /// The cue.
        cue: CueKey,
        /// When it was due.
        #[serde(serialize_with = "json::millis")]
        due: Timestamp,
        /// How late it would have been.
        late_ms: i64,
        /// How many fires, this one included.
        count: u64,
    },
    /// Timed fires are skipped from now on (no count), or were (how many).
    Skipped {
        /// Why.
        why: Skipped,
        /// How many were skipped; none when it begins.
        #[serde(skip_serializing_if = "Option::is_none")]
        count: Option<u64>,
    },
    /// A payload that was sent showed up in the channel's own video.
    Shown {
        /// Its delivery.
        delivery: DeliveryId,
        /// The cue that put it.
        cue: CueKey,
        /// From the service's answer until it was read there; 0 where it was there before.
        delay_ms: i64,
    },
    /// A payload that was sent did not show up there in time.
    Unseen {
        /// Its delivery.
        delivery: DeliveryId,
        /// The cue that put it.
        cue: CueKey,
        /// How long it was looked for.
        after_ms: i64,
    },
    /// A cue was fired, but did not run.
    NotRun {
        /// The cue.
        cue: CueKey,
        /// Why.
        why: NotRun,
    },
    /// A cue was armed, disarmed or cancelled.
    CueSet {
        /// The cue, or the id of an `after`.
        cue: String,
        /// To what.
        to: CueSetTo,
        /// By whom.
        by: FiredBy,
    },
    /// The operator holds the show: nothing timed fires. Told again after a crash.
    Held {
        /// Since when.
        #[serde(serialize_with = "json::millis")]
        since: Timestamp,
    },
    /// The operator panicked: the show is held, and nothing goes out. Told again after a crash.
    Panicked {
        /// Held since when.
        #[serde(serialize_with = "json::millis")]
        since: Timestamp,
        /// The questions of the polls whose results it keeps back.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        unsent: Vec<String>,
    },
    /// The hold or panic is over.
    Released {
        /// Timed fires that were skipped for it.
        skipped: u64,
        /// How long it was.
        held_ms: i64,
    },
    /// `state` was changed at the desk: an input that cannot be computed from the rest.
    StateSet {
        /// Where, from the outside in.
        path: Vec<String>,
        /// What was there; null for nothing. In a box, for values are wide and events many.
        was: Box<Value>,
        /// What is there now; null for nothing.
        is: Box<Value>,
        /// Whether an earlier change was taken back by it.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        undo: bool,
    },
    /// The operator hid a viewer's name from leaderboards, or let it be seen again. Which name it
    /// is, is not told: it was hidden.
    NameSet {
        /// Whether it is hidden from now on.
        hidden: bool,
        /// How many viewers have that name.
        viewers: u64,
    },
    /// The operator did something to a poll.
    PollSet(Box<PollSet>),
    /// A new version took over, or a file it reads changed.
    Reloaded(Box<Reloaded>),
    /// A saved version was not taken: the running one goes on.
    ReloadFailed(#[serde(serialize_with = "json::mistake")] Box<ScriptError>),
    /// A new version failed too often: the one before is back.
    RolledBack {
        /// When the version that is back first took over; none when there is none to go back to.
        #[serde(serialize_with = "json::millis_or_none")]
        to: Option<Timestamp>,
        /// What is saved is not what plays.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        unplayed: bool,
    },
    /// A handler failed and changed nothing.
    ScriptError(#[serde(serialize_with = "json::mistake")] Box<ScriptError>),
    /// Something a script's author should know.
    ScriptWarning(#[serde(serialize_with = "json::mistake")] Box<ScriptError>),
    /// What a script printed or logged.
    Log {
        /// How loud.
        level: LogLevel,
        /// The cue that said it; none for the top level.
        #[serde(skip_serializing_if = "Option::is_none")]
        cue: Option<CueKey>,
        /// What it said.
        message: String,
    },
    /// What came of a `fetch_json`: an input that cannot be computed from the rest.
    Fetched(Box<FetchTold>),
    /// The channel is live.
    OnAir {
        /// The stream; none when it is only taken to be live.
        #[serde(skip_serializing_if = "Option::is_none")]
        stream: Option<String>,
        /// Viewers, as the service counts them.
        #[serde(skip_serializing_if = "Option::is_none")]
        viewers: Option<u64>,
    },
    /// The channel is not live.
    OffAir,
    /// A poll takes votes.
    PollOpened(PollOpened),
    /// The votes of a poll are final.
    PollClosed(Box<PollClosed>),
    /// A script read votes that were not final.
    TallyRead(Box<TallyRead>),
    /// A script read who has the most points.
    LeaderboardRead {
        /// The best first.
        leaders: Vec<Leader>,
    },
    /// The show's lease in the shared store turned.
    Lease(LeaseTold),
    /// The wall clock jumped.
    ClockJumped {
        /// By how much; negative for backwards.
        by_ms: i64,
    },
    /// The plan of the run was saved, and says something else.
    PlanChanged(Box<PlanChanged>),
    /// A plan that was saved cannot be played: the shows on air go on as they are.
    PlanRefused(#[serde(serialize_with = "json::mistake")] Box<ScriptError>),
    /// Something around the show is not as it should be; the show goes on.
    Warning {
        /// What was met, and what it means.
        message: String,
    },
    /// The show ended.
    Stopped {
        /// Payloads sent in this run.
        sent: u64,
        /// Attempts refused in this run.
        refused: u64,
        /// Payloads that expired in this run.
        expired: u64,
        /// From the first word of the stop to the last payload.
        #[serde(skip_serializing_if = "json::is_zero")]
        took_ms: i64,
    },
}

/// The inputs of a show that cannot be computed from the rest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Started {
    /// The program's version.
    pub version: Cow<'static, str>,
    /// The run of the show, from 1.
    pub run: u32,
    /// The seed of its randomness.
    pub seed: u64,
    /// The zone its times are in.
    pub zone: String,
    /// Its arguments.
    pub args: Value,
    /// The script's SHA-256, in hex.
    pub script_hash: String,
    /// The files it read so far and their SHA-256, in hex.
    pub files: std::collections::BTreeMap<String, String>,
    /// Whether it goes on after a crash.
    pub resume: bool,
    /// When its `state` was written, and how many keys it has; none for an empty one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<StateAge>,
    /// Its cues.
    pub cues: usize,
}

/// How old the `state` is that a show begins with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StateAge {
    /// When it was written.
    #[serde(serialize_with = "json::millis")]
    pub at: Timestamp,
    /// How many keys it has.
    pub keys: usize,
}

/// What an edit changed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reloaded {
    /// The file that was saved.
    pub file: String,
    /// SHA-256 of it, in hex.
    pub hash: String,
    /// Cues that keep their place in time.
    pub kept: usize,
    /// Cues that are new.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<CueKey>,
    /// Cues that are gone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<CueKey>,
    /// Named cues that go on with a new spec.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<CueKey>,
    /// Lines of the script that are others now, or new, or gone.
    #[serde(skip_serializing_if = "json::is_zero")]
    pub lines: usize,
    /// The cue that fires next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<CueKey>,
    /// In how many milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_ms: Option<i64>,
}

/// Which payload an event is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// The delivery.
    pub delivery: DeliveryId,
    /// The cue that put it.
    pub cue: CueKey,
    /// Its size.
    pub bytes: usize,
    /// The exact text that goes out.
    pub payload: Payload,
}
