//! A panic: nothing of a show goes out but what takes everything off the screen.

use super::Channel;
use crate::model::channel::ShowId;
use crate::model::event::Dropped;
use crate::model::payload::Priority;
use crate::model::time::Now;
use crate::rules::outbox::Item;

impl Channel {
    /// What waits is dropped, and what is repeated ends. A call in flight cannot be recalled.
    pub(super) fn silence(&mut self, show: ShowId, silent: bool, now: Now) {
        if silent {
            self.let_all_go(&show, Dropped::Panic, now);
            self.silent.insert(show);
        } else {
            self.silent.remove(&show);
        }
    }

    /// Whether a payload does not go out because its show is in a panic.
    pub(super) fn is_silenced(&self, item: &Item) -> bool {
        item.delivery.priority != Priority::Panic && self.silent.contains(&item.delivery.show)
    }
}
