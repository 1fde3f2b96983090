//! What ties the shows to the store of votes: it hears of their polls, counts for them, and knows
//! what a viewer who comes now should see.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio::runtime::Handle;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::{oneshot, watch};
use tokio::time::{sleep, timeout};

use crate::model::channel::ShowId;
use crate::model::event::{Event, What};
use crate::model::io::ShowInput;
use crate::model::limits::{
    LEADERS_MAX, ON_NOW_AGAIN, POLL_NEWS_AGAIN, POLL_NEWS_END_WAIT, POLL_NEWS_WAITING_MAX,
};
use crate::model::payload::Slot;
use crate::model::poll::{AskingId, Counting, PollNews};
use crate::model::vote::{Award, Ballot, OnNow, OnScreen};
use crate::rules::screen::Screen;
use crate::world::clock::Clock;
use crate::world::store::votes::{Votes, VotesError};
use crate::world::web::player::Playing;
use crate::world::web::votes::{Admission, Keys, VoteDoor};

use super::options::{VoteKey, VoteOptions};
use super::outlet::Outlet;
use super::shows::Shows;

/// The shows' way to the votes.
pub(super) struct Voting {
    votes: Arc<dyn Votes>,
    shows: Arc<Shows>,
    network: Handle,
    clock: Clock,
    outlet: Arc<Outlet>,
    news: Sender<News>,
    /// What concerns points: giving them may take long, and no poll waits for that.
    points: Sender<News>,
    screens: Mutex<BTreeMap<ShowId, Screen>>,
}

/// What the store is told, in this order.
enum News {
    Poll(ShowId, PollNews),
    Screen(ShowId, Vec<OnScreen>),
    Over(ShowId),
    Award(ShowId, AskingId, Award),
    /// Asked for the leaderboard, which has all points that were given before.
    Leaders(ShowId),
    /// All before this was told.
    End(oneshot::Sender<()>),
}

impl Voting {
    /// Ties them on the runtime this is called in.
    pub(super) fn new(
        votes: Arc<dyn Votes>,
        shows: &Arc<Shows>,
        outlet: &Arc<Outlet>,
        clock: Clock,
    ) -> Self {
        let (news, told) = channel(POLL_NEWS_WAITING_MAX);
        let (network, outlet) = (Handle::current(), Arc::clone(outlet));
        let shows = Arc::clone(shows);
        let teller = Teller {
            votes: Arc::clone(&votes),
            shows: Arc::clone(&shows),
            outlet: Arc::clone(&outlet),
            clock,
        };
        network.spawn(teller.clone().tell_all(told));
        let (points, told) = channel(POLL_NEWS_WAITING_MAX);
        network.spawn(teller.tell_all(told));
        Self { votes, shows, network, clock, outlet, news, points, screens: Mutex::default() }
    }

    /// Where votes are kept.
    pub(super) fn votes(&self) -> Arc<dyn Votes> {
        Arc::clone(&self.votes)
    }

    /// Where the viewers of these shows vote.
    pub(super) async fn door(
        &self,
        served: watch::Receiver<Vec<ShowId>>,
        options: &VoteOptions,
    ) -> Arc<VoteDoor> {
        let admission = admission(&self.votes, options).await;
        let clock = self.clock;
        let now = Arc::new(move || clock.now());
        VoteDoor::new(Arc::clone(&self.votes), served, admission, now)
    }

    /// Tells front ends which shows are on, and where their videos play, until `shut` says that all
    /// is over. What this listener serves itself lies below `here`.
    pub(super) fn announce(
        &self,
        here: String,
        mut videos: watch::Receiver<Vec<(ShowId, Playing)>>,
        mut shut: watch::Receiver<bool>,
    ) {
        let votes = Arc::clone(&self.votes);
        self.network.spawn(async move {
            loop {
                let mut again = ON_NOW_AGAIN;
                let shows = videos.borrow_and_update().clone();
                for (show, playing) in &shows {
                    let url = playing.source().await.map(|url| match url.strip_prefix('/') {
                        Some(path) => format!("{here}/{path}"),
                        None => url,
                    });
                    let on_now = OnNow { playback_url: url };
                    // One that is over meanwhile is told of no more.
                    let is_on = videos.borrow().iter().any(|(on, _)| on == show);
                    if is_on && votes.set_on_now(show, Some(on_now)).await.is_err() {
                        again = POLL_NEWS_AGAIN;
                    }
                }
                tokio::select! {
                    _ = shut.wait_for(|over| *over) => break,
                    Ok(()) = videos.changed() => {}
                    () = sleep(again.unsigned_abs()) => {}
                }
            }
        });
    }

    /// A show's polls opened, closed, or are final.
    pub(super) fn hear(&self, show: &ShowId, news: PollNews) {
        match news {
            PollNews::Settled { asking, award: Some(award) } => {
                let sealed = PollNews::Settled { asking: asking.clone(), award: None };
                self.tell(News::Poll(show.clone(), sealed));
                self.tell_points(News::Award(show.clone(), asking, award));
            }
            PollNews::LeaderboardReset => self.tell_points(News::Poll(show.clone(), news)),
            PollNews::Begun(_)
            | PollNews::Opened(_)
            | PollNews::Closed { .. }
            | PollNews::Settled { award: None, .. } => self.tell(News::Poll(show.clone(), news)),
        }
    }

