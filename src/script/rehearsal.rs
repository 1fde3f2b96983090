//! The show that a test function plays with: what the words of tests ask of it.

use std::fmt;

use jiff::civil::{DateTime, date};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::errors::ScriptFault;
use super::stage::{Phase, Stage};
use crate::model::cue::CueKey;
use crate::model::event::Event;
use crate::model::file::{FileAnswer, FileRef};
use crate::model::io::Air;
use crate::model::limits::{
    FIRE_DATA_MAX_BYTES, REHEARSAL_START_YEARS, TEST_ADVANCE_MAX, TEST_SPAN_MAX,
};
use crate::model::payload::{Payload, Slot};
use crate::model::poll::{AskingId, Leader, Poll};
use crate::model::script_error::ScriptError;
use crate::model::time::Now;

/// When a test's show begins, in its own zone, unless the test says otherwise.
pub const START: DateTime = date(2026, 1, 1).at(20, 0, 0, 0);

/// A fresh show on the virtual clock, and its world. The show begins with the first word that needs
/// it; until then its evening can be set up.
pub trait Rehearsal: Send {
    /// The moment.
    fn now(&self) -> Now;
    /// Sets the moment at which the show begins.
    fn start_at(&mut self, at: Timestamp) -> Result<(), RehearsalFault>;
    /// Lets time pass.
    fn advance(&mut self, by: SignedDuration) -> Result<(), RehearsalFault>;
    /// Puts the channel on air, or takes it off; before the show begins, it begins so.
    fn set_air(&mut self, air: Air) -> Result<(), RehearsalFault>;
    /// How many viewers the service counts.
    fn set_viewers(&mut self, viewers: u64) -> Result<(), RehearsalFault>;
    /// What an address answers from now on, instead of the net.
    fn respond(&mut self, url: &str, data: Value) -> Result<(), RehearsalFault>;
    /// The operator's GO.
    fn fire(&mut self, cue: CueKey, data: Value) -> Result<Fired, RehearsalFault>;
    /// The poll that was opened last and takes votes.
    fn asking(&mut self) -> Result<Option<Poll>, RehearsalFault>;
    /// Votes for an answer of a poll, by its text or key.
    fn vote(&mut self, asking: &AskingId, answer: &str, by: Voters) -> Result<(), RehearsalFault>;
    /// The votes of a poll so far, as `tally` tells them; none of one that was never opened.
    fn tally(&mut self, asking: &AskingId) -> Result<Option<Value>, RehearsalFault>;
    /// The viewers with the most points, the best first.
    fn leaders(&mut self) -> Result<Vec<Leader>, RehearsalFault>;
    /// What the show sent, repeats for late joiners aside.
    fn sent(&mut self) -> Result<&[Sent], RehearsalFault>;
    /// What a viewer sees now.
    fn screen(&mut self) -> Result<Vec<(Slot, Payload)>, RehearsalFault>;
    /// What the show printed and logged.
    fn printed(&mut self) -> Result<&[String], RehearsalFault>;
    /// The first error of a handler that was not taken yet.
    fn take_error(&mut self) -> Result<Option<ScriptError>, RehearsalFault>;
    /// The show's `state`, a map.
    fn state(&mut self) -> Result<Value, RehearsalFault>;
    /// A file of the show.
    fn read(&mut self, file: &FileRef) -> FileAnswer;
    /// Takes down what the test itself says.
    fn say(&mut self, text: &str);
    /// How it went, when the test is over.
    fn take_story(&mut self) -> Story;
}

/// What the show sent.
#[derive(Debug, Clone)]
pub struct Sent {
    /// When.
    pub at: Timestamp,
    /// The cue that put it.
    pub cue: CueKey,
    /// What viewers got.
    pub payload: Payload,
}

/// What became of GO.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fired {
    /// The cue's handler ran.
    Ran,
    /// It ran and failed: the error can be taken.
    Failed,
    /// The cue is disarmed or cancelled.
    NotArmed,
}

/// Who votes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Voters {
    /// So many viewers.
    Unnamed(u64),
    /// The viewer of this name.
    Named(String),
}

