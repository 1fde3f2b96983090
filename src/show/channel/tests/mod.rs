//! Channels against a simulated service.
