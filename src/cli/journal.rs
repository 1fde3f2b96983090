//! `runner journal`: what happened, from the journal, also while it is written.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::model::channel::ChannelArn;
use crate::world::clock::Clock;
use crate::world::data::DataFolder;
use crate::world::journal::FILE_NAME;
use crate::world::journal::query::{Query, QueryError, Since, Summary, Wanted, shows};
use crate::world::report::journaled::{Form, Journaled};
use crate::world::runtime::wait_for;
use crate::world::script_file::script_name;

use super::Exit;
use super::args::channel;
use super::say::found_nothing;

/// The end of the help text.
pub(super) const EXAMPLES: &str = "\
A journal that has grown large goes on in a new file: what was put aside, `journal.1.jsonl`
and so on, is read with it, the oldest first. Times are those of the show's zone.

Examples:
  runner journal show.rhai                         what was on the screen
  runner journal show.rhai --follow                and what comes
  runner journal --since 20:30 --cue facts         since half past eight, of one cue
  runner journal --since 10m --event refused --event expired
  runner journal --csv show.rhai > evening.csv     for a spreadsheet
  runner journal /srv/show/.runner/journal.jsonl --json --channel local

With --csv, one row a line: at, event, show, channel, cue, delivery, bytes, late_ms,
waited_ms, took_ms, attempts, payload, message, more (all else, as JSON).

Exit codes: 0 fine · 2 usage, no journal there, or no such script";

/// What `journal` takes.
#[derive(Debug, Args)]
pub(super) struct JournalArgs {
    /// The show script, or the journal's file; all shows of the data folder without it
    #[arg(value_name = "SCRIPT|FILE")]
    of: Option<PathBuf>,
    /// No older lines: `20:30` (the last one, in the show's zone), `2026-12-31T20:30`,
    /// `2026-12-31T19:30:00Z`, or how long ago, `10m`
    #[arg(long, value_name = "TIME")]
    since: Option<Since>,
    /// Only what is about this cue; repeatable
    #[arg(long, value_name = "NAME")]
    cue: Vec<String>,
    /// Only events of this kind, as `--json` names them: `sent`, `refused`; repeatable
    #[arg(long, value_name = "KIND")]
    event: Vec<String>,
    /// Only of the script of this name
    #[arg(long, value_name = "NAME")]
    show: Option<String>,
    /// Only of this channel, an ARN or `local`
    #[arg(long, value_parser = channel)]
    channel: Option<ChannelArn>,
    /// Go on with what comes, after the last ten lines, or those of `--since`
    #[arg(long, short)]
    follow: bool,
    /// Each line as it stands, a JSON object
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// A table with one row per line, comma-separated
    #[arg(long)]
    csv: bool,
    /// The folder of state and journal [default: `.runner/` beside the script, or here]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

pub(super) fn run(args: &JournalArgs) -> anyhow::Result<Exit> {
    let path = args.path();
    let wanted = args.wanted();
    let shows = shows(&path)?;
    if !shows.keys().any(|show| Some(&*show.script) == wanted.show.as_deref()) {
        let why = format!("nothing of it is in the journal `{}`", path.display());
        found_nothing(args.script(), &why)?;
    }
    let mut report = Journaled::new(args.form(), &shows, !wanted.events.is_empty());
    let now = Clock::start().now().wall;
    let query = Query { path: &path, wanted: &wanted, shows: &shows, now };
    let told =
        if args.follow { wait_for(query.follow(&mut report))? } else { query.tell(&mut report) };
    match told {
        Ok(summary) => say_what_is_missing(args, &summary),
        // Whoever reads no more has heard enough.
        Err(QueryError::Output(error)) if error.kind() == ErrorKind::BrokenPipe => {}
        Err(error) => return Err(error.into()),
    }
    Ok(Exit::Fine)
}

impl JournalArgs {
    /// The script that was named; none for a journal's file.
    fn script(&self) -> Option<&Path> {
        let is_script = |path: &&Path| {
            let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
            ["rhai", "srt", "vtt", "csv"].contains(&ending.to_lowercase().as_str())
        };
        self.of.as_deref().filter(is_script)
    }

    fn path(&self) -> PathBuf {
        if let Some(file) = self.of.as_ref().filter(|_| self.script().is_none()) {
            return if file.is_dir() { file.join(FILE_NAME) } else { file.clone() };
        }
        let beside = self.script().unwrap_or(Path::new("show.rhai"));
        self.data.clone().unwrap_or_else(|| DataFolder::beside(beside)).join(FILE_NAME)
    }

    fn wanted(&self) -> Wanted {
        Wanted {
            since: self.since,
            cues: self.cue.clone(),
            events: self.event.clone(),
            show: self.show.clone().or_else(|| self.script().map(script_name)),
            channel: self.channel.clone(),
        }
    }

    fn form(&self) -> Form {
        match (self.json, self.csv) {
            (true, _) => Form::Json,
            (_, true) => Form::Csv,
            (false, false) => Form::Plain,
        }
    }
}

/// On standard error, so that a program that reads the lines is not disturbed.
fn say_what_is_missing(args: &JournalArgs, summary: &Summary) {
    if summary.told == 0 && !args.follow {
        eprintln!("nothing of that is in the journal");
        let names = |names: &std::collections::BTreeSet<String>| {
            names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
        };
        for (asked, what, met) in [
            (!args.event.is_empty(), "events", &summary.events),
            (!args.cue.is_empty(), "cues", &summary.cues),
            (args.show.is_some() || args.script().is_some(), "shows", &summary.shows),
        ] {
            if asked && !met.is_empty() {
                eprintln!("hint: {what} in it: {}", names(met));
            }
        }
    }
    if summary.unread > 0 {
        let lines = if summary.unread == 1 { "1 line is" } else { "some lines are" };
        eprintln!("{lines} no event, cut off by a crash, and left out");
    }
}
