//! A run: everything that `runner run` starts, from the first screen to the last line.

mod actor;
mod again;
mod alone;
mod casting;
mod changing;
mod company;
mod crashed;
mod demand;
mod edits;
mod error;
pub mod feed;
mod fetching;
mod following;
mod hands;
mod opening;
mod options;
mod outlet;
mod part;
mod playing;
mod proving;
mod serving;
pub mod shows;
mod signals;
mod standby;
mod tally;
#[cfg(test)]
mod tests;
mod voting;

use std::sync::Arc;

use tokio::sync::mpsc::unbounded_channel;
use tokio::sync::watch;
use tokio::time::interval;

use crate::model::io::ShowInput;
use crate::model::limits::{STATUS_REDRAW, WALL_WATCH};
use crate::world::channel::hub::Hub;
use crate::world::clock::WallWatch;

pub use alone::{serve_local, serve_votes};
use demand::Demand;
pub use error::{Fault, RunError};
use hands::Hands;
pub use options::{
    Allowed, AwsOptions, Bill, DeskOptions, FolderOptions, IpAddr, Kept, ListenOptions, NetOptions,
    Options, Origin, Output, ShowOptions, SocketAddr, StoreUrl, VoteKey, VoteOptions,
};
use outlet::Outlet;
pub(super) use signals::Signals;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// As it should.
    Clean,
    /// A show could not begin.
    ShowFailed,
    /// The operator did not want to wait for the end.
    AtOnce,
}

/// Runs the shows until they end: by a signal, by `--for`, or because none could begin.
pub async fn run(options: Options) -> Result<Ended, RunError> {
    let (over, ended) = unbounded_channel();
    let mut signals = Signals::listen()?;
    let mut opened = tokio::select! {
        opened = opening::open(&options, over) => opened?,
        () = signals.next() => return Ok(Ended::Clean),
    };
    let hands = Arc::clone(&opened.hands);
    let watching = tokio::spawn(watch_wall(Arc::clone(&hands)));
    let hubs = opened.company.stage.hubs.subscribe();
    let demand = Arc::clone(&hands);
    let demand = tokio::spawn(async move { Demand::watch(&demand).await });
    let drawing = Outlet::has_status(&options).then(|| tokio::spawn(draw_status(hands, hubs)));
    let result = playing::play(&options, &mut opened, ended, &mut signals).await;
    watching.abort();
    demand.abort();
    if let Some(drawing) = drawing {
        drawing.abort();
    }
    if result == Ended::AtOnce {
        // A show that does not end must not keep the program from ending.
        opened.hands.outlet.close();
        opened.hands.keeper.flush();
        std::mem::forget(opened);
        return Ok(result);
    }
    tokio::select! {
        () = opened.close() => Ok(result),
        () = signals.next() => Ok(Ended::AtOnce),
    }
}

/// Tells every show when the wall clock jumps.
async fn watch_wall(hands: Arc<Hands>) {
    let (mut watch, mut often) = (WallWatch::default(), interval(WALL_WATCH.unsigned_abs()));
    loop {
        often.tick().await;
        if let Some(by) = watch.look(hands.clock.now()) {
            for show in hands.shows.ids() {
                hands.shows.tell(&show, ShowInput::WallJumped(by));
            }
        }
    }
}

async fn draw_status(hands: Arc<Hands>, hubs: watch::Receiver<Vec<Hub>>) {
    let mut often = interval(STATUS_REDRAW.unsigned_abs());
    loop {
        often.tick().await;
        let (mut channels, all) = (Vec::new(), hubs.borrow().clone());
        for hub in &all {
            channels.extend(hub.status().await.unwrap_or_default().into_values());
        }
        hands.show_status(&channels);
    }
}
