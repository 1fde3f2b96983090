//! A hold: nothing that is timed fires.
//!
//! What has a time of its own, a grid or a time of day, is skipped when that comes. What is
//! reckoned from another moment of the show, an `after`, waits: its time stands still, so that the
//! end of a hold sets nothing off at once and breaks no chain.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::io::Output;
use super::machine::Schedule;
use super::queue::Entry;
use crate::model::cue::AfterId;
use crate::model::time::Now;

/// What a hold keeps from firing by itself.
#[derive(Debug, Clone)]
pub(super) struct Hold {
    /// Since when, on the interval clock: where the time of `after`s stands still.
    pub(super) since: SignedDuration,
    /// When each would be due if the hold were over at once.
    afters: BTreeMap<AfterId, SignedDuration>,
}

impl Schedule {
    /// One that is held stays so since it was.
    pub(super) fn hold(&mut self, since: Timestamp, now: Now) {
        if self.hold.is_some() {
            return;
        }
        let afters = self.queue.take_afters();
        self.hold = Some(Hold { since: now.up_at(since), afters });
        self.queue_all(now);
    }

    pub(super) fn release(&mut self, now: Now) {
        let Some(Hold { since, afters }) = self.hold.take() else { return };
        let by = now.up - since;
        for (id, due) in afters {
            let due = due.saturating_add(by);
            self.queue.set(Entry::After(id), Some(due));
            self.outputs.push_back(Output::PutOff { id, due: now.wall_at(due) });
        }
        for number in 0..self.cues.slots.len() {
            if self.cues.slots[number].timer.stands_still() {
                self.cues.slots[number].timer.put_off(by);
                self.keep_place(number, now);
            }
        }
        self.queue_all(now);
    }

    pub(super) fn set_after(&mut self, id: AfterId, due: SignedDuration) {
        match &mut self.hold {
            Some(hold) => drop(hold.afters.insert(id, due)),
            None => self.queue.set(Entry::After(id), Some(due)),
        }
    }

    pub(super) fn cancel_after(&mut self, id: AfterId) {
        if let Some(hold) = &mut self.hold {
            hold.afters.remove(&id);
        }
        self.queue.set(Entry::After(id), None);
    }
}
