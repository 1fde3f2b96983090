//! Votes: where they are kept and counted. The show opens and closes polls here and reads what they
//! came to; viewers' votes go past it.

#[cfg(test)]
mod contract;
mod open;
mod redis;
mod sqlite;

use futures_util::future::BoxFuture;
use jiff::Timestamp;

pub use open::{OpenedVotes, VoteStore, look, open};
pub use redis::RedisVotes;
pub use sqlite::{FILE_NAME, SqliteVotes};

use crate::model::channel::ShowId;
use crate::model::poll::{AskingId, Leader, PointsEra, Tally};
use crate::model::vote::{
    Award, Ballot, OnNow, OnScreen, PollReport, Verdict, Viewer, ViewerId, ViewerName,
};

/// What is asked of the store, answered when it is done.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, VotesError>>;

/// Why votes cannot be kept or read now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VotesError {
    /// More waits for it than it may.
    #[error("the vote store has too much to do")]
    Busy,
    /// It cannot be written or read, or reached.
    #[error("the vote store cannot be used: {problem}")]
    Unavailable {
        /// What it says.
        problem: String,
    },
}

/// One vote as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// The asking.
    pub asking: AskingId,
    /// Who votes.
    pub viewer: ViewerId,
    /// The key of the answer; whatever a stranger wrote.
    pub choice: String,
    /// When it came.
    pub at: Timestamp,
}

/// Where votes are kept and counted. One poll is one asking of one show; its tally is always
/// exactly the number of votes that were answered [`Verdict::Counted`], one for each viewer.
pub trait Votes: Send + Sync {
    /// A poll takes votes from now on. Told again, as after a restart, its votes stay.
    fn open(&self, show: &ShowId, ballot: Ballot) -> Answer<'_, ()>;
    /// From now on votes count until this moment at most; it never moves later.
    fn close(&self, show: &ShowId, asking: &AskingId, votes_until: Timestamp) -> Answer<'_, ()>;
    /// Its votes end later than was told, if they have not ended yet for good.
    fn extend(&self, show: &ShowId, asking: &AskingId, closes_at: Timestamp) -> Answer<'_, ()>;
    /// No vote counts after this: the final tally. None of an asking that is not known.
    fn seal(&self, show: &ShowId, asking: &AskingId) -> Answer<'_, Option<Tally>>;
    /// No vote counts after this, and those before are known to count for nothing.
    fn void(&self, show: &ShowId, asking: &AskingId) -> Answer<'_, ()>;
    /// The votes so far. None of an asking that is not known.
    fn tally(&self, show: &ShowId, asking: &AskingId) -> Answer<'_, Option<Tally>>;
    /// Gives the points of a sealed quiz, once, however often it is told.
    fn award(&self, show: &ShowId, asking: &AskingId, award: Award) -> Answer<'_, ()>;
    /// Forgets everybody's points of before, once, however often that era is told.
    fn reset_points(&self, show: &ShowId, era: PointsEra) -> Answer<'_, ()>;
    /// Who has the most points, at most so many, with names that are not hidden; all awards told
    /// before are in it. One without a name is called by a made-up one.
    fn leaders(&self, show: &ShowId, at_most: usize) -> Answer<'_, Vec<Leader>>;

    /// Takes a vote. When this is answered, it is as durable as the store promises.
    fn vote(&self, show: &ShowId, vote: Vote) -> Answer<'_, Verdict>;
    /// The poll of an asking, and whether its votes are final.
    fn ballot(&self, show: &ShowId, asking: &AskingId) -> Answer<'_, Option<(Ballot, bool)>>;
    /// The polls that take votes, the oldest first, each with the viewer's standing choice.
    fn open_ballots(
        &self,
        show: &ShowId,
        viewer: Option<ViewerId>,
        now: Timestamp,
    ) -> Answer<'_, Vec<(Ballot, Option<String>)>>;
    /// What is known of a viewer; one who is not known has nothing.
    fn viewer(&self, show: &ShowId, viewer: ViewerId) -> Answer<'_, Viewer>;
    /// A viewer gives a name, or takes it back.
    fn set_name(&self, show: &ShowId, viewer: ViewerId, name: Option<ViewerName>)
    -> Answer<'_, ()>;
    /// The operator hides every viewer's name that is equal to this, or shows it again; how many
    /// viewers have it.
    fn hide_name(&self, show: &ShowId, name: &ViewerName, hidden: bool) -> Answer<'_, u64>;
    /// The names that are hidden, in order.
    fn hidden_names(&self, show: &ShowId) -> Answer<'_, Vec<String>>;

    /// What a viewer who comes now should see.
    fn set_screen(&self, show: &ShowId, screen: Vec<OnScreen>) -> Answer<'_, ()>;
    /// The same, read.
    fn screen(&self, show: &ShowId) -> Answer<'_, Vec<OnScreen>>;
    /// A show is on, or over. Front ends that do not run it serve those that are; told again now
    /// and then, for a shared store forgets it some time after the show's process died.
    fn set_on_now(&self, show: &ShowId, on_now: Option<OnNow>) -> Answer<'_, ()>;
    /// The shows that are on.
    fn on_now(&self) -> Answer<'_, Vec<(ShowId, OnNow)>>;
    /// The shows that votes are taken for, or were.
    fn shows(&self) -> Answer<'_, Vec<ShowId>>;
    /// The key that viewers' ids are signed with: made once, the same for all who take votes.
    fn key(&self) -> Answer<'_, SigningKey>;
    /// How each asking of a show went, the oldest first.
    fn reports(&self, show: &ShowId) -> Answer<'_, Vec<PollReport>>;
}

/// What viewers' ids are signed with.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey(pub [u8; 32]);

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey(…)")
    }
}
