//! The lanes of a run's shows: one for each that has something to tell, until it plays no more.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;

use super::lane::Lane;
use crate::model::channel::{ChannelArn, ShowId};

/// The lanes of a run.
#[derive(Clone, Default)]
pub(super) struct Lanes(Arc<Mutex<Inner>>);

/// Shows by their channels.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct OnChannel(ChannelArn, Arc<str>);

impl OnChannel {
    fn of(show: &ShowId) -> Self {
        Self(show.channel.clone(), Arc::clone(&show.script))
    }
}

#[derive(Default)]
struct Inner {
    lanes: BTreeMap<OnChannel, Arc<Lane>>,
    /// Shows that play no more, whose lanes have something to tell yet: which release of a lane it
    /// was, for one may play again and be released once more before all of the first was told.
    leaving: BTreeMap<ShowId, u64>,
    released: u64,
}

impl Lanes {
    /// A show's lane; a new one where it has none.
    pub(super) fn of(&self, show: &ShowId, new: impl FnOnce() -> Lane) -> Arc<Lane> {
        let mut inner = self.lock();
        Arc::clone(inner.lanes.entry(OnChannel::of(show)).or_insert_with(|| Arc::new(new())))
    }

    /// A show's lane, where it has one.
    #[cfg(test)]
    pub(super) fn get(&self, show: &ShowId) -> Option<Arc<Lane>> {
        self.lock().lanes.get(&OnChannel::of(show)).cloned()
    }

    /// Those of a channel's shows.
    pub(super) fn on(&self, channel: &ChannelArn) -> Vec<(ShowId, Arc<Lane>)> {
        let first = OnChannel(channel.clone(), "".into());
        let inner = self.lock();
        let lanes = inner.lanes.range(first..).take_while(|(of, _)| of.0 == *channel);
        let show = |of: &OnChannel| ShowId { channel: of.0.clone(), script: Arc::clone(&of.1) };
        lanes.map(|(of, lane)| (show(of), Arc::clone(lane))).collect()
    }

    /// All of them.
    pub(super) fn all(&self) -> Vec<Arc<Lane>> {
        self.lock().lanes.values().cloned().collect()
    }

    /// A show's lane, which is none of the run any more.
    pub(super) fn take(&self, show: &ShowId) -> Option<Arc<Lane>> {
        let mut inner = self.lock();
        inner.leaving.remove(show);
        inner.lanes.remove(&OnChannel::of(show))
    }

    /// A show plays no more: its lane goes when the store was told all that waits there.
    pub(super) fn release(&self, show: &ShowId, network: &Handle) {
        let mut inner = self.lock();
        let Some(lane) = inner.lanes.get(&OnChannel::of(show)).cloned() else { return };
        inner.released += 1;
        let release = inner.released;
        inner.leaving.insert(show.clone(), release);
        drop(inner);
        let (lanes, show) = (self.clone(), show.clone());
        network.spawn(async move {
            lane.told().await;
            let mut inner = lanes.lock();
            if inner.leaving.get(&show) == Some(&release) {
                inner.leaving.remove(&show);
                inner.lanes.remove(&OnChannel::of(&show));
            }
        });
    }

    /// A show plays, perhaps again.
    pub(super) fn keep(&self, show: &ShowId) {
        self.lock().leaving.remove(show);
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
