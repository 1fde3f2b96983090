//! The account by itself.
