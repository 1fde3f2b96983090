//! A running show: its script, its schedule and what the world tells it, as one pure machine.

mod air;
mod calls;
mod desk;
mod fetches;
mod files;
mod hold;
mod loading;
mod notes;
mod operator;
mod polls;
mod preview;
mod version;
mod view;
mod wishes;

#[cfg(test)]
pub(super) mod tests;

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::model::channel::{ShowId, StreamInfo};
use crate::model::cue::{CueKey, CuePlan};
use crate::model::event::{Event, What};
use crate::model::file::FileRef;
use crate::model::hold::Held;
use crate::model::io::{Counts, Ending, Kept, ShowInput, ShowOutput};
use crate::model::limits::{ALIVE_EVERY, FIRST_ANSWER_WAIT};
use crate::model::outputs::Outputs;
use crate::model::poll::Counting;
use crate::model::saved::{Broadcast, Change, Run, Saved};
use crate::model::time::{Deadline, Now};
use crate::model::trigger::Happening;
use crate::rules::polls::{Input as PollsInput, Polls};
use crate::rules::schedule::Schedule;
use crate::rules::schedule::io::Input as ScheduleInput;
use crate::script::Host;
use crate::script::api::{Files, Setup};

use calls::QueuedCall;
use fetches::Fetches;
use hold::Before;
use loading::Loading;
use notes::Notes;
use preview::Preview;
use version::{Afters, Versions};

/// How a show was set up, for its whole run.
#[derive(Clone)]
pub struct ShowSetup {
    /// What its script is told.
    pub script: Arc<Setup>,
    /// The script's file name, for messages.
    pub script_file: String,
    /// An offline gap shorter than this is the same broadcast.
    pub same_show: SignedDuration,
    /// Whether this run serves the channel itself, so that its stream ends with the run.
    pub own_stream: bool,
}

/// A show: a function from inputs to outputs, told the time with each.
pub struct Show {
    setup: ShowSetup,
    phase: Phase,
    outputs: Outputs<ShowOutput>,
    /// Changes that no handler's step carries; committed when the input is dealt with.
    loose: Vec<Change>,
    started: Now,
    alive_at: SignedDuration,
    /// When it was told to stop.
    stop_began: Option<SignedDuration>,
    air: AirState,
    broadcast: Option<Broadcast>,
    /// The broadcast's start was taken from our own clock, for want of the stream's.
    start_guessed: bool,
    files: Files,
    awaited: BTreeSet<FileRef>,
    /// Votes and points that a call waits for, and until when.
    counting: BTreeSet<Counting>,
    counts_until: SignedDuration,
    queue: VecDeque<QueuedCall>,
    previews: Vec<Preview>,
    /// What its operator asked last before it began.
    before: Before,
    /// Cues fired by scripts since the last input.
    fires_at_once: usize,
}

/// Where a show is in its life.
enum Phase {
    /// Not told to start yet.
    Waiting,
    /// Compiling its first version, perhaps waiting for files.
    Beginning(Box<Beginning>),
    /// Playing.
    Playing(Box<Playing>),
    /// Over.
    Over,
}

/// What a show has until its first version stands.
struct Beginning {
    host: Host,
    saved: Box<Saved>,
    kept: Kept,
    run: Run,
    resume: bool,
    text: Arc<str>,
}

/// What a show has while it plays.
struct Playing {
    host: Host,
    run: Run,
    schedule: Schedule,
    polls: Polls,
    versions: Versions,
    afters: Afters,
    fetches: Fetches,
    /// None while what is timed fires.
    held: Option<Held>,
    notes: Notes,
    /// The script as it was last saved, whether it compiled or not.
    text: Arc<str>,
    /// Whether that is not what plays: it was refused, or failed too often.
    refused: bool,
    /// A version that waits for the files it reads.
    loading: Option<Loading>,
    act: Act,
}

/// How far a show that plays has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    /// It goes on.
    On,
    /// Its `on("stop")` runs; nothing else begins.
    Stopping,
    /// It puts nothing more.
    Leaving,
}

/// What is known of the channel's stream.
enum AirState {
    /// Nothing yet: timed cues wait, until [`FIRST_ANSWER_WAIT`] has passed.
    Unasked,
    /// Live; without numbers when only taken to be.
    On(Option<StreamInfo>),
    /// Not live.
    Off,
}

