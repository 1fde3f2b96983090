//! What is known of a show's polls: what a script can read of them.

use std::sync::{Arc, LazyLock};

use jiff::{SignedDuration, Timestamp};

use crate::model::limits::{POLL_GRACE, POLLS_OPEN_MAX, TALLY_AGE_MAX};
use crate::model::payload::Slot;
use crate::model::poll::{
    AskingId, Form, KeptPoll, Leader, Phase, Poll, PollNews, Reveal, Tally, asking_time,
};
use crate::model::time::Now;

/// A show's polls in the order asked, the oldest first. Cheap to copy: its entries are shared.
#[derive(Debug, Clone, Default)]
pub struct Book {
    pub(super) entries: Vec<Arc<Entry>>,
    leaders: Option<(SignedDuration, Arc<[Leader]>)>,
    /// Questions whose last asking was named by a time that is not past: where one is asked oftener
    /// than once a second, its names run ahead of the clock.
    ahead: Vec<(String, Timestamp)>,
}

/// One poll and what was last heard of it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The poll and how far it has come.
    pub kept: KeptPoll,
    /// On the interval clock: when it closes, or when its final tally is asked for (again).
    pub(super) due: SignedDuration,
    /// How often its final tally was asked for.
    pub(super) tries: u32,
    /// It closed while the show did not run.
    pub(super) late: bool,
    /// The newest tally that is not final, and when it came.
    pub(super) read: Option<(SignedDuration, Tally)>,
    /// Whether that could not be counted any more: it is what was known before.
    pub uncounted: bool,
    /// Whether whoever takes votes takes no more of it.
    pub sealed: bool,
}

/// How a poll closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closing {
    /// Late votes get their time; then its results are sent, if it sends any.
    Usual,
    /// Its results are sent in this very moment: no late vote counts.
    Revealed,
    /// Late votes get their time, and no results are sent.
    Silent,
}

/// What a poll that is void has.
static NO_VOTES: Tally = Tally::NONE;

impl Entry {
    /// A poll that opens now: it has no votes yet.
    pub(super) fn new(poll: Arc<Poll>, now: Now) -> Self {
        let due = now.up_at(poll.closes_at);
        let read = Some((now.up, Tally::default()));
        let kept = KeptPoll::opened(poll);
        Self { kept, due, tries: 0, late: false, read, uncounted: false, sealed: false }
    }

    /// The poll.
    pub fn poll(&self) -> &Poll {
        &self.kept.poll
    }

    /// Whether its votes are final.
    pub fn is_final(&self) -> bool {
        matches!(self.kept.phase, Phase::Final(_) | Phase::Void)
    }

    /// Whether it takes votes.
    pub fn is_open(&self) -> bool {
        self.kept.phase == Phase::Open
    }

    /// Whether its results are still to be sent by themselves.
    pub fn owes_results(&self) -> bool {
        let sent = match self.kept.phase {
            Phase::Open => false,
            Phase::Closed { results_sent, .. } => results_sent,
            Phase::Final(_) | Phase::Void => true,
        };
        self.poll().sends_results() && !sent
    }

    /// That its points are given: once its votes are final and its right answer was told.
    pub(super) fn award_news(&self) -> Option<PollNews> {
        let is_final = matches!(self.kept.phase, Phase::Final(_));
        let is_due = is_final && self.kept.reveal == Reveal::Done;
        let award = self.poll().award().filter(|_| is_due)?;
        Some(PollNews::Award { asking: self.poll().asking.clone(), award })
    }

    /// Its tally, if it is final or was read since then.
    pub fn tally(&self, since: SignedDuration) -> Option<&Tally> {
        match (&self.kept.phase, &self.read) {
            (Phase::Final(tally), _) => Some(tally),
            (Phase::Void, _) => Some(&NO_VOTES),
            (_, Some((at, tally))) if *at >= since => Some(tally),
            _ => None,
        }
    }

    /// It closes, unless it did. Whether that changed it.
    pub(super) fn close(&mut self, now: Now, how: Closing) -> bool {
        let closes = self.due.min(now.up);
        self.kept.unsent |= how == Closing::Silent && self.owes_results();
        self.due = match (&mut self.kept.phase, how) {
            (Phase::Open, Closing::Usual | Closing::Silent) => closes + POLL_GRACE,
            (Phase::Open, Closing::Revealed) => closes,
            (Phase::Closed { .. }, Closing::Revealed) => now.up,
            (Phase::Closed { results_sent, .. }, Closing::Silent) => {
                return !std::mem::replace(results_sent, true);
            }
            (Phase::Closed { .. }, Closing::Usual) | (Phase::Final(_) | Phase::Void, _) => {
                return false;
            }
        };
        let results_sent = how != Closing::Usual;
        let votes_until = now.wall_at(self.due);
        self.kept.phase = Phase::Closed { votes_until, results_sent };
        true
    }

    /// The newest tally, however old; an empty one when none was heard of.
    pub fn last_tally(&self) -> Tally {
        match (&self.kept.phase, &self.read) {
            (Phase::Void, _) => Tally::NONE,
            (Phase::Final(tally), _) | (_, Some((_, tally))) => tally.clone(),
            (_, None) => Tally::default(),
        }
    }
}

impl Book {
    /// A book without polls, which all that have none share: a run has many.
    pub fn none() -> Arc<Self> {
        static NONE: LazyLock<Arc<Book>> = LazyLock::new(Arc::default);
        Arc::clone(&NONE)
    }

