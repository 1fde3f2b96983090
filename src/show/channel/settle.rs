//! What becomes of a payload when its call is answered.

use jiff::SignedDuration;

use super::{Call, Channel};
use crate::model::channel::ShowId;
use crate::model::delivery::{Answer, DeliveryId, Refusal};
use crate::model::event::{Dropped, What};
use crate::model::io::{ChannelOutput, Counted};
use crate::model::payload::Priority;
use crate::model::saved::Change;
use crate::model::time::Now;
use crate::rules::outbox::Item;

impl Channel {
    /// An answer to no call in flight is ignored.
    pub(super) fn answered(
        &mut self,
        (show, delivery): (&ShowId, DeliveryId),
        answer: Answer,
        took: SignedDuration,
        now: Now,
    ) {
        let is_it = |call: &Call| {
            let of = &call.item.delivery;
            of.id == delivery && of.show == *show
        };
        let Some(place) = self.calls.iter().position(is_it) else { return };
        let mut call = self.calls.remove(place);
        self.calls.shrink_to_fit();
        match answer {
            Answer::Taken => self.taken(call, place, took, now),
            Answer::TakenLate => {
                call.item.maybe_twice = true;
                self.taken(call, place, took, now);
            }
            Answer::Refused { refusal, message } => self.refused(call, refusal, message, now),
            Answer::Lost { message } => self.lost(call, message, now),
        }
    }

    fn taken(&mut self, call: Call, place: usize, took: SignedDuration, now: Now) {
        let turn = self.air.taken(call.begun, now);
        self.turned(turn);
        let begun_before = self.calls.iter_mut().take(place);
        for other in begun_before.filter(|other| call.item.ends_slot(&other.item.delivery.slot)) {
            other.overtaken = true;
        }
        if call.abandoned {
            return;
        }
        self.tell_sent(&call, took, now);
        if call.overtaken {
            self.sent_row(&call.item);
            return;
        }
        self.end_replaced(&call.item);
        self.become_current(call.item, call.begun, now);
    }

    fn tell_sent(&mut self, call: &Call, took: SignedDuration, now: Now) {
        let item = &call.item;
        let repeat = item.is_repeat();
        // A repeat is not late with its cue: it waits from when it was due.
        let (late, since) = if repeat {
            (SignedDuration::ZERO, item.ready_at.max(item.delivery.put.up))
        } else {
            (item.delivery.late, item.delivery.put.up)
        };
        let (attempts, maybe_twice) = (item.attempts, item.maybe_twice);
        let sent = |of| What::Sent {
            of,
            late_ms: millis(late),
            waited_ms: millis(call.begun - since),
            took_ms: millis(took),
            attempts,
            maybe_twice,
            repeat,
        };
        self.count(item, Counted::Sent);
        self.tell(item, sent, now);
        self.tell_revealed(item);
    }

    /// What was current in the slots of a payload that was sent is not repeated any more.
    pub(super) fn end_replaced(&mut self, by: &Item) {
        for replaced in self.outbox.take_replaced(by) {
            self.sent_row(&replaced);
        }
    }

    /// After a call that began at `begun`: a sticky payload is repeated from now on; any other is
    /// settled, and so is a sticky one whose show is about to end or in a panic.
    pub(super) fn become_current(&mut self, item: Item, begun: SignedDuration, now: Now) {
        let was_repeat = item.is_repeat();
        let of = &item.delivery.show;
        let ends = self.leaving.contains_key(of) || self.silent.contains(of);
        let (id, show) = (item.delivery.id, item.delivery.show.clone());
        match item.as_current(begun, now.up).filter(|_| !ends) {
            None => self.outputs.push_back(ChannelOutput::Commit(show, Change::Sent(id))),
            Some(current) if was_repeat => {
                self.commit(&current, Change::Attempting(current.delivery.id, false));
                self.keep(current, now);
            }
            Some(current) => {
                self.keep_row_as_repeat(&current);
                self.keep(current, now);
            }
        }
    }

    fn refused(&mut self, call: Call, refusal: Refusal, message: String, now: Now) {
        if refusal == Refusal::OffAir {
            let turn = self.air.refused(now);
            self.turned(turn);
        }
        if call.abandoned {
            return;
        }
        let mut item = call.item;
        self.count(&item, Counted::Refused);
        match refusal {
            Refusal::Rejected => {
                self.settle_row(&item);
                self.tell_refused(&item, (refusal, message.clone()), None, now);
                // A repeat that is rejected ends: the show's payload was sent.
                if !item.is_repeat() {
                    self.give_up(&item, refusal, message);
                }
                return;
            }
            Refusal::OffAir => item.ready_at = now.up,
            Refusal::Throttled | Refusal::Unavailable => {
                item.ready_at = now.up + self.backoff.wait(item.attempts);
                item.refused = Some((refusal, message.clone()));
            }
        }
        // After a lost answer it stays in doubt, whatever later calls say.
        if !item.maybe_twice {
            self.commit(&item, Change::Attempting(item.delivery.id, false));
        }
        self.try_again(item, call.overtaken, (refusal, message), now);
    }

    fn lost(&mut self, call: Call, message: String, now: Now) {
        if call.abandoned {
            return;
        }
        let mut item = call.item;
        self.count(&item, Counted::Refused);
        item.maybe_twice = true;
        item.ready_at = now.up + self.backoff.wait(item.attempts);
        item.refused = Some((Refusal::Unavailable, message.clone()));
        self.try_again(item, call.overtaken, (Refusal::Unavailable, message), now);
    }

    /// Says that it was refused and puts it back, unless its show is about to end or, for a
    /// repeat, its slot has moved on.
    fn try_again(&mut self, item: Item, overtaken: bool, why: (Refusal, String), now: Now) {
        let moved_on = (item.is_repeat() && overtaken).then_some(Dropped::Stopped);
        let ends = self.ends_with_show(&item).or(moved_on);
        let in_time = ends.is_none() && item.ready_at < item.ends_at() && why.0 != Refusal::OffAir;
        let again = in_time.then(|| item.ready_at - now.up);
        self.tell_refused(&item, why, again, now);
        if let Some(why) = ends {
            return self.let_go(&item, why, now);
        }
        if item.delivery.priority == Priority::Repeat {
            self.outbox.hold_repeats(item.ready_at);
        }
        self.keep(item, now);
    }

    fn tell_refused(
        &mut self,
        item: &Item,
        (refusal, message): (Refusal, String),
        again: Option<SignedDuration>,
        now: Now,
    ) {
        let (attempts, again_ms) = (item.attempts, again.map(millis));
        let given_up = refusal == Refusal::Rejected;
        let what = |of| What::Refused { of, refusal, message, attempts, again_ms, given_up };
        self.tell(item, what, now);
    }
}

fn millis(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
