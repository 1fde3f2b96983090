//! One payload in the outbox and what is known of its attempts.

use jiff::SignedDuration;

use crate::model::delivery::{Delivery, Refusal};
use crate::model::payload::{Clears, Priority, Slot};

/// A payload that waits for its first call, for its retry, or as a sticky one for its next repeat.
#[derive(Debug, Clone)]
pub struct Item {
    /// The payload and all about it. Its priority is `Repeat` once it was sent and is repeated.
    pub delivery: Box<Delivery>,
    /// Its number among all payloads of the channel, in the order put.
    pub order: u64,
    /// When it may be sent: at once, after a wait, or at its next repeat.
    pub ready_at: SignedDuration,
    /// Calls begun since it was put or, for a repeat, since it was last taken.
    pub attempts: u32,
    /// The answer of an earlier call was lost.
    pub maybe_twice: bool,
    /// The last refusal other than for being off air, with the service's or the network's words.
    pub refused: Option<(Refusal, String)>,
    /// The slots it ends besides its own.
    clears: Clears,
}

impl Item {
    pub(super) fn new(delivery: Box<Delivery>, order: u64) -> Self {
        Self {
            order,
            ready_at: delivery.put.up,
            attempts: 0,
            maybe_twice: false,
            refused: None,
            clears: Clears::of(&delivery.payload),
            delivery,
        }
    }

    /// Whether it was sent and is the current one of its slot.
    pub fn is_repeat(&self) -> bool {
        self.delivery.priority == Priority::Repeat
    }

    /// When it is not worth sending any more: its validity is over, or its stickiness.
    pub fn ends_at(&self) -> SignedDuration {
        let lasts = match self.delivery.sticky {
            Some(sticky) if self.is_repeat() => sticky.lasts,
            Some(_) | None => self.delivery.valid_for,
        };
        self.delivery.put.up.saturating_add(lasts)
    }

    /// Whether sending it ends what is current in this slot.
    pub fn ends_slot(&self, slot: &Slot) -> bool {
        match &self.clears {
            Clears::All => true,
            Clears::Slot(cleared) => cleared == slot || self.delivery.slot == *slot,
            Clears::Nothing => self.delivery.slot == *slot,
        }
    }

    /// As the current one of its slot, after a call that began at `begun` was taken; none when it
    /// is not sticky or its stickiness is over. A `clear` of everything is never repeated: it
    /// would end what was sent since.
    pub fn as_current(mut self, begun: SignedDuration, now: SignedDuration) -> Option<Self> {
        let sticky = self.delivery.sticky?;
        if self.clears == Clears::All {
            return None;
        }
        self.delivery.priority = Priority::Repeat;
        self.ready_at = begun.saturating_add(sticky.repeat_every);
        self.attempts = 0;
        self.maybe_twice = false;
        self.refused = None;
        (self.ends_at() > now).then_some(self)
    }
}
