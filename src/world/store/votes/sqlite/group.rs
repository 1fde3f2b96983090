//! Votes that become one transaction: what becomes of each, in the order they came, and what they
//! change together.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::Vote;
use super::book::{Book, Entry, key_at, place_of};
use crate::model::channel::ShowId;
use crate::model::poll::AskingId;
use crate::model::vote::{Ballot, RefusedVotes, Verdict, ViewerId};

/// A poll's name among all shows.
pub(super) type Name<'a> = (&'a ShowId, &'a AskingId);

/// What the votes of a group change.
#[derive(Debug, Default)]
pub(super) struct Group<'a> {
    /// By poll.
    pub(super) polls: BTreeMap<Name<'a>, Added>,
}

/// What a group adds to one poll.
#[derive(Debug, Default)]
pub(super) struct Added {
    /// The votes that count, in their order.
    pub(super) votes: Vec<Counted>,
    /// The standing choice of each who voted.
    pub(super) voters: BTreeMap<ViewerId, u8>,
    /// What it adds to each answer; a changed vote takes one away.
    pub(super) counts: BTreeMap<u8, i64>,
    /// Those that do not count.
    pub(super) refused: RefusedVotes,
}

/// A vote that counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counted {
    pub(super) viewer: ViewerId,
    /// The answer's place.
    pub(super) place: u8,
    pub(super) at: Timestamp,
}

impl<'a> Group<'a> {
    /// What becomes of a vote; `sealed` finds a poll that takes no more.
    pub(super) fn judge<E>(
        &mut self,
        book: &Book,
        (show, vote): (&'a ShowId, &'a Vote),
        sealed: impl FnOnce() -> Result<Option<Ballot>, E>,
    ) -> Result<Verdict, E> {
        let entry = book.entry(show, &vote.asking);
        let found = if entry.is_none() { sealed()? } else { None };
        let Some(ballot) = entry.map(|entry| &entry.ballot).or(found.as_ref()) else {
            return Ok(Verdict::Unknown);
        };
        let added = self.polls.entry((show, &vote.asking)).or_default();
        let Some(place) = place_of(ballot, &vote.choice) else {
            added.refused.invalid += 1;
            return Ok(Verdict::NotAChoice);
        };
        match entry {
            Some(entry) if !entry.is_sealed && vote.at <= ballot.votes_until => {
                let vote = Counted { viewer: vote.viewer, place, at: vote.at };
                Ok(added.cast(entry, vote))
            }
            _ => {
                added.refused.late += 1;
                Ok(Verdict::Closed)
            }
        }
    }

    /// Whether something must be written before it is answered.
    pub(super) fn has_votes(&self) -> bool {
        self.polls.values().any(|added| !added.votes.is_empty())
    }
}

impl Added {
    fn cast(&mut self, entry: &Entry, vote: Counted) -> Verdict {
        let stands = self.voters.get(&vote.viewer).or_else(|| entry.voters.get(&vote.viewer));
        match stands.copied() {
            Some(stands) if !entry.ballot.change => {
                self.refused.duplicate += u64::from(stands != vote.place);
                let choice = key_at(&entry.ballot, stands).unwrap_or_default().to_owned();
                return Verdict::Stands { choice };
            }
            Some(stands) if stands == vote.place => return Verdict::Counted,
            Some(stands) => *self.counts.entry(stands).or_default() -= 1,
            None => {}
        }
        *self.counts.entry(vote.place).or_default() += 1;
        self.voters.insert(vote.viewer, vote.place);
        self.votes.push(vote);
        Verdict::Counted
    }

    /// When the first and the last of its votes came, with those of before.
    pub(super) fn voted(
        &self,
        before: Option<(Timestamp, Timestamp)>,
    ) -> Option<(Timestamp, Timestamp)> {
        let times = self.votes.iter().map(|vote| vote.at);
        let (first, last) = (times.clone().min()?, times.max()?);
        let (earliest, latest) = before.unwrap_or((first, last));
        Some((earliest.min(first), latest.max(last)))
    }
}

impl Entry {
    /// Takes in what was written of it.
    pub(super) fn take(&mut self, added: Added) {
        self.voted = added.voted(self.voted).or(self.voted);
        self.written += added.votes.len() as u64;
        self.voters.extend(added.voters);
        for (place, more) in added.counts {
            let votes = self.counts.entry(place).or_default();
            *votes = votes.saturating_add_signed(more);
        }
    }
}
