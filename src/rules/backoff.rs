//! How long to wait after a refusal that may pass.

use jiff::SignedDuration;

use super::random::Random;
use crate::model::limits::{BACKOFF_FIRST, BACKOFF_MAX};

/// Doublings after which the longest wait is reached in any case.
const DOUBLINGS_MAX: u32 = 10;

/// Waits that double up to a longest one, each drawn from its upper half, so that many channels
/// refused at once do not come back at once.
#[derive(Debug, Clone)]
pub struct Backoff {
    random: Random,
}

impl Backoff {
    /// The waits of `seed` for what is called `label`.
    pub fn new(seed: u64, label: &str) -> Self {
        Self { random: Random::new(seed, &format!("backoff {label}"), 0) }
    }

    /// The wait after this many attempts, at least one, in whole milliseconds.
    pub fn wait(&mut self, attempts: u32) -> SignedDuration {
        let whole = doubled(BACKOFF_FIRST, BACKOFF_MAX, attempts);
        let millis = i64::try_from(whole.as_millis()).expect("at most BACKOFF_MAX");
        SignedDuration::from_millis(self.random.between(millis / 2, millis))
    }
}

/// The longest wait after this many attempts, at least one: `first`, doubled at each further one up
/// to `most`.
pub fn doubled(first: SignedDuration, most: SignedDuration, attempts: u32) -> SignedDuration {
    let doublings = attempts.saturating_sub(1).min(DOUBLINGS_MAX);
    first.saturating_mul(1 << doublings).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_never_vanish() {
        let mut backoff = Backoff::new(7, "test");
        for attempts in 1..100 {
            let whole = BACKOFF_FIRST.saturating_mul(1 << (attempts - 1).min(10)).min(BACKOFF_MAX);
            let wait = backoff.wait(attempts);
            assert!(wait <= whole && wait.saturating_mul(2) >= whole, "{attempts}: {wait:?}");
        }
    }

    #[test]
    fn a_seed_gives_the_same_waits_and_labels_differ() {
        let waits = |seed, label| {
            let mut backoff = Backoff::new(seed, label);
            (1..20).map(|attempts| backoff.wait(attempts)).collect::<Vec<_>>()
        };
        assert_eq!(waits(1, "a"), waits(1, "a"));
        assert_ne!(waits(1, "a"), waits(1, "b"));
        assert_ne!(waits(1, "a"), waits(2, "a"));
    }
}
