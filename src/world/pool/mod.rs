//! The pool: actors on a few threads. Each handles its messages one at a time, in order, and no
//! actor holds up another for longer than a batch.

mod actor;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::thread::{JoinHandle, Thread, available_parallelism, current, park};

use crate::model::limits::{POOL_STACK_BYTES, POOL_THREADS_MIN};

use super::error::WorldError;
use super::thread;
use actor::Actor;

pub use actor::{Mailbox, SendError};

/// Threads that run actors. Letting go of it closes every mailbox, has the messages that wait
/// handled, drops every actor on one of its threads, and ends them.
pub struct Pool {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

/// An actor that panicked: it is no more, the others are untouched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panicked {
    /// The name it was spawned under.
    pub actor: String,
    /// What the panic said.
    pub message: String,
}

/// What actors and threads share.
struct Shared {
    queue: Mutex<Queue>,
    on_panic: Box<dyn Fn(Panicked) + Send + Sync>,
}

#[derive(Default)]
struct Queue {
    /// Actors with something to do, each at most once.
    ready: VecDeque<Arc<dyn Turns>>,
    /// Threads that rest; the last one to do so is the first to be woken, while its caches, its
    /// stack and its heap are still warm, and the others need none.
    resting: Vec<Thread>,
    /// All that have not ended.
    actors: BTreeMap<u64, Weak<dyn Turns>>,
    spawned: u64,
    stopping: bool,
}

/// An actor as the threads see it.
trait Turns: Send + Sync {
    /// Handles a batch of its messages.
    fn take_turn(self: Arc<Self>, shared: &Shared);
    /// Takes no more messages; ends when those that wait are handled.
    fn close(self: Arc<Self>, shared: &Shared);
}

impl Pool {
    /// Starts max(4, 2 × cores) threads. `on_panic` is told of every actor that panics, on the
    /// thread where it happened.
    pub fn start(on_panic: impl Fn(Panicked) + Send + Sync + 'static) -> Result<Self, WorldError> {
        let cores = available_parallelism().map_or(1, usize::from);
        let shared = Arc::new(Shared { queue: Mutex::default(), on_panic: Box::new(on_panic) });
        let mut pool = Self { shared, threads: Vec::new() };
        for _ in 0..POOL_THREADS_MIN.max(2 * cores) {
            let shared = Arc::clone(&pool.shared);
            let thread = thread::start("show", Some(POOL_STACK_BYTES), move || {
                thread::give_way();
                while let Some(actor) = shared.next() {
                    actor.take_turn(&shared);
                }
            })?;
            pool.threads.push(thread);
        }
        Ok(pool)
    }

    /// Starts an actor of which at most `mailbox_max` messages wait. It ends when `work` breaks,
    /// when it panics, or when its last mailbox is let go and what waited is handled. `work` runs
    /// and is dropped on the pool's threads only.
    pub fn spawn<M: Send + 'static>(
        &self,
        name: impl Into<String>,
        mailbox_max: usize,
        work: impl FnMut(M) -> ControlFlow<()> + Send + 'static,
    ) -> Mailbox<M> {
        let mut queue = self.shared.lock();
        let number = queue.spawned;
        queue.spawned += 1;
        let actor = Arc::new(Actor::new(number, name.into(), mailbox_max, Box::new(work)));
        let as_turns: Arc<dyn Turns> = Arc::<Actor<M>>::clone(&actor);
        queue.actors.insert(number, Arc::downgrade(&as_turns));
        drop(queue);
        Mailbox::new(actor, Arc::clone(&self.shared))
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let actors: Vec<Arc<dyn Turns>> =
            self.shared.lock().actors.values().filter_map(Weak::upgrade).collect();
        for actor in actors {
            actor.close(&self.shared);
        }
        let mut queue = self.shared.lock();
        queue.stopping = true;
        queue.resting.drain(..).for_each(|thread| thread.unpark());
        drop(queue);
        self.threads.drain(..).for_each(thread::join);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().expect("nothing that can panic is done under this lock")
    }

    /// The next actor that has something to do; none when the pool stops and all is done. A thread
    /// that puts an actor back takes it up again itself, so none is left behind.
    fn next(&self) -> Option<Arc<dyn Turns>> {
        loop {
            let mut queue = self.lock();
            // Parking may end by itself.
            queue.resting.retain(|thread| thread.id() != current().id());
            if let Some(actor) = queue.ready.pop_front() {
                return Some(actor);
            }
            if queue.stopping {
                return None;
            }
            queue.resting.push(current());
            drop(queue);
            park();
        }
    }

    fn push(&self, actor: Arc<dyn Turns>) {
        let mut queue = self.lock();
        queue.ready.push_back(actor);
        let rested = queue.resting.pop();
        drop(queue);
        rested.iter().for_each(Thread::unpark);
    }

    fn forget(&self, number: u64) {
        self.lock().actors.remove(&number);
    }
}
