//! Opening a run: what was typed is checked, then everything is there before the first show starts.

use std::collections::VecDeque;
use std::path::{PathBuf, absolute};
use std::sync::{Arc, Mutex};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::model::channel::ShowId;
use crate::model::file::{FileAnswer, FileKind};
use crate::model::io::ShowInput;
use crate::model::limits::{REDIS_WRITE_AGAIN, STORE_TRY_AGAIN, VERIFY_CHANNELS_MAX};
use crate::world::browser;
use crate::world::clock::{Alarm, Clock};
use crate::world::data::DataFolder;
use crate::world::files::Folders;
use crate::world::journal::{self, Journal};
use crate::world::plan;
use crate::world::store::votes::{self, VoteStore, Votes};
use crate::world::store::{self, Keeper, Sqlite, Store, StoreError, Trouble};
use crate::world::web::desk;

use super::again::NotCast;
use super::casting::{Called, Cast, Casting};
use super::changing::Looked;
use super::company::{Company, Over};
use super::crashed::Crashed;
use super::demand::Demand;
use super::edits::{self, Edits};
use super::error::RunError;
use super::fetching::Fetching;
use super::hands::{Hands, Homes, Watched};
use super::options::{Bill, Options, ShowOptions};
use super::outlet::Outlet;
use super::proving::Proving;
use super::serving::Doors;
use super::shows::Shows;
use super::standby::{News, Standby};
use super::voting::Voting;

/// A run whose shows are set up.
pub(super) struct Opened {
    pub(super) hands: Arc<Hands>,
    pub(super) company: Company,
    /// What is saved that concerns the run itself.
    pub(super) edits: Arc<Edits>,
    /// What came of calling services for shows that are set up.
    pub(super) called: UnboundedReceiver<Called>,
    /// What looks at shows came to that are to change.
    pub(super) looked: UnboundedReceiver<Looked>,
    /// How the shows' leases turn, where other runners may play them.
    pub(super) lease_news: UnboundedReceiver<News>,
    serving: Vec<JoinHandle<()>>,
    shut_down: watch::Sender<bool>,
}

/// Checks what was typed, opens everything and sets the shows up.
pub(super) async fn open(
    options: &Options,
    over: UnboundedSender<Over>,
) -> Result<Opened, RunError> {
    let shows = check(options)?;
    let clock = Clock::start();
    let doors = Doors::open(options, &shows, clock).await?;
    let outlet = Arc::new(Outlet::start(options, doors.head(options, &shows))?);
    let opened = open_behind(&outlet, options, over, shows, (clock, doors)).await;
    if opened.is_err() {
        outlet.give_up();
    }
    opened
}

/// Opens what is left when there is a screen to say on what is not as it should be.
async fn open_behind(
    outlet: &Arc<Outlet>,
    options: &Options,
    over: UnboundedSender<Over>,
    shows: Vec<ShowOptions>,
    (clock, doors): (Clock, Doors),
) -> Result<Opened, RunError> {
    let data = data_folder(options, outlet, clock);
    let edits = Arc::new(Edits::default());
    let (news, lease_news) = unbounded_channel();
    let store = options.votes.store.as_ref().filter(|_| options.standby);
    let standby = store.map(|url| Standby::start(url, news, clock));
    let standby = standby.transpose()?;
    let crashed = Crashed::new(over.clone());
    let hands = hands(options, data.as_ref(), (standby, crashed), outlet, &edits, clock).await?;
    let hands = Arc::new(hands);
    watch_plan(options, &hands, &edits)?;
    let (calls, mut called) = unbounded_channel();
    let casting = Casting::new(options.clone(), data, doors.endpoint(), calls, &hands);
    let (looks, looked) = unbounded_channel();
    let mut company = Company::new(&hands, casting, over, looks, &edits)?;
    let (cast, mut failed) = set_up(&mut company, shows, &mut called).await;
    let is_hopeless = cast.is_empty() || options.bill.plan().is_none();
    if is_hopeless && let Some((_, _, error)) = failed.pop_front() {
        return Err(error);
    }
    // Only now: who started a show twice is told that alone.
    for message in doors.moved() {
        outlet.warn(clock.now(), message.clone());
    }
    if hands.standby.is_none() {
        company.casting.common_seed().into_iter().for_each(|seed| hands.outlet.set_seed(seed));
    }
    company.admit(cast);
    company.try_again_later(failed);
    let (shut_down, shut) = watch::channel(false);
    let player = doors.player();
    let votes = hands.voting.door(company.stage.shows.subscribe(), &options.votes).await;
    if options.votes.store.is_some() {
        let videos = company.stage.videos.subscribe();
        hands.voting.announce(doors.public_url(), options.standby, videos, shut.clone());
    }
    let (measures, hubs) = (hands.outlet.measures(), company.stage.hubs.subscribe());
    let watched = desk::Watched::new(Arc::clone(measures), Arc::clone(&votes), hubs);
    let playing = company.stage.playing.subscribe();
    let serving = doors.serve(&hands, playing, votes, &watched, &shut);
    if options.listen.open {
        browser::open(&player).err().into_iter().for_each(|why| outlet.warn(clock.now(), why));
    }
    Ok(Opened { hands, company, edits, called, looked, lease_news, serving, shut_down })
}

