//! Those who play: shows begin, end and follow one another as the plan of the run says.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::ControlFlow;
use std::sync::Arc;

use jiff::SignedDuration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::model::channel::ShowId;
use crate::model::file::{FileAnswer, FileKind};
use crate::model::io::{Ending, ShowInput};
use crate::model::limits::{SHOW_MAILBOX_MAX, STARTS_SPREAD};
use crate::rules::random::hash;
use crate::world::channel::aws::Ivs;
use crate::world::channel::hub::{Hub, HubInput};
use crate::world::pool::Pool;
use crate::world::web::player::Playing;

use super::actor::Actor;
use super::again::{Again, NotCast};
use super::casting::{Called, Cast, Casting, ServiceKey};
use super::changing::{Looked, Looks};
use super::edits::Edits;
use super::error::RunError;
use super::hands::{Hands, Watched};
use super::options::ShowOptions;
use super::part::{Act, Part};

/// A show is over, and how it ended.
pub(super) struct Over {
    pub(super) show: ShowId,
    pub(super) ending: Ending,
    /// Another runner plays it now: it is set up again, and waits for its turn.
    pub(super) is_lost: bool,
}

/// The shows of a run.
pub(super) struct Company {
    pub(super) hands: Arc<Hands>,
    pool: Pool,
    over: UnboundedSender<Over>,
    pub(super) casting: Casting,
    pub(super) parts: BTreeMap<ShowId, Part>,
    /// Shows that wait for their moment, soonest first.
    due: BTreeSet<(SignedDuration, ShowId)>,
    /// Shows that play or played here, or elsewhere meanwhile: what they keep is not forgotten.
    pub(super) begun: BTreeSet<ShowId>,
    /// Those whose last run failed, or could not begin.
    pub(super) failed: BTreeSet<ShowId>,
    /// Those among them that are tried again, in a plan.
    pub(super) again: Again,
    pub(super) edits: Arc<Edits>,
    pub(super) looks: Looks,
    /// Shows for a change of which files are watched.
    pub(super) watched_changes: BTreeSet<ShowId>,
    hubs: BTreeMap<ServiceKey, Hub>,
    /// The text that was read last, for the shows of one script to share.
    text: Option<FileAnswer>,
    pub(super) stage: Stage,
}

/// What those who serve viewers, and draw the status line, are told of the company.
#[derive(Default)]
pub(super) struct Stage {
    pub(super) shows: watch::Sender<Vec<ShowId>>,
    pub(super) playing: watch::Sender<Vec<Playing>>,
    pub(super) videos: watch::Sender<Vec<(ShowId, Playing)>>,
    pub(super) hubs: watch::Sender<Vec<Hub>>,
}

impl Company {
    pub(super) fn new(
        hands: &Arc<Hands>,
        casting: Casting,
        over: UnboundedSender<Over>,
        looked: UnboundedSender<Looked>,
        edits: &Arc<Edits>,
    ) -> Result<Self, RunError> {
        Ok(Self {
            pool: pool(hands)?,
            hands: Arc::clone(hands),
            over,
            casting,
            parts: BTreeMap::new(),
            due: BTreeSet::new(),
            begun: BTreeSet::new(),
            failed: BTreeSet::new(),
            again: Again::default(),
            edits: Arc::clone(edits),
            looks: Looks::new(looked),
            watched_changes: BTreeSet::new(),
            hubs: BTreeMap::new(),
            text: None,
            stage: Stage::default(),
        })
    }

    /// Sets the shows up that waited for a service that was called, in the order of the plan; and
    /// why some cannot be.
    pub(super) fn set_up(&mut self, called: &Called) -> (Vec<(usize, Cast)>, VecDeque<NotCast>) {
        let (mut all, mut failed) = (Vec::new(), VecDeque::new());
        let waiting = self.again.being_set_up().filter(|(_, show)| called.is_for(&show.channel));
        let mut waiting: Vec<_> = waiting.map(|(place, show)| (place, show.clone())).collect();
        waiting.sort_by_key(|(place, _)| *place);
        self.casting.know(called);
        for (place, show) in waiting {
            match self.casting.cast(&show, called, &self.hands) {
                Ok(cast) => all.push((place, cast)),
                Err(error) => failed.push_back((place, show, error)),
            }
        }
        (all, failed)
    }

    /// Lets shows that were set up begin: several over a second, each at a moment of its own that
    /// is the same in every run, so that they and their grids do not all fall on one.
    pub(super) fn admit(&mut self, cast: Vec<(usize, Cast)>) {
        let (now, several) = (self.hands.clock.up(), cast.len() > 1);
        for (place, mut cast) in cast {
            let (show, options) = (cast.id().clone(), cast.options.clone());
            self.hands.outlet.introduce(&options, several);
            let wait = if several { moment(&show) } else { SignedDuration::ZERO };
            self.due.insert((now + wait, show.clone()));
            let (playing, lock) = (cast.playing(&self.hands), cast.lock.take());
            let channel_name = cast.setup.script.channel_name.clone();
            let act = Act::Waiting(Box::new(cast));
            let part = Part { options, place, channel_name, playing, act, _lock: lock };
            self.failed.remove(&show);
            self.again.forget(&show);
            // It reads its script anew, whatever that waited for.
            self.unwatch_change(&show);
            self.parts.insert(show, part);
        }
        self.publish();
    }

