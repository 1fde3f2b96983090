//! What the script room is told and what it answers: all that the show knows of scripts.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

pub use super::shelf::Shelf;
use crate::model::channel::{ShowId, StreamInfo};
use crate::model::cue::{AfterId, CueKey, CuePlan};
use crate::model::delivery::InDoubt;
use crate::model::delivery::Sticky;
use crate::model::event::LogLevel;
use crate::model::fetch::FetchRequest;
use crate::model::file::{FileAnswer, FileRef};
use crate::model::payload::{Payload, Priority, Slot};
use crate::model::poll::{AskingId, Counting, Poll};
use crate::model::saved::{Change, CueMark, Saved};
use crate::model::script_error::ScriptError;
use crate::model::time::{Now, Span};
use crate::model::zone::Zone;
use crate::rules::polls::Book;

/// What stays the same for a show's whole run.
#[derive(Clone)]
pub struct Setup {
    /// The show.
    pub id: ShowId,
    /// The seed of its randomness.
    pub seed: u64,
    /// What `args` holds, each name once.
    pub args: Arc<[(String, Value)]>,
    /// `--timezone` (or `ARN@zone`), which wins over the script's `timezone(…)`.
    pub zone: Option<Zone>,
    /// The channel's name where the service gave one.
    pub channel_name: Option<String>,
    /// Keeps the compiled script: one for all shows of a run.
    pub shelf: Shelf,
    /// Stops a call that takes too long in real time; none on the virtual clock.
    pub meter: Option<Arc<dyn Meter>>,
}

/// Measures what a call costs in real time. The room itself knows no clock.
pub trait Meter: Send + Sync {
    /// A call begins, on this thread.
    fn begin(&self, what: Metered);
    /// Whether the call that began last on this thread is over its time.
    fn is_over(&self) -> bool;
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metered {
    /// A handler's call.
    Handler,
    /// A script's top level.
    TopLevel,
}

/// Files by what scripts call them: the snapshot a call sees.
pub type Files = BTreeMap<FileRef, FileAnswer>;

/// What one call sees of the world.
#[derive(Clone)]
pub struct View<'a> {
    /// The moment the call began.
    pub now: Now,
    /// The moment by the clock: later where the call had to wait for what it reads.
    pub clock: Now,
    /// The stream, when the channel is on air; `None` inside when only taken to be.
    pub on_air: Option<Option<&'a StreamInfo>>,
    /// How long the broadcast has run.
    pub elapsed: SignedDuration,
    /// What was read so far.
    pub files: &'a Files,
    /// How many `after`s wait, of `AFTERS_MAX`.
    pub afters: usize,
    /// What is known of the show's polls.
    pub polls: &'a Arc<Book>,
}

/// Why and for what a handler is called: the argument of a one-argument handler.
#[derive(Debug, Clone)]
pub struct Call {
    /// The cue.
    pub cue: CueKey,
    /// When it was due.
    pub due: Timestamp,
    /// How late it is.
    pub late: SignedDuration,
    /// `data`; null for nothing.
    pub data: Value,
}

/// What compiling a script and running its top level came to.
pub enum Loaded {
    /// It stands: it can take over.
    Ready(Box<Ready>),
    /// It reads files that are not in the view yet: read them, then load again.
    Needs(Vec<FileRef>),
    /// It has mistakes.
    Failed(Vec<ScriptError>),
}

/// A version that can take over.
pub struct Ready {
    /// The version.
    pub generation: super::Generation,
    /// Its cues, in the order written.
    pub cues: Vec<CuePlan>,
    /// The zone its times are in (`--timezone`, else `timezone(…)`, else UTC).
    pub zone: Zone,
    /// Whether the operator or the script named that zone.
    pub zone_is_named: bool,
    /// What its author should know.
    pub warnings: Vec<ScriptError>,
    /// Changes of the top level (`defaults`, draws).
    pub changes: Vec<Change>,
    /// What it printed or logged.
    pub logs: Vec<(LogLevel, String)>,
    /// Every file it named, scripts it imports included.
    pub files: Vec<FileRef>,
}

