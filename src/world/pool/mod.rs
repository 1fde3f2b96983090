//! The pool: actors on a few threads. Each handles its messages one at a time, in order, and no
//! actor holds up another for longer than a batch.

mod actor;
mod queue;
#[cfg(test)]
mod tests;

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{JoinHandle, Thread, available_parallelism, current, park, park_timeout};

use crate::model::limits::{POOL_HELP_AFTER, POOL_STACK_BYTES, POOL_THREADS_MIN};

use super::error::WorldError;
use super::thread;
use actor::Actor;
use queue::{Queue, Task};

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
        let threads = POOL_THREADS_MIN.max(2 * cores);
        let queue = Mutex::new(Queue::new(threads, cores));
        let shared = Arc::new(Shared { queue, on_panic: Box::new(on_panic) });
        let mut pool = Self { shared, threads: Vec::new() };
        for _ in 0..threads {
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
        let number = queue.next_number();
        let actor = Arc::new(Actor::new(number, name.into(), mailbox_max, Box::new(work)));
        let as_turns: Arc<dyn Turns> = Arc::<Actor<M>>::clone(&actor);
        queue.add(number, Arc::downgrade(&as_turns));
        drop(queue);
        Mailbox::new(actor, Arc::clone(&self.shared))
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let actors = self.shared.lock().actors();
        for actor in actors {
            actor.close(&self.shared);
        }
        let resting = self.shared.lock().stop();
        resting.iter().for_each(Thread::unpark);
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
        let mut task = self.lock().task(current());
        loop {
            task = match task {
                Task::Turn(actor, to_wake) => {
                    to_wake.iter().for_each(Thread::unpark);
                    return Some(actor);
                }
                Task::End => return None,
                Task::Rest => {
                    park();
                    self.lock().task(current())
                }
                Task::Watch(taken) => {
                    park_timeout(POOL_HELP_AFTER.unsigned_abs());
                    self.lock().watched(current(), taken)
                }
            };
        }
    }

    fn push(&self, actor: Arc<dyn Turns>) {
        let to_wake = self.lock().push(actor);
        to_wake.iter().for_each(Thread::unpark);
    }

    fn forget(&self, number: u64) {
        self.lock().forget(number);
    }
}
