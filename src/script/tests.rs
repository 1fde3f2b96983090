//! Tests of the room as the show uses it.

mod all_or_nothing;
mod bad_input;
mod basics;
mod examples;
mod fetch;
mod floats;
mod habits;
mod imports;
mod mistakes;
mod read;
mod rig;
mod send;
mod state;
mod when;
