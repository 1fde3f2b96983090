//! Channels against a simulated service.

mod faults;
mod lives;
mod order;
mod property;
mod silence;
mod sticky;
