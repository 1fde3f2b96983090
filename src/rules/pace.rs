//! A sliding window: how many may begin in any `PACE_WINDOW`.

use std::collections::VecDeque;

use jiff::SignedDuration;

use crate::model::limits::PACE_WINDOW;

/// The begins of the last window. Whatever came of them, they count.
#[derive(Debug, Clone)]
pub struct Pace {
    most: usize,
    begun: VecDeque<SignedDuration>,
}

impl Pace {
    /// A window of at most `most` begins.
    pub fn new(most: usize) -> Self {
        Self { most, begun: VecDeque::with_capacity(most) }
    }

    /// From when on one more may begin, if it may only be among the first `share` of a window.
    /// A time in the past: at once.
    pub fn free_at(&self, share: usize) -> SignedDuration {
        let newer = self.begun.len().checked_sub(share.min(self.most));
        let oldest = newer.and_then(|index| self.begun.get(index));
        oldest.map_or(SignedDuration::MIN, |begun| *begun + PACE_WINDOW)
    }

    /// One begins now, after `free_at` allowed it.
    pub fn begin(&mut self, now: SignedDuration) {
        if self.begun.len() == self.most {
            self.begun.pop_front();
        }
        self.begun.push_back(now);
    }

    /// How many began in the window that ends now.
    pub fn used(&self, now: SignedDuration) -> usize {
        self.begun.iter().rev().take_while(|begun| **begun + PACE_WINDOW > now).count()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ms(millis: i64) -> SignedDuration {
        SignedDuration::from_millis(millis)
    }

    #[test]
    fn the_last_of_a_window_waits_for_the_first_to_leave_it() {
        let mut pace = Pace::new(5);
        for at in [0, 10, 20, 30] {
            assert!(pace.free_at(4) <= ms(at));
            pace.begin(ms(at));
        }
        assert_eq!(pace.free_at(4), ms(0) + PACE_WINDOW);
        assert!(pace.free_at(5) <= ms(30), "the fifth is still free");
        pace.begin(ms(40));
        assert_eq!(pace.free_at(5), ms(0) + PACE_WINDOW);
        assert_eq!(pace.free_at(4), ms(10) + PACE_WINDOW);
        assert_eq!(pace.used(ms(40)), 5);
        assert_eq!(pace.used(ms(0) + PACE_WINDOW), 4);
    }

    proptest! {
        #[test]
        fn no_window_ever_holds_more(
            waits in prop::collection::vec((0_i64..600, 1_usize..=5), 200),
        ) {
            let (mut pace, mut now, mut begun) = (Pace::new(5), ms(0), Vec::new());
            for (wait, share) in waits {
                now = (now + ms(wait)).max(pace.free_at(share));
                let before = begun.iter().filter(|at| **at + PACE_WINDOW > now).count();
                prop_assert!(before < share);
                prop_assert_eq!(before, pace.used(now));
                pace.begin(now);
                begun.push(now);
            }
        }
    }
}
