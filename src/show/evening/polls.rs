//! Polls of an evening: who drives it sees them and votes in the place of viewers.

use crate::model::channel::ShowId;
use crate::model::io::ShowInput;
use crate::model::poll::{AskingId, Counting, Poll, PollNews};

use super::agenda::Who;
use super::ballots::{Ballots, VoteError, Voters};
use super::{Evening, Parcel, ShowIndex};

impl Evening {
    /// The polls of a show that are open, in the order asked.
    pub fn open_polls(&self, show: ShowIndex) -> Vec<&Poll> {
        self.ballots(show).map(Ballots::open).unwrap_or_default()
    }

    /// Casts `count` votes for an answer, by its text or key; without an asking, in the poll that
    /// was opened last. Votes count until ten seconds after the poll closed.
    pub fn vote(
        &mut self,
        show: ShowIndex,
        asking: Option<&AskingId>,
        answer: &str,
        count: u64,
    ) -> Result<(), VoteError> {
        self.cast(show, asking, answer, Voters::Unnamed(count))
    }

    /// Casts the vote of a viewer with a name, who gets the points of a right answer.
    pub fn vote_as(
        &mut self,
        show: ShowIndex,
        name: &str,
        asking: Option<&AskingId>,
        answer: &str,
    ) -> Result<(), VoteError> {
        self.cast(show, asking, answer, Voters::Named(name))
    }

    fn cast(
        &mut self,
        show: ShowIndex,
        asking: Option<&AskingId>,
        answer: &str,
        by: Voters<'_>,
    ) -> Result<(), VoteError> {
        let played = self.shows.get(show.0).ok_or(VoteError::NoPoll)?;
        let ballots = self.ballots.get_mut(played.show.id()).ok_or(VoteError::NoPoll)?;
        ballots.vote(asking, answer, by, self.now.wall)
    }

    /// The votes of a show, also to be kept for another evening: a store of votes outlives a crash.
    pub fn ballots(&self, show: ShowIndex) -> Option<&Ballots> {
        self.ballots.get(self.shows.get(show.0)?.show.id())
    }

    /// The votes that an earlier evening left of a show; before the show is added.
    pub fn keep_ballots(&mut self, id: ShowId, ballots: Ballots) {
        self.ballots.insert(id, ballots);
    }

    fn show_id(&self, show: ShowIndex) -> Option<ShowId> {
        self.shows.get(show.0).map(|played| played.show.id().clone())
    }

    pub(super) fn hear_of_poll(&mut self, show: usize, news: PollNews) {
        let Some(id) = self.show_id(ShowIndex(show)) else { return };
        if let PollNews::Opened(poll) = &news {
            self.begin_voting(show, poll);
        }
        let ballots = self.ballots.entry(id).or_default();
        match news {
            PollNews::Opened(poll) => ballots.opened(poll),
            PollNews::Extended(poll) => ballots.extended(poll),
            PollNews::Closed { asking, votes_until } => ballots.closed(&asking, votes_until),
            PollNews::Settled(asking) | PollNews::Voided(asking) => ballots.settled(&asking),
            PollNews::Award { asking, award } => ballots.award(&asking, &award),
            PollNews::Begun(_) => {}
            PollNews::LeaderboardReset(era) => ballots.forget_points(era),
        }
    }

    pub(super) fn count(&mut self, show: usize, counting: Counting) {
        let Some(id) = self.show_id(ShowIndex(show)) else { return };
        let (ballots, recorded) = (self.ballots.entry(id).or_default(), self.recorded.get(&show));
        if let Counting::Final(asking) = &counting {
            // Whoever counts for the last time takes no more.
            if !ballots.is_final(asking, self.now.wall) {
                ballots.closed(asking, self.now.wall);
            }
            ballots.settled(asking);
        }
        let input = match counting {
            Counting::Tally(asking) | Counting::Final(asking) => {
                let is_final = ballots.is_final(&asking, self.now.wall);
                let then = recorded.zip(ballots.poll(&asking));
                let then = then.map(|(then, poll)| then.tally(poll, self.now.up, is_final));
                let tally = then.unwrap_or_else(|| ballots.tally(&asking));
                ShowInput::Tally { asking, tally, is_final }
            }
            Counting::Leaderboard => {
                let then = recorded.map(|then| then.leaders(self.now.up));
                ShowInput::Leaderboard(then.unwrap_or_else(|| ballots.leaders()))
            }
        };
        let (wait, _) = self.slow;
        if wait.is_zero() {
            return self.send(Who::Show(show), Parcel::Show(input));
        }
        self.send_later(wait, Who::Show(show), Parcel::Show(input));
    }

    /// Votes are counted, and what is fetched is answered, so much later from now on.
    #[cfg(test)]
    pub(in crate::show) fn slow_down(
        &mut self,
        votes: jiff::SignedDuration,
        answers: jiff::SignedDuration,
    ) {
        self.slow = (votes, answers);
    }
}
