//! `runner state`: what shows keep, to be read or emptied.

use std::path::{Path, PathBuf};

use crate::model::channel::ShowId;
use crate::model::saved::Saved;
use crate::world::clock::Clock;
use crate::world::data::DataFolder;
use crate::world::lock::ShowLock;
use crate::world::run::RunError;
use crate::world::store::{self, Sqlite, Store};

use super::Exit;
use super::args::StateArgs;

pub(super) fn run(args: &StateArgs) -> anyhow::Result<Exit> {
    let folder = folder(args);
    let path = folder.join(store::FILE_NAME);
    if !path.exists() {
        println!("no show has run with the data folder `{}`", folder.display());
        return Ok(Exit::Fine);
    }
    let now = Clock::start().now().wall;
    let opened = Sqlite::open(&path, now).map_err(RunError::from)?;
    for note in &opened.notes {
        eprintln!("warning: {note}");
    }
    let script = args.script.as_deref().map(name);
    let shows = opened.store.shows().map_err(RunError::from)?;
    let meant: Vec<ShowId> = shows
        .into_iter()
        .filter(|show| script.as_ref().is_none_or(|name| show.script == *name))
        .collect();
    if meant.is_empty() {
        println!("nothing is kept of it in `{}`", folder.display());
    }
    for show in meant {
        if args.clear {
            clear(&opened.store, &folder, &show)?;
        } else {
            print(&show, &opened.store.load(&show).map_err(RunError::from)?);
        }
    }
    Ok(Exit::Fine)
}

fn folder(args: &StateArgs) -> PathBuf {
    let beside = args.script.as_deref().unwrap_or(Path::new("show.rhai"));
    args.data.clone().unwrap_or_else(|| DataFolder::beside(beside))
}

fn name(script: &Path) -> String {
    script.file_stem().unwrap_or(script.as_os_str()).to_string_lossy().into_owned()
}

/// Empties a show that does not run now.
fn clear(store: &Sqlite, folder: &Path, show: &ShowId) -> anyhow::Result<()> {
    let data = DataFolder::open(folder).map_err(RunError::from)?;
    let now = Clock::start().now().wall;
    let _held = ShowLock::take(&data, show, now).map_err(RunError::from)?;
    store.clear(show).map_err(RunError::from)?;
    println!("{show} is emptied");
    Ok(())
}

fn print(show: &ShowId, saved: &Saved) {
    println!("{show}");
    if let Some(run) = &saved.run {
        let end = if run.ended { "ended" } else { "runs, or crashed" };
        println!("  run       {}, began {}, {end} {}", run.number, run.started, run.alive);
        println!("  seed      {}", run.seed);
    }
    for (facts, place) in &saved.facts {
        println!("  facts     {facts}: {} drawn, line {} next", place.drawn.len(), place.next + 1);
    }
    println!("  waiting   {} payloads", saved.deliveries.len());
    match &saved.state {
        Some(kept) => println!("  state     of {}\n{:#}", kept.at, kept.value),
        None => println!("  state     empty"),
    }
}
