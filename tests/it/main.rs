//! The integration tests: the law of the house, its content, and the binary as a person meets it.

mod bad_files;
mod check;
mod cli;
mod clients;
mod content;
mod crash;
mod desk;
mod faults;
mod help;
mod hls;
mod new;
mod next;
mod on_air;
mod outputs;
mod player;
mod readme;
mod refused;
mod reload;
mod rig;
mod scripts;
mod several;
mod terminal;
mod testing;
mod tidy;
mod watch;
