//! Polls of an evening, and what their votes came to.

use jiff::SignedDuration;

use crate::model::event::{Opened, PollClosed};
use crate::model::poll::AskingId;

/// A poll, from its opening to its last vote; without an end when it stayed open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    pub(super) asking: AskingId,
    /// The question.
    pub question: String,
    /// When it opened, since the start.
    pub from: SignedDuration,
    /// When its votes were final.
    pub to: Option<SignedDuration>,
    /// What they came to.
    pub votes: Votes,
}

impl Poll {
    pub(super) fn open(poll: &Opened<'_>, from: SignedDuration) -> Self {
        let (asking, question) = (poll.asking.clone(), poll.question.to_owned());
        Self { asking, question, from, to: None, votes: Votes::default() }
    }
}

/// What the votes of a poll came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Votes {
    /// All of them.
    pub total: u64,
    /// The answers, the one with the most votes first.
    pub ranking: Vec<Answer>,
    /// The answer with the most votes; none without votes or on a tie.
    pub winner: Option<String>,
}

/// An answer and its votes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What viewers read.
    pub text: String,
    /// How many chose it.
    pub votes: u64,
    /// Their share, in whole percent.
    pub percent: u64,
    /// Whether it is a quiz's right answer.
    pub is_right: bool,
}

impl Votes {
    /// Those of a poll that closed.
    pub fn of(closed: &PollClosed) -> Self {
        let right = closed.poll.correct_text();
        let ranking = closed.poll.ranking(&closed.tally).into_iter().map(|rank| Answer {
            is_right: right == Some(rank.answer.as_str()),
            text: rank.answer,
            votes: rank.votes,
            percent: rank.percent,
        });
        let (total, winner) = (closed.tally.total(), closed.poll.winner(&closed.tally));
        Self { total, ranking: ranking.collect(), winner }
    }
}
