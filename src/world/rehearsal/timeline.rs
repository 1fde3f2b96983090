//! An evening as data: what the run sheet and the picture of the evening read. Each cue is a lane;
//! its payloads are gathered in columns of time, so that a year takes no more room than an hour.

mod votes;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

pub use self::votes::{Answer, Poll, Votes};
use super::summary::Summary;
use crate::model::cue::CueKey;
use crate::model::event::{About, Event, PollClosed, PollOpened, What};
use crate::model::limits::{
    TIMELINE_BANDS_MAX, TIMELINE_COLUMNS, TIMELINE_LANES_MAX, TIMELINE_NOTES_MAX,
    TIMELINE_POLLS_MAX,
};
use crate::model::payload::Payload;
use crate::model::script_error::ScriptError;
use crate::model::zone::Zone;
use crate::show::evening::Overrun;

/// A column of an evening: its place in time, from 0.
pub type Column = u32;

/// An evening as data.
#[derive(Debug)]
pub struct Timeline {
    /// When it began.
    pub start: Timestamp,
    /// How long it was to last.
    pub lasts: SignedDuration,
    /// How much of that was played; less where it cost too much or its script could not begin.
    pub played: SignedDuration,
    /// The zone of its times.
    pub zone: Zone,
    /// When the last thing happened, counted from the start.
    pub now: SignedDuration,
    /// Its cues, in the order they first did something; the last one may stand for all others.
    pub lanes: Vec<Lane>,
    /// When the channel was off air.
    pub bands: Vec<Band>,
    /// Its polls, the first ones of very many.
    pub polls: Vec<Poll>,
    /// What went wrong, or was made to.
    pub notes: Vec<Note>,
    /// The most payloads of one second, in each column that has any.
    pub load: BTreeMap<Column, usize>,
    /// When the wall clock was set, and by how much.
    pub clock_set: Vec<(SignedDuration, SignedDuration)>,
    /// It in numbers.
    pub summary: Summary,
    /// What used its budget up.
    pub overrun: Option<Overrun>,
    lane_of: BTreeMap<CueKey, usize>,
}

/// What one cue did.
#[derive(Debug)]
pub struct Lane {
    /// Its name.
    pub name: String,
    /// Its payloads, by column.
    pub marks: BTreeMap<Column, Mark>,
}

/// The payloads of one cue in one column.
#[derive(Debug, Default)]
pub struct Mark {
    /// How many were sent.
    pub sent: u64,
    /// How many of them were repeats.
    pub repeats: u64,
    /// How many attempts were refused, payloads expired or dropped, and handler calls failed.
    pub troubles: u64,
    /// Bytes of the largest.
    pub largest: usize,
    /// The first payload that was sent.
    pub first: Option<Payload>,
}

/// When the channel was off air; without an end when it stayed so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// From when, since the start.
    pub from: SignedDuration,
    /// Until when.
    pub to: Option<SignedDuration>,
}

/// Something worth a word in the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// When, since the start.
    pub up: SignedDuration,
    /// What.
    pub words: String,
    /// Whether the script is at fault.
    pub is_error: bool,
}

impl Timeline {
    /// Of an evening at which nothing has happened yet.
    pub fn new(start: Timestamp, lasts: SignedDuration, zone: Zone) -> Self {
        Self {
            start,
            lasts,
            played: SignedDuration::ZERO,
            zone,
            now: SignedDuration::ZERO,
            lanes: Vec::new(),
            bands: Vec::new(),
            polls: Vec::new(),
            notes: Vec::new(),
            load: BTreeMap::new(),
            clock_set: Vec::new(),
            summary: Summary::default(),
            overrun: None,
            lane_of: BTreeMap::new(),
        }
    }

    /// How much time a column stands for.
    pub fn column_lasts(&self) -> SignedDuration {
        (self.lasts / i32::try_from(TIMELINE_COLUMNS).unwrap_or(1))
            .max(SignedDuration::from_millis(1))
    }

    /// Whether the script has failed, or the evening cost too much.
    pub fn has_failed(&self) -> bool {
        self.summary.script_errors > 0 || self.overrun.is_some()
    }

    /// The column that this moment lies in.
    pub fn column(&self, up: SignedDuration) -> Column {
        let column = up.as_millis().max(0) / self.column_lasts().as_millis().max(1);
        Column::try_from(column).unwrap_or(0).min(TIMELINE_COLUMNS - 1)
    }

