//! What every show of a run shares: clock, store, journal, screen, watcher, and each other.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jiff::SignedDuration;

use crate::model::channel::ShowId;
use crate::model::event::Event;
use crate::model::file::FileRef;
use crate::model::io::{Counts, ShowInput};
use crate::model::lease::CallTime;
use crate::model::saved::Change;
use crate::model::time::Now;
use crate::rules::lease::Standing;
use crate::show::channel::ChannelStatus;
use crate::world::channel::hub::Ties;
use crate::world::clock::{Alarm, Clock};
use crate::world::files::Folders;
use crate::world::store::Keeper;
use crate::world::watch::Watcher;

use super::crashed::Crashed;
use super::demand::Demand;
use super::fetching::Fetching;
use super::outlet::Outlet;
use super::proving::Proving;
use super::shows::Shows;
use super::standby::Standby;
use super::voting::Voting;

/// A file that is watched.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Watched {
    /// The plan of the run.
    Plan,
    /// A show's script.
    Script(ShowId),
    /// What a show reads.
    File(ShowId, Box<FileRef>),
    /// What a change of a show waits for: its script, or a file that it would read.
    Change(ShowId, Option<Box<FileRef>>),
}

impl Watched {
    /// Whether it is watched for this show.
    pub(super) fn is_of(&self, show: &ShowId) -> bool {
        match self {
            Self::Plan => false,
            Self::Script(of) | Self::File(of, _) | Self::Change(of, _) => of == show,
        }
    }
}

/// Where the files of each show lie, for whoever reads what changed.
#[derive(Debug, Default)]
pub(super) struct Homes(RwLock<BTreeMap<ShowId, Arc<Folders>>>);

impl Homes {
    /// A show begins.
    pub(super) fn add(&self, show: ShowId, folders: Arc<Folders>) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(show, folders);
    }

    /// A show is over.
    pub(super) fn remove(&self, show: &ShowId) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(show);
    }

    /// A show's folders; none for one that is over.
    pub(super) fn of(&self, show: &ShowId) -> Option<Arc<Folders>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(show).cloned()
    }
}

/// What every show of a run shares.
pub(super) struct Hands {
    pub(super) clock: Clock,
    pub(super) outlet: Arc<Outlet>,
    pub(super) keeper: Keeper,
    pub(super) shows: Arc<Shows>,
    pub(super) alarm: Alarm<ShowId>,
    pub(super) watcher: Watcher<Watched>,
    pub(super) homes: Arc<Homes>,
    pub(super) demand: Demand,
    pub(super) crashed: Crashed,
    pub(super) fetching: Fetching,
    pub(super) voting: Voting,
    /// None unless the run is to prove what it sends.
    pub(super) proving: Option<Proving>,
    /// Whose turn it is to play the shows; none where no other runner can.
    pub(super) standby: Option<Standby>,
    /// What each show fires next, for the moving last line.
    pub(super) next: Mutex<BTreeMap<ShowId, (String, SignedDuration)>>,
}

impl Hands {
    /// Sets what a show fires next.
    pub(super) fn set_next(&self, show: &ShowId, next: Option<(String, SignedDuration)>) {
        let mut all = self.next.lock().expect("nobody panics while setting what comes next");
        match next {
            Some(next) => all.insert(show.clone(), next),
            None => all.remove(show),
        };
    }

    /// Nothing wakes a show, waits for it or is meant for it any more.
    pub(super) fn clear_away(&self, show: &ShowId) {
        self.alarm.clear(show);
        self.set_next(show, None);
        self.demand.remove(show);
        self.shows.remove(show);
    }

    /// Whether a show plays here, and may send.
    pub(super) fn standing(&self, show: &ShowId) -> Standing {
        self.standby.as_ref().map_or(Standing::Held, |standby| standby.standing(show))
    }

    /// Draws the moving last line anew.
    pub(super) fn show_status(&self, channels: &[ChannelStatus]) {
        let now = self.clock.now();
        let next = {
            let all = self.next.lock().expect("nobody panics while setting what comes next");
            all.values().min_by_key(|(_, at)| *at).cloned()
        };
        let next = next.map(|(cue, at)| (cue, (at - now.up).max(SignedDuration::ZERO)));
        self.outlet.status(next, channels);
    }
}

impl Ties for Hands {
    fn to_show(&self, show: &ShowId, input: ShowInput) {
        self.shows.tell(show, input);
    }

    fn report(&self, event: Event) {
        let is_ours = |show: &ShowId| self.standing(show) != Standing::Out;
        if event.show.as_ref().is_some_and(is_ours) {
            self.voting.sent(&event);
        }
        self.outlet.event(&event);
        if let Some(proving) = &self.proving {
            proving.hear(&event);
        }
    }

    fn hold(&self, show: &ShowId, changes: Vec<Change>) {
        self.keeper.hold(show, changes);
    }

    fn flush(&self) {
        // Where it was kept, the keeper says itself when it matters.
        self.keeper.flush();
    }

    fn left(&self, show: &ShowId, counts: Counts) {
        let is_lost = self.standby.as_ref().is_some_and(|standby| standby.left(show));
        if is_lost {
            return;
        }
        let clear_screens = || {
            // Only now nothing of it can come there any more.
            if self.standing(show) != Standing::Out {
                self.voting.over(show);
            }
        };
        if !self.crashed.left(show, clear_screens) {
            self.shows.tell(show, ShowInput::Left(counts));
        }
    }

    fn may_call(&self, show: &ShowId) -> Result<Option<CallTime>, &'static str> {
        let standby = self.standby.as_ref();
        standby.map(|standby| standby.may_call(show, &self.keeper)).transpose()
    }

    fn now(&self) -> Now {
        self.clock.now()
    }
}
