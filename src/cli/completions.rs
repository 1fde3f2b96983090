//! `runner completions`: what a shell needs to complete commands.

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use super::Exit;
use super::args::Cli;
use super::say::say;

pub(super) const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  source <(runner completions bash)                     in ~/.bashrc
  source <(runner completions zsh)                      in ~/.zshrc, after compinit
  runner completions fish > ~/.config/fish/completions/runner.fish";

/// What `completions` takes.
#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

pub(super) fn run(args: &CompletionsArgs) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    generate(args.shell, &mut Cli::command(), "runner", &mut script);
    say(String::from_utf8_lossy(&script).trim_end())?;
    Ok(Exit::Fine)
}
