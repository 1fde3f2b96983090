//! Tests that run again whenever one of their files is saved.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::model::file::FileKind;
use crate::world::clock::Clock;
use crate::world::report::testing::Testing;
use crate::world::run::{RunError, Signals};
use crate::world::watch::{Changed, Watcher};

use super::shelf::BeforeReading;
use super::{Options, run_once, said};

/// A place that is watched.
type Watching = Watcher<PathBuf>;

/// Runs all tests, and again after each save, until a signal ends it.
pub async fn watch(options: &Options, report: &mut Testing) -> Result<(), RunError> {
    let mut signals = Signals::listen()?;
    let (tell, mut saves) = unbounded_channel();
    let on_change = move |changed: Changed<PathBuf>| {
        // Nobody listens any more when the program ends.
        let _ = tell.send(changed.path);
    };
    let watcher = Arc::new(Watching::start(Clock::start(), on_change, |_| {})?);
    let places = Arc::new(Mutex::new(BTreeSet::new()));
    let before = watch_before(&watcher, &places);
    run_once(options, report, &before)?;
    loop {
        let files = places.lock().unwrap_or_else(PoisonError::into_inner).len();
        said(report.watching(files))?;
        tokio::select! {
            () = signals.next() => return Ok(()),
            Some(path) = next_save(&mut saves) => {
                said(report.saved(&path.display().to_string()))?;
            }
        }
        match run_once(options, report, &before) {
            // It may come back: some editors take a file away before they write it anew.
            Err(RunError::Script { problem }) => said(report.trouble(&problem))?,
            other => drop(other?),
        }
    }
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
