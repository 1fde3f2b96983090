//! Opening a run: what was typed is checked, then everything is there before the first show starts.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::model::channel::ShowId;
use crate::model::file::FileAnswer;
use crate::model::io::{Ending, ShowInput};
use crate::model::limits::{REDIS_WRITE_AGAIN, STORE_TRY_AGAIN};
use crate::model::saved::Saved;
use crate::world::browser;
use crate::world::channel::hub::Hub;
use crate::world::clock::{Alarm, Clock};
use crate::world::data::DataFolder;
use crate::world::entropy;
use crate::world::error::WorldError;
use crate::world::files::Folders;
use crate::world::journal::{self, Journal};
use crate::world::lock::ShowLock;
use crate::world::pool::Pool;
use crate::world::store::votes::{self, VoteStore, Votes};
use crate::world::store::{self, Keeper, RedisRows, Sqlite, Store, StoreError, Trouble};
use crate::world::watch::{Changed, Found, Watcher};

use super::casting;
use super::error::RunError;
use super::fetching::Fetching;
use super::hands::{Hands, Watched};
use super::options::{Kept, Options};
use super::outlet::Outlet;
use super::serving::Doors;
use super::shows::Shows;
use super::stage::{Beginning, Stage};
use super::standby::{Standby, Terms, follow};
use super::voting::Voting;

/// A run whose shows were told to start.
pub(super) struct Opened {
    pub(super) hands: Arc<Hands>,
    /// How many shows there are.
    pub(super) shows: usize,
    stage: Arc<Stage>,
    /// Waits for its turn to play what other runners play.
    following: Option<JoinHandle<()>>,
    serving: Vec<JoinHandle<()>>,
    shut_down: watch::Sender<bool>,
    _locks: Vec<ShowLock>,
}

/// Checks what was typed, opens everything and tells the shows to start.
pub(super) async fn open(
    options: &Options,
    over: UnboundedSender<Ending>,
) -> Result<Opened, RunError> {
    let folders = Arc::new(check(options)?);
    if let FileAnswer::Problem(problem) = folders.read_script() {
        return Err(RunError::Script { problem });
    }
    let clock = Clock::start();
    let doors = Doors::open(options, clock).await?;
    let outlet = Outlet::start(options, &casting::ids(options), doors.head(options))?;
    let outlet = Arc::new(outlet);
    for message in doors.moved() {
        outlet.warn(clock.now(), message.clone());
    }
    let opened = open_behind(&outlet, options, over, folders, (clock, doors)).await;
    if opened.is_err() {
        outlet.give_up();
    }
    opened
}

/// Opens what is left when there is a screen to say on what is not as it should be.
async fn open_behind(
    outlet: &Arc<Outlet>,
    options: &Options,
    over: UnboundedSender<Ending>,
    folders: Arc<Folders>,
    (clock, doors): (Clock, Doors),
) -> Result<Opened, RunError> {
    let ids = casting::ids(options);
    let (data, locks) = data_folder(options, &ids, outlet, clock)?;
    let (store, standby) = match &options.votes.store {
        Some(url) => {
            let rows = Arc::new(RedisRows::new(url)?);
            let standby = Standby::new(Arc::clone(&rows), &ids, over.clone());
            (rows as Arc<dyn Store>, Some(standby))
        }
        None => (open_store(data.as_ref(), outlet, clock)?, None),
    };
    let hands = hands(options, data.as_ref(), (store, standby), outlet, &folders, clock).await?;
    let hands = Arc::new(hands);
    // What other runners write, too, is read when it is this one's turn.
    let saved = if hands.standby.is_none() { begin_with(&ids, &hands)? } else { Vec::new() };
    let seed = seed(options, &saved, clock.now().wall);
    let cast = casting::cast(options, &ids, seed, &doors, clock).await?;
    let pool = pool(&hands, over.clone())?;
    let (shut_down, shut) = watch::channel(false);
    let player = doors.player();
    let votes = hands.voting.door(ids.clone(), &options.votes).await;
    let playing = casting::playing(&cast, clock);
    if options.votes.store.is_some() {
        hands.voting.announce(&cast, doors.public_url(), playing.clone(), shut.clone());
    }
    let (_, playing) = watch::channel(playing);
    let serving = doors.serve(&hands, playing, votes, &shut);
    if options.listen.open {
        browser::open(&player).err().into_iter().for_each(|why| outlet.warn(clock.now(), why));
    }
    let stage = Arc::new(Stage::new(cast, &hands, &folders, pool, over));
    let following = begin(options, &stage, &ids, saved, seed).await?;
    let shows = ids.len();
    Ok(Opened { hands, shows, stage, following, serving, shut_down, _locks: locks })
}

