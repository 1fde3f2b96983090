//! What ties the shows to the store of votes: it hears of their polls, counts for them, and knows
//! what a viewer who comes now should see.

mod announcing;
mod lane;
mod lanes;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use futures_util::future::join_all;
use serde_json::Value;
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};
use tokio::time::sleep;

use self::announcing::Announcer;
use self::lane::{Lane, Ties};
use self::lanes::Lanes;
use crate::model::channel::ShowId;
use crate::model::event::{Event, What};
use crate::model::io::ShowInput;
use crate::model::limits::{
    COUNT_AGAIN, COUNT_TRIES_MAX, LEADERS_MAX, POLL_NEWS_AGAIN, POLL_NEWS_END_WAIT,
};
use crate::model::poll::{Counting, PollNews};
use crate::model::time::Now;
use crate::world::clock::Clock;
use crate::world::lease;
use crate::world::store::votes::{Votes, VotesError};
use crate::world::web::player::Playing;
use crate::world::web::votes::{Admission, Keys, VoteDoor};

use super::options::{VoteKey, VoteOptions};
use super::outlet::Outlet;
use super::shows::Shows;

/// The shows' way to the votes.
pub(super) struct Voting {
    ties: Arc<RunTies>,
    lanes: Lanes,
    /// A show began that front ends do not know of yet.
    news: Arc<Notify>,
}

impl Voting {
    /// Ties them on the runtime this is called in.
    pub(super) fn new(
        votes: Arc<dyn Votes>,
        shows: &Arc<Shows>,
        outlet: &Arc<Outlet>,
        clock: Clock,
    ) -> Self {
        let (network, outlet) = (Handle::current(), Arc::clone(outlet));
        let shows = Arc::clone(shows);
        let ties = Arc::new(RunTies { votes, shows, network, clock, outlet });
        Self { ties, lanes: Lanes::default(), news: Arc::default() }
    }

    /// Where votes are kept.
    pub(super) fn votes(&self) -> Arc<dyn Votes> {
        Arc::clone(&self.ties.votes)
    }

    /// What viewers of a show see now, by slot: also of other shows on its channel.
    pub(super) fn screen(&self, show: &ShowId) -> Value {
        let lanes = self.lanes.on(&show.channel).into_iter();
        Value::Object(lanes.flat_map(|(_, lane)| lane.screen()).collect())
    }

    /// Where the viewers of these shows vote.
    pub(super) async fn door(
        &self,
        served: watch::Receiver<Vec<ShowId>>,
        options: &VoteOptions,
    ) -> Arc<VoteDoor> {
        let admission = admission(&self.ties.votes, options).await;
        let clock = self.ties.clock;
        let now = Arc::new(move || clock.now());
        VoteDoor::new(Arc::clone(&self.ties.votes), served, admission, now)
    }

    /// Tells front ends which shows are on, and where their videos play, until `shut` says that all
    /// is over. What this listener serves itself lies below `here`. Where no lease says who plays a
    /// show, the operator is warned of another runner that does.
    pub(super) fn announce(
        &self,
        here: String,
        has_leases: bool,
        videos: watch::Receiver<Vec<(ShowId, Playing)>>,
        shut: watch::Receiver<bool>,
    ) {
        let (outlet, clock) = (Arc::clone(&self.ties.outlet), self.ties.clock);
        let announcer = Announcer {
            votes: Arc::clone(&self.ties.votes),
            running: Arc::clone(&self.ties.shows),
            clock,
            here,
            me: lease::me(),
            warn: Box::new(move |show, other| {
                let message = format!(
                    "another runner, {other}, plays this show with the same store: each ends \
                     polls of the other\nhint: give both `--standby`, or one of them a database \
                     of its own, `redis://host:6379/1`"
                );
                if !has_leases {
                    let (at, what) = (clock.now().wall, What::Warning { message });
                    outlet.event(&Event { at, what, show: Some(show.clone()) });
                }
            }),
            told: BTreeSet::new(),
            warned: BTreeSet::new(),
        };
        self.ties.network.spawn(announcer.run(videos, Arc::clone(&self.news), shut));
    }

    /// A show's polls opened, closed, or are final.
    pub(super) fn hear(&self, show: &ShowId, news: PollNews) {
        self.lane(show).hear(news);
    }

    /// A payload that went out is on the screen of viewers who come later, too.
    pub(super) fn sent(&self, event: &Event) {
        if let (What::Sent { of, repeat, .. }, Some(show)) = (&event.what, &event.show) {
            self.lane(show).sent(&of.payload, *repeat);
            for (_, lane) in self.lanes.on(&show.channel).iter().filter(|(of, _)| of != show) {
                lane.sent_by_another(&of.payload);
            }
        }
    }

    /// A show is over: nothing of it is on any screen.
    pub(super) fn over(&self, show: &ShowId) {
        self.lane(show).over();
    }

