//! How much each address may do: a bucket for each of those that did something lately.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use jiff::SignedDuration;

use super::callers::Neighbours;
use crate::model::limits::ADDRESSES_REMEMBERED_MAX;
use crate::rules::bucket::{Bucket, Rate};

/// The buckets of one kind of request.
pub(super) struct Rates {
    rate: Rate,
    remembered: usize,
    used: Mutex<Used>,
}

#[derive(Default)]
struct Used {
    buckets: HashMap<Neighbours, Bucket>,
    /// The one that is full soonest, and so forgotten first, before the others.
    in_order: BTreeSet<(Bucket, Neighbours)>,
}

impl Rates {
    pub(super) fn new(rate: Rate) -> Self {
        Self { rate, remembered: ADDRESSES_REMEMBERED_MAX, used: Mutex::default() }
    }

    /// One more request of an address; or how long it has to wait for the next.
    pub(super) fn take(&self, from: Neighbours, now: SignedDuration) -> Result<(), SignedDuration> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let before = used.buckets.get(&from).copied();
        let after = before.unwrap_or(Bucket::FULL).take(self.rate, now)?;
        if let Some(before) = before {
            used.in_order.remove(&(before, from));
        } else if used.buckets.len() >= self.remembered
            && let Some((_, idlest)) = used.in_order.pop_first()
        {
            used.buckets.remove(&idlest);
        }
        used.buckets.insert(from, after);
        used.in_order.insert((after, from));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates() -> Rates {
        let rates = Rates::new(Rate { at_once: 2, per_second: 1 });
        Rates { remembered: 3, ..rates }
    }

    fn ms(millis: i64) -> SignedDuration {
        SignedDuration::from_millis(millis)
    }

    #[test]
    fn each_address_has_its_own() {
        let rates = rates();
        let (one, other) = (Neighbours::Six(1), Neighbours::Six(2));
        assert!(rates.take(one, ms(0)).is_ok() && rates.take(one, ms(0)).is_ok());
        assert_eq!(rates.take(one, ms(0)), Err(ms(1_000)));
        assert!(rates.take(other, ms(0)).is_ok());
        assert!(rates.take(one, ms(1_000)).is_ok());
    }

    #[test]
    fn one_too_many_forgets_the_idlest() {
        let rates = rates();
        for (address, at) in [(1, 0), (1, 0), (2, 10), (3, 20), (4, 30)] {
            assert!(rates.take(Neighbours::Six(address), ms(at)).is_ok(), "{address}");
        }
        let used = rates.used.lock().expect("nobody panicked");
        let kept: BTreeSet<Neighbours> = used.buckets.keys().copied().collect();
        assert_eq!(kept, [1, 3, 4].map(Neighbours::Six).into());
        assert_eq!(used.in_order.len(), 3);
    }
}
