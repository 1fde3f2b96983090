//! Calls under way: what was asked, and what to do with the answer.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;

use jiff::SignedDuration;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::timeout;

use super::Ties;
use crate::model::channel::{ChannelArn, ShowId};
use crate::model::delivery::{Answer, DeliveryId, Refusal};
use crate::model::io::{AccountInput, ChannelInput, Page, Seen};
use crate::model::payload::Payload;
use crate::world::channel::aws::{Ivs, Until};

/// The calls of the service that a hub makes.
pub trait Calls: Send + Sync + 'static {
    /// `PutMetadata`, once.
    fn put(&self, channel: &ChannelArn, payload: &Payload) -> impl Future<Output = Answer> + Send;
    /// `GetStream`, once.
    fn stream(&self, channel: &ChannelArn) -> impl Future<Output = Seen> + Send;
    /// `ListStreams`, one page.
    fn page(&self, next: Option<String>) -> impl Future<Output = Page> + Send;
    /// Until when the credentials hold that sign these; none where none were found.
    fn credentials(&self) -> Option<Until>;
}

impl Calls for Ivs {
    async fn put(&self, channel: &ChannelArn, payload: &Payload) -> Answer {
        self.put(channel, payload).await
    }

    async fn stream(&self, channel: &ChannelArn) -> Seen {
        self.stream(channel).await
    }

    async fn page(&self, next: Option<String>) -> Page {
        self.page(next).await
    }

    fn credentials(&self) -> Option<Until> {
        self.credentials()
    }
}

/// Lets a show's calls begin as long as it may send.
pub(super) struct Gate<T> {
    pub(super) ties: Arc<T>,
    pub(super) show: ShowId,
}

impl<T: Ties> Gate<T> {
    /// Makes a call in the time it may take; whether it may begin is looked at last of all.
    async fn pass(self, call: impl Future<Output = Answer>) -> Answer {
        let time = match self.ties.may_call(&self.show) {
            Ok(Some(time)) => time,
            Ok(None) => return call.await,
            Err(why) => {
                let (refusal, message) = (Refusal::Unavailable, why.to_owned());
                return Answer::Refused { refusal, message };
            }
        };
        match timeout(time.within.unsigned_abs(), call).await {
            Ok(Answer::Taken) if self.ties.now().up >= time.until => Answer::TakenLate,
            Ok(answer) => answer,
            Err(_) => Answer::Lost { message: "the show's lease allowed no more time".to_owned() },
        }
    }
}

/// What goes to a machine next.
#[derive(Debug)]
pub(super) enum Next {
    /// To a channel.
    Channel(ChannelArn, ChannelInput),
    /// To the account.
    Account(AccountInput),
}

/// What was asked.
#[derive(Debug)]
enum Asked {
    Put { channel: ChannelArn, show: ShowId, delivery: DeliveryId, begun: SignedDuration },
    Stream(ChannelArn),
    Page,
}

/// What was answered.
#[derive(Debug)]
pub(super) enum Answered {
    Put(Answer),
    Stream(Seen),
    Page(Page),
}

/// An answered call, by the task that made it.
pub(super) type Ended = Result<(Id, Answered), JoinError>;

/// The calls in flight. The machines bound how many there are.
pub(super) struct InFlight<C> {
    calls: Arc<C>,
    tasks: JoinSet<Answered>,
    asked: HashMap<Id, Asked>,
}

impl<C: Calls> InFlight<C> {
    pub(super) fn new(calls: Arc<C>) -> Self {
        Self { calls, tasks: JoinSet::new(), asked: HashMap::new() }
    }

    /// Puts a payload, if its show may begin a call.
    pub(super) fn put<T: Ties>(
        &mut self,
        channel: &ChannelArn,
        gate: Gate<T>,
        delivery: DeliveryId,
        payload: Payload,
    ) {
        let (calls, to) = (Arc::clone(&self.calls), channel.clone());
        let (show, begun) = (gate.show.clone(), gate.ties.now().up);
        let task = async move { Answered::Put(gate.pass(calls.put(&to, &payload)).await) };
        self.spawn(task, Asked::Put { channel: channel.clone(), show, delivery, begun });
    }

    /// Asks what is on air on a channel.
    pub(super) fn stream(&mut self, channel: ChannelArn) {
        let (calls, of) = (Arc::clone(&self.calls), channel.clone());
        let task = async move { Answered::Stream(calls.stream(&of).await) };
        self.spawn(task, Asked::Stream(channel));
    }

    /// Asks what is on air, a page of it.
    pub(super) fn page(&mut self, next: Option<String>) {
        let calls = Arc::clone(&self.calls);
        self.spawn(async move { Answered::Page(calls.page(next).await) }, Asked::Page);
    }

    /// Until when the credentials hold.
    pub(super) fn credentials(&self) -> Option<Until> {
        self.calls.credentials()
    }

    /// Waits for a call to end; for ever when none is in flight.
    pub(super) async fn ended(&mut self) -> Ended {
        match self.tasks.join_next_with_id().await {
            Some(ended) => ended,
            None => std::future::pending().await,
        }
    }

    /// What an ended call means, and for whom.
    pub(super) fn settle(&mut self, ended: Ended, up: SignedDuration) -> Option<Next> {
        let (id, answered) = match ended {
            Ok((id, answered)) => (id, Some(answered)),
            // A call that panicked is as good as one whose answer was lost.
            Err(error) => (error.id(), None),
        };
        Some(match (self.asked.remove(&id)?, answered) {
            (Asked::Put { channel, show, delivery, begun }, answered) => {
                let answer = match answered {
                    Some(Answered::Put(answer)) => answer,
                    _ => Answer::Lost { message: "the call broke off".to_owned() },
                };
                let took = up - begun;
                Next::Channel(channel, ChannelInput::Answered { show, delivery, answer, took })
            }
            (Asked::Stream(channel), Some(Answered::Stream(seen))) => {
                Next::Account(AccountInput::Stream(channel, seen))
            }
            (Asked::Stream(channel), _) => {
                Next::Account(AccountInput::Stream(channel, Seen::Unknown))
            }
            (Asked::Page, Some(Answered::Page(page))) => Next::Account(AccountInput::Page(page)),
            (Asked::Page, _) => Next::Account(AccountInput::Page(Page::Unknown)),
        })
    }

    fn spawn(&mut self, task: impl Future<Output = Answered> + Send + 'static, asked: Asked) {
        // A call in the SDK is some 10 KB; boxed first, it is not moved from hand to hand.
        let id = self.tasks.spawn(Box::pin(task)).id();
        self.asked.insert(id, asked);
    }
}
