//! Simulated votes: what viewers of an evening chose, counted as a vote store would.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use crate::model::limits::{ASKED_POLLS_KEPT, LEADERS_MAX};
use crate::model::near::nearest;
use crate::model::poll::{AskingId, Leader, PointsEra, Poll, Tally};
use crate::model::vote::Award;

/// The votes of one show, and the points of its viewers.
#[derive(Debug, Clone, Default)]
pub struct Ballots {
    polls: BTreeMap<AskingId, Ballot>,
    /// Those that are settled, the one that closed first before the others.
    settled: BTreeSet<(Option<Timestamp>, AskingId)>,
    points: BTreeMap<String, u64>,
    /// Since when those count.
    era: Option<PointsEra>,
    /// How many were opened.
    opened: u64,
}

#[derive(Debug, Clone)]
struct Ballot {
    poll: Arc<Poll>,
    /// How many were opened before it.
    number: u64,
    /// None as long as it is open.
    votes_until: Option<Timestamp>,
    unnamed: Tally,
    /// What viewers chose, by name.
    named: BTreeMap<String, String>,
    settled: bool,
    awarded: bool,
}

/// Why a vote does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VoteError {
    /// No such poll was asked, or none is open.
    #[error("no poll takes votes")]
    NoPoll,
    /// The poll has no such answer.
    #[error(
        "`{met}` is no answer of the poll{}",
        near.as_ref().map(|near| format!(", did you mean `{near}`?")).unwrap_or_default()
    )]
    NoAnswer {
        /// What was meant.
        met: String,
        /// The nearest answer there is.
        near: Option<String>,
    },
    /// It closed, and the time for late votes is over.
    #[error("the poll is closed")]
    Closed,
    /// That viewer voted, and votes of this poll cannot be changed.
    #[error("`{name}` has voted")]
    Voted {
        /// The viewer's name.
        name: String,
    },
}

impl Ballots {
    /// Polls that are open, in the order asked.
    pub fn open(&self) -> Vec<&Poll> {
        let open = self.polls.values().filter(|ballot| ballot.votes_until.is_none());
        let mut open: Vec<&Ballot> = open.collect();
        open.sort_by_key(|ballot| ballot.number);
        let open: Vec<&Poll> = open.into_iter().map(|ballot| &*ballot.poll).collect();
        open
    }

    pub(super) fn opened(&mut self, poll: Arc<Poll>) {
        let number = self.opened;
        self.opened += 1;
        let ballot = |poll: Arc<Poll>| Ballot {
            poll,
            number,
            votes_until: None,
            unnamed: Tally::default(),
            named: BTreeMap::new(),
            settled: false,
            awarded: false,
        };
        self.polls.entry(poll.asking.clone()).or_insert_with(|| ballot(poll));
    }

    pub(super) fn extended(&mut self, poll: Arc<Poll>) {
        if let Some(ballot) = self.polls.get_mut(&poll.asking) {
            ballot.poll = poll;
        }
    }

    pub(super) fn closed(&mut self, asking: &AskingId, votes_until: Timestamp) {
        if let Some(ballot) = self.polls.get_mut(asking) {
            ballot.votes_until = Some(votes_until);
        }
    }

    /// Of the votes that are settled the newest stay.
    pub(super) fn settled(&mut self, asking: &AskingId) {
        let Some(ballot) = self.polls.get_mut(asking) else { return };
        let is_new = !std::mem::replace(&mut ballot.settled, true);
        if is_new {
            self.settled.insert((ballot.votes_until, asking.clone()));
        }
        if self.settled.len() > ASKED_POLLS_KEPT
            && let Some((_, oldest)) = self.settled.pop_first()
        {
            self.polls.remove(&oldest);
        }
    }

    /// The right answers' points are given, once.
    pub(super) fn award(&mut self, asking: &AskingId, award: &Award) {
        let Some(ballot) = self.polls.get_mut(asking) else { return };
        if std::mem::replace(&mut ballot.awarded, true) {
            return;
        }
        for (name, _) in ballot.named.iter().filter(|(_, key)| **key == award.choice) {
            *self.points.entry(name.clone()).or_default() += u64::from(award.points);
        }
    }

    /// Points of before are forgotten, once.
    pub(super) fn forget_points(&mut self, era: PointsEra) {
        if self.era.replace(era) != Some(era) {
            self.points.clear();
        }
    }

    /// A poll that was opened, and is not forgotten.
    pub fn poll(&self, asking: &AskingId) -> Option<&Poll> {
        self.polls.get(asking).map(|ballot| &*ballot.poll)
    }

    /// The asking of the same poll that is nearest in time, and not forgotten.
    pub fn nearest(&self, asking: &AskingId) -> Option<&Poll> {
        let same = self.polls.values().map(|ballot| &*ballot.poll);
        let same = same.filter(|poll| poll.asking.poll_id == asking.poll_id);
        let far = |poll: &&Poll| {
            let times = poll.asking.time().zip(asking.time());
            (poll.asking != *asking, times.map(|(one, other)| one.duration_since(other).abs()))
        };
        same.min_by_key(far)
    }

    /// The votes of a poll.
    pub fn tally(&self, asking: &AskingId) -> Tally {
        let Some(ballot) = self.polls.get(asking) else { return Tally::default() };
        let mut tally = ballot.unnamed.clone();
        ballot.named.values().for_each(|key| tally.add(key, 1));
        tally
    }

    /// Whether no vote of a poll can be added at that moment.
    pub(super) fn is_final(&self, asking: &AskingId, now: Timestamp) -> bool {
        let until = self.polls.get(asking).and_then(|ballot| ballot.votes_until);
        until.is_some_and(|until| now >= until)
    }

    /// The viewers with the most points, the best first.
    pub fn leaders(&self) -> Vec<Leader> {
        let points = self.points.iter();
        let mut leaders: Vec<Leader> =
            points.map(|(name, points)| Leader { name: name.clone(), points: *points }).collect();
        leaders.sort_by_key(|leader| std::cmp::Reverse(leader.points));
        leaders.truncate(LEADERS_MAX);
        leaders
    }

    /// Votes: `count` of viewers without a name, or the one of `name`.
    pub(super) fn vote(
        &mut self,
        asking: Option<&AskingId>,
        answer: &str,
        by: Voters<'_>,
        now: Timestamp,
    ) -> Result<(), VoteError> {
        let newest = || self.open().last().map(|poll| poll.asking.clone());
        let asking = asking.cloned().or_else(newest).ok_or(VoteError::NoPoll)?;
        let ballot = self.polls.get_mut(&asking).ok_or(VoteError::NoPoll)?;
        if ballot.votes_until.is_some_and(|until| now >= until) {
            return Err(VoteError::Closed);
        }
        let Some(choice) = ballot.poll.choice(answer) else {
            let texts = ballot.poll.answers.iter().map(|choice| &*choice.text);
            let near = nearest(answer, texts);
            return Err(VoteError::NoAnswer { met: answer.to_owned(), near });
        };
        match by {
            Voters::Unnamed(count) => ballot.unnamed.add(&choice.key, count),
            Voters::Named(name) if ballot.named.contains_key(name) && !ballot.poll.change => {
                return Err(VoteError::Voted { name: name.to_owned() });
            }
            Voters::Named(name) => {
                ballot.named.insert(name.to_owned(), choice.key.clone());
            }
        }
        Ok(())
    }
}

/// Who votes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Voters<'a> {
    /// So many, each for the first time.
    Unnamed(u64),
    /// One, who may get points.
    Named(&'a str),
}
