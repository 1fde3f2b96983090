//! Scripts: the only room that says rhai. A `Host` holds a show's engine, `state`, draws and
//! randomness; a `Generation` is one compiled version of its script with its handlers.

pub mod api;
