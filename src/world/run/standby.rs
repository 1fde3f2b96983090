//! Two runners with one store: the one that holds a show's lease plays it; the other follows, and
//! goes on with what is kept as after a crash when the first is gone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::sleep;

use crate::model::channel::ShowId;
use crate::model::event::{Event, What};
use crate::model::io::{Ending, Kept, ShowInput};
use crate::model::lease::{CallTime, Holder, LeaseTold, LeaseTurn};
use crate::model::limits::REDIS_WRITE_AGAIN;
use crate::model::saved::Saved;
use crate::rules::lease::{Standing, Turn};
use crate::world::lease::{Hearer, Leases};
use crate::world::store::{Keeper, LeaseDesk, RedisRows, StoreError, StoreUrl};

use super::error::RunError;
use super::hands::Hands;
use super::stage::{Beginning, Stage};

/// Whose turn it is to play each show.
pub(super) struct Standby {
    rows: Arc<RedisRows>,
    leases: OnceLock<Leases>,
    parts: Mutex<Parts>,
    /// Says that a show is over which does not play here. Bounded by the number of shows.
    over: UnboundedSender<Ending>,
}

struct Parts {
    shows: BTreeMap<ShowId, Part>,
    is_stopping: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Another runner plays it, or nobody yet.
    Followed,
    /// It plays here.
    Played,
    /// It was given up, and calls of it may still be under way.
    Leaving,
    /// It does not play here again.
    Over,
}

/// What the thread of the leases says. Bounded: a show turns at most twice with each question.
enum News {
    Turned(ShowId, Turn),
    TroubleBegan(StoreError),
    TroubleEnded,
}

struct Told {
    news: UnboundedSender<News>,
    rows: Arc<RedisRows>,
}

impl Hearer for Told {
    fn turned(&self, show: &ShowId, turn: Turn) {
        if let Turn::Taken(fence) = &turn {
            self.rows.set_fence(show, Some(*fence));
        }
        // The run may have ended.
        let _ = self.news.send(News::Turned(show.clone(), turn));
    }

    fn trouble_began(&self, error: StoreError) {
        let _ = self.news.send(News::TroubleBegan(error));
    }

    fn trouble_ended(&self) {
        let _ = self.news.send(News::TroubleEnded);
    }
}

impl Standby {
    /// A run of these shows, which plays none yet.
    pub(super) fn new(
        rows: Arc<RedisRows>,
        shows: &[ShowId],
        over: UnboundedSender<Ending>,
    ) -> Self {
        let shows = shows.iter().map(|show| (show.clone(), Part::Followed)).collect();
        let parts = Mutex::new(Parts { shows, is_stopping: false });
        Self { rows, leases: OnceLock::new(), parts, over }
    }

    /// How a show stands.
    pub(super) fn standing(&self, show: &ShowId) -> Standing {
        self.leases.get().map_or(Standing::Out, |leases| leases.standing(show))
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
        let call = self.leases.get().and_then(|leases| leases.call(show));
        call.ok_or("this runner does not hold the show's lease for long enough")
    }

    /// A show is lost. One that never began here is gone at once.
    fn lost(&self, show: &ShowId) {
        let part = self.parts().shows.get(show).copied();
        if matches!(part, Some(Part::Followed | Part::Over)) {
            self.leases.get().into_iter().for_each(|leases| leases.gone(show));
        }
    }

    /// Nothing of a show is under way any more. Whether that was waited for because it is lost.
    pub(super) fn left(&self, show: &ShowId) -> bool {
        let mut parts = self.parts();
        let part = parts.shows.get_mut(show).filter(|part| **part == Part::Leaving);
        let is_lost = part.map(|part| *part = Part::Followed).is_some();
        drop(parts);
        if is_lost {
            self.leases.get().into_iter().for_each(|leases| leases.gone(show));
        }
        is_lost
    }

    /// A show that played here does not any more: another runner has it.
    pub(super) fn given_up(&self, show: &ShowId) {
        let mut parts = self.parts();
        let is_stopping = parts.is_stopping;
        if let Some(part) = parts.shows.get_mut(show).filter(|part| **part == Part::Played) {
            *part = Part::Leaving;
            if is_stopping {
                self.end(part);
            }
        }
    }

    /// A show ended here as shows do.
    pub(super) fn over(&self, show: &ShowId) {
        self.parts().shows.insert(show.clone(), Part::Over);
    }

    /// The run is about to end: no further show begins.
    pub(super) fn stop(&self) {
        let mut parts = self.parts();
        parts.is_stopping = true;
        parts.shows.values_mut().for_each(|part| self.end(part));
    }

    /// Gives the leases back.
    pub(super) fn release(&self) {
        self.leases.get().into_iter().for_each(Leases::end);
    }

    fn end(&self, part: &mut Part) {
        if matches!(part, Part::Followed | Part::Leaving) {
            *part = Part::Over;
            // The run may have stopped waiting.
            let _ = self.over.send(Ending::Clean);
        }
    }

