//! What waits for one of the store's threads: a bounded queue that refuses, and gives out many
//! things at once.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

use super::super::VotesError;

/// The queue. It takes no room while it is empty, and its thread sleeps until something comes.
pub(super) struct Line<T> {
    inner: Mutex<Inner<T>>,
    came: Condvar,
}

struct Inner<T> {
    jobs: VecDeque<T>,
    is_closed: bool,
    /// The thread sleeps: only then is it woken, for that costs.
    is_waiting: bool,
}

/// Nothing is left and nothing more will come.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Over;

impl<T> Line<T> {
    pub(super) fn new() -> Self {
        let inner = Inner { jobs: VecDeque::new(), is_closed: false, is_waiting: false };
        Self { inner: Mutex::new(inner), came: Condvar::new() }
    }

    /// Puts a job at the end, unless `max` are waiting or the line is closed.
    pub(super) fn put(&self, job: T, max: usize) -> Result<(), VotesError> {
        let mut inner = self.lock();
        if inner.is_closed {
            return Err(VotesError::Unavailable { problem: "it takes nothing in".to_owned() });
        }
        if inner.jobs.len() >= max {
            return Err(VotesError::Busy);
        }
        inner.jobs.push_back(job);
        let wake = std::mem::take(&mut inner.is_waiting);
        // It would only wait for the lock.
        drop(inner);
        if wake {
            self.came.notify_one();
        }
        Ok(())
    }

    /// The next job; with it those that follow at once, at most `max` in all, as long as they and
    /// it may be done `together`. Nothing if none comes within `wait`.
    pub(super) fn take(
        &self,
        wait: Option<Duration>,
        max: usize,
        together: impl Fn(&T) -> bool,
    ) -> Result<Vec<T>, Over> {
        let mut inner = self.lock();
        let wait = wait.unwrap_or(Duration::MAX);
        if !wait.is_zero() {
            inner.is_waiting = inner.jobs.is_empty();
            let idle = |inner: &mut Inner<T>| inner.jobs.is_empty() && !inner.is_closed;
            let waited = self.came.wait_timeout_while(inner, wait, idle);
            inner = waited.expect("nobody panics while holding the line").0;
            inner.is_waiting = false;
        }
        if inner.jobs.is_empty() && inner.is_closed {
            return Err(Over);
        }
        let alike = inner.jobs.iter().take(max).take_while(|job| together(job)).count();
        let count = alike.max(1).min(inner.jobs.len());
        Ok(inner.jobs.drain(..count).collect())
    }

    /// Takes nothing more in.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.came.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Inner<T>> {
        self.inner.lock().expect("nobody panics while holding the line")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_gives_out_what_may_be_done_together() {
        let line = Line::new();
        let even = |n: &i32| n % 2 == 0;
        for n in [2, 4, 6, 8, 1, 3, 10] {
            line.put(n, 7).expect("there is room");
        }
        assert_eq!(line.put(12, 7), Err(VotesError::Busy));
        let mut taken = Vec::new();
        for _ in 0..5 {
            taken.push(line.take(None, 3, even).expect("more is there"));
        }
        assert_eq!(taken, [vec![2, 4, 6], vec![8], vec![1], vec![3], vec![10]]);
        assert_eq!(line.take(Some(Duration::ZERO), 3, even), Ok(vec![]));
    }

    #[test]
    fn what_is_left_is_given_out_after_the_end() {
        let line = Line::new();
        line.put(1, 7).expect("there is room");
        line.close();
        assert!(matches!(line.put(2, 7), Err(VotesError::Unavailable { .. })));
        assert_eq!(line.take(None, 3, |_| true), Ok(vec![1]));
        assert_eq!(line.take(None, 3, |_| true), Err(Over));
    }

    #[test]
    fn its_thread_is_woken_by_what_comes_and_by_the_end() {
        let line = Line::new();
        std::thread::scope(|threads| {
            let taker = threads.spawn(|| {
                let mut taken = Vec::new();
                while let Ok(jobs) = line.take(None, 3, |_| true) {
                    taken.extend(jobs);
                }
                taken
            });
            for n in 0..100 {
                line.put(n, 100).expect("there is room");
            }
            line.close();
            assert_eq!(taker.join().expect("it ends"), (0..100).collect::<Vec<_>>());
        });
    }
}
