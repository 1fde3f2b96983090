//! Presentation times as streams write them.

use jiff::SignedDuration;

/// Ticks of one second.
const TICKS_PER_SECOND: u128 = 90_000;
/// A time has 33 bits, and begins anew after 26 and a half hours.
const MASK: u64 = (1 << 33) - 1;

/// A presentation time: ticks of 1/90,000 s, of which 33 bits are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pts(u64);

impl Pts {
    /// The time of so many ticks.
    pub fn new(ticks: u64) -> Self {
        Self(ticks & MASK)
    }

    /// The time of `units`, of which `per_second` make a second; none when that is zero.
    pub fn of_units(units: u64, per_second: u32) -> Option<Self> {
        let ticks = (u128::from(units) * TICKS_PER_SECOND).checked_div(u128::from(per_second))?;
        let kept = u64::try_from(ticks & u128::from(MASK)).expect("33 bits are left");
        Some(Self(kept))
    }

    /// The time that `later` comes after this one.
    #[must_use]
    pub fn plus(self, later: Self) -> Self {
        Self::new(self.0 + later.0)
    }

    /// How long after `other` this is: the shorter way around, negative for before.
    pub fn since(self, other: Self) -> SignedDuration {
        let ahead = self.0.wrapping_sub(other.0) & MASK;
        let ticks = i64::try_from(ahead).expect("33 bits fit");
        let turn = i64::try_from(MASK).expect("33 bits fit") + 1;
        let ticks = if ticks >= turn / 2 { ticks - turn } else { ticks };
        // 1/90,000 s are 100,000/9 ns.
        SignedDuration::from_nanos(ticks * 100_000 / 9)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wrap_is_a_moment_like_any_other() {
        let (before, after) = (Pts::new(MASK - 89_999), Pts::new(90_000));
        assert_eq!(after.since(before), SignedDuration::from_secs(2));
        assert_eq!(before.since(after), SignedDuration::from_secs(-2));
        assert_eq!(Pts::new(MASK + 1), Pts::new(0));
        assert_eq!(before.plus(Pts::new(180_000)), after);
    }

    #[test]
    fn other_time_scales_become_ticks() {
        assert_eq!(Pts::of_units(48_000, 48_000), Some(Pts::new(90_000)));
        assert_eq!(Pts::of_units(u64::MAX, 1).map(|pts| pts.0 <= MASK), Some(true));
        assert_eq!(Pts::of_units(1, 0), None);
    }
}