/// Sets all shows up; and why some cannot be. Of a plan those whose services are slow to answer
/// come later: the others do not wait for them.
async fn set_up(
    company: &mut Company,
    shows: Vec<ShowOptions>,
    called: &mut UnboundedReceiver<Called>,
) -> (Vec<(usize, Cast)>, VecDeque<NotCast>) {
    company.begin_all(shows.into_iter().enumerate().collect());
    let (mut all, mut none) = (Vec::new(), VecDeque::new());
    let is_planned = company.casting.options().bill.plan().is_some();
    while company.casting.is_calling() && (all.is_empty() || !is_planned) {
        let Some(called) = called.recv().await else { break };
        let (cast, failed) = company.set_up(&called);
        all.extend(cast);
        none.extend(failed);
    }
    all.sort_by_key(|(place, _)| *place);
    none.make_contiguous().sort_by_key(|(place, ..)| *place);
    (all, none)
}

impl Opened {
    /// Lets go of everything, in an order in which nothing is lost.
    pub(super) async fn close(self) {
        let Self { hands, company, serving, shut_down, .. } = self;
        hands.voting.end().await;
        if let Some(proving) = &hands.proving {
            proving.end();
        }
        company.stage.hubs.send_replace(Vec::new());
        // Whoever serves may have ended already.
        let _ = shut_down.send(true);
        for served in serving {
            drop(served.await);
        }
        let closing = tokio::task::spawn_blocking(move || {
            // What was told before is done; another runner may go on at once.
            hands.standby.iter().for_each(Standby::end);
            drop(company);
            hands.outlet.close();
        });
        drop(closing.await);
    }
}

/// The shows that were typed, or that the plan names, once they are as they should be.
fn check(options: &Options) -> Result<Vec<ShowOptions>, RunError> {
    let shows = billed(options)?;
    if options.verify.is_some() && shows.len() > VERIFY_CHANNELS_MAX {
        return Err(RunError::VerifyTooMany { channels: shows.len() });
    }
    Ok(shows)
}

fn billed(options: &Options) -> Result<Vec<ShowOptions>, RunError> {
    if let Some(facts) = options.folders.facts.as_ref().filter(|facts| !facts.is_dir()) {
        return Err(RunError::FactsFolder { path: facts.clone() });
    }
    let (script, shows) = match &options.bill {
        Bill::Plan(plan) => return Ok(plan::read(plan)?),
        Bill::Typed { script, shows } => (script, shows),
    };
    for (n, show) in shows.iter().enumerate() {
        if shows.iter().take(n).any(|before| before.channel == show.channel) {
            return Err(RunError::ChannelTwice { arn: show.channel.clone() });
        }
    }
    if let FileAnswer::Problem(problem) = Folders::new(script, None)?.read_script() {
        return Err(RunError::Script { problem });
    }
    Ok(shows.clone())
}

/// Watches the plan from now on. It was read before, so it is looked at once more.
fn watch_plan(options: &Options, hands: &Hands, edits: &Edits) -> Result<(), RunError> {
    let Some(plan) = options.bill.plan() else { return Ok(()) };
    let place = absolute(plan)
        .map_err(|source| RunError::System { doing: "find the plan's folder", source })?;
    hands.watcher.watch(&Watched::Plan, FileKind::Data, &[place]);
    edits.plan_saved();
    Ok(())
}

/// The data folder; none where it cannot be written.
fn data_folder(options: &Options, outlet: &Outlet, clock: Clock) -> Option<DataFolder> {
    match DataFolder::open(&data_path(options)) {
        Ok(data) => Some(data),
        Err(error) => {
            let message = format!("{error}\nuntil then state and journal are kept in memory only");
            outlet.warn(clock.now(), message);
            None
        }
    }
}

/// Where state and journal lie.
pub(super) fn data_path(options: &Options) -> PathBuf {
    options.folders.data.clone().unwrap_or_else(|| DataFolder::beside(options.bill.file()))
}

