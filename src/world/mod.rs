//! Hands: the only room that waits, reads, writes, listens, prints or asks the time.

pub mod journal;
mod queue;
pub mod report;
pub mod store;
//! Hands: the only room with threads, files, sockets, the environment and real time.

pub mod clock;
pub mod data;
pub mod error;
pub mod files;
pub mod lock;
pub mod meter;
pub mod pool;
mod thread;
pub mod watch;
//! Hands: the only room with tokio, threads, files, sockets, environment and real time.

pub mod channel;
pub mod entropy;
pub mod web;
