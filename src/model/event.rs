//! Something that happened and is worth remembering: what screen, journal and desk read.

mod json;
mod names;
mod polls;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::polls::{Opened, PollClosed, PollOpened, TallyRead};
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
    /// A new version took over, or a file it reads changed.
    Reloaded(Box<Reloaded>),
    /// A saved version was not taken: the running one goes on.
    ReloadFailed(#[serde(serialize_with = "json::mistake")] Box<ScriptError>),
    /// A new version failed too often: the one before is back.
    RolledBack {
        /// When the version that is back first took over; none when there is none to go back to.
        #[serde(serialize_with = "json::millis_or_none")]
        to: Option<Timestamp>,
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
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Started {
    /// The program's version.
    pub version: &'static str,
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
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StateAge {
    /// When it was written.
    #[serde(serialize_with = "json::millis")]
    pub at: Timestamp,
    /// How many keys it has.
    pub keys: usize,
}

/// What an edit changed.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
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
    /// The cue that fires next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<CueKey>,
    /// In how many milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_ms: Option<i64>,
}

/// Which payload an event is about.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Dropped {
    /// The outbox was full and this was the oldest of the lowest priority.
    OutboxFull,
    /// The show stopped.
    Stopped,
}

/// Why timed fires are skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// `print`.
    Print,
    /// `log_info`.
    Info,
    /// `log_warn`.
    Warn,
}
