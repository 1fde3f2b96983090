//! A run: everything that `runner run` starts, from the first screen to the last line.

mod actor;
mod alone;
mod casting;
mod error;
mod fetching;
mod hands;
mod opening;
mod options;
mod outlet;
mod serving;
pub mod shows;
mod signals;
mod stage;
mod standby;
mod tally;
mod voting;

use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{interval, sleep, timeout};

use crate::model::io::{Ending, ShowInput};
use crate::model::limits::{STATUS_REDRAW, STOP_GRACE, STOP_WAIT, WALL_WATCH};
use crate::world::channel::hub::Hub;
use crate::world::clock::WallWatch;

pub use alone::{serve_local, serve_votes};
pub use error::{Fault, RunError};
use hands::Hands;
use opening::Opened;
pub use options::{
    Allowed, AwsOptions, ChannelOptions, DeskOptions, FolderOptions, IpAddr, Kept, ListenOptions,
    NetOptions, Options, Origin, Output, SocketAddr, StoreUrl, VoteKey, VoteOptions,
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
    let opened = tokio::select! {
        opened = opening::open(&options, over) => opened?,
        () = signals.next() => return Ok(Ended::Clean),
    };
    let hands = Arc::clone(&opened.hands);
    let watching = tokio::spawn(watch_wall(Arc::clone(&hands)));
    let hubs = opened.hubs();
    let drawing = Outlet::has_status(&options).then(|| tokio::spawn(draw_status(hands, hubs)));
    let result = play(&options, &opened, ended, &mut signals).await;
    watching.abort();
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

/// Waits for the shows to end, and tells them to when it is time.
async fn play(
    options: &Options,
    opened: &Opened,
    mut ended: UnboundedReceiver<Ending>,
    signals: &mut Signals,
) -> Ended {
    let mut result = Ended::Clean;
    let mut playing = opened.shows;
    let ends = async {
        match options.ends_after {
            Some(after) => sleep(after.unsigned_abs()).await,
            None => std::future::pending().await,
        }
    };
    tokio::pin!(ends);
    while playing > 0 {
        tokio::select! {
            ending = ended.recv() => {
                playing -= 1;
                result = worse(result, ending);
            }
            () = &mut ends => break,
            () = signals.next() => break,
        }
    }
    if let Some(standby) = &opened.hands.standby {
        standby.stop();
    }
    for show in opened.hands.shows.ids() {
        opened.hands.shows.tell(&show, ShowInput::Stop);
    }
    let all = async {
        while playing > 0 {
            let ending = ended.recv().await;
            playing -= 1;
            result = worse(result, ending);
        }
        result
    };
    tokio::select! {
        waited = timeout((STOP_WAIT + STOP_GRACE).unsigned_abs(), all) => {
            waited.unwrap_or(Ended::AtOnce)
        }
        () = signals.next() => Ended::AtOnce,
    }
}

fn worse(result: Ended, ending: Option<Ending>) -> Ended {
    match ending {
        Some(Ending::Clean) => result,
        Some(Ending::Failed) | None => Ended::ShowFailed,
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

async fn draw_status(hands: Arc<Hands>, hubs: Vec<Hub>) {
    let mut often = interval(STATUS_REDRAW.unsigned_abs());
    loop {
        often.tick().await;
        let mut channels = Vec::new();
        for hub in &hubs {
            channels.extend(hub.status().await.unwrap_or_default().into_values());
        }
        hands.show_status(&channels);
    }
}
