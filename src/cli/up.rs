//! `runner up`: the shows of a plan.

use std::path::PathBuf;

use clap::Args;

use crate::world::run::Bill;

use super::Exit;
use super::args::PlayArgs;
use super::run::{options, play};

/// The end of the help text.
pub(super) const EXAMPLES: &str = "\
A plan says which shows one process plays:

  # runner.toml
  [[show]]
  script   = \"quiz.rhai\"             # beside this file; the only line that must be there
  channels = [                       # ARNs, or \"local\", which it is when none is given
    \"arn:aws:ivs:us-west-2:123456789012:channel/abcdEFGH1234\",
    \"arn:aws:ivs:us-west-2:123456789012:channel/ijklMNOP5678\",
  ]
  timezone = \"Europe/Paris\"          # the zone of times that name none
  seed     = 7                       # of all randomness; without it a new one
  args     = { team = \"Reds\" }       # what the script reads as args.team
  facts    = \"facts\"                 # the folder of its facts

  [[show]]
  script   = \"cat_facts.rhai\"

Save the plan while it plays: new shows begin, those that are gone end cleanly, those that
are changed begin anew, and all others go on untouched. A plan with a mistake changes
nothing. A show that cannot begin is tried again, or begins when its script is mended.
State and journal of all shows lie in `.runner/` beside the plan.

Flags hold for every show that says nothing else.

Examples:
  runner up                              what runner.toml says
  runner up evening.toml --desk 127.0.0.1:5002
  runner up --fresh --for 2h             begin with empty state, end after two hours

Exit codes: 0 fine · 1 a show failed · 2 usage, or the plan · 3 the outside world refused";

/// What `up` takes.
#[derive(Debug, Args)]
pub(super) struct UpArgs {
    /// The plan, a .toml file
    #[arg(default_value = "runner.toml")]
    plan: PathBuf,
    #[command(flatten)]
    play: PlayArgs,
}

pub(super) fn run(args: UpArgs) -> anyhow::Result<Exit> {
    play(options(Bill::Plan(args.plan), args.play)?)
}
