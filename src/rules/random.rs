//! The show's only randomness: a seeded stream that can be taken up again where it was left.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A stream of numbers that depends on nothing but the seed, its label and its position.
#[derive(Debug, Clone)]
pub struct Random {
    seed: u64,
    stream: u64,
    /// Where it was taken up.
    from: u64,
    /// Made for the first number: most streams rest, and it is wide.
    numbers: Option<Box<ChaCha8Rng>>,
}

impl Random {
    /// The stream of `seed` that is called `label`, after `position` numbers were taken from it.
    pub fn new(seed: u64, label: &str, position: u64) -> Self {
        Self { seed, stream: hash(label.as_bytes()), from: position, numbers: None }
    }

    /// How many numbers were taken: where to take it up again.
    pub fn position(&self) -> u64 {
        self.numbers.as_ref().map_or(self.from, |numbers| {
            u64::try_from(numbers.get_word_pos() / 2).unwrap_or(u64::MAX)
        })
    }

    fn next(&mut self) -> u64 {
        let numbers = self.numbers.get_or_insert_with(|| {
            let mut numbers = ChaCha8Rng::seed_from_u64(self.seed);
            numbers.set_stream(self.stream);
            numbers.set_word_pos(u128::from(self.from) * 2);
            Box::new(numbers)
        });
        numbers.next_u64()
    }

    /// A number from 0 to `count` - 1, each as likely; 0 when `count` is 0.
    pub fn below(&mut self, count: u64) -> u64 {
        if count == 0 {
            return 0;
        }
        // Numbers past the last whole multiple of `count` would favour the small ones.
        let fair = u64::MAX - u64::MAX % count;
        loop {
            let number = self.next();
            if number < fair {
                return number % count;
            }
        }
    }

    /// A number from `least` to `most`, both included, each as likely; `least` when they cross.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        if most <= least {
            return least;
        }
        match least.abs_diff(most).checked_add(1) {
            Some(count) => least.wrapping_add_unsigned(self.below(count)),
            None => self.next().cast_signed(),
        }
    }
}

/// A hash that is the same on every machine and in every version (FNV-1a, 64 bits).
pub fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_on_where_it_was_left() {
        let mut whole = Random::new(7, "script", 0);
        let first: Vec<u64> = (0..5).map(|_| whole.below(1_000)).collect();
        let left = whole.position();
        let rest: Vec<u64> = (0..5).map(|_| whole.below(1_000)).collect();
        let mut later = Random::new(7, "script", left);
        assert_eq!(rest, (0..5).map(|_| later.below(1_000)).collect::<Vec<_>>());
        assert_ne!(first, rest);
    }

    #[test]
    fn labels_and_seeds_are_streams_of_their_own() {
        let take = |seed, label| {
            let mut random = Random::new(seed, label, 0);
            (0..8).map(|_| random.below(u64::MAX)).collect::<Vec<_>>()
        };
        assert_ne!(take(1, "a"), take(1, "b"));
        assert_ne!(take(1, "a"), take(2, "a"));
    }

    #[test]
    fn both_ends_come_up() {
        let mut random = Random::new(1, "dice", 0);
        let thrown: std::collections::BTreeSet<i64> =
            (0..200).map(|_| random.between(1, 6)).collect();
        assert_eq!(thrown, (1..=6).collect());
        assert_eq!(random.between(5, 5), 5);
    }
}
