//! The outbox by itself.
