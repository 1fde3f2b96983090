//! Two runners with one store: the one that holds a show's lease plays it; the other follows, and
//! goes on with what is kept as after a crash when the first is gone.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::spawn_blocking;

use crate::model::channel::ShowId;
use crate::model::event::{Event, What};
use crate::model::io::{Kept, ShowInput};
use crate::model::lease::{CallTime, Holder, LeaseTold, LeaseTurn};
use crate::model::limits::REDIS_WRITE_AGAIN;
use crate::rules::lease::{Standing, Turn};
use crate::script::api::Setup;
use crate::world::clock::Clock;
use crate::world::lease::{Hearer, Leases};
use crate::world::store::{Keeper, LeaseDesk, RedisRows, Store, StoreError, StoreUrl};

use super::casting::resumed_seed;
use super::company::Company;
use super::error::RunError;
use super::hands::Hands;
use super::part::Act;

/// Whose turn it is to play each show.
pub(super) struct Standby {
    rows: Arc<RedisRows>,
    leases: Leases,
    /// Shows that were given up, and of which calls may still be under way.
    leaving: Mutex<BTreeSet<ShowId>>,
}

/// What the thread of the leases says. Bounded: a show turns at most twice with each question.
pub(super) enum News {
    /// Of which show, how, and when.
    Turned(ShowId, Turn, Timestamp),
    TroubleBegan(StoreError),
    TroubleEnded,
}

struct Told {
    clock: Clock,
    news: UnboundedSender<News>,
    rows: Arc<RedisRows>,
}

impl Hearer for Told {
    fn turned(&self, show: &ShowId, turn: Turn) {
        if let Turn::Taken(fence) = &turn {
            self.rows.set_fence(show, Some(*fence));
        }
        // The run may have ended.
        let at = self.clock.now().wall;
        let _ = self.news.send(News::Turned(show.clone(), turn, at));
    }

    fn trouble_began(&self, error: StoreError) {
        let _ = self.news.send(News::TroubleBegan(error));
    }

    fn trouble_ended(&self) {
        let _ = self.news.send(News::TroubleEnded);
    }
}

impl Standby {
    /// With the store at this address. No show's lease is asked for yet.
    pub(super) fn start(
        url: &StoreUrl,
        news: UnboundedSender<News>,
        clock: Clock,
    ) -> Result<Self, RunError> {
        let rows = Arc::new(RedisRows::new(url)?);
        let hearer = Told { clock, news, rows: Arc::clone(&rows) };
        let leases = Leases::start(LeaseDesk::new(url)?, clock, hearer)?;
        Ok(Self { rows, leases, leaving: Mutex::default() })
    }

    /// What the shows keep.
    pub(super) fn rows(&self) -> Arc<dyn Store> {
        Arc::<RedisRows>::clone(&self.rows)
    }

    /// How a show stands.
    pub(super) fn standing(&self, show: &ShowId) -> Standing {
        self.leases.standing(show)
    }

