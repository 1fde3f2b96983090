//! Tells front ends which shows are on, and where their videos play; and finds out when another
//! runner tells them of the same show.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::SignedDuration;
use tokio::sync::{Notify, watch};
use tokio::time::sleep;

use crate::model::channel::ShowId;
use crate::model::lease::Holder;
use crate::model::limits::{ON_NOW_AGAIN, ON_NOW_WATCH, POLL_NEWS_AGAIN};
use crate::model::vote::OnNow;
use crate::world::clock::Clock;
use crate::world::run::shows::Shows;
use crate::world::store::votes::{Votes, VotesError};
use crate::world::web::player::Playing;

/// The shows of a run, and where each plays.
type Videos = watch::Receiver<Vec<(ShowId, Playing)>>;

/// Warns of a show that another runner plays, too; that one is named.
pub(super) type Warn = dyn Fn(&ShowId, &str) + Send + Sync;

/// Whoever tells of the shows of a run.
pub(super) struct Announcer {
    pub(super) votes: Arc<dyn Votes>,
    pub(super) running: Arc<Shows>,
    pub(super) clock: Clock,
    /// What the run's own listener serves lies below this address.
    pub(super) here: String,
    /// This runner, as others know it.
    pub(super) me: Holder,
    /// Told once of each show.
    pub(super) warn: Box<Warn>,
    /// The shows that were told of while they play.
    pub(super) told: BTreeSet<ShowId>,
    /// Those that were warned of.
    pub(super) warned: BTreeSet<ShowId>,
}

impl Announcer {
    /// Tells until `shut` says that all is over, at once when a show begins.
    pub(super) async fn run(
        mut self,
        mut videos: Videos,
        began: Arc<Notify>,
        mut shut: watch::Receiver<bool>,
    ) {
        let mut due = SignedDuration::MIN;
        loop {
            let now = self.clock.now().up;
            let told = self.tell(&mut videos, now >= due).await;
            if now >= due && told.is_ok() {
                due = now + ON_NOW_AGAIN;
            }
            let again = if told.is_ok() { ON_NOW_WATCH } else { POLL_NEWS_AGAIN };
            tokio::select! {
                _ = shut.wait_for(|over| *over) => break,
                Ok(()) = videos.changed() => due = SignedDuration::MIN,
                () = began.notified() => due = SignedDuration::MIN,
                () = sleep(again.unsigned_abs()) => {}
            }
        }
    }

    /// Tells of the shows that play: of all, or else of those that the store has not from here. One
    /// that is only followed is not told of.
    async fn tell(&mut self, videos: &mut Videos, all: bool) -> Result<(), VotesError> {
        let stored: BTreeMap<ShowId, OnNow> = self.votes.on_now().await?.into_iter().collect();
        let (shows, there) = (videos.borrow_and_update().clone(), self.running.ids());
        self.told.retain(|show| there.contains(show));
        for (show, playing) in shows.iter().filter(|(show, _)| there.contains(show)) {
            let by = stored.get(show).and_then(|on_now| on_now.by.as_ref());
            let is_ours = by == Some(&self.me.to_string());
            if is_ours && !all {
                continue;
            }
            if let Some(by) = by.filter(|_| !is_ours && self.told.contains(show)) {
                self.met(show, by);
            }
            let url = playing.source().await.map(|url| match url.strip_prefix('/') {
                Some(path) => format!("{}/{path}", self.here),
                None => url,
            });
            let on_now = OnNow { playback_url: url, by: Some(self.me.to_string()) };
            // One that is over meanwhile is told of no more.
            if self.running.ids().contains(show) {
                self.votes.set_on_now(show, Some(on_now)).await?;
                self.told.insert(show.clone());
            }
        }
        Ok(())
    }

    /// After this runner told of a show another one did.
    fn met(&mut self, show: &ShowId, by: &str) {
        if self.warned.insert(show.clone()) {
            let other = by.parse::<Holder>().map(|other| other.who);
            (self.warn)(show, other.as_deref().unwrap_or(by));
        }
    }
}
