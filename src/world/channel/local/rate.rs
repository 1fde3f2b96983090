//! How many calls went through in the last second.

use std::collections::VecDeque;

use jiff::SignedDuration;

use crate::model::limits::LOCAL_RATE_WINDOW;

/// A sliding window over the calls that were taken. Refused calls are not in it.
#[derive(Debug, Default)]
pub(super) struct Rate {
    taken: VecDeque<SignedDuration>,
}

impl Rate {
    /// Whether one more call at `up` stays within `limit` calls a window.
    pub(super) fn allows(&mut self, limit: usize, up: SignedDuration) -> bool {
        while self.taken.front().is_some_and(|first| up - *first >= LOCAL_RATE_WINDOW) {
            self.taken.pop_front();
        }
        self.taken.len() < limit
    }

    /// Counts a call that [`Rate::allows`] let through.
    pub(super) fn count(&mut self, up: SignedDuration) {
        self.taken.push_back(up);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slides_with_the_calls() {
        let mut rate = Rate::default();
        let at = SignedDuration::from_millis;
        for millis in [0, 100, 200] {
            assert!(rate.allows(3, at(millis)));
            rate.count(at(millis));
        }
        assert!(!rate.allows(3, at(999)));
        assert!(rate.allows(3, at(1_000)));
        rate.count(at(1_000));
        assert!(!rate.allows(3, at(1_050)));
        assert!(rate.allows(3, at(1_100)));
    }
}