    /// What a call may take that begins now, or why it may not begin.
    pub(super) fn may_call(
        &self,
        show: &ShowId,
        keeper: &Keeper,
    ) -> Result<CallTime, &'static str> {
        if !keeper.is_kept(show) {
            return Err("its step is not in redis, where a runner that takes over would find it");
        }
        let call = self.leases.call(show);
        call.ok_or("this runner does not hold the show's lease for long enough")
    }

    /// A show is lost. One that never began here is gone at once.
    fn lost(&self, show: &ShowId, is_playing: bool) {
        if !is_playing && !self.leaving().contains(show) {
            self.leases.gone(show);
        }
    }

    /// A show that played here does not any more: another runner has it.
    pub(super) fn given_up(&self, show: &ShowId) {
        self.leaving().insert(show.clone());
    }

    /// Nothing of a show is under way any more. Whether that was waited for because it is lost.
    pub(super) fn left(&self, show: &ShowId) -> bool {
        let is_lost = self.leaving().remove(show);
        if is_lost {
            self.leases.gone(show);
        }
        is_lost
    }

    /// A show does not play here again: whoever follows may have it.
    pub(super) fn release(&self, show: &ShowId) {
        self.leases.release(show);
    }

    /// Gives all leases back.
    pub(super) fn end(&self) {
        self.leases.end();
    }

    fn leaving(&self) -> MutexGuard<'_, BTreeSet<ShowId>> {
        self.leaving.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Company {
    /// A lease turned, or Redis cannot be asked, or can be again.
    pub(super) fn hear(&mut self, news: News) {
        let hands = Arc::clone(&self.hands);
        match news {
            News::Turned(show, turn, at) => self.turned(&hands, &show, turn, at),
            News::TroubleBegan(error) => {
                let message = format!("{error}\nwithout it nobody knows whose turn it is");
                hands.outlet.warn(hands.clock.now(), message);
                hands.outlet.show_head();
            }
            News::TroubleEnded => {
                hands.outlet.warn(hands.clock.now(), "redis answers again".to_owned());
            }
        }
    }

    fn turned(&mut self, hands: &Hands, show: &ShowId, turn: Turn, at: Timestamp) {
        // The plan dropped the show: nobody waits for its lease any more, which is let go, for it
        // may be one that the show could not give back itself.
        if !self.knows(show) {
            hands.standby.iter().for_each(|standby| standby.release(show));
            return;
        }
        let tell = |turn, by| tell(hands, show, turn, by, at);
        match turn {
            Turn::Taken(_) => {
                hands.shows.wait(show, false);
                self.set_due(show, hands.clock.up());
            }
            Turn::Following(by) => {
                self.begun.insert(show.clone());
                hands.shows.wait(show, true);
                tell(LeaseTurn::Following, Some(by));
            }
            Turn::Lapsed => tell(LeaseTurn::Lapsed, None),
            Turn::Again => {
                hands.keeper.rewrite(show);
                tell(LeaseTurn::Again, None);
                hands.shows.tell(show, ShowInput::Tick);
            }
            Turn::Lost(by) => {
                tell(LeaseTurn::Lost, by);
                hands.keeper.forget(show);
                hands.voting.abandon(show);
                let is_playing = hands.shows.ids().contains(show);
                hands.standby.iter().for_each(|standby| standby.lost(show, is_playing));
                // It looks how it stands before it does anything.
                hands.shows.tell(show, ShowInput::Tick);
            }
        }
    }

    /// Sees to it that it is a show's turn, and that it has what is kept of it. Whether it begins
    /// with that; none where it has to wait.
    pub(super) async fn take_up(&mut self, show: &ShowId) -> Option<Kept> {
        let kept = self.casting.options().kept;
        let hands = Arc::clone(&self.hands);
        let Some(standby) = &hands.standby else { return Some(kept) };
        let Some(Act::Waiting(_)) = self.parts.get(show).map(|part| &part.act) else { return None };
        if standby.standing(show) == Standing::Out {
            standby.leases.want(show);
            return None;
        }
        let (keepers, of) = (Arc::clone(&hands), show.clone());
        let loaded = spawn_blocking(move || keepers.keeper.load(&of)).await.ok()?;
        let now = hands.clock.now();
        let saved = match loaded {
            Ok(saved) => saved,
            Err(error) => {
                // It must not begin with nothing, and write that over what is kept.
                hands.keeper.forget(show);
                let message = format!("{error}\nuntil it can be read the show does not begin");
                hands.outlet.warn(now, message);
                self.set_due(show, now.up + REDIS_WRITE_AGAIN);
                return None;
            }
        };
        let kept = if self.begun.insert(show.clone()) { kept } else { Kept::Use };
        let Some(Act::Waiting(cast)) = self.parts.get_mut(show).map(|part| &mut part.act) else {
            return None;
        };
        let resumed = resumed_seed(&saved, kept, now.wall);
        let seed = self.casting.seed(&cast.options, resumed);
        cast.setup.script = Arc::new(Setup { seed, ..Setup::clone(&cast.setup.script) });
        cast.saved = saved;
        hands.outlet.set_seed(seed);
        tell(&hands, show, LeaseTurn::Taken, None, hands.clock.now().wall);
        Some(kept)
    }
}

fn tell(hands: &Hands, show: &ShowId, turn: LeaseTurn, by: Option<Holder>, at: Timestamp) {
    let what = What::Lease(LeaseTold { turn, by });
    hands.outlet.event(&Event { at, what, show: Some(show.clone()) });
}
