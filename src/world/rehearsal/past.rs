//! A past evening, as its journal tells it: what went in that cannot be computed, what came out.

mod input;
mod search;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value};

pub use self::input::Input;
use self::input::told;
use self::search::Search;
use super::differences::Sent;
use super::error::SimulateError;
use crate::model::delivery::{DeliveryId, Refusal};
use crate::model::event::Line;
use crate::model::fetch::Fetched;
use crate::model::limits::{
    REPLAY_FETCHED_MAX_BYTES, REPLAY_INPUTS_MAX, REPLAY_LASTS_MAX, REPLAY_PAYLOADS_MAX,
    REPLAY_READS_MAX,
};
use crate::show::evening::{Recorded, RecordedPoll, Refusals};
use crate::world::journal::reading::Lines;

/// One run of a show.
#[derive(Debug)]
pub struct Past {
    /// How it began.
    pub began: Began,
    /// What went in, in its order; when is counted from the start.
    pub inputs: Vec<(SignedDuration, Input)>,
    /// Votes, points, and what was fetched.
    pub recorded: Recorded,
    /// What the service refused, by the payload's number.
    pub refusals: BTreeMap<u64, Refusals>,
    /// What viewers got, repeats not counted.
    pub sent: Vec<Sent>,
    /// When its last line was written, or its stop began, counted from the start.
    pub lasts: SignedDuration,
    /// Whether the show ended, rather than its journal.
    pub ended: bool,
    /// Versions that took over meanwhile.
    pub edits: usize,
    /// Lines that cannot be read.
    pub unread: usize,
    /// Payloads that the operator's deeds at polls put, and that are not queued yet.
    of_polls: BTreeSet<DeliveryId>,
    /// How far the wall clock was set so far.
    jumped: SignedDuration,
    /// What is kept of it besides payloads.
    room: Room,
    /// Why it is more than can be replayed.
    too_much: Option<String>,
}

/// The first line of a run.
#[derive(Debug, Clone, Deserialize)]
pub struct Began {
    /// When.
    pub at: Timestamp,
    /// The channel's ARN.
    pub channel: String,
    /// The run of the show, from 1.
    pub run: u32,
    /// The seed of its randomness.
    pub seed: u64,
    /// The zone its times were in.
    pub zone: String,
    /// Its arguments.
    pub args: Map<String, Value>,
    /// The script's SHA-256, in hex.
    pub script_hash: String,
    /// Whether it went on after a crash.
    #[serde(default)]
    pub resume: bool,
    /// Whether it began with the state of an evening before.
    #[serde(default)]
    pub state: Option<Value>,
}

/// How much is still kept of each kind.
#[derive(Debug)]
struct Room {
    inputs: usize,
    payloads: usize,
    reads: usize,
    fetched_bytes: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            inputs: REPLAY_INPUTS_MAX,
            payloads: REPLAY_PAYLOADS_MAX,
            reads: REPLAY_READS_MAX,
            fetched_bytes: REPLAY_FETCHED_MAX_BYTES,
        }
    }
}

impl Past {
    /// Reads a run of the script called `script`: the one with this number, else the last one.
    pub fn read(path: &Path, script: &str, run: Option<u32>) -> Result<Self, SimulateError> {
        let failed = |source| SimulateError::Read { path: path.to_owned(), source };
        let mut lines = Lines::open(path).map_err(failed)?;
        let mut search = Search::new(script, run);
        while let Some(line) = lines.next_line().map_err(failed)? {
            search.take(line);
        }
        let problem = |problem| SimulateError::Journal { path: path.to_owned(), problem };
        let mut past = search.found.take().ok_or_else(|| problem(search.what_is_missing()))?;
        // What another thread met may be written down a moment later.
        past.inputs.sort_by_key(|(up, _)| *up);
        match past.too_much {
            Some(too_much) => Err(problem(too_much)),
            None => Ok(past),
        }
    }

    fn new(began: Began) -> Self {
        Self {
            began,
            inputs: Vec::new(),
            recorded: Recorded::default(),
            refusals: BTreeMap::new(),
            sent: Vec::new(),
            lasts: SignedDuration::ZERO,
            ended: false,
            edits: 0,
            unread: 0,
            of_polls: BTreeSet::new(),
            jumped: SignedDuration::ZERO,
            room: Room::default(),
            too_much: None,
        }
    }

    fn take(&mut self, line: &Line) {
        let is_of_it = line.channel.as_deref() == Some(self.began.channel.as_str());
        if self.ended || self.too_much.is_some() || !is_of_it {
            return;
        }
        let up = line.at.duration_since(self.began.at) - self.jumped;
        if up > REPLAY_LASTS_MAX {
            return self.too_much(&format!("lasts until {}", line.at), "a year may be");
        }
        match line.event.as_str() {
            "on_air" => self.input(up, Input::OnAir(line.word("viewers"))),
            "off_air" => self.input(up, Input::OffAir),
            "clock_jumped" => return self.clock_jumped(line, up),
            "poll_opened" => self.opened(line),
            "poll_closed" => {
                let counts = line.word("counts");
                if let Some(poll) = self.poll(line) {
                    poll.counts = counts;
                }
            }
            "tally_read" => self.tally_read(line, up),
            "leaderboard_read" => self.leaderboard_read(line, up),
            // What the show itself refused, it refuses again.
            "fetched" if !line.is("not_asked") => self.fetched(line, up),
            "refused" if self.is_own(line) => self.refused(line),
            "sent" if self.is_own(line) && !line.is("repeat") => self.sent(line, up),
            "reloaded" if line.text("file").to_lowercase().ends_with(".rhai") => self.edits += 1,
            "stopped" => return self.stopped(line, up),
            // What a deed at a poll put follows from that deed.
            "queued" if self.is_of_poll(line) => {}
            "poll_set" => {
                self.of_polls.extend(line.word::<DeliveryId>("delivery"));
                self.told(line, up);
            }
            _ => self.told(line, up),
        }
        self.lasts = self.lasts.max(up);
    }

