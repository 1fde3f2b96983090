//! The integration tests: the law of the house, its content, and the binary as a person meets it.

mod content;
mod tidy;
