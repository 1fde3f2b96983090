//! `runner polls`: how each asking went, after the show or while it runs.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::model::channel::ShowId;
use crate::model::vote::PollReport;
use crate::world::data::DataFolder;
use crate::world::report::askings::{self, Form};
use crate::world::run::RunError;
use crate::world::runtime::wait_for;
use crate::world::script_file::script_name;
use crate::world::store::StoreUrl;
use crate::world::store::votes::{self, VoteStore, Votes, VotesError};

use super::Exit;
use super::say::{found_nothing, say, written};

/// The end of the help text.
pub(super) const EXAMPLES: &str = "\
Votes a second are those from the first vote to the last. Refused are second votes of one
viewer with another choice, votes that came after the last moment, and those for no answer
of the poll; a vote that was merely sent again is none of them.
A poll of `put_metadata` that nobody voted in is not listed.

Examples:
  runner polls show.rhai                 every asking of that show, the oldest first
  runner polls --csv show.rhai > polls.csv
  runner polls --json --data /srv/show   every show of that data folder

With --json, one object an asking:
  show, channel, poll_id, current_time, question, opened, closes_at, final,
  void (made so by the operator), answers (choice, answer, votes, percent), total,
  votes_per_second, refused (duplicate, late, invalid)

With --csv, one row an answer, of the same names.

Exit codes: 0 fine · 2 usage, no such script, or votes that cannot be read ·
3 the store cannot be reached";

/// What `polls` takes.
#[derive(Debug, Args)]
pub(super) struct PollsArgs {
    /// The show script; every show of the data folder without it
    script: Option<PathBuf>,
    /// One JSON object per asking on stdout
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// A table with one row per answer on stdout, comma-separated
    #[arg(long)]
    csv: bool,
    /// The folder of state and journal [default: `.runner/` beside the script, or here]
    #[arg(long, value_name = "DIR", conflicts_with = "store")]
    data: Option<PathBuf>,
    /// Where the votes are kept when several machines take them: `redis://…`
    #[arg(long, value_name = "URL", env = "RUNNER_STORE", hide_env_values = true)]
    store: Option<StoreUrl>,
}

pub(super) fn run(args: &PollsArgs) -> anyhow::Result<Exit> {
    if let Some(url) = &args.store {
        return list(args, &VoteStore::Redis(url.clone()), &format!("`{url}`"));
    }
    let folder = folder(args);
    let path = folder.join(votes::FILE_NAME);
    if !path.exists() {
        return nothing(
            args,
            &format!("nothing was asked with the data folder `{}`", folder.display()),
        );
    }
    list(args, &VoteStore::Sqlite(path), &format!("`{}`", folder.display()))
}

/// Lists what lies in a store, which people know by that name.
fn list(args: &PollsArgs, store: &VoteStore, called: &str) -> anyhow::Result<Exit> {
    let script = args.script.as_deref().map(script_name);
    let looking = async {
        let votes = votes::look(store).await?;
        Ok::<_, RunError>(reports(&*votes, script.as_deref()).await?)
    };
    let shows = wait_for(looking)??;
    if shows.iter().all(|(_, reports)| reports.is_empty()) {
        return nothing(args, &format!("nothing of it was asked in {called}"));
    }
    written(askings::show(&shows, args.form()))?;
    Ok(Exit::Fine)
}

impl PollsArgs {
    fn form(&self) -> Form {
        match (self.json, self.csv) {
            (true, _) => Form::Json,
            (_, true) => Form::Csv,
            (false, false) => Form::Plain,
        }
    }
}

/// A person is told why there is nothing; a program gets nothing. A script that is not there is an
/// error.
fn nothing(args: &PollsArgs, why: &str) -> anyhow::Result<Exit> {
    found_nothing(args.script.as_deref(), why)?;
    if args.form() == Form::Plain {
        say(why)?;
        if args.store.is_none() {
            say("hint: votes that are kept in Redis are listed with `--store redis://…`")?;
        }
        if args.script.is_none() && args.data.is_none() {
            say(
                "hint: name the script whose polls you want, `runner polls scripts/cat_facts.rhai`",
            )?;
        }
    }
    Ok(Exit::Fine)
}

/// Those of the shows of that name, or of all.
async fn reports(
    store: &dyn Votes,
    script: Option<&str>,
) -> Result<Vec<(ShowId, Vec<PollReport>)>, VotesError> {
    let mut found = Vec::new();
    for show in store.shows().await? {
        if script.is_none_or(|name| *show.script == *name) {
            let reports = store.reports(&show).await?;
            found.push((show, reports));
        }
    }
    Ok(found)
}

fn folder(args: &PollsArgs) -> PathBuf {
    let beside = args.script.as_deref().unwrap_or(Path::new("show.rhai"));
    args.data.clone().unwrap_or_else(|| DataFolder::beside(beside))
}