    fn too_much(&mut self, met: &str, most: &str) {
        self.too_much = Some(format!("{met}, more than is replayed: {most}"));
    }

    /// Takes what takes room, where there is some.
    fn room(&mut self, left: fn(&mut Room) -> &mut usize, takes: usize, what: &str) -> bool {
        let room = left(&mut self.room);
        match room.checked_sub(takes) {
            Some(left) => *room = left,
            None => self.too_much(&format!("holds too many {what}"), "see `--run` for another run"),
        }
        self.too_much.is_none()
    }

    fn input(&mut self, up: SignedDuration, input: Input) {
        if self.room(|room| &mut room.inputs, 1, "fires, settings and changes of the stream") {
            self.inputs.push((up, input));
        }
    }

    fn told(&mut self, line: &Line, up: SignedDuration) {
        if let Some(input) = told(line) {
            self.input(up, input);
        }
    }

    fn is_of_poll(&mut self, line: &Line) -> bool {
        line.word("delivery").is_some_and(|delivery| self.of_polls.remove(&delivery))
    }

    /// Whether a payload was put in this run, and not in one before it.
    fn is_own(&self, line: &Line) -> bool {
        let delivery: Option<DeliveryId> = line.word("delivery");
        delivery.is_some_and(|delivery| delivery.run == self.began.run)
    }

    fn clock_jumped(&mut self, line: &Line, up: SignedDuration) {
        let by = SignedDuration::from_millis(line.number("by_ms"));
        let jumped = self.jumped.saturating_add(by);
        if jumped.abs() > REPLAY_LASTS_MAX {
            return self.too_much("has a clock that was set too far", "a year may be");
        }
        self.jumped = jumped;
        // It is told just after it.
        self.input(up - by, Input::ClockJumped(by));
        self.lasts = self.lasts.max(up - by);
    }

    /// What was due after the stop began did not run any more.
    fn stopped(&mut self, line: &Line, up: SignedDuration) {
        let took =
            SignedDuration::from_millis(line.number("took_ms").clamp(0, i64::from(i32::MAX)));
        self.ended = true;
        self.lasts = (up - took).max(SignedDuration::ZERO);
    }

    fn opened(&mut self, line: &Line) {
        if let Some(asking) = line.asking()
            && self.room(|room| &mut room.reads, 1, "polls and votes that were read")
        {
            let (reads, counts) = (Vec::new(), None);
            let poll = RecordedPoll { asking, opened: line.at, reads, counts };
            self.recorded.polls.push(poll);
        }
    }

    /// The recorded poll that a line is about.
    fn poll(&mut self, line: &Line) -> Option<&mut RecordedPoll> {
        let asking = line.asking()?;
        self.recorded.polls.iter_mut().rev().find(|poll| poll.asking == asking)
    }

    fn tally_read(&mut self, line: &Line, up: SignedDuration) {
        if let Some(counts) = line.word("counts")
            && self.room(|room| &mut room.reads, 1, "polls and votes that were read")
            && let Some(poll) = self.poll(line)
        {
            poll.reads.push((up, counts));
        }
    }

    fn leaderboard_read(&mut self, line: &Line, up: SignedDuration) {
        if let Some(leaders) = line.word("leaders")
            && self.room(|room| &mut room.reads, 1, "polls and votes that were read")
        {
            self.recorded.leaders.push((up, leaders));
        }
    }

    fn fetched(&mut self, line: &Line, up: SignedDuration) {
        let bytes = usize::try_from(line.number("bytes")).unwrap_or(0);
        // The address of an answer without a byte takes room, too.
        let takes = bytes + line.text("url").len();
        if self.room(|room| &mut room.fetched_bytes, takes, "bytes that were fetched") {
            let answer = match line.rest.get("data") {
                Some(data) => Ok(data.clone()),
                None => Err(line.text("error").to_owned()),
            };
            let answers = self.recorded.answers.entry(line.text("url").to_owned()).or_default();
            answers.coming.push_back((up, Fetched { bytes, answer }));
        }
    }

    fn refused(&mut self, line: &Line) {
        let delivery: Option<DeliveryId> = line.word("delivery");
        let refusal: Option<Refusal> = line.word("refusal");
        if let Some((delivery, refusal)) = delivery.zip(refusal)
            && self.room(|room| &mut room.inputs, 1, "refusals")
        {
            let message = line.text("message").to_owned();
            self.refusals.entry(delivery.n).or_default().push_back((refusal, message));
        }
    }

    fn sent(&mut self, line: &Line, up: SignedDuration) {
        if self.room(|room| &mut room.payloads, 1, "payloads") {
            let before = line.number("took_ms").saturating_add(line.number("waited_ms"));
            let put = up.saturating_sub(SignedDuration::from_millis(before));
            let (cue, text) = (line.text("cue").to_owned(), line.text("payload").to_owned());
            self.sent.push(Sent { put, cue, text });
        }
    }
}
