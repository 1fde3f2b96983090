//! Channels that want to begin a call, each at most once.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::model::channel::ChannelArn;
use crate::model::io::Urgency;

type Place = (Reverse<Urgency>, u64);

/// Urgent ones first, then as they came. A channel that was served asks again at the end: so all
/// that want are served in turn.
#[derive(Debug, Default)]
pub(super) struct Queue {
    order: BTreeMap<Place, ChannelArn>,
    places: BTreeMap<ChannelArn, Place>,
    came: u64,
}

impl Queue {
    /// A channel wants to begin a call. One that waits already moves forward when this is more
    /// urgent, and else keeps its place.
    pub(super) fn want(&mut self, channel: ChannelArn, urgency: Urgency) {
        if let Some(place) = self.places.get(&channel).copied() {
            if place.0.0 >= urgency {
                return;
            }
            self.order.remove(&place);
        }
        self.came += 1;
        let place = (Reverse(urgency), self.came);
        self.places.insert(channel.clone(), place);
        self.order.insert(place, channel);
    }

    /// Takes the channel whose turn it is.
    pub(super) fn take_next(&mut self) -> Option<ChannelArn> {
        let (_, channel) = self.order.pop_first()?;
        self.places.remove(&channel);
        Some(channel)
    }

    /// A channel left.
    pub(super) fn forget(&mut self, channel: &ChannelArn) {
        if let Some(place) = self.places.remove(channel) {
            self.order.remove(&place);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.order.is_empty()
    }
}
