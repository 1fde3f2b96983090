//! The stage: what one call of a script may see and ask for. Host functions reach it through the
//! engine's tag; nothing on it takes effect before the call has ended well.

mod draws;
mod kept;
mod on_use;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use rhai::{Dynamic, NativeCallContext};

pub(super) use self::kept::ScriptKept;
use self::on_use::OnUse;
use super::api::{Asked, Files, Setup, View, Wish};
use super::errors::{FOR_HANDLERS, ScriptFault};
use super::facts::Deck;
use super::generation::{Cue, SharedContext};
use super::pulse::Pulse;
use super::rehearsal::Rehearsal;
use crate::model::channel::StreamInfo;
use crate::model::cue::{AfterId, CueKey};
use crate::model::event::LogLevel;
use crate::model::file::{FileAnswer, FileKind, FileRef};
use crate::model::limits::{
    AFTERS_MAX, FILES_PER_CALL_MAX, LOG_MAX_BYTES, LOGS_PER_CALL_MAX, SENDS_PER_CALL_MAX,
    WISHES_PER_CALL_MAX,
};
use crate::model::poll::Counting;
use crate::model::saved::Change;
use crate::model::script_error::within;
use crate::model::time::Now;
use crate::model::zone::Zone;
use crate::rules::polls::Book;
use crate::rules::random::Random;

/// Before any call.
const AT_FIRST: Now = Now { up: SignedDuration::ZERO, wall: Timestamp::UNIX_EPOCH };

/// Whether the script's top level runs or one of its handlers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// The top level: cues are declared.
    TopLevel,
    /// A handler: payloads are sent.
    Handler,
    /// A test, which leads a show from outside.
    Test,
}

/// A show's stage, shared by its engine's host functions.
#[derive(Clone)]
pub(super) struct StageRef {
    stage: Arc<Mutex<Stage>>,
    /// What needs no lock.
    pub(super) pulse: Arc<Pulse>,
}

impl StageRef {
    pub(super) fn new(stage: Stage, pulse: Pulse) -> Self {
        Self { stage: Arc::new(Mutex::new(stage)), pulse: Arc::new(pulse) }
    }

    /// The stage a host function was called on.
    pub(super) fn of(context: &NativeCallContext<'_>) -> Self {
        let tag = context.tag().and_then(Dynamic::read_lock::<Self>);
        tag.map(|stage| stage.clone()).expect("every engine's tag is its stage")
    }

    /// The stage itself; never kept while a script function is called.
    pub(super) fn get(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a call sees, has asked for so far, and what earlier calls left.
pub(super) struct Stage {
    pub(super) setup: Arc<Setup>,
    pub(super) run: u32,
    pub(super) phase: Phase,
    pub(super) now: Now,
    /// The time by the clock: later than `now` where this call had to wait for what it reads.
    pub(super) clock: Now,
    pub(super) live: bool,
    /// The stream; none while it is only taken to be live.
    pub(super) stream: Option<StreamInfo>,
    pub(super) elapsed: SignedDuration,
    /// How many `after`s wait.
    afters: usize,
    files: Files,
    /// The cue that is called; none for the top level.
    pub(super) cue: Option<CueKey>,
    /// The show's polls, with what this call does to them.
    pub(super) polls: Arc<Book>,
    pub(super) zone: Zone,
    /// Whether the operator or the script named that zone.
    pub(super) zone_is_named: bool,
    pub(super) random: Random,
    decks: BTreeMap<String, Deck>,
    /// What earlier calls kept: `state`, draws, randomness.
    pub(super) kept: ScriptKept,
    pub(super) next_delivery: u64,
    pub(super) next_after: u64,
    pub(super) draft: OnUse<Draft>,
    /// The show that a test leads; none on the stage of a show.
    pub(super) rehearsal: Option<Box<dyn Rehearsal>>,
}

/// What a call has asked for so far.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) wishes: Vec<Wish>,
    changes: Vec<Change>,
    pub(super) logs: Vec<(LogLevel, String)>,
    pub(super) needs: BTreeSet<FileRef>,
    /// Votes and points that the call reads and that have to be counted first.
    pub(super) counts: BTreeSet<Counting>,
    /// The points of all viewers are forgotten by this call.
    pub(super) leaders_reset: bool,
    pub(super) named: BTreeSet<FileRef>,
    pub(super) cues: Vec<Cue>,
    pub(super) ordinals: BTreeMap<String, usize>,
    /// Triggers that wait for their handler: by number, where they were made.
    pub(super) made: usize,
    pub(super) lines: BTreeMap<CueKey, usize>,
    pub(super) loose: BTreeMap<usize, (String, rhai::Position)>,
    /// The context handlers share, when the script is in the same place again.
    pub(super) context: Option<SharedContext>,
    pub(super) sends: usize,
    /// Where a secret was made a text.
    pub(super) secret_told: Option<rhai::Position>,
    pub(super) next_delivery: u64,
    pub(super) next_after: u64,
}

impl Draft {
    /// Whether so many payloads more may be sent, and so many things asked for, they included.
    pub(super) fn has_room_for(&self, sends: usize, wishes: usize) -> Result<(), ScriptFault> {
        if self.sends + sends > SENDS_PER_CALL_MAX {
            return Err(ScriptFault::hints(
                format!("one handler call sends more than {SENDS_PER_CALL_MAX} payloads"),
                "a channel takes five a second",
            ));
        }
        if self.wishes.len() + wishes > WISHES_PER_CALL_MAX {
            return Err(ScriptFault::says(format!(
                "one call asks for more than {WISHES_PER_CALL_MAX} things"
            )));
        }
        Ok(())
    }

