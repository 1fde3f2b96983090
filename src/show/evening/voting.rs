//! Viewers of a simulated evening vote: in each poll, some at a time, most of them soon.

use jiff::SignedDuration;

use super::agenda::Who;
use super::{Evening, Parcel, ShowIndex};
use crate::model::limits::{VOTING_LASTS_MAX, VOTING_STEPS};
use crate::model::poll::{AskingId, Poll};
use crate::rules::audience::{Audience, Leanings};

/// A poll in which viewers vote.
pub(super) struct Voting {
    asking: AskingId,
    /// The keys of its answers, in their order.
    answers: Vec<String>,
    leanings: Leanings,
    /// Those who vote by name, for each answer; they are cast before the others.
    named: Vec<Vec<&'static str>>,
    /// How long they take, and how much of it has passed.
    lasts: SignedDuration,
    steps: i32,
    /// What has been cast so far.
    cast: Vec<u64>,
}

impl Evening {
    /// Viewers vote from now on in each poll that opens.
    pub fn set_audience(&mut self, audience: Audience) {
        self.audience = Some(audience);
    }

    pub(super) fn begin_voting(&mut self, show: usize, poll: &Poll) {
        let Some(audience) = &self.audience else { return };
        let watching = audience.watching(self.now.up);
        let leanings = audience.leanings(&poll.asking.to_string(), poll.answers.len(), watching);
        let named = match poll.correct {
            Some(_) => audience.regulars(&poll.asking.to_string(), &leanings),
            None => vec![Vec::new(); poll.answers.len()],
        };
        let lasts = poll.closes_at.duration_since(self.now.wall).min(VOTING_LASTS_MAX);
        let voting = Voting {
            asking: poll.asking.clone(),
            answers: poll.answers.iter().map(|answer| answer.key.clone()).collect(),
            leanings,
            named,
            lasts,
            steps: 0,
            cast: vec![0; poll.answers.len()],
        };
        self.send_later(lasts / VOTING_STEPS, Who::Show(show), Parcel::Voting(Box::new(voting)));
    }

    /// The next of them vote, until all have, or the poll takes no votes any more.
    pub(super) fn go_on_voting(&mut self, show: usize, mut voting: Voting) {
        voting.steps += 1;
        let passed = voting.lasts / VOTING_STEPS * voting.steps;
        let cast = voting.leanings.cast(passed, voting.lasts);
        let counts = cast.iter().zip(&voting.cast);
        let answers = voting.answers.iter().zip(&mut voting.named);
        for ((key, named), (all, before)) in answers.zip(counts) {
            let (show, asking) = (ShowIndex(show), Some(&voting.asking));
            let mut more = all.saturating_sub(*before);
            while more > 0
                && let Some(name) = named.pop()
            {
                if self.vote_as(show, name, asking, key).is_err() {
                    return;
                }
                more -= 1;
            }
            if self.vote(show, asking, key, more).is_err() {
                return;
            }
        }
        voting.cast = cast;
        if voting.steps < VOTING_STEPS {
            let wait = voting.lasts / VOTING_STEPS;
            self.send_later(wait, Who::Show(show), Parcel::Voting(Box::new(voting)));
        }
    }
}
