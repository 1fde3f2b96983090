//! `runner test`: the tests of scripts, on the virtual clock.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::world::rehearsal::Start;
use crate::world::report::testing::Testing;
use crate::world::runtime::wait_for;
use crate::world::testing::{Ended, Options, run as run_tests, watch};

use super::Exit;
use super::args::RehearsalArgs;
use super::spec::script;

/// What its help ends with.
pub(super) const EXAMPLES: &str = "\
A test is a function called `test_…`, in the show's own script or beside it in
`<show>_test.rhai`. Each runs on a fresh show, which begins at 2026-01-01T20:00:00 in
its own zone; no time is waited for, and nothing is sent anywhere. A test leads the
show and looks at it:

  fn test_sends_every_ten_seconds() {
      advance(\"30s\");
      assert_eq(sent().len(), 4);
      assert_eq(screen().poll.answers[\"1\"], \"True\");
  }

Examples:
  runner test                           all tests below this folder
  runner test scripts/cat_facts.rhai    those of one show
  runner test scripts/ -- poll          those with `poll` in their name
  runner test scripts/ --watch          again after each save

Exit codes: 0 all passed · 1 one failed, or there is none · 2 usage";

/// What `test` takes.
#[derive(Debug, Args)]
pub(super) struct TestArgs {
    /// Scripts with tests, and folders of them [default: the current folder]
    #[arg(value_name = "SCRIPT|DIR", value_parser = script())]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    rehearsal: RehearsalArgs,
    /// Run again whenever a script, a test or a file they read is saved
    #[arg(long)]
    watch: bool,
    /// One JSON object per test on stdout, for machines
    #[arg(long)]
    json: bool,
    /// Only tests whose name holds one of these
    #[arg(last = true, value_name = "NAME")]
    names: Vec<String>,
}

pub(super) fn run(args: TestArgs) -> anyhow::Result<Exit> {
    let mut report = if args.json { Testing::json() } else { Testing::plain() };
    let (watches, options) = (args.watch, options(args));
    if watches {
        wait_for(watch(options, report))??;
        return Ok(Exit::Fine);
    }
    Ok(match run_tests(&options, &mut report)? {
        Ended::Passed => Exit::Fine,
        Ended::Failed | Ended::NoTests => Exit::Failed,
    })
}

fn options(args: TestArgs) -> Options {
    let mut paths = args.paths;
    if paths.is_empty() {
        paths.push(PathBuf::from("."));
    }
    let show = args.rehearsal.options(Path::new(""), Start::Now);
    Options { paths, names: args.names, show }
}