    /// A payload that went out is on the screen of viewers who come later, too.
    pub(super) fn sent(&self, event: &Event) {
        let (What::Sent { of, repeat, .. }, Some(show)) = (&event.what, &event.show) else {
            return;
        };
        let now = self.clock.now();
        let mut screens = self.screens.lock().unwrap_or_else(PoisonError::into_inner);
        let screen = screens.entry(show.clone()).or_default();
        // What is repeated is there already, but for what an earlier run sent first.
        if *repeat && screen.has(&Slot::of(&of.payload), now) {
            return;
        }
        screen.take(&of.payload, now);
        // Told before another thread can take the next one.
        self.tell(News::Screen(show.clone(), screen.for_newcomer(now)));
    }

    /// A show is over: nothing of it is on any screen.
    pub(super) fn over(&self, show: &ShowId) {
        let mut screens = self.screens.lock().unwrap_or_else(PoisonError::into_inner);
        if screens.remove(show).is_some() {
            self.tell(News::Screen(show.clone(), Vec::new()));
        }
        self.tell(News::Over(show.clone()));
    }

    /// Counts for a show, which is told what came of it. Where nothing comes the show goes on, and
    /// asks again for what is final.
    pub(super) fn count(&self, show: ShowId, counting: Counting) {
        if counting == Counting::Leaderboard {
            return self.tell_points(News::Leaders(show));
        }
        let (votes, shows) = (Arc::clone(&self.votes), Arc::clone(&self.shows));
        self.network.spawn(async move {
            if let Ok(Some(input)) = counted(&*votes, &show, counting).await {
                // One whose mailbox is full is told when it asks again.
                shows.tell(&show, input);
            }
        });
    }

    /// Waits a moment until the store has been told everything.
    pub(super) async fn end(&self) {
        let wait = POLL_NEWS_END_WAIT.unsigned_abs();
        for queue in [&self.news, &self.points] {
            let (done, told) = oneshot::channel();
            if queue.send_timeout(News::End(done), wait).await.is_ok() {
                drop(timeout(wait, told).await);
            }
        }
    }

    fn tell(&self, news: News) {
        self.send(&self.news, news);
    }

    fn tell_points(&self, news: News) {
        self.send(&self.points, news);
    }

    fn send(&self, queue: &Sender<News>, news: News) {
        if queue.try_send(news).is_err() {
            let message = "the vote store is too far behind: a change of a poll did not reach it";
            self.outlet.warn(self.clock.now(), message.to_owned());
        }
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

/// Tells the store one thing after the other, each until it took it.
#[derive(Clone)]
struct Teller {
    votes: Arc<dyn Votes>,
    shows: Arc<Shows>,
    outlet: Arc<Outlet>,
    clock: Clock,
}

impl Teller {
    async fn tell_all(self, mut told: Receiver<News>) {
        while let Some(news) = told.recv().await {
            match news {
                News::End(done) => drop(done.send(())),
                News::Leaders(show) => {
                    let counted = counted(&*self.votes, &show, Counting::Leaderboard).await;
                    if let Ok(Some(input)) = counted {
                        self.shows.tell(&show, input);
                    }
                }
                News::Poll(..) | News::Award(..) | News::Screen(..) | News::Over(_) => {
                    self.insist(&news).await;
                }
            }
        }
    }

    async fn insist(&self, news: &News) {
        let mut in_trouble = false;
        while let Err(error) = self.tell(news).await {
            if !in_trouble {
                let message = format!("{error}\nuntil it can, the show goes on without votes");
                self.outlet.warn(self.clock.now(), message);
            }
            in_trouble = true;
            sleep(POLL_NEWS_AGAIN.unsigned_abs()).await;
        }
        if in_trouble {
            self.outlet.warn(self.clock.now(), "the vote store takes votes again".to_owned());
        }
    }

    async fn tell(&self, news: &News) -> Result<(), VotesError> {
        match news {
            News::Poll(show, news) => self.tell_poll(show, news).await,
            News::Award(show, asking, award) => self.votes.award(show, asking, award.clone()).await,
            News::Screen(show, screen) => self.votes.set_screen(show, screen.clone()).await,
            News::Over(show) => self.votes.set_on_now(show, None).await,
            News::Leaders(_) | News::End(_) => Ok(()),
        }
    }

    async fn tell_poll(&self, show: &ShowId, news: &PollNews) -> Result<(), VotesError> {
        let votes = &self.votes;
        match news {
            PollNews::Opened(poll) => votes.open(show, Ballot::from(&**poll)).await,
            PollNews::Closed { asking, votes_until } => {
                votes.close(show, asking, *votes_until).await
            }
            PollNews::Settled { asking, .. } => votes.seal(show, asking).await.map(drop),
            PollNews::Begun(live) => self.end_others(show, live).await,
            PollNews::LeaderboardReset => votes.reset_points(show).await,
        }
    }

    /// Polls that an earlier run left behind take no more votes: nobody would ever end them.
    async fn end_others(&self, show: &ShowId, live: &[AskingId]) -> Result<(), VotesError> {
        for report in self.votes.reports(show).await? {
            let asking = &report.ballot.asking;
            if !report.is_final && !live.contains(asking) {
                self.votes.seal(show, asking).await?;
            }
        }
        Ok(())
    }
}
