//! Scripts: the only room that says rhai. A `Host` holds a show's engine, `state`, draws and
//! randomness; a `Generation` is one compiled version of its script with its handlers.

pub mod api;
mod brackets;
mod call;
mod data;
mod engine;
mod errors;
mod facts;
mod floats;
mod functions;
mod generation;
mod habits;
mod host;
mod imports;
mod load;
mod nesting;
mod outline;
mod parse_errors;
mod preview;
mod pulse;
pub mod reference;
pub mod rehearsal;
mod right_answer;
mod secret_text;
mod shelf;
mod show_host;
mod stage;
pub mod testing;
mod time_value;
mod turns;
mod values;
mod walk;
mod words;

#[cfg(test)]
mod tests;

pub use data::unreadable;
pub use errors::ScriptFault;
pub use generation::{Generation, Handler};
pub use outline::Outline;
pub use show_host::Host;
pub use words::{Word, test_words, words};
