//! `runner new`: a show to begin with.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;

use crate::world::run::RunError;
use crate::world::starter::{Made, ShowName, Template, write};

use super::Exit;
use super::named::Named;
use super::say::say;

/// What its help ends with.
pub(super) const EXAMPLES: &str = "\
Templates:
  facts         a fact every ten seconds, as a true-or-false question
  poll          polls with their results, when the operator says so
  quiz          questions with a right answer, and the best players
  products      product cards, one after the other
  scoreboard    a score box for two teams
  countdown     a countdown to the show, then a welcome

Examples:
  runner new my_show                            a show with its tests and facts
  runner new shows/friday --template products   in a folder
  runner new friday --dir ~/shows               in a folder elsewhere

No file that is there is written over.

Exit codes: 0 written · 2 usage";

/// What `new` takes.
#[derive(Debug, Args)]
pub(super) struct NewArgs {
    /// The show's name, perhaps with folders before it: `my_show`, `shows/friday`
    name: ShowName,
    /// What it is made from
    #[arg(long, value_name = "TEMPLATE", default_value_t = Template::ALL[0])]
    #[arg(value_parser = Named(Template::from_str, names), hide_possible_values = true)]
    template: Template,
    /// Where it is written [default: the current folder]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub(super) fn run(args: &NewArgs) -> anyhow::Result<Exit> {
    let root = args.dir.as_deref().unwrap_or(Path::new(""));
    let made = write(root, &args.name, args.template).map_err(RunError::from)?;
    say(page(&made))?;
    Ok(Exit::Fine)
}

/// The names of all templates.
fn names() -> Vec<&'static str> {
    Template::ALL.map(Template::name).to_vec()
}

/// What was written, and what to do with it.
fn page(made: &Made) -> String {
    let files = made.files.iter().map(|file| (file.path.display().to_string(), file.what));
    let folder = made.folder.iter().map(|it| (it.join("").display().to_string(), "a new folder"));
    let shown: Vec<(String, &str)> = folder.chain(files).collect();
    let script = made.files.first().map(|script| script.path.display().to_string());
    let script = script.unwrap_or_default();
    let next = [
        (format!("runner {script}"), "the show, on a local channel"),
        (format!("runner test {script}"), "its tests"),
        (format!("runner check {script}"), "its mistakes, before it is on air"),
    ];
    format!("written:\n{}\n\nnext:\n{}", columns(&shown), columns(&next))
}

/// Two columns, as wide as they have to be.
fn columns(rows: &[(String, &str)]) -> String {
    let wide = rows.iter().map(|(first, _)| first.chars().count()).max().unwrap_or(0);
    let rows = rows.iter().map(|(first, second)| format!("  {first:wide$}  {second}"));
    rows.collect::<Vec<_>>().join("\n")
}
