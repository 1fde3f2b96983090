//! An evening as data: what the run sheet and the picture of the evening read. Each cue is a lane;
//! its payloads are gathered in columns of time, so that a year takes no more room than an hour.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::summary::Summary;
use crate::model::cue::CueKey;
use crate::model::event::{About, Event, PollClosed, PollOpened, What};
use crate::model::limits::{
    TIMELINE_BANDS_MAX, TIMELINE_COLUMNS, TIMELINE_LANES_MAX, TIMELINE_NOTES_MAX,
    TIMELINE_POLLS_MAX,
};
use crate::model::payload::Payload;
use crate::model::poll::AskingId;
use crate::model::zone::Zone;
use crate::show::evening::Overrun;

/// A column of an evening: its place in time, from 0.
pub type Column = u32;

/// An evening as data.
#[derive(Debug)]
pub struct Timeline {
    /// When it began.
    pub start: Timestamp,
    /// How long it lasts.
    pub lasts: SignedDuration,
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
    /// How many attempts were refused, payloads expired or dropped, and calls failed.
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

/// A poll, from its opening to its last vote; without an end when it stayed open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    asking: AskingId,
    /// The question.
    pub question: String,
    /// When it opened, since the start.
    pub from: SignedDuration,
    /// When its votes were final.
    pub to: Option<SignedDuration>,
    /// What they came to.
    pub votes: Votes,
}

/// What the votes of a poll came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Votes {
    /// All of them.
    pub total: u64,
    /// Each answer, its votes and its share in percent: the most votes first.
    pub ranking: Vec<(String, u64, u64)>,
}