    /// The asking of that id, or else the newest one of its question.
    pub fn find(&self, asking: &AskingId) -> Option<&Entry> {
        let newest = |entry: &&Arc<Entry>| entry.poll().asking.poll_id == asking.poll_id;
        self.get(asking).or_else(|| self.entries.iter().rev().find(newest).map(|entry| &**entry))
    }

    /// The asking of that id.
    pub fn get(&self, asking: &AskingId) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.poll().asking == *asking).map(|entry| &**entry)
    }

    /// The poll that is open in a slot.
    pub fn open_in(&self, slot: &Slot) -> Option<&Entry> {
        self.unsettled().find(|entry| entry.is_open() && entry.poll().slot == *slot)
    }

    /// The polls of a slot that would send their results into it.
    pub fn owing_results_in(&self, slot: &Slot) -> impl Iterator<Item = &Entry> {
        self.unsettled().filter(|entry| entry.owes_results() && entry.poll().slot == *slot)
    }

    /// All that are known, the oldest first.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.iter().map(|entry| &**entry)
    }

    /// The same, as if all that is known had come just now, and no vote would follow.
    #[must_use]
    pub fn as_known(&self, now: Now) -> Self {
        let mut known = self.clone();
        for entry in &mut known.entries {
            let tally = entry.last_tally();
            let entry = Arc::make_mut(entry);
            entry.read = Some((now.up, tally));
            entry.sealed = true;
        }
        known.set_leaders(Some(self.last_leaders()), now);
        known
    }

    /// The polls whose votes are not final.
    pub fn unsettled(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().map(|entry| &**entry).filter(|entry| !entry.is_final())
    }

    /// Whether results that say a right answer are on their way.
    pub fn is_revealing(&self) -> bool {
        self.entries.iter().any(|entry| entry.kept.reveal == Reveal::UnderWay)
    }

    /// Whether one more may open in a slot.
    pub fn has_room_for(&self, slot: &Slot) -> bool {
        let open = self.unsettled().filter(|entry| entry.is_open());
        self.open_in(slot).is_some() || open.count() < POLLS_OPEN_MAX
    }

    /// The `current_time` of an asking that begins now: later than that of any other asking of the
    /// same question.
    pub fn fresh_time(&self, poll_id: &str, now: Timestamp) -> String {
        let known = self.entries.iter().map(|entry| &entry.poll().asking);
        let known = known.filter(|asking| asking.poll_id == poll_id).filter_map(AskingId::time);
        let ahead = self.ahead.iter().filter(|(id, _)| id == poll_id).map(|(_, time)| *time);
        let next = known
            .chain(ahead)
            .max()
            .map(|last| last.saturating_add(SignedDuration::from_secs(1)).unwrap_or(last));
        asking_time(next.map_or(now, |next| next.max(now)))
    }

    /// Whether a payload is another sending of a poll that is open in its slot.
    pub fn is_open(&self, form: &Form, slot: &Slot) -> bool {
        self.open_in(slot).is_some_and(|entry| entry.poll().asking == form.asking)
    }

    /// Who has the most points, if that is new enough to be read.
    pub fn leaders(&self, now: Now) -> Option<&[Leader]> {
        let (at, leaders) = self.leaders.as_ref()?;
        (*at >= now.up - TALLY_AGE_MAX).then_some(&**leaders)
    }

    /// A poll opens; one that is open in its slot closes.
    pub fn open(&mut self, poll: Arc<Poll>, now: Now) {
        if let Some(open) = self.open_in(&poll.slot).map(|entry| Arc::clone(&entry.kept.poll)) {
            self.close(&open.asking, now, false);
        }
        if let Some(time) = poll.asking.time() {
            let poll_id = &poll.asking.poll_id;
            let is_past = |time: Timestamp| time.as_second() < now.wall.as_second();
            self.ahead.retain(|(id, time)| id != poll_id && !is_past(*time));
            if !is_past(time) {
                self.ahead.push((poll_id.clone(), time));
            }
        }
        self.entries.push(Arc::new(Entry::new(poll, now)));
    }

    /// A poll closes, if it is open. One that is `revealed` gets no time for late votes.
    pub fn close(&mut self, asking: &AskingId, now: Now, revealed: bool) {
        let how = if revealed { Closing::Revealed } else { Closing::Usual };
        if let Some(entry) = self.change(asking) {
            entry.close(now, how);
        }
    }

    pub(super) fn change(&mut self, asking: &AskingId) -> Option<&mut Entry> {
        let entry = self.entries.iter_mut().find(|entry| entry.poll().asking == *asking)?;
        Some(Arc::make_mut(entry))
    }

    /// Who had the most points when that was last heard of.
    pub fn last_leaders(&self) -> Vec<Leader> {
        self.leaders.as_ref().map(|(_, leaders)| leaders.to_vec()).unwrap_or_default()
    }

    /// What is known of the points is too old to be read.
    pub(super) fn outdate_leaders(&mut self) {
        if let Some((at, _)) = &mut self.leaders {
            *at = SignedDuration::MIN;
        }
    }

    /// What is known of the points from now on; nothing for none.
    pub fn set_leaders(&mut self, leaders: Option<Vec<Leader>>, now: Now) {
        self.leaders = leaders.map(|leaders| (now.up, leaders.into()));
    }
}
