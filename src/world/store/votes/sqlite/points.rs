//! Points: given for the right answers of a quiz some thousand viewers at a time, so that votes get
//! in between, and each once.

use std::ops::Bound;

use rusqlite::Connection;

use super::super::VotesError;
use super::book::{Entry, place_of};
use super::cast::Reply;
use super::disk::unavailable;
use super::rows::{self, Stored};
use super::viewers;
use super::writer::{Failed, Writer};
use crate::model::channel::ShowId;
use crate::model::limits::AWARDS_PER_COMMIT_MAX;
use crate::model::poll::{AskingId, Leader, PointsEra};
use crate::model::vote::{Award, ViewerId};
use crate::world::store::file::at_once;

/// Bytes of the log that one viewer's points take, at a guess.
const POINTS_BYTES: usize = 128;

/// What is done piece by piece, or waits for that.
pub(super) enum Later {
    /// The points of a quiz.
    Award(Giving),
    /// Who leads.
    Leaders { show: ShowId, at_most: usize, reply: Reply<Vec<Leader>> },
    /// Forgets everybody's points.
    Reset { show: ShowId, era: PointsEra, reply: Reply<()> },
}

/// The points of a quiz that are being given.
pub(super) struct Giving {
    show: ShowId,
    asking: AskingId,
    poll: i64,
    award: Award,
    /// The last viewer who was looked at.
    after: Option<ViewerId>,
    /// Who is told when all have theirs.
    replies: Vec<Reply<()>>,
}

impl Giving {
    /// What is left to give for a poll; none where all was given, or nothing is to be.
    pub(super) fn of(show: &ShowId, stored: &Stored) -> Option<Self> {
        let (award, after, is_done) = stored.award.clone()?;
        (!is_done).then(|| Self {
            show: show.clone(),
            asking: stored.ballot.asking.clone(),
            poll: stored.id,
            award,
            after,
            replies: Vec::new(),
        })
    }

    fn end(self, done: &Result<(), VotesError>) {
        for reply in self.replies {
            // Whoever asked may have gone.
            let _ = reply.send(done.clone());
        }
    }
}

impl Later {
    fn show(&self) -> &ShowId {
        match self {
            Self::Award(Giving { show, .. })
            | Self::Leaders { show, .. }
            | Self::Reset { show, .. } => show,
        }
    }

    fn is_award_of(&self, of: (&ShowId, &AskingId)) -> bool {
        matches!(self, Self::Award(Giving { show, asking, .. }) if (show, asking) == of)
    }
}

impl Writer {
    /// Gives the points of a poll, or goes on with it.
    pub(super) fn award(&mut self, of: (&ShowId, &AskingId), award: &Award, reply: Reply<()>) {
        let begun = self.begin_award(of, award);
        let is_under_way = |later: &&mut Later| later.is_award_of(of);
        match (begun, self.later.iter_mut().find(is_under_way)) {
            (Err(failed), _) => drop(reply.send(Err(failed.told()))),
            (Ok(None), _) => drop(reply.send(Ok(()))),
            (Ok(Some(_)), Some(Later::Award(giving))) => giving.replies.push(reply),
            (Ok(Some(giving)), _) => {
                self.later.push_back(Later::Award(Giving { replies: vec![reply], ..giving }));
            }
        }
    }

    fn begin_award(
        &mut self,
        (show, asking): (&ShowId, &AskingId),
        award: &Award,
    ) -> Result<Option<Giving>, Failed> {
        // The points are those of the final votes.
        self.seal(show, asking)?;
        let Some(connection) = self.disk.existing() else { return Ok(None) };
        let Some(mut stored) = rows::poll(connection, show, asking)? else { return Ok(None) };
        if stored.award.is_none() {
            rows::begin_award(connection, stored.id, award)?;
            stored.award = Some((award.clone(), None, false));
        }
        let giving = Giving::of(show, &stored);
        if giving.is_some() && self.book().entry(show, asking).is_none() {
            let entry = rows::entry(connection, stored)?;
            self.book_mut().pages_mut(show).polls.insert(asking.clone(), entry);
        }
        Ok(giving)
    }

