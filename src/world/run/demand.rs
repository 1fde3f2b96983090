//! What the shows of a run ask for, and the words when that is too much.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::sleep;

use crate::model::channel::{ChannelArn, ShowId};
use crate::model::limits::{CHANNEL_SENDS_PER_WINDOW, DEMAND_SETTLE};
use crate::rules::demand::{Hourly, TooMuch, shared, too_much};

use super::hands::Hands;

/// What each show asks for, and what was said of it.
#[derive(Debug, Default)]
pub(super) struct Demand {
    asked: Mutex<Asked>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Asked {
    shows: BTreeMap<ShowId, Hourly>,
    told: Vec<TooMuch>,
    told_shared: BTreeSet<ChannelArn>,
}

impl Demand {
    /// A show began, or asks for something else.
    pub(super) fn set(&self, show: &ShowId, hourly: Hourly) {
        if self.lock().shows.insert(show.clone(), hourly) != Some(hourly) {
            self.changed.notify_one();
        }
    }

    /// A show is over.
    pub(super) fn remove(&self, show: &ShowId) {
        if self.lock().shows.remove(show).is_some() {
            self.changed.notify_one();
        }
    }

    /// Says what is too much whenever that is something else, and once of each channel that it has
    /// several shows.
    pub(super) async fn watch(hands: &Hands) {
        loop {
            hands.demand.changed.notified().await;
            // Shows that begin together do so over a second.
            sleep(DEMAND_SETTLE.unsigned_abs()).await;
            for message in hands.demand.news() {
                hands.outlet.warn(hands.clock.now(), message);
            }
        }
    }

    fn news(&self) -> Vec<String> {
        let mut asked = self.lock();
        let mut news = Vec::new();
        let now_shared: BTreeSet<ChannelArn> =
            shared(asked.shows.keys()).into_iter().cloned().collect();
        let new: Vec<&ChannelArn> = now_shared.difference(&asked.told_shared).collect();
        news.extend(new.first().map(|first| shared_words(&asked.shows, first, new.len())));
        asked.told_shared.extend(now_shared);
        let found = too_much(&asked.shows);
        if asked.told != found {
            news.extend(found.iter().map(ToString::to_string));
            asked.told = found;
        }
        news
    }

    fn lock(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn shared_words(shows: &BTreeMap<ShowId, Hourly>, first: &ChannelArn, count: usize) -> String {
    let names = shows.keys().filter(|show| show.channel == *first).map(|show| &*show.script);
    let names = names.collect::<Vec<_>>().join(", ");
    let more = match count - 1 {
        0 => String::new(),
        more => format!(" (and so on {more} more)"),
    };
    format!(
        "several shows play on {first}{more}: {names}; they share its {CHANNEL_SENDS_PER_WINDOW} \
         payloads a second, and its screen"
    )
}
