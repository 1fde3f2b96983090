//! `runner local`: the local channel alone.

use crate::world::run::serve_local;

use super::args::LocalArgs;
use super::{Exit, runtime};

pub(super) fn run(args: &LocalArgs) -> anyhow::Result<Exit> {
    runtime()?.block_on(serve_local(&super::run::listen(&args.listen)))?;
    Ok(Exit::Fine)
}