    /// Who leads, as soon as the points that were to be given before are.
    pub(super) fn leaders(&mut self, show: ShowId, at_most: usize, reply: Reply<Vec<Leader>>) {
        self.after_awards(Later::Leaders { show, at_most, reply });
    }

    /// Forgets everybody's points, those that were to be given before among them.
    pub(super) fn reset_points(&mut self, show: ShowId, era: PointsEra, reply: Reply<()>) {
        self.after_awards(Later::Reset { show, era, reply });
    }

    fn after_awards(&mut self, later: Later) {
        // Should it fail, so will what is asked for.
        let _ = self.load(&later.show().clone());
        self.later.push_back(later);
        if self.later.len() == 1 {
            self.go_on();
        }
    }

    /// Does one more piece of what is done piece by piece.
    pub(super) fn go_on(&mut self) {
        match self.later.pop_front() {
            Some(Later::Award(giving)) => match self.give_some(&giving) {
                Ok(Some(after)) => {
                    let giving = Giving { after: Some(after), ..giving };
                    self.later.push_front(Later::Award(giving));
                }
                // Told again, or at the next start, it goes on where it stopped.
                done => giving.end(&done.map(drop).map_err(Failed::told)),
            },
            Some(Later::Leaders { show, at_most, reply }) => {
                let read = |connection: &Connection| viewers::leaders(connection, &show, at_most);
                let leaders = self.disk.existing().map_or(Ok(Vec::new()), read);
                // Whoever asked may have gone.
                let _ = reply.send(leaders.map_err(|error| unavailable(&error)));
            }
            Some(Later::Reset { show, era, reply }) => {
                let reset = |connection: &Connection| {
                    let done =
                        at_once(connection, || viewers::reset_points(connection, &show, era));
                    done.map_err(|error| unavailable(&error))
                };
                let done = self.disk.made().and_then(reset);
                self.disk.wrote(0);
                let _ = reply.send(done);
            }
            None => {}
        }
    }

    /// Gives points to some more viewers: the last who was looked at, or none when all have theirs.
    fn give_some(&mut self, giving: &Giving) -> Result<Option<ViewerId>, Failed> {
        let (show, asking) = (&giving.show, &giving.asking);
        let some = self.book().entry(show, asking).map(|entry| next(entry, giving));
        let some: Piece = some.unwrap_or_default();
        let last = some.looked_at.filter(|_| !some.is_all);
        let connection = self.disk.made()?;
        at_once(connection, || {
            viewers::give(connection, show, &some.right, giving.award.points)?;
            rows::go_on_with_award(connection, giving.poll, some.looked_at, some.is_all)
        })?;
        self.disk.wrote(some.right.len() * POINTS_BYTES);
        if last.is_none() {
            self.book_mut().pages_mut(show).polls.remove(asking);
        }
        Ok(last)
    }

    /// Whether points are still given for a poll.
    pub(super) fn is_awarding(&self, show: &ShowId, asking: &AskingId) -> bool {
        self.later.iter().any(|later| later.is_award_of((show, asking)))
    }
}

/// The viewers of one transaction.
#[derive(Default)]
struct Piece {
    /// Those who chose the right answer.
    right: Vec<ViewerId>,
    looked_at: Option<ViewerId>,
    /// Whether nobody comes after them.
    is_all: bool,
}

fn next(entry: &Entry, giving: &Giving) -> Piece {
    let right = place_of(&entry.ballot, &giving.award.choice);
    let after = giving.after.map_or(Bound::Unbounded, Bound::Excluded);
    let voters = entry.voters.range((after, Bound::Unbounded)).take(AWARDS_PER_COMMIT_MAX);
    let mut some = Piece::default();
    let mut count = 0;
    for (viewer, place) in voters {
        count += 1;
        some.looked_at = Some(*viewer);
        if Some(*place) == right {
            some.right.push(*viewer);
        }
    }
    some.is_all = count < AWARDS_PER_COMMIT_MAX;
    some
}
