//! The alarm: one thread that says when a deadline has come. It runs no script and does no I/O.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;

use jiff::SignedDuration;

use crate::model::limits::ALARM_SLEEP_MAX;
use crate::world::error::WorldError;
use crate::world::thread;

use super::Clock;

/// One deadline for each token, on the interval clock. Ends its thread when it is let go.
pub struct Alarm<T> {
    shared: Arc<Shared<T>>,
    thread: Option<JoinHandle<()>>,
}

struct Shared<T> {
    deadlines: Mutex<Deadlines<T>>,
    changed: Condvar,
}

struct Deadlines<T> {
    by_token: BTreeMap<T, SignedDuration>,
    by_time: BTreeSet<(SignedDuration, T)>,
    stopping: bool,
}

impl<T: Ord + Clone + Send + 'static> Alarm<T> {
    /// Starts the thread. When a deadline comes it calls `hand_over` with its token and how late it
    /// is (never negative), and forgets it. `hand_over` must be quick and must not panic: every
    /// other deadline waits for it. It may set and clear deadlines.
    pub fn start(
        clock: Clock,
        hand_over: impl Fn(T, SignedDuration) + Send + 'static,
    ) -> Result<Self, WorldError> {
        let shared = Arc::new(Shared {
            deadlines: Mutex::new(Deadlines {
                by_token: BTreeMap::new(),
                by_time: BTreeSet::new(),
                stopping: false,
            }),
            changed: Condvar::new(),
        });
        let of_thread = Arc::clone(&shared);
        let thread = thread::start("clock", None, move || {
            thread::wake_precisely();
            while let Some((token, at)) = of_thread.next_due(clock) {
                hand_over(token, clock.up().saturating_sub(at));
            }
        })?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Sets `token`'s deadline to `at` on the interval clock, in place of the one it had.
    pub fn set(&self, token: T, at: SignedDuration) {
        let mut deadlines = self.shared.lock();
        deadlines.forget(&token);
        deadlines.by_token.insert(token.clone(), at);
        deadlines.by_time.insert((at, token));
        if deadlines.by_time.first().is_some_and(|(first, _)| *first == at) {
            self.shared.changed.notify_one();
        }
    }

    /// Forgets `token`'s deadline, if it has one.
    pub fn clear(&self, token: &T) {
        self.shared.lock().forget(token);
    }
}

impl<T: Ord + Clone> Deadlines<T> {
    fn forget(&mut self, token: &T) {
        if let Some(at) = self.by_token.remove(token) {
            self.by_time.remove(&(at, token.clone()));
        }
    }
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, Deadlines<T>> {
        self.deadlines.lock().expect("nothing that can panic is done under this lock")
    }
}

impl<T: Ord + Clone> Shared<T> {
    /// Waits for the next deadline to come; none when the alarm was let go.
    fn next_due(&self, clock: Clock) -> Option<(T, SignedDuration)> {
        let mut deadlines = self.lock();
        loop {
            if deadlines.stopping {
                return None;
            }
            let wait = match deadlines.by_time.first().map(|(at, _)| at.saturating_sub(clock.up()))
            {
                Some(left) if left <= SignedDuration::ZERO => {
                    let (at, token) = deadlines.by_time.pop_first()?;
                    deadlines.by_token.remove(&token);
                    return Some((token, at));
                }
                Some(left) => left.min(ALARM_SLEEP_MAX),
                None => ALARM_SLEEP_MAX,
            };
            deadlines = self
                .changed
                .wait_timeout(deadlines, wait.unsigned_abs())
                .expect("nothing that can panic is done under this lock")
                .0;
        }
    }
}

impl<T> Drop for Alarm<T> {
    fn drop(&mut self) {
        self.shared.lock().stopping = true;
        self.shared.changed.notify_one();
        self.thread.take().into_iter().for_each(thread::join);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Receiver, channel};
    use std::time::Duration;

    const GENEROUS: Duration = Duration::from_secs(30);

    type Fired = Receiver<(u32, SignedDuration)>;

    fn alarm(clock: Clock) -> (Alarm<u32>, Fired) {
        let (sender, fired) = channel();
        let alarm = Alarm::start(clock, move |token, late| {
            sender.send((token, late)).ok();
        });
        (alarm.expect("a thread can be started"), fired)
    }

    fn millis(n: i64) -> SignedDuration {
        SignedDuration::from_millis(n)
    }

    #[test]
    fn deadlines_come_in_order_and_never_early() {
        let clock = Clock::start();
        let (alarm, fired) = alarm(clock);
        let base = clock.up();
        for token in [5_u32, 1, 4, 2, 3] {
            alarm.set(token, base + millis(20 + 2 * i64::from(token)));
        }
        for wanted in 1..=5_u32 {
            let (token, late) = fired.recv_timeout(GENEROUS).expect("the alarm rings");
            assert_eq!(token, wanted);
            assert!(late >= SignedDuration::ZERO);
            assert!(clock.up() >= base + millis(20 + 2 * i64::from(token)));
        }
    }

    #[test]
    fn a_deadline_is_replaced_and_cleared() {
        let clock = Clock::start();
        let (alarm, fired) = alarm(clock);
        let far = clock.up() + SignedDuration::from_hours(1);
        alarm.set(1, far);
        alarm.set(2, clock.up() + millis(40));
        alarm.set(3, far);
        alarm.clear(&2);
        alarm.clear(&9);
        alarm.set(3, clock.up() + millis(60));
        assert_eq!(fired.recv_timeout(GENEROUS).map(|(token, _)| token), Ok(3));
        alarm.set(1, clock.up());
        assert_eq!(fired.recv_timeout(GENEROUS).map(|(token, _)| token), Ok(1));
        drop(alarm);
        assert!(fired.try_recv().is_err(), "the cleared one never rang");
    }

    #[test]
    fn a_deadline_that_passed_is_handed_over_with_its_lateness() {
        let clock = Clock::start();
        let (alarm, fired) = alarm(clock);
        alarm.set(7, clock.up() - SignedDuration::from_secs(5));
        let (token, late) = fired.recv_timeout(GENEROUS).expect("the alarm rings");
        assert_eq!(token, 7);
        assert!(late >= SignedDuration::from_secs(5));
    }

    #[test]
    fn ten_thousand_deadlines_all_come_once() {
        let clock = Clock::start();
        let (alarm, fired) = alarm(clock);
        let base = clock.up();
        for token in 0..10_000_u32 {
            alarm.set(token, base + millis(i64::from(token.wrapping_mul(7_919) % 50)));
        }
        let mut seen = BTreeSet::new();
        while seen.len() < 10_000 {
            let (token, _) = fired.recv_timeout(GENEROUS).expect("the alarm rings");
            assert!(seen.insert(token), "{token} rang twice");
        }
    }
}