/// How a test's show went.
#[derive(Debug, Default)]
pub struct Story {
    /// The last things that happened in it.
    pub events: Vec<Event>,
    /// How many others there were before these.
    pub before: u64,
    /// Errors of handlers, and of a beginning that failed, that nobody took.
    pub errors: Vec<ScriptError>,
}

impl Stage {
    /// The show that a test leads.
    pub(super) fn rehearsing(&mut self) -> &mut (dyn Rehearsal + 'static) {
        &mut **self.rehearsal.as_mut().expect("only engines of tests have their words")
    }

    /// Asks something of the show that a test leads; what it says is of the moment after.
    pub(super) fn rehearse<T>(
        &mut self,
        ask: impl FnOnce(&mut (dyn Rehearsal + 'static)) -> Result<T, RehearsalFault>,
    ) -> Result<T, ScriptFault> {
        let show = self.rehearsing();
        let answer = ask(show).map_err(|fault| ScriptFault::says(fault.to_string()));
        self.now = self.rehearsing().now();
        answer
    }

    /// What only the show itself can know or draw was asked for; a test would get another.
    pub(super) fn not_in_test(&self, word: &str) -> Result<(), ScriptFault> {
        if self.phase == Phase::Test { self.only_in(Phase::Handler, word) } else { Ok(()) }
    }
}

/// Why a show does not do what a test asks of it.
#[derive(Debug, Clone)]
pub enum RehearsalFault {
    /// It could not begin; its error is in the story.
    NotBegun,
    /// What has to be said before it begins was said after.
    BegunAlready,
    /// It is to begin before or after what can be planned.
    StartOutOfRange,
    /// One step is longer than it may be.
    StepTooLong,
    /// The test's month is over.
    TooLong,
    /// Its handlers used up what they may take: who the most.
    UsedUp(Option<CueKey>),
    /// No cue has that name; the nearest there is.
    UnknownCue {
        /// What was asked for.
        cue: CueKey,
        /// The nearest name.
        near: Option<String>,
    },
    /// A vote does not count: why.
    NoVote(String),
    /// The data of a fire is larger than it may be.
    DataTooLarge {
        /// Its size in bytes.
        bytes: usize,
    },
}

impl fmt::Display for RehearsalFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = |span: SignedDuration| span.as_hours() / 24;
        match self {
            Self::NotBegun => f.write_str("the show did not begin"),
            Self::BegunAlready => f.write_str(
                "the show has begun already\nhint: say it first in the test: the show begins with \
                 the first `advance`, or when it is looked at",
            ),
            Self::StartOutOfRange => {
                let (first, last) = (REHEARSAL_START_YEARS.start(), REHEARSAL_START_YEARS.end());
                write!(f, "a show of a test begins in a year from {first} to {last}")
            }
            Self::StepTooLong => {
                let hours = TEST_ADVANCE_MAX.as_hours();
                write!(f, "one `advance` goes {hours} h at most\nhint: write several of them")
            }
            Self::TooLong => {
                let days = days(TEST_SPAN_MAX);
                write!(
                    f,
                    "a test may last {days} days of the show, and these are over\nhint: begin \
                     nearer to what is tested: `start_at(\"2026-12-31T23:50\")`"
                )
            }
            Self::UsedUp(cue) => {
                f.write_str("the show's handlers used up what they may take in one test")?;
                cue.iter().try_for_each(|cue| write!(f, ", `{cue}` the most"))?;
                f.write_str(
                    "\nhint: begin nearer to what is tested: `start_at(\"2026-12-31T23:50\")`",
                )
            }
            Self::UnknownCue { cue, near } => {
                write!(f, "no cue is called `{cue}`")?;
                near.iter().try_for_each(|near| write!(f, "\nhint: did you mean `{near}`?"))
            }
            Self::NoVote(why) => f.write_str(why),
            Self::DataTooLarge { bytes } => {
                write!(f, "the data has {bytes} bytes, {FIRE_DATA_MAX_BYTES} fit")
            }
        }
    }
}
