//! A show's polls: which is open in which slot, when it closes, when its votes are final, and what
//! of it can still be read.
//!
//! A poll is open, then closed for the time that late votes get, then final. Of each slot at most
//! one is open; the next one in it, or whatever else is sent into it or clears it, closes a merely
//! sent one. One that was asked closes at its time, by the script, or for the next one.

mod book;
mod desk;
mod machine;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use jiff::SignedDuration;

use crate::model::payload::{Clears, Slot};
use crate::model::poll::{AskingId, Counting, KeptPoll, Leader, PointsEra, Poll, PollNews, Tally};
use crate::model::saved::Change;

pub use self::book::{Book, Entry};
pub use self::machine::Polls;

/// What the polls are told.
#[derive(Debug, Clone)]
pub enum Input {
    /// What an earlier run left.
    Begin {
        /// Its polls.
        polls: Vec<KeptPoll>,
        /// The quizzes whose right answers are told by results that still wait.
        revealing: Vec<AskingId>,
        /// Since when points count.
        points: Option<PointsEra>,
    },
    /// A new asking; what is open in its slot closes.
    Open(Arc<Poll>),
    /// The script closes one.
    Close(AskingId),
    /// One makes way for the next in its slot: its results are sent in this very moment, so that no
    /// later vote counts.
    Reveal(AskingId),
    /// One that was asked takes votes so much longer.
    Extend {
        /// Which.
        asking: AskingId,
        /// How much.
        by: SignedDuration,
    },
    /// The votes of one that is not final count for nothing.
    Void(AskingId),
    /// None sends results any more by itself: those that are open close.
    Silence,
    /// The operator shows the results of one that is final.
    Shown(AskingId),
    /// Something that is no poll is sent into this slot, and clears that.
    Sent(Slot, Clears),
    /// What votes come to.
    Tally {
        /// The poll.
        asking: AskingId,
        /// Its votes.
        tally: Tally,
        /// Whether none can be added.
        is_final: bool,
    },
    /// Results that say a quiz's right answer wait to be sent from now on.
    Revealing(AskingId),
    /// They were sent, or never will be.
    Revealed(AskingId),
    /// Votes could not be counted: what was last known of them has to do.
    Uncounted(AskingId),
    /// Who has the most points.
    Leaderboard(Vec<Leader>),
    /// Everybody's points are forgotten.
    LeaderboardReset,
    /// Whoever takes votes missed some news: all is told anew.
    TellAll,
    /// A deadline passed.
    Tick,
    /// The show ends: a right answer that is still kept is worth its points all the same.
    End,
}

/// What the polls want done, in this order.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// To be kept.
    Change(Change),
    /// For whoever takes votes.
    News(PollNews),
    /// A poll opened just now; not said of one that was open before a restart.
    Opened(Arc<Poll>),
    /// To be counted.
    Count(Counting),
    /// A poll's votes are final.
    Settled(Box<Settled>),
}

/// A poll whose votes are final.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    /// The poll.
    pub poll: Arc<Poll>,
    /// Its votes.
    pub tally: Tally,
    /// Whether the show did not run when it closed.
    pub late: bool,
    /// Whether its results are to be sent now.
    pub send_results: bool,
    /// Whether a panic keeps them back.
    pub unsent: bool,
    /// What its votes are worth.
    pub worth: Worth,
}

/// What the final votes of a poll are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    /// They were counted.
    Counted,
    /// Nobody counted them in time: they are what was last known.
    Guessed,
    /// They count for nothing: the operator made the poll void.
    Void,
}
