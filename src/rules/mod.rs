//! Decisions: pure machines that are told the time and say what should happen.
//! Each has `handle(input, now)`, `take_outputs()` and `next_deadline()`. No clocks, no I/O.

pub mod air;
pub mod audience;
pub mod backoff;
pub mod bucket;
pub mod clock_changes;
pub mod cron;
pub mod demand;
pub mod digest;
pub mod inside;
pub mod lease;
pub mod outbox;
pub mod pace;
pub mod polls;
pub mod proof;
pub mod random;
pub mod schedule;
pub mod screen;
