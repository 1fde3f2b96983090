//! A past evening, as its journal tells it: what went in that cannot be computed, what came out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::differences::Sent;
use super::error::SimulateError;
use crate::model::cue::CueKey;
use crate::model::delivery::{DeliveryId, Refusal};
use crate::model::event::CueSetTo;
use crate::model::fetch::Fetched;
use crate::model::limits::{
    JOURNAL_LINE_MAX_BYTES, REPLAY_FETCHED_MAX_BYTES, REPLAY_PAYLOADS_MAX, REPLAY_READS_MAX,
    REPLAY_SHOWS_NAMED_MAX,
};
use crate::model::poll::AskingId;
use crate::show::evening::{Recorded, RecordedPoll, Refusals};
use crate::world::report::text::clean;

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
    /// When its last line was written, counted from the start.
    pub lasts: SignedDuration,
    /// Whether the show ended, rather than its journal.
    pub ended: bool,
    /// Versions that took over meanwhile.
    pub edits: usize,
    /// Lines that cannot be read.
    pub unread: usize,
    /// How far the wall clock was set so far.
    jumped: SignedDuration,
    /// How many reads, and how many bytes that were fetched, are still kept.
    reads_left: usize,
    bytes_left: usize,
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

/// What went in.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// The channel was live, with so many viewers where the service said so.
    OnAir(Option<u64>),
    /// It was not.
    OffAir,
    /// The operator fired a cue.
    Fired {
        /// The cue.
        cue: CueKey,
        /// Its handler's data.
        data: Value,
    },
    /// The operator set a cue.
    Set {
        /// The cue.
        cue: CueKey,
        /// To what.
        to: CueSetTo,
    },
    /// The wall clock jumped.
    ClockJumped(SignedDuration),
}

/// A line of a journal, as far as any has it.
#[derive(Debug, Deserialize)]
struct Line {
    /// When; of a simulation's head, when its evening begins.
    #[serde(alias = "start")]
    at: Timestamp,
    event: String,
    show: Option<String>,
    channel: Option<String>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl Line {
    fn text(&self, name: &str) -> &str {
        self.rest.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    fn number(&self, name: &str) -> i64 {
        self.rest.get(name).and_then(Value::as_i64).unwrap_or(0)
    }

    fn is(&self, name: &str) -> bool {
        self.rest.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// The asking of a poll's event.
    fn asking(&self) -> Option<AskingId> {
        let (poll_id, current_time) = (self.text("poll_id"), self.text("current_time"));
        let is_one = !poll_id.is_empty();
        let asking = || AskingId { poll_id: poll_id.into(), current_time: current_time.into() };
        is_one.then(asking)
    }

    /// A field as one of our own words.
    fn word<T: serde::de::DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_value(self.rest.get(name)?.clone()).ok()
    }
}

impl Past {
    /// Reads a run of the script called `script`: the one with this number, else the last one.
    pub fn read(path: &Path, script: &str, run: Option<u32>) -> Result<Self, SimulateError> {
        let failed = |source| SimulateError::Read { path: path.to_owned(), source };
        let mut file = BufReader::new(File::open(path).map_err(failed)?);
        let mut search = Search { script, run, ..Search::default() };
        let (mut line, most) = (Vec::new(), JOURNAL_LINE_MAX_BYTES);
        loop {
            line.clear();
            let read = file.by_ref().take(most).read_until(b'\n', &mut line).map_err(failed)?;
            if read == 0 {
                break;
            }
            search.take(&line);
        }
        search.found.take().ok_or_else(|| SimulateError::Journal {
            path: path.to_owned(),
            problem: search.what_is_missing(),
        })
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
            jumped: SignedDuration::ZERO,
            reads_left: REPLAY_READS_MAX,
            bytes_left: REPLAY_FETCHED_MAX_BYTES,
        }
    }

    fn take(&mut self, line: &Line) {
        if self.ended || line.channel.as_deref() != Some(self.began.channel.as_str()) {
            return;
        }
        let up = line.at.duration_since(self.began.at) - self.jumped;
        match line.event.as_str() {
            "on_air" => self.inputs.push((up, Input::OnAir(line.word("viewers")))),
            "off_air" => self.inputs.push((up, Input::OffAir)),
            "cue_fired" if line.text("by") == "operator" => {
                let data = line.rest.get("data").cloned().unwrap_or_default();
                let fired = line.word("cue").map(|cue| (up, Input::Fired { cue, data }));
                self.inputs.extend(fired);
            }
            "cue_set" if line.text("by") == "operator" => {
                let set = line.word("cue").zip(line.word("to"));
                self.inputs.extend(set.map(|(cue, to)| (up, Input::Set { cue, to })));
            }
            "clock_jumped" => {
                let by = SignedDuration::from_millis(line.number("by_ms"));
                self.jumped += by;
                // It is told just after it.
                self.inputs.push((up - by, Input::ClockJumped(by)));
                self.lasts = self.lasts.max(up - by);
                return;
            }
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
            "refused" => self.refused(line),
            "sent" if !line.is("repeat") => self.sent(line, up),
            "reloaded" if line.text("file").to_lowercase().ends_with(".rhai") => self.edits += 1,
            "stopped" => self.ended = true,
            _ => {}
        }
        self.lasts = self.lasts.max(up);
    }

    fn opened(&mut self, line: &Line) {
        if let Some(asking) = line.asking().filter(|_| self.reads_left > 0) {
            self.reads_left -= 1;
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
        let room = self.reads_left > 0;
        if let Some(counts) = line.word("counts").filter(|_| room)
            && let Some(poll) = self.poll(line)
        {
            poll.reads.push((up, counts));
            self.reads_left -= 1;
        }
    }

    fn leaderboard_read(&mut self, line: &Line, up: SignedDuration) {
        if let Some(leaders) = line.word("leaders").filter(|_| self.reads_left > 0) {
            self.recorded.leaders.push((up, leaders));
            self.reads_left -= 1;
        }
    }

    fn fetched(&mut self, line: &Line, up: SignedDuration) {
        let bytes = usize::try_from(line.number("bytes")).unwrap_or(0);
        let Some(left) = self.bytes_left.checked_sub(bytes) else { return };
        self.bytes_left = left;
        let answer = match line.rest.get("data") {
            Some(data) => Ok(data.clone()),
            None => Err(line.text("error").to_owned()),
        };
        let answers = self.recorded.answers.entry(line.text("url").to_owned()).or_default();
        answers.coming.push_back((up, Fetched { bytes, answer }));
    }

    fn refused(&mut self, line: &Line) {
        let delivery: Option<DeliveryId> = line.word("delivery");
        let refusal: Option<Refusal> = line.word("refusal");
        if let Some((delivery, refusal)) = delivery.zip(refusal) {
            let message = line.text("message").to_owned();
            self.refusals.entry(delivery.n).or_default().push_back((refusal, message));
        }
    }

    fn sent(&mut self, line: &Line, up: SignedDuration) {
        if self.sent.len() < REPLAY_PAYLOADS_MAX {
            let before = line.number("took_ms").saturating_add(line.number("waited_ms"));
            let put = up - SignedDuration::from_millis(before);
            let (cue, text) = (line.text("cue").to_owned(), line.text("payload").to_owned());
            self.sent.push(Sent { put, cue, text });
        }
    }
}

/// The search for a run, line by line.
#[derive(Default)]
struct Search<'a> {
    script: &'a str,
    run: Option<u32>,
    found: Option<Past>,
    /// Whether the run that was found is the one that goes on.
    goes_on: bool,
    /// The script of a simulation, whose timeline has it in its head alone.
    simulated: Option<String>,
    shows: BTreeSet<String>,
    runs: BTreeSet<u32>,
}

impl Search<'_> {
    fn take(&mut self, line: &[u8]) {
        let Ok(line) = serde_json::from_slice::<Line>(line) else {
            if let Some(past) = self.found.as_mut().filter(|past| self.goes_on && !past.ended) {
                past.unread += 1;
            }
            return;
        };
        if let Some(show) = line.show.as_ref().filter(|show| !self.shows.contains(*show)) {
            self.shows.insert(show.clone());
        }
        if line.event == "simulation" {
            self.simulated = Some(line.text("script_hash").to_owned());
        }
        if line.show.as_deref() != Some(self.script) {
            return;
        }
        if line.event == "started" {
            self.begin(&line);
        } else if let Some(past) = self.found.as_mut().filter(|_| self.goes_on) {
            past.take(&line);
        }
    }

