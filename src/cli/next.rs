//! `runner next`: when a show's cues will fire.

use std::path::PathBuf;

use clap::Args;

use crate::model::limits::NEXT_MAX_FIRES;
use crate::world::rehearsal::Start;
use crate::world::rehearsal::next::upcoming;
use crate::world::report::next::{mistakes, show};

use super::Exit;
use super::args::RehearsalArgs;
use super::say::written;
use super::spec::{script, start};

/// The end of the help text.
pub(super) const EXAMPLES: &str = "\
The times are those of the schedule alone: no handler runs, so what handlers fire, arm,
disarm or call by `after` is not among them. The broadcast begins with the show, and
`stream_at` counts from there. What has no time of its own is named below: cues fired
by hand, and `on(…)`.

Examples:
  runner next scripts/hourly_poll.rhai
  runner next --count 5 --timezone America/New_York scripts/hourly_poll.rhai
  runner next --start 2026-12-31T20:00 show.rhai     as if the show began then

With --json, one object a fire:
  at, local, in_ms (from the start), cue, when (in words)

Exit codes: 0 fine · 1 the script has mistakes, which `runner check` explains · 2 usage";

/// What `next` takes.
#[derive(Debug, Args)]
pub(super) struct NextArgs {
    /// The show script
    #[arg(value_parser = script())]
    script: PathBuf,
    /// How many fires, of all cues together
    #[arg(long, value_name = "NUMBER", default_value_t = 20, value_parser = fires)]
    count: usize,
    #[command(flatten)]
    rehearsal: RehearsalArgs,
    /// When the show begins, and its broadcast: `2026-12-31T20:00` in the show's zone, or with an
    /// offset from UTC [default: now]
    #[arg(long, value_name = "TIME", value_parser = start)]
    start: Option<Start>,
    /// One JSON object per fire on stdout
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &NextArgs) -> anyhow::Result<Exit> {
    let options = args.rehearsal.options(&args.script, args.start.unwrap_or(Start::Now));
    match upcoming(&options, args.count)? {
        Ok(upcoming) => {
            written(show(&upcoming, args.json))?;
            Ok(Exit::Fine)
        }
        Err(found) => {
            let folder = args.script.parent().map(|folder| folder.display().to_string());
            written(mistakes(&found, &folder.unwrap_or_default()))?;
            Ok(Exit::Failed)
        }
    }
}

/// How many fires.
fn fires(text: &str) -> Result<usize, String> {
    let count = text.parse().ok().filter(|count| (1..=NEXT_MAX_FIRES).contains(count));
    count.ok_or_else(|| format!("`{text}` is not a number from 1 to {NEXT_MAX_FIRES}"))
}
