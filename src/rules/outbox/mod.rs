//! The outbox of one channel: its waiting payloads and the sticky ones it repeats.
//!
//! Order: the operator's GO, high, normal, each in the order put; then repeats, the one that is due
//! longest first. The first is always the next: one that waits for its retry holds back its equals
//! and all below, and a higher one is before it anyway.

mod item;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::SignedDuration;

pub use self::item::Item;
use crate::model::channel::ShowId;
use crate::model::delivery::Delivery;
use crate::model::limits::{OUTBOX_MAX_PAYLOADS, STICKY_SLOTS_MAX};
use crate::model::payload::{Priority, Slot};

/// Waiting payloads in their order, and the current sticky payload of each slot. A payload whose
/// call is in flight is not here: it was taken, and is put back if it is to be tried again.
#[derive(Debug, Clone, Default)]
pub struct Outbox {
    waiting: BTreeMap<(Reverse<Priority>, u64), Item>,
    current: BTreeMap<Slot, Item>,
    put: u64,
}

impl Outbox {
    /// A new payload, as the next in order; it is not yet in the outbox.
    pub fn admit(&mut self, delivery: Box<Delivery>) -> Item {
        self.put += 1;
        Item::new(delivery, self.put)
    }

    /// The order number of the payload admitted last; 0 before the first.
    pub fn last_order(&self) -> u64 {
        self.put
    }

    /// Puts a payload in its place, new or back again. Answers what has to go: the oldest of the
    /// lowest priority when too many wait, the current one that it replaces in its slot, or the
    /// one that ends soonest when too many slots are repeated.
    pub fn put(&mut self, item: Item) -> Option<Item> {
        if item.is_repeat() {
            let replaced = self.current.insert(item.delivery.slot.clone(), item);
            return replaced.or_else(|| self.crowded_out());
        }
        self.waiting.insert((Reverse(item.delivery.priority), item.order), item);
        if self.waiting.len() <= OUTBOX_MAX_PAYLOADS {
            return None;
        }
        let (lowest, _) = *self.waiting.last_key_value()?.0;
        let oldest = *self.waiting.range((lowest, 0)..).next()?.0;
        self.waiting.remove(&oldest)
    }

    fn crowded_out(&mut self) -> Option<Item> {
        if self.current.len() <= STICKY_SLOTS_MAX {
            return None;
        }
        let soonest = self.current.values().min_by_key(|item| item.ends_at())?;
        let slot = soonest.delivery.slot.clone();
        self.current.remove(&slot)
    }

    /// What goes out next, perhaps not yet.
    pub fn next(&self) -> Option<&Item> {
        self.waiting.values().next().or_else(|| self.next_repeat())
    }

    fn next_repeat(&self) -> Option<&Item> {
        self.current.values().min_by_key(|item| (item.ready_at, item.order))
    }

    /// Takes what goes out next.
    pub fn take_next(&mut self) -> Option<Item> {
        if let Some((_, item)) = self.waiting.pop_first() {
            self.rest();
            return Some(item);
        }
        let slot = self.next_repeat()?.delivery.slot.clone();
        self.current.remove(&slot)
    }

    /// Of thousands that rest, none keeps room: an emptied map holds on to a node for eleven.
    fn rest(&mut self) {
        if self.waiting.is_empty() {
            self.waiting = BTreeMap::new();
        }
    }

    /// No repeat before `until`: they are equals of one that was refused.
    pub fn hold_repeats(&mut self, until: SignedDuration) {
        for item in self.current.values_mut() {
            item.ready_at = item.ready_at.max(until);
        }
    }

    /// Takes every payload whose validity or stickiness is over.
    pub fn take_ended(&mut self, now: SignedDuration) -> Vec<Item> {
        self.take(|item| item.ends_at() <= now)
    }

    /// Takes every payload that this show put.
    pub fn take_of(&mut self, show: &ShowId) -> Vec<Item> {
        self.take(|item| item.delivery.show == *show)
    }

    fn take(&mut self, wanted: impl Fn(&Item) -> bool) -> Vec<Item> {
        let waiting = self.waiting.extract_if(.., |_, item| wanted(item)).map(|(_, item)| item);
        let mut taken: Vec<Item> = waiting.collect();
        let current = self.current.extract_if(.., |_, item| wanted(item)).map(|(_, item)| item);
        taken.extend(current);
        self.rest();
        taken
    }

    /// Takes the current ones that a payload just sent ends.
    pub fn take_replaced(&mut self, by: &Item) -> Vec<Item> {
        let replaced = self.current.extract_if(.., |slot, _| by.ends_slot(slot));
        replaced.map(|(_, item)| item).collect()
    }

    /// When the first validity or stickiness is over.
    pub fn next_end(&self) -> Option<SignedDuration> {
        self.waiting.values().chain(self.current.values()).map(Item::ends_at).min()
    }

    /// Whether a payload of this show waits or is repeated.
    pub fn has(&self, show: &ShowId) -> bool {
        self.waiting.values().chain(self.current.values()).any(|item| item.delivery.show == *show)
    }

    /// How many payloads wait, repeats not counted.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// How many slots have a sticky payload that is repeated.
    pub fn repeated(&self) -> usize {
        self.current.len()
    }
}
