//! Words: plain types, valid by construction. Knows nothing of clocks, I/O, rhai or tokio.

pub mod channel;
pub mod cron_spec;
mod cron_words;
pub mod cue;
pub mod delivery;
pub mod error;
pub mod event;
pub mod fetch;
pub mod file;
pub mod finding;
pub mod io;
pub mod lease;
pub mod limits;
pub mod moment;
pub mod near;
pub mod outputs;
pub mod payload;
pub mod poll;
pub mod saved;
pub mod script_error;
pub mod time;
pub mod timeline;
pub mod trigger;
mod trigger_words;
pub mod vote;
pub mod zone;