    /// Takes an event in; `up` is when it happened, counted from the start.
    pub fn read(&mut self, event: &Event, up: SignedDuration) {
        self.now = up;
        match &event.what {
            What::CueFired { cue, .. } => self.summary.cue(cue).fired += 1,
            What::Sent { of, waited_ms, took_ms, repeat, .. } => {
                let took = SignedDuration::from_millis(*took_ms);
                let busy = self.summary.sent(of, *repeat, *waited_ms, (up - took, event.at - took));
                self.sent(of, *repeat, busy);
            }
            What::Refused { of, .. } => {
                self.summary.refused += 1;
                self.trouble(&of.cue);
            }
            What::Expired { of } => {
                self.summary.expired += 1;
                self.trouble(&of.cue);
            }
            What::Dropped { of, .. } => {
                self.summary.dropped += 1;
                self.trouble(&of.cue);
            }
            What::Missed { count, .. } => self.summary.missed += count,
            What::Skipped { count, .. } => self.summary.skipped += count.unwrap_or(0),
            What::ScriptError(error) | What::ReloadFailed(error) => self.failed(error),
            What::OffAir => self.off_air(up),
            What::OnAir { .. } => self.on_air(up),
            What::ClockJumped { by_ms } => self.clock_set(SignedDuration::from_millis(*by_ms)),
            What::Warning { message } => self.note(up, message),
            What::PollOpened(poll) => self.poll_opened(poll),
            What::PollClosed(poll) => self.poll_closed(poll),
            What::Started(_)
            | What::PlanChanged(_)
            | What::PlanRefused(_)
            | What::TallyRead(_)
            | What::LeaderboardRead { .. }
            | What::Lease(_)
            | What::Shown { .. }
            | What::Unseen { .. }
            | What::Queued { .. }
            | What::InDoubt { .. }
            | What::NotRun { .. }
            | What::CueSet { .. }
            | What::Held { .. }
            | What::Panicked { .. }
            | What::Released { .. }
            | What::StateSet { .. }
            | What::NameSet { .. }
            | What::PollSet(_)
            | What::Reloaded(_)
            | What::RolledBack { .. }
            | What::ScriptWarning(_)
            | What::Log { .. }
            | What::Fetched(_)
            | What::Stopped { .. } => {}
        }
    }

    /// Notes something that happened around the show.
    pub fn note(&mut self, up: SignedDuration, words: &str) {
        self.add_note(Note { up, words: words.to_owned(), is_error: false });
    }

    /// The evening is over after so long, perhaps because it cost too much.
    pub fn end(&mut self, up: SignedDuration, overrun: Option<Overrun>) {
        self.played = up.min(self.lasts);
        self.overrun = overrun;
    }

    /// What a clock on the wall says then: one that was set is told of as it was.
    pub fn wall(&self, up: SignedDuration) -> Timestamp {
        let set = self.clock_set.iter().filter(|(at, _)| *at <= up);
        let set = set.fold(SignedDuration::ZERO, |set, (_, by)| set + *by);
        self.start.saturating_add(up + set).unwrap_or(Timestamp::MAX)
    }

    fn add_note(&mut self, note: Note) {
        if self.notes.len() < TIMELINE_NOTES_MAX {
            self.notes.push(note);
        }
    }

    /// A payload is in the stream; `busy` is how many were sent in the second before.
    fn sent(&mut self, of: &About, repeat: bool, busy: usize) {
        let load = self.load.entry(self.column(self.now)).or_default();
        *load = busy.max(*load);
        let mark = self.mark(&of.cue);
        mark.sent += 1;
        mark.repeats += u64::from(repeat);
        mark.largest = mark.largest.max(of.bytes);
        if mark.first.is_none() {
            mark.first = Some(of.payload.clone());
        }
    }

    fn trouble(&mut self, cue: &CueKey) {
        self.mark(cue).troubles += 1;
    }

    fn failed(&mut self, error: &ScriptError) {
        self.summary.script_errors += 1;
        let words = format!("line {}: {}", error.line, error.message);
        self.add_note(Note { up: self.now, words, is_error: true });
        if let Some(cue) = error.cue.as_deref().and_then(|cue| CueKey::named(cue).ok()) {
            self.summary.cue(&cue).failed += 1;
            self.trouble(&cue);
        }
    }

    fn clock_set(&mut self, by: SignedDuration) {
        if self.clock_set.len() < TIMELINE_NOTES_MAX {
            self.clock_set.push((self.now, by));
        }
    }

    /// The mark of a cue at this time.
    fn mark(&mut self, cue: &CueKey) -> &mut Mark {
        let (lane, column) = (self.lane(cue), self.column(self.now));
        self.lanes[lane].marks.entry(column).or_default()
    }

    fn lane(&mut self, cue: &CueKey) -> usize {
        if let Some(known) = self.lane_of.get(cue) {
            return *known;
        }
        if self.lanes.len() == TIMELINE_LANES_MAX {
            return TIMELINE_LANES_MAX - 1;
        }
        let is_last = self.lanes.len() == TIMELINE_LANES_MAX - 1;
        let name = if is_last { "all others".to_owned() } else { cue.to_string() };
        self.lanes.push(Lane { name, marks: BTreeMap::new() });
        self.lane_of.insert(cue.clone(), self.lanes.len() - 1);
        self.lanes.len() - 1
    }

    fn poll_opened(&mut self, poll: &PollOpened) {
        if self.polls.len() < TIMELINE_POLLS_MAX {
            self.polls.push(Poll::open(&poll.told(), self.now));
        }
    }

    fn poll_closed(&mut self, closed: &PollClosed) {
        self.summary.polls += 1;
        self.summary.votes += closed.tally.total();
        let mut open = self.polls.iter_mut().rev();
        if let Some(poll) = open.find(|poll| poll.asking == closed.poll.asking) {
            poll.to = Some(self.now);
            poll.votes = Votes::of(closed);
        }
    }

    fn off_air(&mut self, from: SignedDuration) {
        if self.bands.len() < TIMELINE_BANDS_MAX {
            self.bands.push(Band { from, to: None });
        }
    }

    fn on_air(&mut self, to: SignedDuration) {
        if let Some(band) = self.bands.last_mut() {
            band.to.get_or_insert(to);
        }
    }
}

#[cfg(test)]
mod tests;
