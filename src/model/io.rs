//! What goes into the three machines and comes out of them: all they know of each other.

mod account;

use jiff::SignedDuration;

pub use self::account::{AccountInput, AccountOutput, Air, Page};

use super::channel::{ShowId, StreamInfo};
use super::cue::{AfterId, CueKey};
use super::delivery::{Answer, Delivery, DeliveryId, Refusal};
use super::event::Event;
use super::fetch::{FetchRequest, Fetched};
use super::file::{FileAnswer, FileRef};
pub use super::operator::{OperatorAction, OperatorReply, PollAction};
use super::payload::Payload;
use super::poll::{AskingId, Counting, Leader, PollNews, Tally};
use super::saved::{Change, Saved};

/// What a show is told.
#[derive(Debug, Clone, PartialEq)]
pub enum ShowInput {
    /// Begin, with what an earlier run kept and the script's text.
    Start {
        /// What an earlier run kept.
        saved: Box<Saved>,
        /// Whether to begin with it.
        kept: Kept,
        /// The script.
        script: FileAnswer,
    },
    /// The script was saved (or deleted).
    Script(FileAnswer),
    /// A file the show asked for, or one it read that changed.
    File(FileRef, FileAnswer),
    /// The channel is live; none when it is only taken to be. Also when its numbers changed.
    OnAir(Option<StreamInfo>),
    /// The channel is not live.
    OffAir,
    /// A delivery of this show was given up.
    GivenUp(Box<GivenUp>),
    /// Results of this show that say the right answer of a quiz were sent, or never will be.
    Revealed(AskingId),
    /// Whoever takes votes missed news of polls: all are told anew.
    TellPolls,
    /// What came of [`ShowOutput::Fetch`].
    Fetched {
        /// Which.
        id: AfterId,
        /// What came.
        fetched: Box<Fetched>,
    },
    /// The operator wants something.
    Operator {
        /// Comes back in [`ShowOutput::Reply`].
        request: u64,
        /// What.
        action: OperatorAction,
    },
    /// What the votes of a poll come to; the answer to [`ShowOutput::Count`].
    Tally {
        /// The poll.
        asking: AskingId,
        /// The votes.
        tally: Tally,
        /// Whether none can be added any more.
        is_final: bool,
    },
    /// Who has the most points, the best first, at most `LEADERS_MAX`; the answer to
    /// [`ShowOutput::Count`].
    Leaderboard(Vec<Leader>),
    /// A deadline passed.
    Tick,
    /// The wall clock jumped by this much beside the interval clock.
    WallJumped(SignedDuration),
    /// End: `on("stop")` runs, then [`ShowOutput::Leave`].
    Stop,
    /// Nothing of this show waits or is in flight any more: the answer to [`ShowOutput::Leave`],
    /// with what became of its payloads.
    Left(Counts),
}

/// Whether a show begins with what an earlier run kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// With it.
    Use,
    /// Without it: it is forgotten as soon as the script has begun.
    Forget,
}

/// A delivery that is not tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenUp {
    /// Which.
    pub delivery: DeliveryId,
    /// The cue that put it.
    pub cue: CueKey,
    /// What it was.
    pub payload: Payload,
    /// Why.
    pub refusal: Refusal,
    /// The service's or the network's words.
    pub message: String,
}

/// What a settled attempt counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// In the stream.
    Sent,
    /// An attempt that was refused.
    Refused,
    /// Waited longer than it was worth.
    Expired,
}

/// What became of a run's payloads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// In the stream.
    pub sent: u64,
    /// Attempts that were refused.
    pub refused: u64,
    /// Waited longer than they were worth.
    pub expired: u64,
}

impl Counts {
    /// Counts one more.
    pub fn count(&mut self, counted: Counted) {
        match counted {
            Counted::Sent => self.sent += 1,
            Counted::Refused => self.refused += 1,
            Counted::Expired => self.expired += 1,
        }
    }
}

