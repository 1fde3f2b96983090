//! Bytes of a stream: what the local channel is made of, and what a viewer of any stream reads.

pub mod read;
