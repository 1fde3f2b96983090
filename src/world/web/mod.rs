//! What is served: the player page, the local channel's API, control and streams, behind a guarded
//! listener.

pub mod body;
pub mod desk;
pub mod guard;
mod hls;
pub mod ivs_api;
pub mod listen;
pub mod local_control;
pub mod player;
#[cfg(test)]
pub(crate) mod served;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;

use self::guard::Guard;
use self::player::Playing;
use crate::world::channel::local::Local;

/// What the public listener serves, behind its guard: the page, which plays these channels, and
/// the local channel, when this run has it.
pub fn public(channels: Vec<Playing>, local: Option<&Arc<Local>>, guard: &Arc<Guard>) -> Router {
    let page = player::router(channels);
    match local {
        Some(local) => router(local, guard)
            .merge(page.layer(from_fn_with_state(Arc::clone(guard), guard::doors))),
        None => page.layer(from_fn_with_state(Arc::clone(guard), guard::doors)),
    }
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
