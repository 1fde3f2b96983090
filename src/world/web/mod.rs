//! What is served: the local channel's API, its control and its streams, behind a guarded
//! listener.

pub mod body;
pub mod desk;
pub mod guard;
mod hls;
pub mod ivs_api;
pub mod listen;
pub mod local_control;
#[cfg(test)]
pub(crate) mod served;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;

use self::guard::Guard;
use crate::world::channel::local::Local;

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
