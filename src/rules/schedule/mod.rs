//! The schedule: which cue is due next.

mod ahead;
mod cues;
mod every;
mod hold;
pub mod io;
mod machine;
mod once;
mod queue;
mod timer;
mod verdict;
mod wall;

pub use ahead::{Fire, ahead};
pub use machine::Schedule;

#[cfg(test)]
mod tests;
