//! Tests of the room as the show uses it.

mod basics;
mod rig;
