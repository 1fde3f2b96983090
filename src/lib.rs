#![doc = include_str!("README.md")]

pub mod cli;
pub mod model;
pub mod rules;
pub mod script;
pub mod show;
pub mod world;
