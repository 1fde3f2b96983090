//! The shows of this run, by id: where what is meant for one of them goes.

mod waiting;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, RwLock};

use jiff::SignedDuration;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::model::channel::ShowId;
use crate::model::io::{OperatorAction, OperatorReply, ShowInput};
use crate::model::limits::{OPERATOR_REQUESTS_MAX, OPERATOR_WAIT};
use crate::world::channel::hub::{ChannelStanding, Hub};
use crate::world::pool::Mailbox;

use self::waiting::Waiting;

/// The mailboxes of all shows, who is to join them, and the operator's questions that are not
/// answered yet.
#[derive(Default)]
pub struct Shows {
    mailboxes: RwLock<BTreeMap<ShowId, Mailbox<ShowInput>>>,
    hubs: RwLock<BTreeMap<ShowId, Hub>>,
    /// Locked before the mailboxes where both are.
    waiting: Mutex<Waiting>,
    asked: Mutex<BTreeMap<u64, oneshot::Sender<OperatorReply>>>,
    next_request: AtomicU64,
}

impl Shows {
    /// A show is to play here, now or when no other runner does any more.
    pub(super) fn wait(&self, id: &ShowId, is_elsewhere: bool) {
        self.waiting().wait(id, is_elsewhere);
    }

    /// A show that waited will not begin.
    pub(super) fn wait_no_more(&self, id: &ShowId) {
        self.waiting().end(id);
    }

    /// A show plays from now on. Whether it does in a panic, or without one that it may keep, is
    /// the first that it is told.
    pub(in crate::world) fn add(&self, id: ShowId, mailbox: Mailbox<ShowInput>) {
        let mut waiting = self.waiting();
        if let Some(action) = waiting.end(&id) {
            let request = self.next_request.fetch_add(1, Ordering::Relaxed);
            // Nobody waits for the answer.
            self.asked().insert(request, oneshot::channel().0);
            // There is room in a new mailbox.
            let _ = mailbox.send(ShowInput::Operator { request, action });
        }
        self.mailboxes.write().expect("nobody panics holding the shows").insert(id, mailbox);
    }

    /// Through which hub a show sends. It is let go with the show, for a hub ends with its last
    /// show.
    pub(super) fn sends_through(&self, id: ShowId, hub: Hub) {
        self.hubs.write().expect("nobody panics holding the hubs").insert(id, hub);
    }

    /// How a show's channel stands; none where it has no hub.
    pub async fn channel(&self, id: &ShowId) -> Option<ChannelStanding> {
        let hub = self.hubs.read().expect("nobody panics holding the hubs").get(id).cloned();
        hub?.standing(&id.channel).await.ok()
    }

    /// A show is over.
    pub(super) fn remove(&self, id: &ShowId) {
        self.hubs.write().expect("nobody panics holding the hubs").remove(id);
        self.mailboxes.write().expect("nobody panics holding the shows").remove(id);
    }

    /// The show of that name.
    pub(super) fn named(&self, name: &str) -> Option<ShowId> {
        self.ids().into_iter().find(|id| id.to_string() == name)
    }

    /// The ids of all shows that play.
    pub fn ids(&self) -> Vec<ShowId> {
        let mailboxes = self.mailboxes.read().expect("nobody panics holding the shows");
        mailboxes.keys().cloned().collect()
    }

    /// The ids of all shows that play here, or will next.
    pub fn all(&self) -> BTreeSet<ShowId> {
        let mut all: BTreeSet<ShowId> = self.waiting().here().cloned().collect();
        all.extend(self.ids());
        all
    }

    /// The operator means all shows, those among them that begin later. Each that plays is still to
    /// be asked.
    pub fn act_on_all(&self, action: &OperatorAction) {
        self.waiting().act_on_all(action);
    }

    /// Tells a show something; whether it will hear of it. One that is over, or whose mailbox is
    /// full, does not.
    pub(super) fn tell(&self, id: &ShowId, input: ShowInput) -> bool {
        let mailboxes = self.mailboxes.read().expect("nobody panics holding the shows");
        mailboxes.get(id).is_some_and(|mailbox| mailbox.send(input).is_ok())
    }

    /// Asks a show for what the operator wants; none when it does not answer in [`OPERATOR_WAIT`].
    pub async fn ask(&self, id: &ShowId, action: OperatorAction) -> Option<OperatorReply> {
        self.ask_within(OPERATOR_WAIT, id, action).await
    }

    /// The same, for less long.
    pub async fn ask_within(
        &self,
        wait: SignedDuration,
        id: &ShowId,
        action: OperatorAction,
    ) -> Option<OperatorReply> {
        if let Some(reply) = self.waiting().act(id, &action) {
            return Some(reply);
        }
        let request = self.next_request.fetch_add(1, Ordering::Relaxed);
        let (answer, answered) = oneshot::channel();
        {
            let mut asked = self.asked();
            if asked.len() >= OPERATOR_REQUESTS_MAX {
                return None;
            }
            asked.insert(request, answer);
        }
        // Forgotten however this ends: a request nobody waits for is not done any more.
        let _request = Request { shows: self, request };
        let told = self.tell(id, ShowInput::Operator { request, action });
        let reply = if told { timeout(wait.unsigned_abs(), answered).await.ok() } else { None };
        reply.and_then(Result::ok)
    }

    /// Whether somebody still waits for the answer to a request.
    pub(super) fn is_asked(&self, request: u64) -> bool {
        self.asked().contains_key(&request)
    }

    /// A show's answer to an operator's request.
    pub(in crate::world) fn answer(&self, request: u64, reply: OperatorReply) {
        if let Some(asked) = self.asked().remove(&request) {
            // Whoever asked may have gone meanwhile.
            drop(asked.send(reply));
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().expect("nobody panics holding those who wait")
    }

    fn asked(&self) -> MutexGuard<'_, BTreeMap<u64, oneshot::Sender<OperatorReply>>> {
        self.asked.lock().expect("nobody panics holding the questions")
    }
}

/// A request that somebody waits for.
struct Request<'a> {
    shows: &'a Shows,
    request: u64,
}

impl Drop for Request<'_> {
    fn drop(&mut self) {
        self.shows.asked().remove(&self.request);
    }
}
