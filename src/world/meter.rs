//! What a script's call costs in real time.

use std::cell::Cell;

use jiff::SignedDuration;

use crate::model::limits::{HANDLER_CPU, HANDLER_WALL, TOP_LEVEL_CPU, TOP_LEVEL_WALL};
use crate::script::api::{Meter, Metered};

use super::clock::{Clock, thread_cpu};

/// Measures calls on air: their thread's time, with all that passes as the backstop.
#[derive(Debug, Clone, Copy)]
pub struct RealMeter {
    clock: Clock,
}

/// A call that has begun, and what it may take.
#[derive(Clone, Copy)]
struct Begun {
    up: SignedDuration,
    cpu: SignedDuration,
    cpu_max: SignedDuration,
    wall_max: SignedDuration,
}

thread_local! {
    static BEGUN: Cell<Option<Begun>> = const { Cell::new(None) };
}

impl RealMeter {
    /// A meter that reads `clock`.
    pub fn new(clock: Clock) -> Self {
        Self { clock }
    }
}

impl Meter for RealMeter {
    fn begin(&self, what: Metered) {
        let (cpu_max, wall_max) = match what {
            Metered::Handler => (HANDLER_CPU, HANDLER_WALL),
            Metered::TopLevel => (TOP_LEVEL_CPU, TOP_LEVEL_WALL),
        };
        BEGUN.set(Some(Begun { up: self.clock.up(), cpu: thread_cpu(), cpu_max, wall_max }));
    }

    fn is_over(&self) -> bool {
        BEGUN.get().is_some_and(|begun| {
            let passed = self.clock.up() - begun.up;
            // The thread cannot have worked longer than time has passed, and asking how long it
            // worked is the dearer question.
            passed > begun.cpu_max
                && (passed > begun.wall_max || thread_cpu() - begun.cpu > begun.cpu_max)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_works_too_long_is_over() {
        let meter = RealMeter::new(Clock::start());
        assert!(!meter.is_over(), "nothing has begun on this thread");
        let before = thread_cpu();
        meter.begin(Metered::Handler);
        while !meter.is_over() {
            std::hint::spin_loop();
        }
        assert!(thread_cpu() - before >= HANDLER_CPU);
        meter.begin(Metered::Handler);
        assert!(!meter.is_over(), "the next call has its own time");
    }

    #[test]
    fn each_thread_has_its_own_call() {
        let meter = RealMeter::new(Clock::start());
        meter.begin(Metered::TopLevel);
        let other = std::thread::spawn(move || {
            meter.begin(Metered::Handler);
            while !meter.is_over() {
                std::hint::spin_loop();
            }
        });
        other.join().expect("the other call comes to its end");
        assert!(!meter.is_over(), "this thread only waited");
    }

    #[test]
    fn the_backstop_counts_what_waiting_takes() {
        let clock = Clock::start();
        let meter = RealMeter::new(clock);
        let begun = Begun {
            up: clock.up() - HANDLER_WALL - SignedDuration::from_millis(1),
            cpu: thread_cpu(),
            cpu_max: SignedDuration::from_millis(500),
            wall_max: HANDLER_WALL,
        };
        BEGUN.set(Some(begun));
        assert!(meter.is_over());
    }
}
