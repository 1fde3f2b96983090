//! Doors: one file per verb, from what the operator typed to an exit code.

mod args;
mod channels;
mod check;
mod completions;
mod journal;
mod local;
mod named;
mod new;
mod next;
mod polls;
mod put;
mod ready;
mod reference;
mod run;
mod say;
mod simulate;
mod spec;
mod state;
mod test;
mod up;
mod votes;
mod watch;

use std::process::ExitCode;

use crate::world::channel::aws::AwsError;
use crate::world::run::{Fault, RunError};
use crate::world::watch_stream::WatchError;

use args::{Cli, Verb};
use say::complain;

/// How a verb ended; its number is the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    /// As it should.
    Fine = 0,
    /// The show or a check failed.
    Failed = 1,
    /// What was typed cannot be done.
    Usage = 2,
    /// The outside world refused.
    World = 3,
}

/// Reads what was typed and does it.
pub fn main() -> ExitCode {
    let done = match Cli::read(std::env::args_os()).verb {
        Verb::Run(args) => run::run(*args),
        Verb::Up(args) => up::run(*args),
        Verb::Simulate(args) => simulate::on_stage(&args),
        Verb::State(args) => state::run(&args),
        Verb::Polls(args) => polls::run(&args),
        Verb::Journal(args) => journal::run(&args),
        Verb::Local(args) => local::run(&args),
        Verb::Channels(args) => channels::run(&args),
        Verb::Votes(args) => votes::run(*args),
        Verb::Put(args) => put::run(&args),
        Verb::Ready(args) => ready::run(&args),
        Verb::Watch(args) => watch::run(&args),
        Verb::New(args) => new::run(&args),
        Verb::Test(args) => test::run(*args),
        Verb::Check(args) => check::run(&args),
        Verb::Next(args) => next::run(&args),
        Verb::Reference(args) => reference::run(&args),
        Verb::Completions(args) => completions::run(&args),
    };
    let exit = done.unwrap_or_else(|error| {
        complain(whole(&error));
        exit_of(&error)
    });
    ExitCode::from(exit as u8)
}

/// An error with what caused it, each said once.
fn whole(error: &anyhow::Error) -> String {
    let causes = error.chain().skip(1).map(ToString::to_string);
    causes.fold(error.to_string(), |told, cause| {
        if told.contains(&cause) { told } else { format!("{told}: {cause}") }
    })
}

/// Whose fault an error is.
fn exit_of(error: &anyhow::Error) -> Exit {
    if let Some(error) = error.downcast_ref::<RunError>() {
        return match error.fault() {
            Fault::Usage => Exit::Usage,
            Fault::World => Exit::World,
        };
    }
    if let Some(error) = error.downcast_ref::<WatchError>() {
        return if error.is_usage() { Exit::Usage } else { Exit::World };
    }
    if error.is::<AwsError>() { Exit::World } else { Exit::Usage }
}