    fn begin(&mut self, line: &Line) {
        let Some(began) = began(line, self.simulated.as_deref()) else { return };
        self.runs.insert(began.run);
        if self.run.is_none_or(|run| run == began.run) {
            self.found = Some(Past::new(began));
            self.goes_on = true;
        } else if self.found.as_ref().is_some_and(|past| past.began.channel == began.channel) {
            self.goes_on = false;
        }
    }

    fn what_is_missing(&self) -> String {
        let list = |words: Vec<String>| words.join(", ");
        if self.shows.is_empty() {
            return "is no journal\nhint: a show writes `journal.jsonl` into `.runner/` beside its \
                    script"
                .to_owned();
        }
        if !self.shows.contains(self.script) {
            let named = self.shows.iter().take(REPLAY_SHOWS_NAMED_MAX).map(|show| clean(show));
            let more = self.shows.len().saturating_sub(REPLAY_SHOWS_NAMED_MAX);
            let more = (more > 0).then(|| format!("and {more} more"));
            let shows = list(named.chain(more).collect());
            return format!("holds nothing of `{}`\nhint: it holds {shows}", self.script);
        }
        match self.run {
            Some(run) if !self.runs.is_empty() => {
                let runs = list(self.runs.iter().map(ToString::to_string).collect());
                format!("holds no run {run} of `{}`\nhint: it holds {runs}", self.script)
            }
            Some(_) | None => format!("holds no beginning of a run of `{}`", self.script),
        }
    }
}

fn began(line: &Line, simulated: Option<&str>) -> Option<Began> {
    let mut fields = line.rest.clone();
    if let Some(hash) = simulated {
        fields.entry("script_hash").or_insert_with(|| hash.into());
    }
    fields.insert("at".to_owned(), line.at.to_string().into());
    fields.insert("channel".to_owned(), line.channel.clone()?.into());
    serde_json::from_value(Value::Object(fields)).ok()
}
