//! What votes come to: counts, and who has how many points.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Poll;

/// Votes by the key of their answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tally {
    counts: BTreeMap<String, u64>,
}

impl Tally {
    /// No votes.
    pub const NONE: Self = Self { counts: BTreeMap::new() };

    /// Counts `votes` more for an answer.
    pub fn add(&mut self, key: &str, votes: u64) {
        if let Some(count) = self.counts.get_mut(key) {
            *count = count.saturating_add(votes);
        } else {
            self.counts.insert(key.to_owned(), votes);
        }
    }

    /// The votes of an answer.
    pub fn of(&self, key: &str) -> u64 {
        self.counts.get(key).copied().unwrap_or(0)
    }

    /// An answer's share of all votes, in whole percent.
    pub fn percent(&self, key: &str) -> u64 {
        percent(self.of(key), self.total())
    }

    /// All votes.
    pub fn total(&self) -> u64 {
        self.counts.values().fold(0, |sum, votes| sum.saturating_add(*votes))
    }
}

/// One line of a ranking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rank {
    /// The answer's text.
    pub answer: String,
    /// Its votes.
    pub votes: u64,
    /// Its share, in whole percent.
    pub percent: u64,
}

/// A viewer's name and points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leader {
    /// The name the viewer chose.
    pub name: String,
    /// The points of the right answers.
    pub points: u64,
}

impl Poll {
    /// Its answers with the most votes first; equals in the order asked.
    pub fn ranking(&self, tally: &Tally) -> Vec<Rank> {
        let total = tally.total();
        let rank = |choice: &super::Choice| {
            let votes = tally.of(&choice.key);
            Rank { answer: choice.text.clone(), votes, percent: percent(votes, total) }
        };
        let mut ranking: Vec<Rank> = self.answers.iter().map(rank).collect();
        ranking.sort_by_key(|rank| std::cmp::Reverse(rank.votes));
        ranking
    }

    /// The answer with the most votes; none without votes or on a tie.
    pub fn winner(&self, tally: &Tally) -> Option<String> {
        let mut ranking = self.ranking(tally).into_iter();
        let (first, second) = (ranking.next()?, ranking.next());
        let leads = first.votes > second.map_or(0, |second| second.votes);
        leads.then_some(first.answer)
    }

    /// A tally as scripts read it: `total`, `counts` by the answers' texts, `winner`, `ranking`.
    pub fn told(&self, tally: &Tally) -> Value {
        let counts = self.answers.iter();
        let counts: BTreeMap<&str, u64> =
            counts.map(|choice| (&*choice.text, tally.of(&choice.key))).collect();
        json!({
            "total": tally.total(),
            "counts": counts,
            "winner": self.winner(tally),
            "ranking": self.ranking(tally),
        })
    }
}

/// The nearest whole percent; 0 of nothing.
fn percent(part: u64, whole: u64) -> u64 {
    let (part, whole) = (u128::from(part), u128::from(whole));
    let percent = (part * 100 + whole / 2).checked_div(whole).unwrap_or(0);
    u64::try_from(percent).unwrap_or(u64::MAX)
}
