//! What is served: the player page, the local channel's API, control and streams, behind a guarded
//! listener.

pub mod body;
pub mod desk;
mod files;
pub mod guard;
mod hls;
pub mod ivs_api;
pub mod listen;
pub mod local_control;
pub mod player;
#[cfg(test)]
pub(crate) mod served;
pub mod votes;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use tokio::sync::watch;

use self::guard::Guard;
use self::player::Playing;
use self::votes::VoteDoor;
use crate::world::channel::local::Local;

/// What the public listener serves, behind its guard: the page, which plays these channels, what
/// viewers vote with, and the local channel, when this run has it.
pub fn public(
    channels: watch::Receiver<Vec<Playing>>,
    votes: Option<Arc<VoteDoor>>,
    local: Option<&Arc<Local>>,
    guard: &Arc<Guard>,
) -> Router {
    let page = player::router(channels).layer(from_fn_with_state(Arc::clone(guard), guard::doors));
    let votes = votes.map(|door| votes::router(door, Arc::clone(guard)));
    let local = local.map(|local| router(local, guard));
    [votes, local].into_iter().flatten().fold(page, Router::merge)
}

/// The local channel behind its guard: its API, `/local/*` and what it plays.
pub fn router(local: &Arc<Local>, guard: &Arc<Guard>) -> Router {
    let control = local_control::router(Arc::clone(local))
        .layer(from_fn_with_state(Arc::clone(guard), guard::own_pages));
    Router::new()
        .merge(ivs_api::router(Arc::clone(local)))
        .merge(control)
        .merge(hls::router(Arc::clone(local)))
        .fallback(ivs_api::unknown)
        .layer(from_fn_with_state(Arc::clone(guard), guard::doors))
}
