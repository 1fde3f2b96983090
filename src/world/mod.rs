//! Hands: the only room with tokio, threads, files, sockets, environment and real time.

pub mod channel;
pub mod entropy;
pub mod web;
