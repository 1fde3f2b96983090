//! Three pure machines that meet only by their inputs and outputs: [`Show`], [`channel::Channel`]
//! and [`account::Account`]; and an [`evening`] of them on a virtual clock, which
//! a test of a show leads ([`testing`]).

pub mod account;
pub mod channel;
pub mod checking;
pub mod evening;
pub mod look;
mod running;
pub mod testing;

pub use running::{Show, ShowSetup};
#[cfg(test)]
mod sim;
