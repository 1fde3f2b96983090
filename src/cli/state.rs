//! `runner state`: what shows keep, to be read or emptied.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::model::channel::ShowId;
use crate::model::poll::Phase;
use crate::model::saved::Saved;
use crate::world::clock::Clock;
use crate::world::data::DataFolder;
use crate::world::lock::ShowLock;
use crate::world::run::RunError;
use crate::world::script_file::script_name;
use crate::world::store::{self, RedisRows, Sqlite, Store, StoreUrl};

use super::Exit;
use super::args::StateArgs;
use super::say::{found_nothing, say};

pub(super) fn run(args: &StateArgs) -> anyhow::Result<Exit> {
    if let Some(url) = &args.store {
        return in_redis(args, url);
    }
    let folder = folder(args);
    let path = folder.join(store::FILE_NAME);
    if !path.exists() {
        nothing(args, &format!("no show has run with the data folder `{}`", folder.display()))?;
        if args.script.is_none() && args.data.is_none() {
            say(
                "hint: name the script whose state you want, `runner state scripts/cat_facts.rhai`",
            )?;
        }
        return Ok(Exit::Fine);
    }
    let store = Sqlite::look(&path).map_err(RunError::from)?;
    let meant = meant(args, &store)?;
    if meant.is_empty() {
        nothing(args, &format!("nothing is kept of it in `{}`", folder.display()))?;
    }
    for show in meant {
        if args.clear {
            clear(&folder, &path, &show)?;
        } else {
            say(page(&show, &store.load(&show).map_err(RunError::from)?))?;
        }
    }
    Ok(Exit::Fine)
}

/// The same of shows that several machines share.
fn in_redis(args: &StateArgs, url: &StoreUrl) -> anyhow::Result<Exit> {
    let store = RedisRows::new(url).map_err(RunError::from)?;
    let meant = meant(args, &store)?;
    if meant.is_empty() {
        nothing(args, &format!("nothing is kept of it in `{url}`"))?;
    }
    for show in meant {
        if args.clear {
            // Nothing is emptied that a runner plays.
            store.clear(&show).map_err(RunError::from)?;
            say(format_args!("{show} is emptied"))?;
        } else {
            say(page(&show, &store.load(&show).map_err(RunError::from)?))?;
        }
    }
    Ok(Exit::Fine)
}

/// Says that there is nothing, and why. A script that is not there is an error.
fn nothing(args: &StateArgs, why: &str) -> anyhow::Result<()> {
    found_nothing(args.script.as_deref(), why)?;
    say(why)
}

/// The shows that are meant.
fn meant(args: &StateArgs, store: &dyn Store) -> anyhow::Result<Vec<ShowId>> {
    let script = args.script.as_deref().map(script_name);
    let is_meant = |show: &ShowId| script.as_ref().is_none_or(|name| *show.script == **name);
    let shows = store.shows().map_err(RunError::from)?;
    Ok(shows.into_iter().filter(is_meant).collect())
}

fn folder(args: &StateArgs) -> PathBuf {
    let beside = args.script.as_deref().unwrap_or(Path::new("show.rhai"));
    args.data.clone().unwrap_or_else(|| DataFolder::beside(beside))
}

/// Empties a show that does not run now.
fn clear(folder: &Path, path: &Path, show: &ShowId) -> anyhow::Result<()> {
    let data = DataFolder::open(folder).map_err(RunError::from)?;
    let now = Clock::start().now().wall;
    let _held = ShowLock::take(&data, show, now).map_err(RunError::from)?;
    let opened = Sqlite::open(path, now).map_err(RunError::from)?;
    opened.store.clear(show).map_err(RunError::from)?;
    say(format_args!("{show} is emptied"))
}

/// A show as a person reads it.
fn page(show: &ShowId, saved: &Saved) -> String {
    let mut lines = vec![show.to_string()];
    if let Some(run) = &saved.run {
        let end = if run.ended { "ended" } else { "runs, or crashed after" };
        let (number, began, seen) = (run.number, second(run.started), second(run.alive));
        lines.push(format!("  run       {number}, began {began}, {end} {seen}"));
        lines.push(format!("  seed      {}", run.seed));
    }
    for (facts, place) in &saved.facts {
        let (drawn, next) = (place.drawn.len(), place.next + 1);
        lines.push(format!("  facts     {facts}: {drawn} drawn, line {next} next in order"));
    }
    let polls = saved.polls.values().filter(|kept| kept.phase == Phase::Open);
    for poll in polls.map(|kept| &kept.poll) {
        lines.push(format!("  poll      open until {}: {}", second(poll.closes_at), poll.question));
    }
    lines.push(match saved.deliveries.len() {
        1 => "  waiting   1 payload".to_owned(),
        more => format!("  waiting   {more} payloads"),
    });
    lines.push(match &saved.state {
        Some(kept) => format!("  state     of {}\n{:#}", second(kept.at), kept.value),
        None => "  state     empty".to_owned(),
    });
    lines.join("\n")
}

/// A time to the second.
fn second(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}
