//! A bounded queue towards one thread: what does not fit is counted where it would have stood, so
//! that whoever hands something over never waits.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::clock::Clock;
use crate::model::event::{Event, What};

/// The end that things are put into; shared by any number of threads.
#[derive(Debug)]
pub(super) struct Queue<T> {
    inner: Mutex<Inner<T>>,
    /// Something came, or nothing will any more.
    came: Condvar,
    /// The queue was closed, or its thread has ended.
    ended: Condvar,
    max: usize,
    gather: SignedDuration,
    clock: Clock,
}

#[derive(Debug)]
struct Inner<T> {
    entries: VecDeque<Taken<T>>,
    /// The thread sleeps until something comes: only then is it woken, for that costs.
    waiting: bool,
    /// When something was last taken.
    taken_at: Option<SignedDuration>,
    phase: Phase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// It takes things in.
    Open,
    /// It takes nothing more in.
    Closed,
    /// Its thread has ended.
    Over,
}

/// What the thread takes out.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Taken<T> {
    /// The next thing.
    Item(T),
    /// So many things did not fit here.
    Lost(u64),
}

/// Why the thread has nothing to take.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Nothing {
    /// Nothing came in time.
    Yet,
    /// Nothing will come any more.
    Ever,
}

/// The end that one thread takes from; when it is let go, whoever waits for the end goes on.
#[derive(Debug)]
pub(super) struct Takes<T>(Arc<Queue<T>>);

impl<T> Queue<T> {
    /// A queue of at most `max` things, and its other end, which lets things `gather` for so long.
    pub(super) fn new(max: usize, gather: SignedDuration) -> (Arc<Self>, Takes<T>) {
        let inner =
            Inner { entries: VecDeque::new(), waiting: false, taken_at: None, phase: Phase::Open };
        let queue = Arc::new(Self {
            inner: Mutex::new(inner),
            came: Condvar::new(),
            ended: Condvar::new(),
            max,
            gather,
            clock: Clock::start(),
        });
        (Arc::clone(&queue), Takes(queue))
    }

    /// Puts something in, or counts it as lost when the queue is full or closed.
    pub(super) fn put(&self, item: T) {
        let mut inner = self.lock();
        if inner.phase != Phase::Open {
            return;
        }
        if inner.entries.len() < self.max {
            inner.entries.push_back(Taken::Item(item));
        } else if let Some(Taken::Lost(count)) = inner.entries.back_mut() {
            *count += 1;
        } else {
            inner.entries.push_back(Taken::Lost(1));
        }
        let wake = std::mem::take(&mut inner.waiting);
        // It would only wait for the lock.
        drop(inner);
        if wake {
            self.came.notify_one();
        }
    }

    /// Takes nothing more in, and waits until the thread has taken the rest and ended.
    /// Whether it did so in time.
    pub(super) fn close(&self, wait: Duration) -> bool {
        let mut inner = self.lock();
        if inner.phase == Phase::Open {
            inner.phase = Phase::Closed;
        }
        self.came.notify_one();
        self.ended.notify_all();
        let waited = self.ended.wait_timeout_while(inner, wait, |inner| inner.phase != Phase::Over);
        waited.expect("nobody panics while holding the queue").0.phase == Phase::Over
    }

    fn lock(&self) -> MutexGuard<'_, Inner<T>> {
        self.inner.lock().expect("nobody panics while holding the queue")
    }
}

impl<T> Takes<T> {
    /// The next entry, waited for as long as it takes.
    pub(super) fn take(&self) -> Result<Taken<T>, Nothing> {
        self.take_within(None)
    }

    /// The next entry, waited for no longer than `wait` when that is given. The first one after a
    /// pause is there at once; what follows is let gather, so that one awakening serves many.
    pub(super) fn take_within(&self, wait: Option<Duration>) -> Result<Taken<T>, Nothing> {
        let wait = wait.unwrap_or(Duration::MAX);
        let mut inner = self.0.lock();
        if inner.is_idle() && !wait.is_zero() {
            inner.waiting = true;
            let waited = self.0.came.wait_timeout_while(inner, wait, |inner| inner.is_idle());
            inner = waited.expect("nobody panics while holding the queue").0;
            inner.waiting = false;
            inner = self.gather(inner);
        }
        match inner.entries.pop_front() {
            Some(entry) => {
                inner.taken_at = Some(self.0.clock.up());
                Ok(entry)
            }
            None if inner.phase == Phase::Open => Err(Nothing::Yet),
            None => Err(Nothing::Ever),
        }
    }

    /// Soon after something was taken: a moment in which nobody needs to wake the thread.
    fn gather<'a>(&'a self, inner: MutexGuard<'a, Inner<T>>) -> MutexGuard<'a, Inner<T>> {
        let up = self.0.clock.up();
        let left = inner.taken_at.map_or(SignedDuration::ZERO, |at| at + self.0.gather - up);
        if left <= SignedDuration::ZERO || inner.is_idle() {
            return inner;
        }
        let open = |inner: &mut Inner<T>| inner.phase == Phase::Open;
        let waited = self.0.ended.wait_timeout_while(inner, left.unsigned_abs(), open);
        waited.expect("nobody panics while holding the queue").0
    }
}

impl<T> Inner<T> {
    fn is_idle(&self) -> bool {
        self.entries.is_empty() && self.phase == Phase::Open
    }
}

impl<T> Drop for Takes<T> {
    fn drop(&mut self) {
        let mut inner = self.0.lock();
        inner.phase = Phase::Over;
        self.0.ended.notify_all();
    }
}

/// The event that says how many lines are missing from `place`.
pub(super) fn lost_lines(at: Timestamp, count: u64, place: &str) -> Event {
    let lines = if count == 1 { "1 line is" } else { &format!("{count} lines are") };
    Event { at, what: What::Warning { message: format!("{lines} missing {place}") }, show: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_counted_in_its_place() {
        let (queue, takes) = Queue::new(2, SignedDuration::ZERO);
        for n in 1..=5 {
            queue.put(n);
        }
        assert_eq!(takes.take(), Ok(Taken::Item(1)));
        assert_eq!(takes.take(), Ok(Taken::Item(2)));
        queue.put(6);
        assert_eq!(takes.take(), Ok(Taken::Lost(3)));
        assert_eq!(takes.take(), Ok(Taken::Item(6)));
        assert_eq!(takes.take_within(Some(Duration::ZERO)), Err(Nothing::Yet));
    }

    #[test]
    fn the_rest_is_taken_after_the_end() {
        let (queue, takes) = Queue::new(2, SignedDuration::ZERO);
        queue.put(1);
        assert!(!queue.close(Duration::ZERO));
        queue.put(2);
        assert_eq!(takes.take(), Ok(Taken::Item(1)));
        assert_eq!(takes.take(), Err(Nothing::Ever));
        drop(takes);
        assert!(queue.close(Duration::ZERO));
    }

    #[test]
    fn a_thread_that_waits_is_woken_by_what_comes_and_by_the_end() {
        // So long a gathering ends only because the queue is closed.
        let (queue, takes) = Queue::new(9, SignedDuration::from_hours(1));
        let (told, heard) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            while let Ok(taken) = takes.take() {
                told.send(taken).expect("the test listens");
            }
        });
        let generous = Duration::from_secs(30);
        queue.put(1);
        assert_eq!(heard.recv_timeout(generous), Ok(Taken::Item(1)));
        queue.put(2);
        assert!(queue.close(generous), "it does not gather for an hour");
        assert_eq!(heard.recv_timeout(generous), Ok(Taken::Item(2)));
        thread.join().expect("it ends");
    }
}
