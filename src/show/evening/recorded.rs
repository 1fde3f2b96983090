//! What a past evening got from outside, given to its show once more: votes, points, and what
//! addresses answered.

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

use super::agenda::Who;
use super::{Evening, Parcel, ShowIndex};
use crate::model::cue::AfterId;
use crate::model::fetch::Fetched;
use crate::model::io::ShowInput;
use crate::model::limits::{FETCH_TIMEOUT, RECORDED_TICK, REHEARSAL_LATENCY};
use crate::model::poll::{AskingId, Leader, Poll, Tally};

/// Votes by the text of their answer.
pub type Counts = BTreeMap<String, u64>;

/// What was recorded; moments are counted from the start of the evening.
#[derive(Debug, Clone, Default)]
pub struct Recorded {
    /// The polls.
    pub polls: Vec<RecordedPoll>,
    /// Who had the most points, each time that was read.
    pub leaders: Vec<(SignedDuration, Vec<Leader>)>,
    /// What came from each address.
    pub answers: BTreeMap<String, RecordedAnswers>,
}

/// What came from one address.
#[derive(Debug, Clone, Default)]
pub struct RecordedAnswers {
    /// What is still to come, in its order.
    pub coming: VecDeque<(SignedDuration, Fetched)>,
    /// What came last.
    last: Option<Fetched>,
}

/// The votes of a poll.
#[derive(Debug, Clone)]
pub struct RecordedPoll {
    /// Which; its `current_time` may be another when it is asked again.
    pub asking: AskingId,
    /// When it opened.
    pub opened: Timestamp,
    /// Its votes, each time they were read.
    pub reads: Vec<(SignedDuration, Counts)>,
    /// What they came to; none where that is not known.
    pub counts: Option<Counts>,
}

/// Whether it happened at `now` or later, as far as the journal's full milliseconds tell.
fn is_due(at: SignedDuration, now: SignedDuration) -> bool {
    at + RECORDED_TICK > now
}

/// What was read at that moment, else the next time; else what was read last.
fn read_at<T>(reads: &[(SignedDuration, T)], now: SignedDuration) -> Option<&T> {
    reads.iter().find(|(at, _)| is_due(*at, now)).map(|(_, read)| read)
}

impl Recorded {
    /// The votes of a poll so far: those of the asking of its question that was nearest in time.
    pub(super) fn tally(&self, poll: &Poll, now: SignedDuration, is_final: bool) -> Tally {
        let same = self.polls.iter().filter(|it| it.asking.poll_id == poll.asking.poll_id);
        let nearest = same.min_by_key(|it| it.opened.duration_since(poll.opened).abs());
        let Some(it) = nearest else { return Tally::default() };
        let read = read_at(&it.reads, now).filter(|_| !is_final);
        let last = it.reads.last().map(|(_, read)| read);
        let mut tally = Tally::default();
        for (answer, votes) in read.or(it.counts.as_ref()).or(last).into_iter().flatten() {
            // An answer that the script has no more takes no votes.
            if let Some(choice) = poll.choice(answer) {
                tally.add(&choice.key, *votes);
            }
        }
        tally
    }

    pub(super) fn leaders(&self, now: SignedDuration) -> Vec<Leader> {
        let last = self.leaders.last().map(|(_, leaders)| leaders);
        read_at(&self.leaders, now).or(last).cloned().unwrap_or_default()
    }
}

impl RecordedAnswers {
    /// What comes to whoever asks now, and when: the answer that came then. Where nobody asked
    /// then, what had come last comes soon.
    fn next(&mut self, now: SignedDuration, soon: SignedDuration) -> (SignedDuration, Fetched) {
        while let Some((_, past)) = self.coming.pop_front_if(|(at, _)| !is_due(*at, now)) {
            self.last = Some(past);
        }
        if let Some((at, fetched)) = self.coming.pop_front_if(|(at, _)| *at <= now + FETCH_TIMEOUT)
        {
            self.last = Some(fetched.clone());
            return (at - now, fetched);
        }
        let none = || Fetched::failed("the journal holds no answer for this moment");
        (soon, self.last.clone().unwrap_or_else(none))
    }
}

impl Evening {
    /// A show gets once more what was recorded: no viewer votes, and nobody is asked.
    pub fn play_recorded(&mut self, show: ShowIndex, recorded: Recorded) {
        self.recorded.insert(show.0, recorded);
    }

    /// No time passes for a show until [`Self::no_longer_still`]: what comes meanwhile waits, but
    /// for what its operator asks.
    pub fn stand_still(&mut self, show: ShowIndex) {
        if let Some(played) = self.shows.get_mut(show.0) {
            played.still.get_or_insert_default();
            self.agenda.set(Who::Show(show.0), None);
        }
    }

    /// A show goes on. What was due is late now, as when the machine had slept.
    pub fn no_longer_still(&mut self, show: ShowIndex) {
        let still = self.shows.get_mut(show.0).and_then(|played| played.still.take());
        let Some(waited) = still else { return };
        self.input(show, ShowInput::Tick);
        for input in waited {
            self.input(show, input);
        }
    }

    /// A show fetches.
    pub(super) fn fetch(&mut self, show: usize, id: AfterId, url: String) {
        // Not even in a test does an answer come in the moment of its question.
        let soon = self.world.latency.max(REHEARSAL_LATENCY) + self.slow.1;
        let Some(recorded) = self.recorded.get_mut(&show) else {
            return self.send_later(soon, Who::Show(show), Parcel::Answer(id, url));
        };
        let (wait, fetched) = recorded.answers.entry(url).or_default().next(self.now.up, soon);
        let input = ShowInput::Fetched { id, fetched: Box::new(fetched) };
        self.send_later(wait.max(SignedDuration::ZERO), Who::Show(show), Parcel::Show(input));
    }
}