/// Begins the shows; where other runners may play them, begins to wait for its turn.
async fn begin(
    options: &Options,
    stage: &Arc<Stage>,
    ids: &[ShowId],
    saved: Vec<Saved>,
    seed: u64,
) -> Result<Option<JoinHandle<()>>, RunError> {
    let (hands, kept) = (stage.hands(), options.kept);
    if let (Some(standby), Some(url)) = (&hands.standby, &options.votes.store) {
        let terms = Terms { seed: options.seed, new_seed: seed, kept };
        return Ok(Some(follow(standby, url, ids, stage, terms)?));
    }
    hands.outlet.set_seed(seed);
    for (id, saved) in ids.iter().cloned().zip(saved) {
        stage.begin(Beginning { id, saved, seed, kept }).await;
    }
    Ok(None)
}

impl Opened {
    /// Each hub of the run.
    pub(super) fn hubs(&self) -> Vec<Hub> {
        self.stage.hubs()
    }

    /// Lets go of everything, in an order in which nothing is lost.
    pub(super) async fn close(self) {
        let Self { hands, stage, following, serving, shut_down, .. } = self;
        hands.voting.end().await;
        if let Some(following) = following {
            following.abort();
            drop(following.await);
        }
        // Whoever serves may have ended already.
        let _ = shut_down.send(true);
        for served in serving {
            drop(served.await);
        }
        let closing = tokio::task::spawn_blocking(move || {
            // What was told before is done; another runner may go on at once.
            hands.standby.iter().for_each(Standby::release);
            drop(stage);
            hands.outlet.close();
        });
        drop(closing.await);
    }
}

fn check(options: &Options) -> Result<Folders, RunError> {
    for (n, channel) in options.channels.iter().enumerate() {
        if options.channels.iter().take(n).any(|before| before.arn == channel.arn) {
            return Err(RunError::ChannelTwice { arn: channel.arn.clone() });
        }
    }
    if let Some(facts) = options.folders.facts.as_ref().filter(|facts| !facts.is_dir()) {
        return Err(RunError::FactsFolder { path: facts.clone() });
    }
    Ok(Folders::new(&options.script, options.folders.facts.as_deref())?)
}

/// The data folder with a lock for each show; none where it cannot be written.
fn data_folder(
    options: &Options,
    ids: &[ShowId],
    outlet: &Outlet,
    clock: Clock,
) -> Result<(Option<DataFolder>, Vec<ShowLock>), RunError> {
    let path = data_path(options);
    let now = clock.now();
    let data = match DataFolder::open(&path) {
        Ok(data) => data,
        Err(error) => {
            let message = format!("{error}\nuntil then state and journal are kept in memory only");
            outlet.warn(now, message);
            return Ok((None, Vec::new()));
        }
    };
    let locks: Result<Vec<ShowLock>, WorldError> =
        ids.iter().map(|id| ShowLock::take(&data, id, now.wall)).collect();
    Ok((Some(data), locks?))
}

/// Where state and journal lie.
pub(super) fn data_path(options: &Options) -> PathBuf {
    options.folders.data.clone().unwrap_or_else(|| DataFolder::beside(&options.script))
}

