//! Pure machines that meet only by Input and Output: one per channel, one per account.

pub mod account;
pub mod channel;
#[cfg(test)]
mod sim;
