//! `runner watch`: what viewers of a stream get.

use crate::model::time::Span;
use crate::world::report::viewing::Viewing;
use crate::world::runtime::wait_for;
use crate::world::watch_stream::watch;

use super::Exit;
use super::args::WatchArgs;

pub(super) fn run(args: &WatchArgs) -> anyhow::Result<Exit> {
    let mut viewing = if args.json { Viewing::json(args.all) } else { Viewing::plain(args.all) };
    let ends_after = args.for_span.map(Span::get);
    wait_for(watch(&args.url, ends_after, |news| viewing.show(news)))??;
    Ok(Exit::Fine)
}
