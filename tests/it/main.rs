//! The integration tests: the law of the house, its content, and the binary as a person meets it.

mod bad_files;
mod cli;
mod clients;
mod completions;
mod content;
mod crash;
mod desk;
mod faults;
mod fetch;
mod help;
mod hls;
mod on_air;
mod outputs;
mod player;
mod readme;
mod reference;
mod refused;
mod reload;
mod rig;
mod scripts;
mod several;
mod terminal;
mod tidy;
mod watch;
