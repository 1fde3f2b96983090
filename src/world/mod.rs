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
