//! `runner votes`: a front end for the viewers of shows that run elsewhere.

use clap::Args;

use crate::world::run::{IpAddr, ListenOptions, StoreUrl, serve_votes};
use crate::world::runtime::wait_for;

use super::Exit;
use super::args::AdmissionArgs;
use super::spec::port;

/// The end of the help text.
pub(super) const EXAMPLES: &str = "\
Any number of front ends serve the viewers of the shows that run with the same `--store`:
the player page, votes, and what a late joiner should see. One that dies takes no vote
with it. They share the key that viewers' ids are signed with, so that a balancer may send
each request to another one.

Examples:
  runner show.rhai <channel-arn> --store redis://redis:6379      the show, once
  runner votes --store redis://redis:6379 --bind 0.0.0.0 --port 8080 --trust-proxy

Exit codes: 0 fine · 2 usage · 3 the store cannot be reached";

/// What `votes` takes.
#[derive(Debug, Args)]
pub(super) struct VotesArgs {
    /// Where the votes are kept: `redis://host:6379`, or `rediss://…` with TLS
    #[arg(long, value_name = "URL", env = "RUNNER_STORE", hide_env_values = true)]
    store: StoreUrl,
    /// The port to listen on [default: 5001, or the next free one]
    #[arg(long, value_parser = port)]
    port: Option<u16>,
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    bind: IpAddr,
    #[command(flatten)]
    admission: AdmissionArgs,
}

pub(super) fn run(args: VotesArgs) -> anyhow::Result<Exit> {
    let VotesArgs { store, port, bind, admission } = args;
    let listen = ListenOptions { bind, port, open: false, clip: None };
    let options = admission.options(None)?;
    wait_for(serve_votes(&listen, &store, &options))??;
    Ok(Exit::Fine)
}
