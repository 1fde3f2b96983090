//! `runner check`: what is wrong with scripts, before air.

use std::path::PathBuf;

use clap::Args;

use crate::world::rehearsal::Start;
use crate::world::rehearsal::check::{check, of_plan, scripts};
use crate::world::report::check::Checks;
use crate::world::script_file::is_plan;

use super::Exit;
use super::args::{AnswerArgs, RehearsalArgs};
use super::say::written;
use super::spec::start;

/// The end of the help text.
pub(super) const EXAMPLES: &str = "\
Each script is compiled and looked through, then its first hour is rehearsed on a
virtual clock; what does not fire by itself in it is fired by hand, with made-up data
where a handler takes data. What fails with made-up data alone is a warning. Nothing is
sent, and nothing is kept. Every mistake has its line and a caret, and a hint where
there is one to give. Of each cue it shows in words when it fires, and the bytes of its
largest payload. A script of functions only is a library. Of a folder its .rhai files
are checked, and those of the folders in it; those that end with _test.rhai are left to
`runner test`. Of a plan its own lines are checked, then each script in it, with the
arguments, zone, seed and facts that the plan gives it.

Examples:
  runner check scripts/cat_facts.rhai
  runner check scripts/                              all scripts of a folder
  runner check runner.toml                           a plan, and all its shows
  runner check --start 2026-12-31T20:00 show.rhai    as if the show began then
  runner check --json scripts/ | jq 'select(.type == \"finding\")'

With --json, one object a line. For each finding:
  type (finding), gravity (error, warning), file, line, column, message, hint, cue,
  source (the line's text)
and after those of a file:
  type (file), file, is (show, library, plan, broken), zone, functions (of a library),
  errors, warnings, more (findings beyond those that are told), and cues: a list of
  cue, line, triggers, when (in words), calls, payloads, bytes_max, next (of a cron),
  refused (what the handler threw at data that the rehearsal had made up)

Exit codes: 0 nothing found · 1 anything found, a warning too · 2 usage, no such script";

/// What `check` takes.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Show scripts, or folders of them; or a plan, a .toml file, with all its shows
    #[arg(value_name = "SCRIPT|DIR|PLAN", required = true)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    rehearsal: RehearsalArgs,
    #[command(flatten)]
    answers: AnswerArgs,
    /// When the rehearsal begins: `2026-12-31T20:00` in the show's zone, or with an offset from UTC
    /// [default: now]
    #[arg(long, value_name = "TIME", value_parser = start)]
    start: Option<Start>,
    /// One JSON object per finding and per file on stdout
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &CheckArgs) -> anyhow::Result<Exit> {
    let (scripts, answers) = (scripts(&args.paths)?, args.answers.read()?);
    // Where one is cannot be told in a folder that was removed: then paths are shown in full.
    let here = std::env::current_dir().unwrap_or_default();
    let mut checks = if args.json { Checks::json(here) } else { Checks::plain(here) };
    for path in &scripts.shows {
        let mut typed = args.rehearsal.options(path, args.start.unwrap_or(Start::Now));
        typed.answers.clone_from(&answers);
        let rehearsals = if is_plan(path) {
            let (look, shows) = of_plan(path, &typed);
            written(checks.file(path, &look))?;
            shows
        } else {
            vec![typed]
        };
        for options in rehearsals {
            let look = check(&options)?;
            written(checks.file(&options.script, &look))?;
        }
    }
    written(checks.end(scripts.tests))?;
    Ok(if checks.found() { Exit::Failed } else { Exit::Fine })
}
