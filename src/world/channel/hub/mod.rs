//! The channels of one account in one region, run by one task: it makes their calls and keeps
//! their time, and decides nothing.

mod calls;
mod task;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

use crate::model::channel::{ChannelArn, ShowId};
use crate::model::delivery::Delivery;
use crate::model::event::Event;
use crate::model::io::{Counts, ShowInput};
use crate::model::lease::CallTime;
use crate::model::limits::HUB_INPUTS_MAX;
use crate::model::saved::Change;
use crate::model::time::Now;
use crate::show::channel::ChannelStatus;
use crate::world::channel::aws::Until;

pub use calls::Calls;

use task::Task;

/// What a hub is told.
#[derive(Debug)]
pub enum HubInput {
    /// A show plays on its channel from now on. The seed is that of the channel's retries; it
    /// counts when the show is the channel's first.
    Join {
        /// The show.
        show: ShowId,
        /// The seed.
        seed: u64,
    },
    /// A show's new payload, its step perhaps only held yet. The show has joined.
    Put(Box<Delivery>),
    /// A payload that waited when the runner died. The show has joined.
    Restored {
        /// The payload.
        delivery: Box<Delivery>,
        /// Whether a call with it had begun.
        attempting: bool,
    },
    /// Whether nothing of a show goes out any more; see [`ChannelInput::Silent`].
    ///
    /// [`ChannelInput::Silent`]: crate::model::io::ChannelInput::Silent
    Silent {
        /// The show.
        show: ShowId,
        /// Whether it is.
        silent: bool,
    },
    /// A show is about to end: what waits is dropped, what it puts from now on still goes out.
    Stopping(ShowId),
    /// A show leaves; [`Ties::left`] says when nothing of it is under way any more.
    Leave(ShowId),
    /// Another runner plays a show now: what waits of it is forgotten. [`Ties::left`] as above.
    Abandon(ShowId),
    /// How the channels stand, for the status line.
    Status(oneshot::Sender<BTreeMap<ChannelArn, ChannelStatus>>),
    /// How one channel stands, for the desk.
    Standing(ChannelArn, oneshot::Sender<ChannelStanding>),
}

/// How a channel and its account stand.
#[derive(Debug, Clone)]
pub struct ChannelStanding {
    /// The channel; none while no show plays on it.
    pub status: Option<ChannelStatus>,
    /// Why the account's service tells nothing, in words for a person.
    pub problem: Option<String>,
    /// Until when the account's credentials hold; none where none were found.
    pub credentials: Option<Until>,
}

/// What a hub is tied to. It is called from the hub's task, so nothing here may wait long.
pub trait Ties: Send + Sync + 'static {
    /// Tells a show something.
    fn to_show(&self, show: &ShowId, input: ShowInput);
    /// Something worth remembering happened.
    fn report(&self, event: Event);
    /// Holds changes of a show until something is kept.
    fn hold(&self, show: &ShowId, changes: Vec<Change>);
    /// Keeps all that is held; when it returns that is kept, or it was said that it is not.
    fn flush(&self);
    /// Nothing of a show waits or is in flight any more; what became of its payloads.
    fn left(&self, show: &ShowId, counts: Counts);
    /// What a call for a show may take that begins now; none where nothing but the call's own
    /// limit bounds it. An error says, for a person, why it may not begin.
    fn may_call(&self, show: &ShowId) -> Result<Option<CallTime>, &'static str>;
    /// What the clocks say.
    fn now(&self) -> Now;
}

/// The way to a hub. Its task ends when the last of these is gone, and calls in flight with it.
#[derive(Debug, Clone)]
pub struct Hub {
    inputs: mpsc::Sender<HubInput>,
}

/// A show's way to its hub. The show leaves when this is let go, however it came to its end.
#[derive(Debug)]
pub struct Seat {
    hub: Hub,
    show: ShowId,
    has_left: bool,
}

impl Seat {
    /// The seat of a show that joins, or has joined.
    pub fn new(hub: Hub, show: ShowId) -> Self {
        Self { hub, show, has_left: false }
    }

    /// The show leaves, once: whoever follows it under its name must come after that.
    pub fn leave(&mut self) {
        self.end(HubInput::Leave);
    }

    /// Another runner plays the show now.
    pub fn abandon(&mut self) {
        self.end(HubInput::Abandon);
    }

    fn end(&mut self, how: fn(ShowId) -> HubInput) {
        if !std::mem::replace(&mut self.has_left, true) {
            self.send(how(self.show.clone()));
        }
    }

    /// Tells the hub something, from the show's thread; waits while too much waits already.
    pub fn send(&self, input: HubInput) {
        // A hub outlives its shows; when the program ends in spite of them, nothing is to be done.
        let _ = self.hub.send_blocking(input);
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.leave();
    }
}

/// The hub's task has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the channel's task has ended")]
pub struct HubGone;

impl Hub {
    /// Starts the task of an account without channels, on the current runtime.
    pub fn start<C: Calls, T: Ties>(calls: Arc<C>, ties: Arc<T>) -> Self {
        let (inputs, told) = mpsc::channel(HUB_INPUTS_MAX);
        tokio::spawn(Task::new(calls, ties).run(told));
        Self { inputs }
    }

    /// Tells the hub something, from a task; waits while too much waits already.
    pub async fn send(&self, input: HubInput) -> Result<(), HubGone> {
        self.inputs.send(input).await.map_err(|_| HubGone)
    }

    /// Tells the hub something, from a thread of a show; waits while too much waits already.
    pub fn send_blocking(&self, input: HubInput) -> Result<(), HubGone> {
        match self.inputs.try_send(input) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(input)) => self.inputs.blocking_send(input).map_err(|_| HubGone),
            Err(TrySendError::Closed(_)) => Err(HubGone),
        }
    }

    /// How one channel stands.
    pub async fn standing(&self, channel: &ChannelArn) -> Result<ChannelStanding, HubGone> {
        let (reply, answer) = oneshot::channel();
        self.send(HubInput::Standing(channel.clone(), reply)).await?;
        answer.await.map_err(|_| HubGone)
    }

    /// How the channels stand.
    pub async fn status(&self) -> Result<BTreeMap<ChannelArn, ChannelStatus>, HubGone> {
        let (reply, answer) = oneshot::channel();
        self.send(HubInput::Status(reply)).await?;
        answer.await.map_err(|_| HubGone)
    }
}