    /// One more thing asked for.
    pub(super) fn wish(&mut self, wish: Wish) -> Result<(), ScriptFault> {
        self.has_room_for(0, 1)?;
        self.wishes.push(wish);
        Ok(())
    }
}

impl Stage {
    pub(super) fn new(setup: Arc<Setup>, run: u32, next_after: AfterId, kept: ScriptKept) -> Self {
        let random = Random::new(setup.seed, "script", kept.random);
        let zone = setup.zone.clone().unwrap_or(Zone::UTC);
        let zone_is_named = setup.zone.is_some();
        Self {
            setup,
            run,
            phase: Phase::TopLevel,
            now: AT_FIRST,
            clock: AT_FIRST,
            live: false,
            stream: None,
            elapsed: SignedDuration::ZERO,
            afters: 0,
            files: Files::new(),
            cue: None,
            polls: Book::none(),
            zone,
            zone_is_named,
            random,
            decks: BTreeMap::new(),
            kept,
            next_delivery: 1,
            next_after: next_after.0,
            draft: OnUse::default(),
            rehearsal: None,
        }
    }

    /// A call begins.
    pub(super) fn begin(&mut self, phase: Phase, zone: Zone, view: &View<'_>) {
        self.phase = phase;
        self.zone = zone;
        self.now = view.now;
        self.clock = view.clock;
        self.elapsed = view.elapsed;
        self.afters = view.afters;
        self.cue = None;
        self.live = view.on_air.is_some();
        let stream = view.on_air.flatten();
        if self.stream.as_ref() != stream {
            self.stream = stream.cloned();
        }
        if !same_files(&self.files, view.files) {
            self.files = view.files.clone();
        }
        self.polls = Arc::clone(view.polls);
        self.draft = OnUse::default();
        self.draft.next_delivery = self.next_delivery;
        self.draft.next_after = self.next_after;
    }

    /// The call ended well: its changes are kept. `state` is given when it changed.
    pub(super) fn commit(&mut self, state: Option<Change>) -> (Asked, Vec<Cue>) {
        let mut draft = self.draft.take();
        self.polls = Book::none();
        draft.changes.extend(state);
        let drawn = self.random.position();
        if drawn != self.kept.random {
            draft.changes.push(Change::Random(drawn));
            // Between two calls nothing is kept of it but its place.
            self.random = Random::new(self.setup.seed, "script", drawn);
        }
        for change in &draft.changes {
            self.kept.apply(change);
        }
        self.next_delivery = draft.next_delivery;
        self.next_after = draft.next_after;
        let Draft { wishes, changes, logs, cues, .. } = draft;
        (Asked { wishes, changes, logs }, cues)
    }

    /// The call failed: everything is as it was. What it said before it failed stays said.
    pub(super) fn undo(&mut self) -> Vec<(LogLevel, String)> {
        let draft = self.draft.take();
        self.polls = Book::none();
        for change in &draft.changes {
            if let Change::Drawn { facts, .. } = change {
                self.decks.remove(facts);
            }
        }
        if self.random.position() != self.kept.random {
            self.random = Random::new(self.setup.seed, "script", self.kept.random);
        }
        draft.logs
    }