impl Show {
    /// A show that waits for [`ShowInput::Start`].
    pub fn new(setup: ShowSetup) -> Self {
        let zero = Now { up: SignedDuration::ZERO, wall: Timestamp::UNIX_EPOCH };
        Self {
            setup,
            phase: Phase::Waiting,
            outputs: Outputs::default(),
            loose: Vec::new(),
            started: zero,
            alive_at: SignedDuration::ZERO,
            stop_began: None,
            air: AirState::Unasked,
            broadcast: None,
            start_guessed: false,
            files: Files::new(),
            awaited: BTreeSet::new(),
            counting: BTreeSet::new(),
            counts_until: SignedDuration::ZERO,
            queue: VecDeque::new(),
            previews: Vec::new(),
            before: Before::Nothing,
            fires_at_once: 0,
        }
    }

    /// Which show this is.
    pub fn id(&self) -> &ShowId {
        &self.setup.script.id
    }

    /// Takes one input; what follows from it is in [`Self::poll_output`].
    ///
    /// Handlers that are due run in [`Self::go_on`], one at a time.
    pub fn handle(&mut self, input: ShowInput, now: Now) {
        self.fires_at_once = 0;
        match input {
            ShowInput::Start { saved, kept, script } => self.start(saved, kept, script, now),
            ShowInput::Script(script) => self.script_saved(script, now),
            ShowInput::File(file, answer) => self.file_read(file, answer, now),
            ShowInput::OnAir(stream) => self.on_air(stream, now),
            ShowInput::OffAir => self.off_air(now),
            ShowInput::GivenUp(given_up) => self.given_up(&given_up, now),
            ShowInput::Revealed(asking) => self.revealed(asking, now),
            ShowInput::TellPolls => self.polls_handle(PollsInput::TellAll, now),
            ShowInput::Fetched { id, fetched } => self.fetched(id, &fetched, now),
            ShowInput::Operator { request, action } => self.operator(request, action, now),
            ShowInput::Tally { asking, tally, is_final } => {
                self.tally(asking, tally, is_final, now);
            }
            ShowInput::Leaderboard(leaders) => self.leaderboard(leaders, now),
            ShowInput::Tick => self.tick(now),
            ShowInput::WallJumped(by) => self.wall_jumped(by, now),
            ShowInput::Stop => self.stop(now),
            ShowInput::Left(counts) => self.left(counts, now),
        }
        self.commit_loose();
    }

    /// Runs the next handler that is due. Whether there may be more to do now: what this one asked
    /// for can leave before the next one runs.
    pub fn go_on(&mut self, now: Now) -> bool {
        self.go_on_previewing(now);
        let ran = self.run_next(now);
        if !ran {
            self.leave_when_done();
        }
        self.commit_loose();
        ran
    }

    /// What the show wants done next, until there is nothing more.
    pub fn poll_output(&mut self) -> Option<ShowOutput> {
        self.outputs.poll()
    }

    /// All that the show wants done, in order.
    pub fn take_outputs(&mut self) -> VecDeque<ShowOutput> {
        self.outputs.take()
    }

    /// Whether anything waits to be done by the world.
    pub fn has_output(&self) -> bool {
        !self.outputs.is_empty()
    }

    /// When the show wants to be told [`ShowInput::Tick`].
    pub fn next_deadline(&self) -> Option<Deadline> {
        let Phase::Playing(playing) = &self.phase else { return None };
        if playing.act != Act::On {
            // Its `on("stop")` may wait for votes.
            return self.counts_deadline();
        }
        let alive = Deadline { at: self.alive_at, why: "say that the show lives" };
        let unasked = matches!(self.air, AirState::Unasked).then(|| Deadline {
            at: self.started.up + FIRST_ANSWER_WAIT,
            why: "take the channel as live",
        });
        let other = Deadline::earlier(Some(alive), unasked);
        let other = Deadline::earlier(other, self.polls_deadline());
        let other = Deadline::earlier(other, playing.fetches.next_deadline());
        // Calls that wait for a file are not helped by more fires.
        Deadline::earlier(playing.schedule.next_deadline(), other)
    }

    /// The cues of the version that plays, in the order written; none before it begins.
    pub fn cues(&self) -> &[CuePlan] {
        match &self.phase {
            Phase::Playing(playing) => &playing.versions.current.cues,
            Phase::Waiting | Phase::Beginning(_) | Phase::Over => &[],
        }
    }

