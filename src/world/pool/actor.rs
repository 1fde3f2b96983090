//! One actor: a mailbox, and the work that is done for each message.

use std::any::Any;
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard};

use crate::model::limits::ACTOR_BATCH_MAX;

use super::{Panicked, Shared, Turns};

pub(super) type Work<M> = Box<dyn FnMut(M) -> ControlFlow<()> + Send>;

/// Why a message was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendError {
    /// As many messages wait as may.
    Full,
    /// The actor has ended, or is about to.
    Gone,
}

/// Where an actor's messages go. Cheap to clone; the actor ends when the last one is let go.
pub struct Mailbox<M: Send + 'static>(Arc<Sender<M>>);

struct Sender<M: Send + 'static> {
    actor: Arc<Actor<M>>,
    shared: Arc<Shared>,
}

pub(super) struct Actor<M> {
    number: u64,
    name: String,
    mail: Mutex<Mail<M>>,
    /// None once it has ended. Only the thread whose turn it is locks it.
    work: Mutex<Option<Work<M>>>,
}

struct Mail<M> {
    waiting: VecDeque<M>,
    max: usize,
    /// Whether more may come.
    open: bool,
    /// Whether it is in the pool's queue or on one of its threads: it must be there only once.
    queued: bool,
}

impl<M: Send + 'static> Mailbox<M> {
    pub(super) fn new(actor: Arc<Actor<M>>, shared: Arc<Shared>) -> Self {
        Self(Arc::new(Sender { actor, shared }))
    }

    /// Puts a message behind those that wait. Never blocks.
    pub fn send(&self, message: M) -> Result<(), SendError> {
        let Sender { actor, shared } = &*self.0;
        let mut mail = actor.mail();
        if !mail.open {
            return Err(SendError::Gone);
        }
        if mail.waiting.len() >= mail.max {
            return Err(SendError::Full);
        }
        mail.waiting.push_back(message);
        let wake = !mail.queued;
        mail.queued = true;
        drop(mail);
        if wake {
            shared.push(Arc::<Actor<M>>::clone(actor));
        }
        Ok(())
    }
}

impl<M: Send + 'static> Clone for Mailbox<M> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<M: Send + 'static> Drop for Sender<M> {
    fn drop(&mut self) {
        Arc::clone(&self.actor).close(&self.shared);
    }
}

/// What a batch came to.
enum Batch {
    /// All that waited was handled.
    Done,
    /// More waits.
    More,
    /// The actor ends.
    End,
}

impl<M> Actor<M> {
    pub(super) fn new(number: u64, name: String, mailbox_max: usize, work: Work<M>) -> Self {
        let mail = Mail { waiting: VecDeque::new(), max: mailbox_max, open: true, queued: false };
        Self { number, name, mail: Mutex::new(mail), work: Mutex::new(Some(work)) }
    }

    fn mail(&self) -> MutexGuard<'_, Mail<M>> {
        self.mail.lock().expect("nothing that can panic is done under this lock")
    }

    fn run_batch(&self, work: &mut Work<M>) -> Batch {
        for _ in 0..ACTOR_BATCH_MAX {
            let Some(message) = self.mail().waiting.pop_front() else { break };
            if work(message).is_break() {
                return Batch::End;
            }
        }
        let mut mail = self.mail();
        if !mail.waiting.is_empty() {
            return Batch::More;
        }
        if !mail.open {
            return Batch::End;
        }
        mail.queued = false;
        // Of thousands that rest, none keeps room for its busiest moment.
        mail.waiting.shrink_to_fit();
        Batch::Done
    }

    /// Drops the work and what it did not get to, here on the pool's thread.
    fn end(&self, work: &mut Option<Work<M>>, shared: &Shared) {
        let mut mail = self.mail();
        mail.open = false;
        let waiting = std::mem::take(&mut mail.waiting);
        drop(mail);
        let work = work.take();
        let dropped = catch_unwind(AssertUnwindSafe(move || {
            drop(waiting);
            drop(work);
        }));
        if let Err(panic) = dropped {
            self.report(shared, panic.as_ref());
        }
        shared.forget(self.number);
    }

    fn report(&self, shared: &Shared, panic: &(dyn Any + Send)) {
        let message = panic
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "no words".to_owned());
        (shared.on_panic)(Panicked { actor: self.name.clone(), message });
    }
}

impl<M: Send + 'static> Turns for Actor<M> {
    fn take_turn(self: Arc<Self>, shared: &Shared) {
        let mut slot = self.work.lock().expect("panics of the work are caught under this lock");
        let Some(work) = slot.as_mut() else { return };
        let batch = catch_unwind(AssertUnwindSafe(|| self.run_batch(work)));
        let batch = batch.unwrap_or_else(|panic| {
            self.report(shared, panic.as_ref());
            Batch::End
        });
        match batch {
            Batch::Done => {}
            Batch::More => {
                drop(slot);
                shared.push(self);
            }
            Batch::End => self.end(&mut slot, shared),
        }
    }

    fn close(self: Arc<Self>, shared: &Shared) {
        let mut mail = self.mail();
        mail.open = false;
        let wake = !mail.queued;
        mail.queued = true;
        drop(mail);
        if wake {
            shared.push(self);
        }
    }
}