    /// A file by its name: its text, an error that says why there is none, or the end of this
    /// call until it is read.
    pub(super) fn file(&mut self, kind: FileKind, name: &str) -> Result<Arc<str>, ScriptFault> {
        let file = FileRef { kind, name: name.to_owned() };
        if self.phase == Phase::TopLevel {
            self.draft.named.insert(file.clone());
        }
        match self.files.get(&file) {
            Some(FileAnswer::Text(text)) => Ok(Arc::clone(text)),
            Some(FileAnswer::Problem(problem)) => Err(ScriptFault::says(problem.clone())),
            None if self.rehearsal.is_some() => self.read(file),
            None if self.draft.needs.len() >= FILES_PER_CALL_MAX => Err(ScriptFault::says(
                format!("one call names more than {FILES_PER_CALL_MAX} files not yet read"),
            )),
            None => {
                self.draft.needs.insert(file);
                Err(ScriptFault::Needs)
            }
        }
    }

    /// A file that a test names: read at once.
    fn read(&mut self, file: FileRef) -> Result<Arc<str>, ScriptFault> {
        let answer = self.rehearsing().read(&file);
        self.files.insert(file, answer.clone());
        match answer {
            FileAnswer::Text(text) => Ok(text),
            FileAnswer::Problem(problem) => Err(ScriptFault::says(problem)),
        }
    }

    /// A file the script is about to name: asked for now if it is not read yet.
    pub(super) fn expect_file(&mut self, file: FileRef) {
        if !self.files.contains_key(&file) && self.draft.needs.len() < FILES_PER_CALL_MAX {
            self.draft.needs.insert(file);
        }
    }

    /// What the script prints or logs; past the limit one line says so and the rest is left out.
    pub(super) fn log(&mut self, level: LogLevel, text: &str) {
        if self.phase == Phase::Test {
            return self.rehearsing().say(text);
        }
        let logs = &mut self.draft.logs;
        match logs.len() {
            count if count < LOGS_PER_CALL_MAX => logs.push((level, within(text, LOG_MAX_BYTES))),
            LOGS_PER_CALL_MAX => {
                let more = format!("more than {LOGS_PER_CALL_MAX} lines: the rest is left out");
                logs.push((LogLevel::Warn, more));
            }
            _ => {}
        }
    }

    /// Whether one more `after` may wait, beside those of earlier calls and of this one.
    pub(super) fn room_for_after(&self) -> Result<(), ScriptFault> {
        let wishes = &self.draft.wishes;
        if self.afters + wishes.len() < AFTERS_MAX {
            return Ok(());
        }
        let count = |is: fn(&Wish) -> bool| wishes.iter().filter(|wish| is(wish)).count();
        let made = count(|wish| matches!(wish, Wish::After { .. } | Wish::AfterCue { .. }));
        // One that is cancelled may have been gone already: then the show says that one is dropped.
        let cancelled = count(|wish| matches!(wish, Wish::CancelAfter(_)));
        if self.afters + made < AFTERS_MAX + cancelled {
            return Ok(());
        }
        Err(ScriptFault::hints(
            format!("{AFTERS_MAX} `after`s wait already, as many as may"),
            "what comes again and again is an `every`",
        ))
    }

    /// The polls, to be changed by this call.
    pub(super) fn polls_mut(&mut self) -> &mut Book {
        Arc::make_mut(&mut self.polls)
    }

    /// A handler was asked for what only the top level may do, or the other way round.
    pub(super) fn only_in(&self, phase: Phase, word: &str) -> Result<(), ScriptFault> {
        match (phase, self.phase) {
            (Phase::TopLevel, Phase::Handler) => Err(ScriptFault::hints(
                format!("`{word}` in a handler, it belongs at the top level"),
                "for something later, once, write `after(\"30s\", …)`",
            )),
            (Phase::Handler, Phase::TopLevel) => Err(ScriptFault::hints(
                format!("`{word}`{FOR_HANDLERS}"),
                format!("write `on(\"start\", || {word}(…))`"),
            )),
            (Phase::Test, Phase::TopLevel) => Err(ScriptFault::hints(
                format!("`{word}` at the top level, it belongs in a test"),
                "write it into `fn test_…() { … }`",
            )),
            (Phase::TopLevel | Phase::Handler, Phase::Test) => Err(ScriptFault::hints(
                format!("`{word}` in a test, it belongs in the show"),
                "a test leads the show and looks at it: `advance`, `fire`, `sent`, `screen`",
            )),
            _ => Ok(()),
        }
    }
}

/// Whether both hold the very same texts: cheaper than copying them for every call.
fn same_files(a: &Files, b: &Files) -> bool {
    let same = |a: &FileAnswer, b: &FileAnswer| match (a, b) {
        (FileAnswer::Text(a), FileAnswer::Text(b)) => Arc::ptr_eq(a, b),
        (FileAnswer::Problem(a), FileAnswer::Problem(b)) => a == b,
        _ => false,
    };
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0 == b.0 && same(a.1, b.1))
}
