//! What the channel says of a payload: rows, events, counts.

use super::Channel;
use crate::model::delivery::{KeptDelivery, Refusal};
use crate::model::event::{About, Event, What};
use crate::model::io::{ChannelOutput, Counted, GivenUp};
use crate::model::poll::AskingId;
use crate::model::saved::{Change, WaitingDelivery};
use crate::model::time::Now;
use crate::rules::outbox::Item;

impl Channel {
    pub(super) fn commit(&mut self, item: &Item, change: Change) {
        self.outputs.push_back(ChannelOutput::Commit(item.delivery.show.clone(), change));
    }

    /// It was sent: the store may forget it.
    pub(super) fn sent_row(&mut self, item: &Item) {
        self.commit(item, Change::Sent(item.delivery.id));
    }

    /// It is given up: the store may forget it.
    pub(super) fn settle_row(&mut self, item: &Item) {
        self.commit(item, Change::Delivery(item.delivery.id, None));
        self.tell_revealed(item);
    }

    /// It was sent, or never will be: the right answer that it tells is no secret any more.
    pub(super) fn tell_revealed(&mut self, item: &Item) {
        if item.is_repeat() {
            return;
        }
        if let Some(asking) = AskingId::revealed_by(&item.delivery.payload) {
            self.outputs.push_back(ChannelOutput::Revealed(item.delivery.show.clone(), asking));
        }
    }

    /// The store keeps it as the current one of its slot, to be repeated.
    pub(super) fn keep_row_as_repeat(&mut self, item: &Item) {
        let kept = KeptDelivery::from(&*item.delivery);
        let row = WaitingDelivery { kept, attempting: false };
        self.commit(item, Change::Delivery(item.delivery.id, Some(Box::new(row))));
    }

    pub(super) fn tell(&mut self, item: &Item, what: impl FnOnce(About) -> What, now: Now) {
        let about = About {
            delivery: item.delivery.id,
            cue: item.delivery.cue.clone(),
            bytes: item.delivery.payload.bytes(),
            payload: item.delivery.payload.clone(),
        };
        let show = Some(item.delivery.show.clone());
        let event = Event { at: now.wall, what: what(about), show };
        self.outputs.push_back(ChannelOutput::Event(event));
    }

    pub(super) fn count(&mut self, item: &Item, counted: Counted) {
        self.outputs.push_back(ChannelOutput::Counted(item.delivery.show.clone(), counted));
    }

    pub(super) fn give_up(&mut self, item: &Item, refusal: Refusal, message: String) {
        let given_up = GivenUp {
            delivery: item.delivery.id,
            cue: item.delivery.cue.clone(),
            payload: item.delivery.payload.clone(),
            refusal,
            message,
        };
        let show = item.delivery.show.clone();
        self.outputs.push_back(ChannelOutput::GivenUp(show, Box::new(given_up)));
    }
}