    /// A show begins.
    pub(super) fn begins(&self, show: &ShowId) {
        self.lanes.keep(show);
    }

    /// A show that is over does not begin again: nothing of it is kept here once it was told.
    pub(super) fn release(&self, show: &ShowId) {
        self.lanes.release(show, &self.ties.network);
    }

    /// A show began here: front ends are to hear of it.
    pub(super) fn began(&self) {
        self.news.notify_one();
    }

    /// Another runner plays a show now: the store is told nothing more of it from here.
    pub(super) fn abandon(&self, show: &ShowId) {
        if let Some(lane) = self.lanes.take(show) {
            lane.abandon();
        }
    }

    /// Counts for a show, which is told what came of it. Where nothing comes the show goes on, and
    /// asks again for what is final.
    pub(super) fn count(&self, show: ShowId, counting: Counting) {
        if counting == Counting::Leaderboard {
            return self.lane(&show).count_leaders();
        }
        let ties = Arc::clone(&self.ties);
        self.ties.network.spawn(async move {
            if let Some(input) = counted_soon(ties.votes(), &show, counting).await {
                // One whose mailbox is full is told when it asks again.
                ties.tell(&show, input);
            }
        });
    }

    /// Waits a moment until the store has been told everything.
    pub(super) async fn end(&self) {
        let lanes = self.lanes.all();
        let wait = POLL_NEWS_END_WAIT.unsigned_abs();
        join_all(lanes.iter().map(|lane| lane.end(wait))).await;
    }

    fn lane(&self, show: &ShowId) -> Arc<Lane> {
        self.lanes.of(show, || Lane::new(show.clone(), Arc::<RunTies>::clone(&self.ties)))
    }
}

/// What the lanes of a run need of it.
struct RunTies {
    votes: Arc<dyn Votes>,
    shows: Arc<Shows>,
    network: Handle,
    clock: Clock,
    outlet: Arc<Outlet>,
}

impl Ties for RunTies {
    fn votes(&self) -> &dyn Votes {
        &*self.votes
    }

    fn tell(&self, show: &ShowId, input: ShowInput) -> bool {
        self.shows.tell(show, input)
    }

    fn warn(&self, show: &ShowId, message: String) {
        let (at, what) = (self.clock.now().wall, What::Warning { message });
        self.outlet.event(&Event { at, what, show: Some(show.clone()) });
    }

    fn now(&self) -> Now {
        self.clock.now()
    }

    fn network(&self) -> &Handle {
        &self.network
    }
}

/// Whom the options let in. The store's key is asked for where they name none; while the store
/// cannot be reached, viewers are told to try again.
pub(super) async fn admission(votes: &Arc<dyn Votes>, options: &VoteOptions) -> Admission {
    let keys = Arc::new(OnceLock::new());
    let (own, known) = (options.keys.clone(), Arc::clone(&keys));
    if !ask_key(&**votes, &own, &known).await {
        let votes = Arc::clone(votes);
        Handle::current().spawn(async move {
            while !ask_key(&*votes, &own, &known).await {
                sleep(POLL_NEWS_AGAIN.unsigned_abs()).await;
            }
        });
    }
    Admission { keys, origins: options.origins.clone(), trusts_proxy: options.trusts_proxy }
}

/// Learns what ids are signed with; whether it is known now.
async fn ask_key(votes: &dyn Votes, own: &[VoteKey], known: &OnceLock<Keys>) -> bool {
    let keys = match Keys::own(own) {
        Some(keys) => Ok(keys),
        None => votes.key().await.map(|key| Keys::kept(&key)),
    };
    keys.is_ok_and(|keys| {
        known.get_or_init(|| keys);
        true
    })
}

/// What a show wanted counted. News of the poll may still be on their way to the store: it is asked
/// again for as long as anybody waits for it.
async fn counted_soon(votes: &dyn Votes, show: &ShowId, counting: Counting) -> Option<ShowInput> {
    for _ in 0..COUNT_TRIES_MAX {
        if let Some(input) = counted(votes, show, counting.clone()).await.ok()? {
            return Some(input);
        }
        sleep(COUNT_AGAIN.unsigned_abs()).await;
    }
    None
}

/// What a show wanted counted; none where the store does not know the poll yet.
async fn counted(
    votes: &dyn Votes,
    show: &ShowId,
    counting: Counting,
) -> Result<Option<ShowInput>, VotesError> {
    Ok(match counting {
        Counting::Tally(asking) => {
            let tally = votes.tally(show, &asking).await?.unwrap_or_default();
            Some(ShowInput::Tally { asking, tally, is_final: false })
        }
        Counting::Final(asking) => {
            let tally = votes.seal(show, &asking).await?;
            tally.map(|tally| ShowInput::Tally { asking, tally, is_final: true })
        }
        Counting::Leaderboard => {
            Some(ShowInput::Leaderboard(votes.leaders(show, LEADERS_MAX).await?))
        }
    })
}
