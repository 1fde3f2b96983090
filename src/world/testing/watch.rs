//! Tests that run again whenever one of their files is saved.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use crate::model::file::FileKind;
use crate::model::limits::WATCH_POLL;
use crate::world::clock::Clock;
use crate::world::report::testing::Testing;
use crate::world::run::{Fault, RunError, Signals};
use crate::world::watch::{Changed, Watcher};

use super::find::{Found, find};
use super::shelf::BeforeReading;
use super::{Ended, Options, run_once, said};

/// A place that is watched.
type Watching = Watcher<PathBuf>;

/// Runs all tests, and again after each save, until a signal ends it, also while tests run. What
/// cannot be tested ends the first run alone: later it may come back, as some editors take a file
/// away before they write it anew.
pub async fn watch(options: Options, mut report: Testing) -> Result<(), RunError> {
    let mut signals = Signals::listen()?;
    let (tell, mut saves) = unbounded_channel();
    let on_change = move |changed: Changed<PathBuf>| {
        // Nobody listens any more when the program ends.
        let _ = tell.send(changed.path);
    };
    let watcher = Arc::new(Watching::start(Clock::start(), on_change, |_| {})?);
    let places = Arc::new(Mutex::new(BTreeSet::new()));
    let before = watch_before(&watcher, &places);
    let options = Arc::new(options);
    let mut is_first = true;
    loop {
        let ran = tokio::select! {
            () = signals.next() => return Ok(()),
            ran = run_aside(Arc::clone(&options), report, Arc::clone(&before)) => ran?,
        };
        report = ran.report;
        match ran.ended {
            Err(error) if !is_first && error.fault() == Fault::Usage => {
                said(report.trouble(&error.to_string()))?;
            }
            other => drop(other?),
        }
        is_first = false;
        let files = places.lock().unwrap_or_else(PoisonError::into_inner).len();
        said(report.watching(files))?;
        tokio::select! {
            () = signals.next() => return Ok(()),
            Some(path) = next_save(&mut saves) => {
                said(report.saved(&path.display().to_string()))?;
            }
            () = other_than(&options, ran.there) => said(report.others())?,
        }
    }
}

/// What there is to test.
#[derive(PartialEq, Eq)]
struct There {
    /// None where the paths cannot be looked through.
    shows: Option<Vec<Found>>,
    has_facts: bool,
}

impl There {
    fn look(options: &Options) -> Self {
        let has_facts = options.show.facts.as_ref().is_none_or(|facts| facts.is_dir());
        Self { shows: find(&options.paths).ok(), has_facts }
    }
}

/// Waits until there is something else to test: a new script is in no file that is watched.
async fn other_than(options: &Arc<Options>, there: There) {
    loop {
        sleep(WATCH_POLL.unsigned_abs()).await;
        let options = Arc::clone(options);
        // A look that fails is none; the next one comes soon.
        if spawn_blocking(move || There::look(&options)).await.is_ok_and(|now| now != there) {
            return;
        }
    }
}

/// A run that is over.
struct AllRan {
    /// What there was to test, from before it was read.
    there: There,
    report: Testing,
    ended: Result<Ended, RunError>,
}

/// Runs all tests on a thread beside the runtime's. When nobody waits for it any more, it ends with
/// the program.
async fn run_aside(
    options: Arc<Options>,
    mut report: Testing,
    before: BeforeReading,
) -> Result<AllRan, RunError> {
    let running = spawn_blocking(move || {
        let there = There::look(&options);
        let ended = run_once(&options, &mut report, &before);
        AllRan { there, report, ended }
    });
    running
        .await
        .map_err(|problem| RunError::System { doing: "run the tests", source: problem.into() })
}

/// Watches each file from before it is read, so that no save falls between.
fn watch_before(watcher: &Arc<Watching>, known: &Arc<Mutex<BTreeSet<PathBuf>>>) -> BeforeReading {
    let (watcher, known) = (Arc::clone(watcher), Arc::clone(known));
    Arc::new(move |kind: FileKind, places: &[PathBuf]| {
        let Some(token) = places.first() else { return };
        let is_new = known.lock().unwrap_or_else(PoisonError::into_inner).insert(token.clone());
        if is_new {
            watcher.watch(token, kind, places);
        }
    })
}

/// The next save, and with it those that came meanwhile.
async fn next_save(saves: &mut UnboundedReceiver<PathBuf>) -> Option<PathBuf> {
    let path = saves.recv().await?;
    while saves.try_recv().is_ok() {}
    Some(path)
}