    /// The script engine's operations so far: what the show has cost, on every machine the same.
    pub fn operations(&self) -> u64 {
        match &self.phase {
            Phase::Beginning(beginning) => beginning.host.operations(),
            Phase::Playing(playing) => playing.host.operations(),
            Phase::Waiting | Phase::Over => 0,
        }
    }

    /// The cue that fires next and when, on the interval clock: for the status line.
    pub fn next_fire(&self) -> Option<(CueKey, SignedDuration)> {
        let Phase::Playing(playing) = &self.phase else { return None };
        playing.schedule.next_fire()
    }

    fn tick(&mut self, now: Now) {
        if matches!(self.air, AirState::Unasked)
            && matches!(self.phase, Phase::Playing(_))
            && now.up >= self.started.up + FIRST_ANSWER_WAIT
        {
            self.on_air(None, now);
        }
        if now.up >= self.alive_at {
            self.note_alive(now);
        }
        self.tick_polls(now);
        self.tick_fetches(now);
        self.schedule_input(ScheduleInput::Tick, now);
    }

    /// Notes that the show lives, and until when its broadcast was seen.
    fn note_alive(&mut self, now: Now) {
        self.alive_at = now.up + ALIVE_EVERY;
        if let Phase::Playing(playing) = &mut self.phase {
            playing.run.alive = now.wall;
            self.loose.push(Change::Run(playing.run.clone()));
        }
        self.note_skipped();
        self.note_broadcast_seen(now);
    }

    fn wall_jumped(&mut self, by: SignedDuration, now: Now) {
        let by_ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.event(now, What::ClockJumped { by_ms });
        self.schedule_input(ScheduleInput::WallJumped, now);
    }

    fn stop(&mut self, now: Now) {
        match &mut self.phase {
            Phase::Playing(playing) if playing.act == Act::On => playing.act = Act::Stopping,
            Phase::Waiting | Phase::Beginning(_) => {
                self.tell_stopped(Counts::default(), now);
                return self.end(Ending::Clean);
            }
            Phase::Playing(_) | Phase::Over => return,
        }
        self.stop_began = Some(now.up);
        self.drop_calls();
        self.outputs.push_back(ShowOutput::Stopping);
        self.queue_happening(Happening::Stop, &Value::Null, now);
    }

    /// What was due does not run any more; the places of its cues have moved on all the same.
    fn drop_calls(&mut self) {
        for call in self.queue.drain(..) {
            self.loose.extend(call.changes);
        }
    }

    /// Leaves when `on("stop")` has run.
    fn leave_when_done(&mut self) {
        let Phase::Playing(playing) = &mut self.phase else { return };
        if playing.act == Act::Stopping && self.queue.is_empty() {
            playing.act = Act::Leaving;
            self.commit_loose();
            self.outputs.push_back(ShowOutput::Leave);
        }
    }

    fn left(&mut self, counts: Counts, now: Now) {
        self.polls_handle(PollsInput::End, now);
        if let Phase::Playing(playing) = &mut self.phase {
            playing.run.alive = now.wall;
            playing.run.ended = true;
            self.loose.push(Change::Run(playing.run.clone()));
        }
        self.note_broadcast_seen(now);
        self.commit_loose();
        self.tell_stopped(counts, now);
        self.end(Ending::Clean);
    }

    fn tell_stopped(&mut self, counts: Counts, now: Now) {
        let Counts { sent, refused, expired } = counts;
        let took = self.stop_began.map_or(SignedDuration::ZERO, |began| now.up - began);
        let took_ms = i64::try_from(took.as_millis()).unwrap_or(i64::MAX);
        self.event(now, What::Stopped { sent, refused, expired, took_ms });
    }

    fn end(&mut self, ending: Ending) {
        self.phase = Phase::Over;
        self.drop_calls();
        self.commit_loose();
        self.outputs.push_back(ShowOutput::Stopped(ending));
    }

    fn event(&mut self, now: Now, what: What) {
        let show = Some(self.setup.script.id.clone());
        self.outputs.push_back(ShowOutput::Event(Event { at: now.wall, what, show }));
    }

    fn commit_loose(&mut self) {
        if !self.loose.is_empty() {
            self.outputs.push_back(ShowOutput::Commit(std::mem::take(&mut self.loose)));
        }
    }
}
