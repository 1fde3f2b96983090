//! The schedule: which cue is due next.

pub mod io;