impl Votes {
    /// Those of a poll that closed.
    pub fn of(closed: &PollClosed) -> Self {
        let ranking = closed.poll.ranking(&closed.tally).into_iter();
        let ranking = ranking.map(|rank| (rank.answer, rank.votes, rank.percent));
        Self { total: closed.tally.total(), ranking: ranking.collect() }
    }
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
            zone,
            now: SignedDuration::ZERO,
            lanes: Vec::new(),
            bands: Vec::new(),
            polls: Vec::new(),
            notes: Vec::new(),
            load: BTreeMap::new(),
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
        if let Some(in_second) = self.summary.read(event, up) {
            let column = self.column(up);
            let load = self.load.entry(column).or_default();
            *load = in_second.max(*load);
        }
        match &event.what {
            What::Sent { of, repeat, .. } => self.sent(of, *repeat, up),
            What::Refused { of, .. } | What::Expired { of } | What::Dropped { of, .. } => {
                let (cue, column) = (of.cue.clone(), self.column(up));
                self.mark(&cue, column).troubles += 1;
            }
            What::ScriptError(error) | What::ReloadFailed(error) => {
                let words = format!("line {}: {}", error.line, error.message);
                self.add_note(Note { up, words, is_error: true });
            }
            What::OffAir => self.off_air(up),
            What::OnAir { .. } => self.on_air(up),
            What::ClockJumped { by_ms } => {
                self.note(up, &format!("the clock was set by {} s", by_ms / 1_000));
            }
            What::Warning { message } => self.note(up, message),
            What::PollOpened(opened) => self.poll_opened(opened, up),
            What::PollClosed(poll) => self.poll_closed(poll, up),
            What::Started(_)
            | What::TallyRead(_)
            | What::LeaderboardRead { .. }
            | What::CueFired { .. }
            | What::Queued { .. }
            | What::InDoubt { .. }
            | What::Missed { .. }
            | What::Skipped { .. }
            | What::NotRun { .. }
            | What::CueSet { .. }
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

    /// The evening is over, perhaps because it cost too much.
    pub fn end(&mut self, overrun: Option<Overrun>) {
        self.overrun = overrun;
    }

    fn add_note(&mut self, note: Note) {
        if self.notes.len() < TIMELINE_NOTES_MAX {
            self.notes.push(note);
        }
    }

    fn sent(&mut self, of: &About, repeat: bool, up: SignedDuration) {
        let (cue, column) = (of.cue.clone(), self.column(up));
        let mark = self.mark(&cue, column);
        mark.sent += 1;
        mark.repeats += u64::from(repeat);
        mark.largest = mark.largest.max(of.bytes);
        if mark.first.is_none() {
            mark.first = Some(of.payload.clone());
        }
    }

    fn mark(&mut self, cue: &CueKey, column: Column) -> &mut Mark {
        let lane = self.lane(cue);
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

    fn poll_opened(&mut self, opened: &PollOpened, from: SignedDuration) {
        if self.polls.len() < TIMELINE_POLLS_MAX {
            let poll = opened.told();
            let (asking, question) = (poll.asking.clone(), poll.question.to_owned());
            self.polls.push(Poll { asking, question, from, to: None, votes: Votes::default() });
        }
    }

    fn poll_closed(&mut self, closed: &PollClosed, to: SignedDuration) {
        let mut open = self.polls.iter_mut().rev();
        if let Some(poll) = open.find(|poll| poll.asking == closed.poll.asking) {
            poll.to = Some(to);
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
mod tests {
    use super::*;
    use crate::model::delivery::DeliveryId;

    const MINUTE: SignedDuration = SignedDuration::from_mins(1);

    fn sent(cue: &str, text: &str) -> What {
        let payload: Payload = text.parse().expect("a payload");
        let cue = CueKey::named(cue).expect("a name");
        let delivery = DeliveryId { run: 1, n: 1 };
        What::Sent {
            of: About { delivery, cue, bytes: payload.bytes(), payload },
            late_ms: 0,
            waited_ms: 0,
            took_ms: 20,
            attempts: 1,
            maybe_twice: false,
            repeat: false,
        }
    }

    fn read(timeline: &mut Timeline, up: SignedDuration, what: What) {
        let event = Event { at: timeline.start + up, what, show: None };
        timeline.read(&event, up);
    }

    fn evening(lasts: SignedDuration) -> Timeline {
        Timeline::new("2026-12-31T19:00:00Z".parse().expect("a time"), lasts, Zone::UTC)
    }

    #[test]
    fn a_year_takes_no_more_room_than_an_hour() {
        let mut timeline = evening(SignedDuration::from_hours(24 * 365));
        for minute in 0..100_000 {
            read(&mut timeline, MINUTE * (5 * minute), sent("a", "x"));
        }
        let marks = &timeline.lanes[0].marks;
        assert!(marks.len() <= TIMELINE_COLUMNS as usize, "{}", marks.len());
        assert_eq!(marks.values().map(|mark| mark.sent).sum::<u64>(), 100_000);
        assert_eq!(timeline.summary.sent, 100_000);
    }

    #[test]
    fn more_cues_than_lanes_share_the_last() {
        let mut timeline = evening(MINUTE);
        for cue in 0..2 * TIMELINE_LANES_MAX {
            read(&mut timeline, SignedDuration::ZERO, sent(&format!("cue {cue}"), "x"));
        }
        assert_eq!(timeline.lanes.len(), TIMELINE_LANES_MAX);
        let last = timeline.lanes.last().expect("there are lanes");
        assert_eq!(last.name, "all others");
        assert_eq!(last.marks[&0].sent, TIMELINE_LANES_MAX as u64 + 1);
        assert_eq!(timeline.summary.cues.len(), 2 * TIMELINE_LANES_MAX);
    }

    #[test]
    fn off_air_is_a_band_and_the_busiest_second_a_load() {
        let mut timeline = evening(MINUTE * 10);
        read(&mut timeline, MINUTE, What::OffAir);
        read(&mut timeline, MINUTE * 2, What::OnAir { stream: None, viewers: None });
        read(&mut timeline, MINUTE * 9, What::OffAir);
        let ended = Band { from: MINUTE, to: Some(MINUTE * 2) };
        assert_eq!(timeline.bands, [ended, Band { from: MINUTE * 9, to: None }]);
        for millis in [0, 300, 600, 1_300] {
            let up = MINUTE * 5 + SignedDuration::from_millis(millis);
            read(&mut timeline, up, sent("a", "x"));
        }
        assert_eq!(timeline.load.values().max(), Some(&3));
        assert_eq!(timeline.summary.peak.expect("a peak").sent, 3);
    }
}
