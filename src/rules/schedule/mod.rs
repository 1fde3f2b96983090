//! The schedule: which cue is due next.

mod cues;
mod every;
pub mod io;
mod machine;
mod once;
mod queue;
mod timer;
mod verdict;
mod wall;

pub use machine::Schedule;

#[cfg(test)]
mod tests;
