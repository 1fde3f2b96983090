//! `runner local`: the local channel alone.

use crate::world::run::serve_local;
use crate::world::runtime::wait_for;

use super::Exit;
use super::args::LocalArgs;

pub(super) fn run(args: &LocalArgs) -> anyhow::Result<Exit> {
    wait_for(serve_local(&super::run::listen(&args.listen), &args.channel))??;
    Ok(Exit::Fine)
}
