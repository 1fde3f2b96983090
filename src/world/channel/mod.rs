//! Where payloads go: the service on AWS, and its stand-in on this machine.

pub mod aws;
pub mod hub;
pub mod local;
