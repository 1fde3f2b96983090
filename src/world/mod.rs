//! Hands: the only room with tokio, threads, files, sockets, environment and real time.

pub mod browser;
pub mod channel;
pub mod clock;
pub mod data;
pub mod entropy;
pub mod error;
pub mod fetch;
pub mod files;
pub mod journal;
pub mod lease;
pub mod lock;
pub mod meter;
pub mod pool;
mod queue;
pub mod rehearsal;
pub mod report;
pub mod run;
pub mod runtime;
pub mod script_file;
pub mod scripts;
pub mod starter;
pub mod store;
pub mod testing;
mod thread;
pub mod watch;
pub mod watch_stream;
pub mod web;
