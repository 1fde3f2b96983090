//! One show's way to the store of votes: what the store is to be told waits here until it took it,
//! in its order, and holds up no other show.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use super::counted;
use crate::model::channel::ShowId;
use crate::model::io::ShowInput;
use crate::model::limits::{POLL_NEWS_AGAIN, POLL_NEWS_WAITING_MAX};
use crate::model::payload::{Payload, Slot};
use crate::model::poll::{AskingId, Counting, PollNews};
use crate::model::time::Now;
use crate::model::vote::Ballot;
use crate::rules::screen::Screen;
use crate::world::store::votes::{Votes, VotesError};

/// What lanes need of their run.
pub(super) trait Ties: Send + Sync {
    /// Where votes are kept.
    fn votes(&self) -> &dyn Votes;
    /// Tells a show; whether it will hear of it.
    fn tell(&self, show: &ShowId, input: ShowInput) -> bool;
    /// Warns a show's operator.
    fn warn(&self, show: &ShowId, message: String);
    /// What time it is.
    fn now(&self) -> Now;
    /// Where the store is told.
    fn network(&self) -> &Handle;
}

/// The way of one show: tells the store one thing after the other, each until it took it.
pub(super) struct Lane {
    show: ShowId,
    ties: Arc<dyn Ties>,
    polls: Queue,
    points: Queue,
    view: Mutex<View>,
    /// Something was not told for want of room: all is told anew.
    has_missed: AtomicBool,
    /// Another runner tells the store of the show.
    is_abandoned: AtomicBool,
}

/// One of a lane's queues.
#[derive(Debug, Clone, Copy)]
enum Topic {
    Polls,
    /// What concerns points: giving them may take long, and no poll waits for that.
    Points,
}

/// What waits, in its order. Somebody tells it only while there is something: most shows have
/// nothing to tell most of the time, and a run has many.
#[derive(Default)]
struct Queue(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    news: VecDeque<News>,
    is_told: bool,
}

/// What the store is told.
enum News {
    Poll(PollNews),
    /// What viewers should see, or that the show is over, as it is by then.
    View,
    /// Asked for the leaderboard, which has all points that were given before.
    Leaders,
    /// All before this was told.
    End(oneshot::Sender<()>),
}

/// What viewers should see.
#[derive(Default)]
struct View {
    screen: Screen,
    is_over: bool,
    /// Whether the store will be told of it as it is now.
    is_told: bool,
}

impl Lane {
    pub(super) fn new(show: ShowId, ties: Arc<dyn Ties>) -> Self {
        Self {
            show,
            ties,
            polls: Queue::default(),
            points: Queue::default(),
            view: Mutex::default(),
            has_missed: AtomicBool::new(false),
            is_abandoned: AtomicBool::new(false),
        }
    }

    /// A poll opened, closed, or is final; points are given, or forgotten.
    pub(super) fn hear(self: &Arc<Self>, news: PollNews) {
        let topic = match news {
            PollNews::Award { .. } | PollNews::LeaderboardReset(_) => Topic::Points,
            PollNews::Begun(_)
            | PollNews::Opened(_)
            | PollNews::Extended(_)
            | PollNews::Closed { .. }
            | PollNews::Settled(_)
            | PollNews::Voided(_) => Topic::Polls,
        };
        self.send(topic, News::Poll(news));
    }

    /// A payload that went out is on the screen of viewers who come later, too.
    pub(super) fn sent(self: &Arc<Self>, payload: &Payload, is_repeat: bool) {
        let now = self.ties.now();
        self.change_view(|view| {
            // What is repeated is there already, but for what an earlier run sent first.
            let is_there = is_repeat && view.screen.has(&Slot::of(payload), now);
            if !is_there {
                view.screen.take(payload, now);
            }
            !is_there
        });
    }

    /// The same of another show of this channel: viewers have one screen.
    pub(super) fn sent_by_another(self: &Arc<Self>, payload: &Payload) {
        self.change_view(|view| view.screen.give_way(payload));
    }

    /// What viewers see of the show now, by slot: the payload, since when, and until when where it
    /// leaves by itself.
    pub(super) fn screen(&self) -> Map<String, Value> {
        let now = self.ties.now();
        let view = self.view();
        let told = view.screen.there_until(now).map(|(on_screen, until)| {
            let text = on_screen.payload.as_str();
            let payload = serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
            let shown_at = on_screen.sent_at.as_millisecond();
            let until_at = until.map(Timestamp::as_millisecond);
            let told = json!({ "payload": payload, "shown_at": shown_at, "until_at": until_at });
            (on_screen.slot.0, told)
        });
        told.collect()
    }

    /// The show is over: nothing of it is on any screen.
    pub(super) fn over(self: &Arc<Self>) {
        self.change_view(|view| {
            view.screen = Screen::default();
            view.is_over = true;
            true
        });
    }

    /// Asks who leads, for the show.
    pub(super) fn count_leaders(self: &Arc<Self>) {
        // Where there is no room the show goes on without.
        self.take(Topic::Points, News::Leaders);
    }

    /// What was not told yet never is.
    pub(super) fn abandon(&self) {
        self.is_abandoned.store(true, Ordering::Release);
    }

    /// Waits until the store has been told everything, so long at most.
    pub(super) async fn end(self: &Arc<Self>, wait: Duration) {
        drop(timeout(wait, self.told()).await);
    }

    /// The same, however long it takes.
    pub(super) async fn told(self: &Arc<Self>) {
        let told = [Topic::Polls, Topic::Points].map(|topic| {
            let (done, told) = oneshot::channel();
            // For an end there is always room.
            self.take(topic, News::End(done));
            told
        });
        for told in told {
            drop(told.await);
        }
    }

