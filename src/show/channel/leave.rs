//! How a show leaves its channel.
//!
//! What waited when it began to stop is dropped; what `on("stop")` puts after that still goes out,
//! within `STOP_WAIT` of its leave and not when the channel is off air; a call in flight is waited
//! for. Then, in any case, the show has left.

use jiff::SignedDuration;

use super::Channel;
use crate::model::channel::ShowId;
use crate::model::event::{Dropped, What};
use crate::model::io::ChannelOutput;
use crate::model::limits::STOP_WAIT;
use crate::model::payload::Priority;
use crate::model::time::{Deadline, Now};
use crate::rules::outbox::Item;

/// A show that is about to end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaving {
    /// The last payload put before it began to stop.
    last_before: u64,
    /// When it has left in any case; none until its `Leave`.
    until: Option<SignedDuration>,
}

impl Channel {
    pub(super) fn stopping(&mut self, show: ShowId, now: Now) {
        let of_show = self.outbox.take_of(&show).into_iter();
        // What a panic takes off the screen must not stay there because the show is stopped then.
        let (stays, goes): (Vec<_>, Vec<_>) =
            of_show.partition(|item| item.delivery.priority == Priority::Panic);
        for item in goes {
            self.let_go(&item, Dropped::Stopped, now);
        }
        for item in stays {
            self.keep(item, now);
        }
        let last_before = self.outbox.last_order();
        self.leaving.entry(show).or_insert(Leaving { last_before, until: None });
    }

    pub(super) fn leave(&mut self, show: &ShowId, now: Now) {
        if !self.leaving.contains_key(show) {
            self.stopping(show.clone(), now);
        }
        if let Some(leaving) = self.leaving.get_mut(show) {
            leaving.until = Some(now.up + STOP_WAIT);
        }
    }

    /// What waits is another runner's: it is not even told that it is let go.
    pub(super) fn abandon_show(&mut self, show: &ShowId, now: Now) {
        drop(self.outbox.take_of(show));
        self.leave(show, now);
    }

    /// Why a payload refused for now is not tried again, where its show is about to end or in a
    /// panic.
    pub(super) fn ends_with_show(&self, item: &Item) -> Option<Dropped> {
        let outlives = |leaving: &Leaving| {
            let is_new = item.order > leaving.last_before && !item.is_repeat();
            is_new || item.delivery.priority == Priority::Panic
        };
        if self.is_silenced(item) {
            return Some(Dropped::Panic);
        }
        let leaving = self.leaving.get(&item.delivery.show)?;
        (!outlives(leaving)).then_some(Dropped::Stopped)
    }

    pub(super) fn let_all_go(&mut self, show: &ShowId, why: Dropped, now: Now) {
        for item in self.outbox.take_of(show) {
            self.let_go(&item, why, now);
        }
    }

    /// A payload of a show that ends or is in a panic is not sent (again).
    pub(super) fn let_go(&mut self, item: &Item, why: Dropped, now: Now) {
        self.settle_row(item);
        if item.is_repeat() {
            return;
        }
        if item.maybe_twice {
            self.tell(item, |of| What::InDoubt { of }, now);
        } else {
            self.tell(item, |of| What::Dropped { of, why }, now);
        }
    }

    pub(super) fn finish_leaving(&mut self, now: Now) {
        let ready = self.leaving.iter().filter_map(|(show, leaving)| {
            leaving.until.map(|until| (show.clone(), until <= now.up))
        });
        for (show, is_over) in ready.collect::<Vec<_>>() {
            if is_over || self.air.is_off() {
                self.let_all_go(&show, Dropped::Stopped, now);
            }
            if is_over {
                self.abandon(&show, now);
            }
            let mut calls = self.calls.iter().filter(|call| !call.abandoned);
            let in_flight = calls.any(|call| call.item.delivery.show == show);
            if !in_flight && !self.outbox.has(&show) {
                self.leaving.remove(&show);
                self.silent.remove(&show);
                self.outputs.push_back(ChannelOutput::Left(show));
            }
        }
    }

    /// Waits no longer for the calls of this show: nobody knows what became of them.
    fn abandon(&mut self, show: &ShowId, now: Now) {
        let mut in_doubt = Vec::new();
        for call in self.calls.iter_mut().filter(|call| !call.abandoned) {
            if call.item.delivery.show == *show {
                call.abandoned = true;
                in_doubt.push(call.item.clone());
            }
        }
        for mut item in in_doubt {
            item.maybe_twice = true;
            self.let_go(&item, Dropped::Stopped, now);
        }
    }

    pub(super) fn leaving_until(&self) -> Option<Deadline> {
        let until = self.leaving.values().filter_map(|leaving| leaving.until).min()?;
        Some(Deadline { at: until, why: "a show's leave" })
    }
}
