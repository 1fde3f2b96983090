//! A show that its operator holds.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Nothing timed fires, because the operator said so. Outlives a crash; a panic whatever begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Since when.
    pub since: Timestamp,
    /// Timed fires that were skipped so far.
    pub skipped: u64,
    /// Whether nothing goes out either, and no cue is fired by hand.
    pub panic: bool,
}