    fn change_view(self: &Arc<Self>, change: impl FnOnce(&mut View) -> bool) {
        let mut view = self.view();
        if change(&mut view) && !std::mem::replace(&mut view.is_told, true) {
            self.send(Topic::Polls, News::View);
        }
    }

    fn send(self: &Arc<Self>, topic: Topic, news: News) {
        let is_taken = self.take(topic, news);
        if !is_taken && !self.has_missed.swap(true, Ordering::AcqRel) {
            let message = "the vote store is too far behind: it will be told of all polls anew";
            self.ties.warn(&self.show, message.to_owned());
        }
    }

    /// Whether there was room for it in the queue. Somebody tells what is in it from now on.
    fn take(self: &Arc<Self>, topic: Topic, news: News) -> bool {
        let mut waiting = self.queue(topic).lock();
        // Who waits for the end waits for all before it.
        let is_end = matches!(news, News::End(_));
        if waiting.news.len() >= POLL_NEWS_WAITING_MAX && !is_end {
            return false;
        }
        waiting.news.push_back(news);
        if !std::mem::replace(&mut waiting.is_told, true) {
            self.ties.network().spawn(Arc::clone(self).tell_all(topic));
        }
        true
    }

    fn queue(&self, topic: Topic) -> &Queue {
        match topic {
            Topic::Polls => &self.polls,
            Topic::Points => &self.points,
        }
    }

    async fn tell_all(self: Arc<Self>, topic: Topic) {
        let queue = self.queue(topic);
        while let Some(news) = queue.next() {
            if self.is_abandoned.load(Ordering::Acquire) {
                return queue.clear();
            }
            match news {
                News::End(done) => drop(done.send(())),
                News::Leaders => {
                    let votes = self.ties.votes();
                    let counted = counted(votes, &self.show, Counting::Leaderboard).await;
                    if let Ok(Some(input)) = counted {
                        self.ties.tell(&self.show, input);
                    }
                }
                News::Poll(_) | News::View => self.insist(&news).await,
            }
            if queue.is_empty() && self.has_missed.swap(false, Ordering::AcqRel) {
                self.insist(&News::View).await;
                // One that is over tells it when it begins again.
                if !self.ties.tell(&self.show, ShowInput::TellPolls) && !self.view().is_over {
                    self.has_missed.store(true, Ordering::Release);
                }
            }
        }
    }

    async fn insist(&self, news: &News) {
        let mut in_trouble = false;
        while let Err(error) = self.tell(news).await {
            if !in_trouble {
                let message = format!("{error}\nuntil it can, the show goes on without votes");
                self.ties.warn(&self.show, message);
            }
            if self.is_abandoned.load(Ordering::Acquire) {
                return;
            }
            in_trouble = true;
            sleep(POLL_NEWS_AGAIN.unsigned_abs()).await;
        }
        if in_trouble {
            self.ties.warn(&self.show, "the vote store takes votes again".to_owned());
        }
    }

    async fn tell(&self, news: &News) -> Result<(), VotesError> {
        let (votes, show) = (self.ties.votes(), &self.show);
        match news {
            News::Poll(PollNews::Opened(poll)) => votes.open(show, Ballot::from(&**poll)).await,
            News::Poll(PollNews::Closed { asking, votes_until }) => {
                votes.close(show, asking, *votes_until).await
            }
            News::Poll(PollNews::Extended(poll)) => {
                votes.extend(show, &poll.asking, poll.closes_at).await
            }
            News::Poll(PollNews::Settled(asking)) => votes.seal(show, asking).await.map(drop),
            News::Poll(PollNews::Voided(asking)) => votes.void(show, asking).await,
            News::Poll(PollNews::Award { asking, award }) => {
                votes.award(show, asking, award.clone()).await
            }
            News::Poll(PollNews::Begun(live)) => {
                // It plays again under the name of one that is over.
                self.view().is_over = false;
                self.end_others(live).await
            }
            News::Poll(PollNews::LeaderboardReset(era)) => votes.reset_points(show, *era).await,
            News::View => self.tell_view().await,
            News::Leaders | News::End(_) => Ok(()),
        }
    }

    async fn tell_view(&self) -> Result<(), VotesError> {
        let (votes, show) = (self.ties.votes(), &self.show);
        let now = self.ties.now();
        let (screen, is_over) = {
            let mut view = self.view();
            view.is_told = false;
            (view.screen.for_newcomer(now), view.is_over)
        };
        votes.set_screen(show, screen).await?;
        if is_over { votes.set_on_now(show, None).await } else { Ok(()) }
    }

    /// Polls that an earlier run left behind take no more votes: nobody would ever end them.
    async fn end_others(&self, live: &[AskingId]) -> Result<(), VotesError> {
        let (votes, show) = (self.ties.votes(), &self.show);
        for report in votes.reports(show).await? {
            let asking = &report.ballot.asking;
            if !report.is_final && !live.contains(asking) {
                votes.seal(show, asking).await?;
            }
        }
        Ok(())
    }

    fn view(&self) -> MutexGuard<'_, View> {
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    /// What is next; nobody tells of it any more once there is none.
    fn next(&self) -> Option<News> {
        let mut waiting = self.lock();
        let next = waiting.news.pop_front();
        if next.is_none() {
            *waiting = Waiting::default();
        }
        next
    }

    fn is_empty(&self) -> bool {
        self.lock().news.is_empty()
    }

    fn clear(&self) {
        *self.lock() = Waiting::default();
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