/// What a handler's call came to.
pub enum Called {
    /// It ended; this is what it asks for and changes, and the host has made the changes its own.
    Done(Asked),
    /// It reads files that are not in the view yet: read them, then call again. Nothing happened.
    Needs(Vec<FileRef>),
    /// It reads votes that are not new enough in the view: have them counted, then call again.
    /// Nothing happened.
    NeedsCounts(Vec<Counting>),
    /// It failed: nothing happened. The logs are what it said before it failed.
    Failed(Box<ScriptError>, Vec<(LogLevel, String)>),
}

/// What a call came to of which nothing is kept.
pub enum Previewed {
    /// It would send these.
    Sends(Vec<Put>),
    /// It reads files that are not in the view yet.
    Needs(Vec<FileRef>),
    /// It would fail.
    Failed(Box<ScriptError>),
}

/// What one call asks for and changes.
#[derive(Debug, Default)]
pub struct Asked {
    /// In the order asked.
    pub wishes: Vec<Wish>,
    /// Changes of `state`, draws and randomness.
    pub changes: Vec<Change>,
    /// What it printed or logged.
    pub logs: Vec<(LogLevel, String)>,
}

/// One thing a handler asks for.
#[derive(Debug)]
pub enum Wish {
    /// `put_metadata`. Its id was given out as the `n`th of the run.
    Put(Box<Put>),
    /// `after("30s", f)`: a function of this generation.
    After {
        /// The id given out.
        id: AfterId,
        /// In how long.
        wait: Span,
        /// What is called.
        handler: super::Handler,
    },
    /// `after("40s", "rest", data)`: a cue by name, in whatever version runs then.
    AfterCue {
        /// The id given out.
        id: AfterId,
        /// In how long.
        wait: Span,
        /// The cue.
        cue: CueKey,
        /// Its handler's `data`.
        data: Value,
    },
    /// `fetch_json`: a function of this generation is called with what came.
    Fetch {
        /// The id its call waits under, as an `after` does.
        id: AfterId,
        /// What is asked for.
        request: Box<FetchRequest>,
        /// What is called.
        handler: super::Handler,
    },
    /// `fire(name, data)`.
    Fire {
        /// The cue.
        cue: CueKey,
        /// Its handler's `data`.
        data: Value,
    },
    /// `arm`, `disarm`, `cancel` of a cue.
    Mark(CueKey, CueMark),
    /// `cancel` of an `after`.
    CancelAfter(AfterId),
    /// Something of the show's polls.
    Poll(PollWish),
}

/// What a handler asks of the show's polls beside sending them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PollWish {
    /// `close`.
    Close(AskingId),
    /// Its results are sent by the next wish, before the next poll of its slot.
    Reveal(AskingId),
    /// `leaderboard_reset`.
    ResetLeaderboard,
}

/// A payload with its author's wishes.
#[derive(Debug, Clone, PartialEq)]
pub struct Put {
    /// The number of the delivery id given out.
    pub n: u64,
    /// What goes out.
    pub payload: Payload,
    /// Its place on the viewer's screen.
    pub slot: Slot,
    /// `priority`: normal or high.
    pub priority: Priority,
    /// `valid_for`.
    pub valid_for: SignedDuration,
    /// `sticky` and `repeat_every`.
    pub sticky: Option<Sticky>,
    /// `in_doubt`.
    pub in_doubt: InDoubt,
    /// What it is to the show's polls.
    pub poll: PutPoll,
}

/// What a payload is to the show's polls.
#[derive(Debug, Clone, PartialEq)]
pub enum PutPoll {
    /// No poll.
    None,
    /// One that is open already.
    Again,
    /// One that opens with it.
    Opens(Arc<Poll>),
}

/// What a host begins with.
pub struct Begin<'a> {
    /// What an earlier run kept: `state`, draws, randomness.
    pub saved: &'a Saved,
    /// The run, which delivery ids begin with.
    pub run: u32,
    /// The first `after` id not yet given out.
    pub next_after: AfterId,
}
