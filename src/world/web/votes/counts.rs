//! How many votes came, and what became of them.

use std::sync::atomic::{AtomicU64, Ordering};

/// Votes since the start, by what became of them.
#[derive(Debug, Default)]
pub(super) struct Counts {
    counted: AtomicU64,
    stands: AtomicU64,
    refused: AtomicU64,
}

/// What became of a vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
    /// It counts.
    Counted,
    /// An earlier one of that viewer stands.
    Stands,
    /// It was refused, for whatever reason.
    Refused,
}

impl Counts {
    pub(super) fn note(&self, came: Came) {
        let counter = match came {
            Came::Counted => &self.counted,
            Came::Stands => &self.stands,
            Came::Refused => &self.refused,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Each with its name.
    pub(super) fn all(&self) -> Vec<(&'static str, u64)> {
        let all =
            [("counted", &self.counted), ("stands", &self.stands), ("refused", &self.refused)];
        all.into_iter().map(|(name, count)| (name, count.load(Ordering::Relaxed))).collect()
    }
}
