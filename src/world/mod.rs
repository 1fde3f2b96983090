//! Hands: the only room that waits, reads, writes, listens, prints or asks the time.

pub mod journal;
mod queue;
pub mod report;
pub mod store;
