#![doc = include_str!("README.md")]

// The rooms in import order: a blank line keeps each where it is.
pub mod model;

pub mod rules;

pub mod hls;

pub mod script;

pub mod show;

pub mod world;

#[allow(clippy::print_stdout, clippy::print_stderr, reason = "doors speak to who stands there")]
pub mod cli;
