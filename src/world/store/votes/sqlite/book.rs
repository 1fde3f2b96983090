//! What is known in memory: the polls that take votes, who voted in them, and polls that need no
//! row yet because nobody did. The writer alone changes it, and only after what it says is on disk.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::model::channel::ShowId;
use crate::model::limits::VOTELESS_POLLS_KEPT;
use crate::model::poll::{AskingId, Tally};
use crate::model::vote::{Ballot, PollReport, RefusedVotes, ViewerId};

/// All shows that something was asked of since the start.
#[derive(Debug, Default)]
pub(super) struct Book {
    shows: BTreeMap<ShowId, Pages>,
}

/// What is known of one show.
#[derive(Debug, Default)]
pub(super) struct Pages {
    /// Whether its polls that are not finished were read from the file.
    pub(super) is_loaded: bool,
    pub(super) polls: BTreeMap<AskingId, Entry>,
    /// Refused votes that are not in the file yet.
    pub(super) refused: BTreeMap<AskingId, RefusedVotes>,
}

/// One poll.
#[derive(Debug)]
pub(super) struct Entry {
    /// Its row; none while it needs none.
    pub(super) row: Option<i64>,
    pub(super) ballot: Ballot,
    pub(super) is_sealed: bool,
    /// Who voted, and for which answer by its place.
    pub(super) voters: BTreeMap<ViewerId, u8>,
    /// Votes by the answer's place.
    pub(super) counts: BTreeMap<u8, u64>,
    /// Votes that were written, changed ones too.
    pub(super) written: u64,
    /// When the first came, and the last.
    pub(super) voted: Option<(Timestamp, Timestamp)>,
}

impl Book {
    /// What is known of a show.
    pub(super) fn pages(&self, show: &ShowId) -> Option<&Pages> {
        self.shows.get(show)
    }

    /// The same, begun where nothing is known yet.
    pub(super) fn pages_mut(&mut self, show: &ShowId) -> &mut Pages {
        if !self.shows.contains_key(show) {
            self.shows.insert(show.clone(), Pages::default());
        }
        self.shows.get_mut(show).expect("it was put there")
    }

    /// A poll.
    pub(super) fn entry(&self, show: &ShowId, asking: &AskingId) -> Option<&Entry> {
        self.pages(show)?.polls.get(asking)
    }

    /// The counts of refused votes are written.
    pub(super) fn forget_refused(&mut self) {
        self.shows.values_mut().for_each(|pages| pages.refused.clear());
    }

    /// The shows that something was told of.
    pub(super) fn shows(&self) -> impl Iterator<Item = &ShowId> {
        self.shows.keys()
    }

    /// Everything that is known, by show.
    pub(super) fn all(&self) -> impl Iterator<Item = (&ShowId, &Pages)> {
        self.shows.iter()
    }
}

impl Pages {
    /// The polls that take votes at that moment, the oldest first, with a viewer's choice in each.
    pub(super) fn open(
        &self,
        viewer: Option<ViewerId>,
        now: Timestamp,
    ) -> Vec<(Ballot, Option<String>)> {
        let open = |entry: &&Entry| !entry.is_sealed && now <= entry.ballot.votes_until;
        let mut open: Vec<&Entry> = self.polls.values().filter(open).collect();
        open.sort_by_key(|entry| entry.ballot.opened);
        let choice = |entry: &Entry| entry.choice_of(viewer?);
        open.into_iter().map(|entry| (entry.ballot.clone(), choice(entry))).collect()
    }

    /// Forgets the oldest of the polls without a row that are closed at `now`, but a few.
    pub(super) fn forget_voteless(&mut self, now: Timestamp) {
        let is_over = |entry: &Entry| entry.is_sealed || entry.ballot.votes_until < now;
        let mut over: Vec<(Timestamp, AskingId)> = self
            .polls
            .iter()
            .filter(|(_, entry)| entry.row.is_none() && is_over(entry))
            .map(|(asking, entry)| (entry.ballot.opened, asking.clone()))
            .collect();
        over.sort();
        let too_many = over.len().saturating_sub(VOTELESS_POLLS_KEPT);
        for (_, asking) in over.drain(..too_many) {
            self.polls.remove(&asking);
        }
    }

    /// Counts refused votes until they are written.
    pub(super) fn refuse(&mut self, asking: &AskingId, more: RefusedVotes) {
        self.refused.entry(asking.clone()).or_default().add(more);
    }

    /// How its polls without a row went.
    pub(super) fn voteless(&self) -> impl Iterator<Item = PollReport> {
        let voteless = self.polls.values().filter(|entry| entry.row.is_none());
        voteless.map(|entry| PollReport {
            ballot: entry.ballot.clone(),
            tally: entry.tally(),
            is_final: entry.is_sealed,
            voted: entry.voted,
            refused: RefusedVotes::default(),
        })
    }
}

impl Entry {
    /// A poll that nobody voted in.
    pub(super) fn new(row: Option<i64>, ballot: Ballot) -> Self {
        Self {
            row,
            ballot,
            is_sealed: false,
            voters: BTreeMap::new(),
            counts: BTreeMap::new(),
            written: 0,
            voted: None,
        }
    }

    /// Its votes.
    pub(super) fn tally(&self) -> Tally {
        tally(&self.ballot, self.counts.iter().map(|(place, votes)| (*place, *votes)))
    }

    fn choice_of(&self, viewer: ViewerId) -> Option<String> {
        key_at(&self.ballot, *self.voters.get(&viewer)?).map(str::to_owned)
    }
}

/// The place of an answer among those of its poll.
pub(super) fn place_of(ballot: &Ballot, key: &str) -> Option<u8> {
    let place = ballot.answers.iter().position(|choice| choice.key == key)?;
    u8::try_from(place).ok()
}

/// The key of the answer at a place.
pub(super) fn key_at(ballot: &Ballot, place: u8) -> Option<&str> {
    ballot.answers.get(usize::from(place)).map(|choice| &*choice.key)
}

/// Counts by place as a tally by key.
pub(super) fn tally(ballot: &Ballot, counts: impl IntoIterator<Item = (u8, u64)>) -> Tally {
    let mut tally = Tally::default();
    for (place, votes) in counts.into_iter().filter(|(_, votes)| *votes > 0) {
        if let Some(key) = key_at(ballot, place) {
            tally.add(key, votes);
        }
    }
    tally
}