/// What a show wants done, in this order.
#[derive(Debug, Clone, PartialEq)]
pub enum ShowOutput {
    /// One step's changes: to be kept before anything that follows leaves the machine.
    Commit(Vec<Change>),
    /// A payload for the channel's outbox.
    Put(Box<Delivery>),
    /// A file to be read and from now on watched; comes back as [`ShowInput::File`].
    Read(FileRef),
    /// JSON to be asked for; comes back as [`ShowInput::Fetched`].
    Fetch {
        /// Comes back with the answer.
        id: AfterId,
        /// What is asked for.
        request: Box<FetchRequest>,
    },
    /// Something worth remembering.
    Event(Event),
    /// For whoever takes votes.
    Poll(PollNews),
    /// Votes or points to be counted; comes back as [`ShowInput::Tally`] or
    /// [`ShowInput::Leaderboard`]. A handler waits for it, `TALLY_WAIT` at most.
    Count(Counting),
    /// An answer for the operator.
    Reply {
        /// The request.
        request: u64,
        /// The answer.
        reply: OperatorReply,
    },
    /// A payload that waited when the runner died, for the channel's outbox.
    Restore {
        /// The payload.
        delivery: Box<Delivery>,
        /// Whether a call with it had begun.
        attempting: bool,
    },
    /// Whether nothing of this show goes out any more, what waits in the channel's outbox included.
    Silent(bool),
    /// The show is about to end: what it put before this and was not begun is to be dropped.
    Stopping,
    /// The show puts nothing more; comes back as [`ShowInput::Left`].
    Leave,
    /// The show ended; nothing comes after this.
    Stopped(Ending),
}

/// How a show ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// As it should.
    Clean,
    /// Its script could not even begin.
    Failed,
}

/// What a channel is told.
#[derive(Debug, Clone, PartialEq)]
pub enum ChannelInput {
    /// A show plays on this channel from now on.
    Join(ShowId),
    /// A show's new payload.
    Put(Box<Delivery>),
    /// A payload that waited when the runner died; whether a call with it had begun.
    Restored {
        /// The payload.
        delivery: Box<Delivery>,
        /// Whether a call with it had begun.
        attempting: bool,
    },
    /// What became of a call.
    Answered {
        /// The show that put the payload.
        show: ShowId,
        /// The delivery.
        delivery: DeliveryId,
        /// What became of it.
        answer: Answer,
        /// How long the call took.
        took: SignedDuration,
    },
    /// The account lets one call begin.
    Granted,
    /// What asking for the stream said.
    Seen(Seen),
    /// A deadline passed.
    Tick,
    /// Whether nothing of a show goes out any more. What it put is dropped, and what it puts, but
    /// for [`Priority::Panic`](super::payload::Priority::Panic).
    Silent {
        /// The show.
        show: ShowId,
        /// Whether it is.
        silent: bool,
    },
    /// A show is about to end: what it put and was not begun is dropped; what it puts from now on,
    /// in `on("stop")`, still goes out.
    Stopping(ShowId),
    /// A show leaves: what it put since it was stopping has `STOP_WAIT` to go out, the rest is
    /// dropped; then [`ChannelOutput::Left`].
    Leave(ShowId),
    /// A show is played by another runner now, which knows of all that waits here: it is forgotten.
    /// Calls in flight are waited for as when it leaves; then [`ChannelOutput::Left`].
    Abandon(ShowId),
}

/// What is known of a channel's stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// It is live.
    Live(StreamInfo),
    /// It is not.
    NotLive,
    /// The call was not answered usefully: nothing new is known.
    Unknown,
    /// The service knows no such channel.
    NoChannel,
    /// Asking is not permitted: only sends can tell.
    NotPermitted,
    /// The question did not get through.
    Failed(AskFailure),
}

/// Why a question did not get through, where a person can do something about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AskFailure {
    /// The credentials do not hold, or not any more: in the service's or their provider's words.
    Credentials(String),
    /// The service was not reached, or something else answers in its place: in the network's words.
    Unreachable(String),
}

/// What a channel wants done, in this order.
#[derive(Debug, Clone, PartialEq)]
pub enum ChannelOutput {
    /// A call wants to begin; the account answers with [`ChannelInput::Granted`], once.
    Want(Urgency),
    /// A change to be kept for a show before anything that follows is done.
    Commit(ShowId, Change),
    /// `PutMetadata`, one call; comes back as [`ChannelInput::Answered`].
    Call {
        /// The show that put the payload.
        show: ShowId,
        /// The delivery.
        delivery: DeliveryId,
        /// What goes out.
        payload: Payload,
    },
    /// The channel is live (again), or its numbers changed: for its shows and the account.
    OnAir(Option<StreamInfo>),
    /// The channel is not live: for its shows and the account.
    OffAir,
    /// A delivery is given up: for its show.
    GivenUp(ShowId, Box<GivenUp>),
    /// Results that say the right answer of a quiz were sent, or never will be: for their show.
    Revealed(ShowId, AskingId),
    /// A delivery or an attempt is settled: for its show's count.
    Counted(ShowId, Counted),
    /// Something worth remembering.
    Event(Event),
    /// Nothing of this show waits or is in flight any more.
    Left(ShowId),
}

/// Whether a call may pass the account's queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// In its turn.
    Ordinary,
    /// Before ordinary ones.
    Urgent,
}