    /// Waits until the next show is to begin; for ever when none is.
    pub(super) async fn next_due(&self) {
        match self.due.first() {
            Some((at, _)) => {
                let wait = (*at - self.hands.clock.up()).max(SignedDuration::ZERO);
                sleep(wait.unsigned_abs()).await;
            }
            None => std::future::pending().await,
        }
    }

    /// Begins the shows whose moment has come.
    pub(super) async fn begin_due(&mut self) {
        let up = self.hands.clock.up();
        while self.due.first().is_some_and(|(at, _)| *at <= up) {
            let Some((_, show)) = self.due.pop_first() else { return };
            self.begin(&show).await;
        }
    }

    /// Begins a show at this moment.
    pub(super) fn set_due(&mut self, show: &ShowId, at: SignedDuration) {
        self.due.insert((at, show.clone()));
    }

    /// A show joins its hub, is watched, and is told to begin, if it is its turn.
    async fn begin(&mut self, show: &ShowId) {
        let Some(kept) = self.take_up(show).await else { return };
        let Some(part) = self.parts.get_mut(show) else { return };
        let cast = match std::mem::replace(&mut part.act, Act::Playing) {
            Act::Waiting(cast) => cast,
            other @ (Act::Playing | Act::Changing(_) | Act::Ending(_)) => {
                part.act = other;
                return;
            }
        };
        let Cast { setup, saved, service, ivs, source, .. } = *cast;
        if let Some(proving) = &self.hands.proving {
            proving.follow(show, &ivs);
        }
        self.hands.voting.begins(show);
        let (hub, is_new) = self.hub(service, ivs);
        let (id, seed, folders) = (show.clone(), setup.script.seed, source.folders);
        let hands = Arc::clone(&self.hands);
        let actor = Actor::new(setup, hands, hub.clone(), Arc::clone(&folders), self.over.clone());
        let mailbox = self.pool.spawn(id.to_string(), SHOW_MAILBOX_MAX, receive(actor));
        self.hands.homes.add(id.clone(), Arc::clone(&folders));
        self.hands.shows.add(id.clone(), mailbox);
        self.hands.shows.sends_through(id.clone(), hub.clone());
        // The hub lives as long as this run, and knows the show before its first payload.
        let _ = hub.send(HubInput::Join { show: id.clone(), seed }).await;
        // Watched first, then read: no save falls between.
        let watched = Watched::Script(id.clone());
        self.hands.watcher.watch(&watched, FileKind::Script, &[folders.script().to_owned()]);
        let script = self.shared(folders.read_script());
        self.hands.shows.tell(&id, ShowInput::Start { saved: Box::new(saved), kept, script });
        self.hands.voting.began();
        if is_new {
            self.stage.hubs.send_replace(self.hubs.values().cloned().collect());
        }
    }

    /// The hub of a service, and whether it was just started.
    fn hub(&mut self, service: ServiceKey, ivs: Arc<Ivs>) -> (Hub, bool) {
        match self.hubs.entry(service) {
            Entry::Occupied(known) => (known.get().clone(), false),
            Entry::Vacant(new) => {
                (new.insert(Hub::start(ivs, Arc::clone(&self.hands))).clone(), true)
            }
        }
    }

    /// A text, or the one that was read before where it is the same: shows of one script share it.
    fn shared(&mut self, read: FileAnswer) -> FileAnswer {
        let text = self.text.take().filter(|before| *before == read).unwrap_or(read);
        self.text.insert(text).clone()
    }

    /// A show is over. What is to follow it under the same name, with its place in the plan.
    pub(super) fn over(&mut self, over: Over) -> Option<(usize, ShowOptions)> {
        let Over { show, ending, is_lost } = over;
        let part = self.parts.remove(&show)?;
        if ending == Ending::Failed {
            self.failed.insert(show.clone());
        }
        self.hands.homes.remove(&show);
        let is_planned = self.casting.options().bill.plan().is_some();
        // What it is to be next, and whether that was meant to follow at once.
        let (next, is_meant) = match part.act {
            Act::Playing => (part.options, false),
            Act::Changing(change) => (change.options, false),
            Act::Ending(Some(then)) => (*then, true),
            Act::Ending(None) | Act::Waiting(_) => {
                self.publish();
                return None;
            }
        };
        if is_planned && ending == Ending::Failed && !is_meant {
            self.begin_when_mended(part.place, next);
            self.publish();
            return None;
        }
        self.publish();
        (is_meant || is_lost).then_some((part.place, next))
    }

