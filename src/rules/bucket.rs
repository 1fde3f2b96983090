//! A token bucket: so many at once, and so many a second after that.

use jiff::SignedDuration;

/// How much a bucket holds, and how fast it fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// What a full bucket gives at once, at least 1.
    pub at_once: u32,
    /// What comes back in a second, at least 1.
    pub per_second: u32,
}

impl Rate {
    fn one(self) -> SignedDuration {
        SignedDuration::from_secs(1) / i32::try_from(self.per_second.max(1)).unwrap_or(i32::MAX)
    }

    fn all(self) -> SignedDuration {
        self.one() * i32::try_from(self.at_once).unwrap_or(i32::MAX)
    }
}

/// What one has taken. One that is full again is as one that was never taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bucket {
    full_at: SignedDuration,
}

impl Bucket {
    /// A full one.
    pub const FULL: Self = Self { full_at: SignedDuration::MIN };

    /// The bucket after one more was taken now, or how long until there is one to take.
    pub fn take(self, rate: Rate, now: SignedDuration) -> Result<Self, SignedDuration> {
        let full_at = self.full_at.max(now) + rate.one();
        let wait = full_at - now - rate.all();
        if wait.is_positive() { Err(wait) } else { Ok(Self { full_at }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { at_once: 3, per_second: 2 };

    fn ms(millis: i64) -> SignedDuration {
        SignedDuration::from_millis(millis)
    }

    /// Takes until there is none: how many, and how long until the next.
    fn drain(mut bucket: Bucket, now: SignedDuration) -> (Bucket, u32, SignedDuration) {
        for taken in 0.. {
            match bucket.take(RATE, now) {
                Ok(after) => bucket = after,
                Err(wait) => return (bucket, taken, wait),
            }
        }
        unreachable!("a bucket runs dry")
    }

    #[test]
    fn it_gives_so_many_at_once_and_says_when_there_is_more() {
        let (bucket, taken, wait) = drain(Bucket::FULL, ms(0));
        assert_eq!((taken, wait), (3, ms(500)));
        assert_eq!(bucket.take(RATE, ms(499)), Err(ms(1)));
        assert!(bucket.take(RATE, ms(500)).is_ok());
        assert_eq!(drain(bucket, ms(1_000)).1, 2);
    }

    #[test]
    fn it_never_holds_more_than_at_first() {
        let (bucket, ..) = drain(Bucket::FULL, ms(0));
        assert_eq!(drain(bucket, ms(3_600_000)).1, 3);
    }

    #[test]
    fn the_one_that_is_full_sooner_is_the_lesser() {
        let (dry, ..) = drain(Bucket::FULL, ms(0));
        let later = Bucket::FULL.take(RATE, ms(5_000)).expect("it is full");
        assert!(Bucket::FULL < dry && dry < later);
    }
}