async fn hands(
    options: &Options,
    data: Option<&DataFolder>,
    (store, standby): (Arc<dyn Store>, Option<Standby>),
    outlet: &Arc<Outlet>,
    folders: &Arc<Folders>,
    clock: Clock,
) -> Result<Hands, RunError> {
    let outlet = Arc::clone(outlet);
    open_journal(options, data, &outlet, clock)?;
    let shows = Arc::new(Shows::default());
    let told = Arc::clone(&outlet);
    let again = if standby.is_some() { REDIS_WRITE_AGAIN } else { STORE_TRY_AGAIN };
    let keeper = Keeper::new(store, again, move |trouble| {
        told.warn(clock.now(), store_words(&trouble));
    });
    let to_shows = Arc::clone(&shows);
    let alarm = Alarm::start(clock, move |show: ShowId, _late| {
        // Where the mailbox is full, the show looks at its deadline after what waits there.
        to_shows.tell(&show, ShowInput::Tick);
    })?;
    let watcher = watcher(&shows, folders, &outlet, clock)?;
    let fetching = Fetching::new(&options.net, &shows);
    let voting =
        Voting::new(open_votes(options, data, &outlet, clock).await?, &shows, &outlet, clock);
    let next = Mutex::default();
    Ok(Hands { clock, outlet, keeper, shows, alarm, watcher, fetching, voting, standby, next })
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
        Err(wrong @ (StoreError::Newer { .. } | StoreError::Address { .. })) => {
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

fn watcher(
    shows: &Arc<Shows>,
    folders: &Arc<Folders>,
    outlet: &Arc<Outlet>,
    clock: Clock,
) -> Result<Watcher<Watched>, RunError> {
    let (shows, folders, outlet) = (Arc::clone(shows), Arc::clone(folders), Arc::clone(outlet));
    let on_change = move |changed: Changed<Watched>| {
        let Watched { show, file } = changed.token;
        let input = match file {
            Some(file) => {
                let answer = folders.read(&file);
                ShowInput::File(*file, answer)
            }
            None => ShowInput::Script(script_answer(&folders, changed.found, &changed.path)),
        };
        shows.tell(&show, input);
    };
    let on_trouble = move |message| outlet.warn(clock.now(), message);
    Ok(Watcher::start(clock, on_change, on_trouble)?)
}

fn script_answer(folders: &Folders, found: Found, path: &Path) -> FileAnswer {
    match found {
        Found::Changed => folders.read_script(),
        Found::Gone => FileAnswer::Problem(format!("the script `{}` is gone", path.display())),
    }
}

/// What each show kept.
fn begin_with(ids: &[ShowId], hands: &Hands) -> Result<Vec<Saved>, RunError> {
    Ok(ids.iter().map(|id| hands.keeper.load(id)).collect::<Result<_, _>>()?)
}

/// `--seed`, else that of a show that goes on after a crash, else a new one.
fn seed(options: &Options, saved: &[Saved], now: Timestamp) -> u64 {
    let resumed = saved
        .iter()
        .filter(|saved| options.kept == Kept::Use && saved.crashed_lately(now))
        .find_map(|saved| saved.run.as_ref().map(|run| run.seed));
    options.seed.or(resumed).unwrap_or_else(|| {
        // Short enough to be read out and typed again.
        u64::from_le_bytes(entropy::bytes::<8>()) % 1_000_000
    })
}

fn pool(hands: &Arc<Hands>, over: UnboundedSender<Ending>) -> Result<Pool, RunError> {
    let hands = Arc::clone(hands);
    Ok(Pool::start(move |panicked| {
        hands.shows.remove_named(&panicked.actor);
        let message = format!(
            "{} ended by a mistake of ours: {}\nhint: please report it with the script",
            panicked.actor, panicked.message
        );
        hands.outlet.warn(hands.clock.now(), message);
        let _ = over.send(Ending::Failed);
    })?)
}
