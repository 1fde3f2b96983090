//! What viewers want: a vote counted, a name kept.

use tokio::sync::oneshot;

use super::super::{Vote, VotesError};
use crate::model::channel::ShowId;
use crate::model::vote::{Verdict, ViewerId, ViewerName};

/// Where an answer goes.
pub(super) type Reply<T> = oneshot::Sender<Result<T, VotesError>>;

/// A viewer's wish.
pub(super) struct Cast {
    pub(super) show: ShowId,
    pub(super) wish: Wish,
}

/// What it is.
pub(super) enum Wish {
    Vote(Vote, Reply<Verdict>),
    Name(ViewerId, Option<ViewerName>, Reply<()>),
}

impl Cast {
    /// Tells that it is done; a vote takes the next of the verdicts.
    pub(super) fn answer(self, verdicts: &mut impl Iterator<Item = Verdict>) {
        // Whoever asked may have gone.
        match self.wish {
            Wish::Vote(_, reply) => {
                let verdict = verdicts.next().expect("every vote has a verdict");
                let _ = reply.send(Ok(verdict));
            }
            Wish::Name(_, _, reply) => drop(reply.send(Ok(()))),
        }
    }

    /// Tells that it is not done.
    pub(super) fn refuse(self, error: VotesError) {
        match self.wish {
            Wish::Vote(_, reply) => drop(reply.send(Err(error))),
            Wish::Name(_, _, reply) => drop(reply.send(Err(error))),
        }
    }
}