    /// Lets go of a show that is not wanted as it is; `then` follows it when it is over. Whether it
    /// was wanted until now.
    pub(super) fn part_with(&mut self, show: &ShowId, then: Option<Box<ShowOptions>>) -> bool {
        let Some(part) = self.parts.get_mut(show) else { return false };
        match &part.act {
            Act::Waiting(_) => {
                self.parts.remove(show);
                self.due.retain(|(_, other)| other != show);
                self.hands.proving.iter().for_each(|proving| proving.leave(show));
                self.hands.standby.iter().for_each(|standby| standby.release(show));
                true
            }
            Act::Playing | Act::Changing(_) => {
                part.end(show, then, &self.hands);
                true
            }
            Act::Ending(before) => {
                let was_wanted = before.is_some();
                part.act = Act::Ending(then);
                was_wanted
            }
        }
    }

    /// Nothing of a show that is over is watched or kept in memory any more, while others go on;
    /// what one reads that waits to be mended is watched all the same.
    pub(super) fn forget(&mut self, show: &ShowId) {
        if !self.again.has(show) {
            self.unwatch(show);
        }
        self.hands.keeper.let_go(show);
        self.casting.forget_unplayed();
    }

    fn unwatch(&mut self, show: &ShowId) {
        self.watched_changes.remove(show);
        self.hands.watcher.unwatch_all(|watched| watched.is_of(show));
        self.edits.take(show);
    }

    /// Shows that are not in the plan any more are not tried again. Which ones they are.
    pub(super) fn forget_unwanted(&mut self, wanted: &BTreeSet<&ShowId>) -> Vec<ShowId> {
        let unwanted = self.again.without(wanted);
        for show in &unwanted {
            self.again.forget(show);
            self.unwatch(show);
            self.hands.shows.wait_no_more(show);
            self.hands.voting.release(show);
            self.hands.proving.iter().for_each(|proving| proving.leave(show));
            self.hands.standby.iter().for_each(|standby| standby.release(show));
        }
        unwanted
    }

    /// Tells every show to end; those that have not begun do not.
    pub(super) fn stop(&mut self) {
        self.due.clear();
        self.again.clear();
        self.parts.retain(|_, part| !matches!(part.act, Act::Waiting(_)));
        for (show, part) in &mut self.parts {
            part.end(show, None, &self.hands);
        }
    }

    /// Whether a show plays, or is to.
    pub(super) fn knows(&self, show: &ShowId) -> bool {
        self.parts.contains_key(show) || self.again.has(show)
    }

    /// Whether nobody plays, or is to.
    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty() && self.again.is_empty()
    }

    /// Whether the last run of some show failed, or could not begin.
    pub(super) fn has_failed(&self) -> bool {
        !self.failed.is_empty()
    }

    /// Tells those who serve viewers which shows there are, in the order of the plan.
    pub(super) fn publish(&self) {
        let mut parts: Vec<(&ShowId, &Part)> = self.parts.iter().collect();
        parts.sort_by_key(|(_, part)| part.place);
        let others: BTreeSet<&ShowId> = self.failed.iter().chain(self.again.shows()).collect();
        self.hands.outlet.measures().expect(parts.len() + others.len());
        self.stage.shows.send_replace(parts.iter().map(|(show, _)| (*show).clone()).collect());
        let videos = parts.iter().map(|(show, part)| ((*show).clone(), part.playing.clone()));
        self.stage.videos.send_replace(videos.collect());
        // Shows on one channel have one video.
        let mut channels = BTreeSet::new();
        let playing = parts.iter().filter(|(show, _)| channels.insert(&show.channel));
        self.stage.playing.send_replace(playing.map(|(_, part)| part.playing.clone()).collect());
    }
}

/// When a show begins that begins with others.
fn moment(show: &ShowId) -> SignedDuration {
    let spread = STARTS_SPREAD.as_millis().unsigned_abs();
    let millis = u128::from(hash(show.to_string().as_bytes())) % spread;
    SignedDuration::from_millis(i64::try_from(millis).unwrap_or_default())
}

fn receive(mut actor: Actor) -> impl FnMut(ShowInput) -> ControlFlow<()> + Send {
    move |input| actor.receive(input)
}

fn pool(hands: &Arc<Hands>) -> Result<Pool, RunError> {
    let hands = Arc::clone(hands);
    Ok(Pool::start(move |panicked| {
        let message = format!(
            "{} ended by a mistake of ours: {}\nhint: please report it with the script",
            panicked.actor, panicked.message
        );
        hands.outlet.warn(hands.clock.now(), message);
        if let Some(show) = hands.shows.named(&panicked.actor) {
            hands.outlet.measures().crashed(&show);
            hands.clear_away(&show);
            // It is over when its hub, which it leaves now, has nothing of it any more.
            hands.crashed.add(show);
        }
    })?)
}