    /// Whether a show is to begin here.
    fn enters(&self, show: &ShowId) -> bool {
        let mut parts = self.parts();
        let part = parts.shows.get_mut(show).filter(|part| **part == Part::Followed);
        part.map(|part| *part = Part::Played).is_some()
    }

    fn parts(&self) -> MutexGuard<'_, Parts> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a show begins with whose turn has come.
pub(super) struct Terms {
    /// `--seed`.
    pub(super) seed: Option<u64>,
    /// The seed of shows that begin anew.
    pub(super) new_seed: u64,
    /// Whether the first show that nobody else has begins with what is kept.
    pub(super) kept: Kept,
}

/// Begins to ask for the leases of all shows, and plays those whose turn it is.
pub(super) fn follow(
    standby: &Standby,
    url: &StoreUrl,
    shows: &[ShowId],
    stage: &Arc<Stage>,
    terms: Terms,
) -> Result<JoinHandle<()>, RunError> {
    let (news, told) = unbounded_channel();
    let hearer = Told { news, rows: Arc::clone(&standby.rows) };
    let clock = stage.hands().clock;
    let leases = Leases::start(LeaseDesk::new(url)?, shows.to_vec(), clock, hearer)?;
    // It is started once.
    drop(standby.leases.set(leases));
    let forgets = if terms.kept == Kept::Forget { shows } else { &[] };
    let forgets = forgets.iter().cloned().collect();
    let follower = Follower { stage: Arc::clone(stage), terms, forgets };
    Ok(tokio::spawn(follower.run(told)))
}

struct Follower {
    stage: Arc<Stage>,
    terms: Terms,
    /// The shows that begin without what is kept: those that nobody else has played meanwhile.
    forgets: BTreeSet<ShowId>,
}

impl Follower {
    async fn run(mut self, mut told: UnboundedReceiver<News>) {
        let hands = Arc::clone(self.stage.hands());
        while let Some(news) = told.recv().await {
            match news {
                News::Turned(show, turn) => self.turned(&hands, show, turn).await,
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
    }

    async fn turned(&mut self, hands: &Hands, show: ShowId, turn: Turn) {
        match turn {
            Turn::Taken(_) => self.take_up(hands, show).await,
            Turn::Following(by) => {
                self.forgets.remove(&show);
                tell(hands, &show, LeaseTurn::Following, Some(by));
            }
            Turn::Lapsed => tell(hands, &show, LeaseTurn::Lapsed, None),
            Turn::Again => {
                hands.keeper.rewrite(&show);
                tell(hands, &show, LeaseTurn::Again, None);
                hands.shows.tell(&show, ShowInput::Tick);
            }
            Turn::Lost(by) => {
                tell(hands, &show, LeaseTurn::Lost, by);
                hands.keeper.forget(&show);
                hands.voting.abandon(&show);
                hands.standby.iter().for_each(|standby| standby.lost(&show));
                // It looks how it stands before it does anything.
                hands.shows.tell(&show, ShowInput::Tick);
            }
        }
    }

    /// Plays a show, with what is kept of it.
    async fn take_up(&mut self, hands: &Hands, show: ShowId) {
        let Some(saved) = self.load(hands, &show).await else { return };
        if !hands.standby.as_ref().is_some_and(|standby| standby.enters(&show)) {
            return;
        }
        tell(hands, &show, LeaseTurn::Taken, None);
        let kept = if self.forgets.remove(&show) { Kept::Forget } else { Kept::Use };
        let goes_on = kept == Kept::Use && saved.crashed_lately(hands.clock.now().wall);
        let kept_seed = saved.run.as_ref().filter(|_| goes_on).map(|run| run.seed);
        let seed = self.terms.seed.or(kept_seed).unwrap_or(self.terms.new_seed);
        hands.outlet.set_seed(seed);
        self.stage.begin(Beginning { id: show, saved, seed, kept }).await;
    }

    /// What is kept of a show, tried until it is there; none when the show is lost meanwhile.
    async fn load(&self, hands: &Hands, show: &ShowId) -> Option<Saved> {
        let mut in_trouble = false;
        while hands.standing(show) != Standing::Out {
            let (stage, of) = (Arc::clone(&self.stage), show.clone());
            let loading = spawn_blocking(move || stage.hands().keeper.load(&of));
            match loading.await.ok()? {
                Ok(saved) => return Some(saved),
                Err(error) => {
                    // It must not begin with nothing, and write that over what is kept.
                    hands.keeper.forget(show);
                    if !std::mem::replace(&mut in_trouble, true) {
                        let message =
                            format!("{error}\nuntil it can be read the show does not begin");
                        hands.outlet.warn(hands.clock.now(), message);
                    }
                    sleep(REDIS_WRITE_AGAIN.unsigned_abs()).await;
                }
            }
        }
        None
    }
}

fn tell(hands: &Hands, show: &ShowId, turn: LeaseTurn, by: Option<Holder>) {
    let (at, what) = (hands.clock.now().wall, What::Lease(LeaseTold { turn, by }));
    hands.outlet.event(&Event { at, what, show: Some(show.clone()) });
}