async fn hands(
    options: &Options,
    data: Option<&DataFolder>,
    (standby, crashed): (Option<Standby>, Crashed),
    outlet: &Arc<Outlet>,
    edits: &Arc<Edits>,
    clock: Clock,
) -> Result<Hands, RunError> {
    let outlet = Arc::clone(outlet);
    open_journal(options, data, &outlet, clock)?;
    let shows = Arc::new(Shows::default());
    let (store, again) = match &standby {
        Some(standby) => (standby.rows(), REDIS_WRITE_AGAIN),
        None => (open_store(data, &outlet, clock)?, STORE_TRY_AGAIN),
    };
    let told = Arc::clone(&outlet);
    let keeper = Keeper::new(store, again, move |trouble| {
        told.measures().store_fails(matches!(trouble, Trouble::Began(_)));
        told.warn(clock.now(), store_words(&trouble));
    });
    let to_shows = Arc::clone(&shows);
    let alarm = Alarm::start(clock, move |show: ShowId, _late| {
        // Where the mailbox is full, the show looks at its deadline after what waits there.
        to_shows.tell(&show, ShowInput::Tick);
    })?;
    let homes = Arc::new(Homes::default());
    let watcher = edits::watcher(&shows, &homes, edits, &outlet, clock)?;
    let fetching = Fetching::new(&options.net, &shows);
    let voting =
        Voting::new(open_votes(options, data, &outlet, clock).await?, &shows, &outlet, clock);
    let proving = options.verify.map(|within| {
        let told = Arc::clone(&outlet);
        Proving::new(within, clock, move |event| told.event(event))
    });
    let next = Mutex::default();
    let demand = Demand::default();
    Ok(Hands {
        clock,
        outlet,
        keeper,
        shows,
        alarm,
        watcher,
        homes,
        demand,
        crashed,
        fetching,
        voting,
        proving,
        standby,
        next,
    })
}

/// The store of votes that was named, or the one on disk, or in memory where there is none to be
/// had.
async fn open_votes(
    options: &Options,
    data: Option<&DataFolder>,
    outlet: &Outlet,
    clock: Clock,
) -> Result<Arc<dyn Votes>, RunError> {
    let now = clock.now();
    let place = match (&options.votes.store, data) {
        (Some(url), _) => VoteStore::Redis(url.clone()),
        (None, Some(data)) => VoteStore::Sqlite(data.path().join(votes::FILE_NAME)),
        (None, None) => VoteStore::Memory,
    };
    let opened = match votes::open(&place, now.wall).await {
        Ok(opened) => opened,
        Err(
            wrong @ (StoreError::Newer { .. }
            | StoreError::Address { .. }
            | StoreError::Cluster { .. }),
        ) => {
            return Err(wrong.into());
        }
        Err(error) => {
            outlet
                .warn(now, format!("{error}; until this is mended votes are kept in memory only"));
            votes::open(&VoteStore::Memory, now.wall).await?
        }
    };
    opened.notes.into_iter().for_each(|note| outlet.warn(now, note));
    Ok(opened.votes)
}

fn store_words(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Began(error @ StoreError::Redis { .. }) => {
            format!("{error}; until it keeps what the show does, nothing is sent")
        }
        Trouble::Began(error) => format!(
            "{error}; the show goes on, but until this is mended a crash would lose what it keeps"
        ),
        Trouble::Ended => "what the show keeps is written again".to_owned(),
    }
}

fn open_journal(
    options: &Options,
    data: Option<&DataFolder>,
    outlet: &Arc<Outlet>,
    clock: Clock,
) -> Result<(), RunError> {
    let named = options.folders.journal.clone();
    let Some(path) = named.clone().or_else(|| data.map(DataFolder::journal)) else {
        return Ok(());
    };
    let told = Arc::clone(outlet);
    let say = move |trouble| {
        let message = match trouble {
            journal::Trouble::Began(error) => {
                format!("the journal cannot be written: {error}; the show goes on without it")
            }
            journal::Trouble::Ended => "the journal is written again".to_owned(),
        };
        told.warn(clock.now(), message);
    };
    match Journal::open(&path, say) {
        Ok(journal) => outlet.set_journal(journal),
        Err(error) if named.is_some() => return Err(error.into()),
        Err(error) => outlet.warn(clock.now(), error.to_string()),
    }
    Ok(())
}

/// The store on disk, or in memory where there is none to be had.
fn open_store(
    data: Option<&DataFolder>,
    outlet: &Outlet,
    clock: Clock,
) -> Result<Arc<dyn Store>, RunError> {
    let Some(data) = data else { return Ok(Arc::new(Sqlite::in_memory()?)) };
    let now = clock.now();
    let opened = match Sqlite::open(&data.path().join(store::FILE_NAME), now.wall) {
        Ok(opened) => opened,
        Err(newer @ StoreError::Newer { .. }) => return Err(newer.into()),
        Err(error) => {
            let message =
                format!("{error}; until this is mended the show keeps all in memory only");
            outlet.warn(now, message);
            return Ok(Arc::new(Sqlite::in_memory()?));
        }
    };
    for note in opened.notes {
        outlet.warn(now, note);
    }
    Ok(Arc::new(opened.store))
}
