//! For whoever watches a run: `GET /metrics` behind the token, `/healthz` and `/readyz` without.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use tokio::sync::watch;

use crate::world::channel::hub::Hub;
use crate::world::measures::{Measures, Standing};
use crate::world::web::votes::VoteDoor;

/// The text format of Prometheus that is spoken.
const TEXT_FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What can be asked of a run.
pub struct Watched {
    measures: Arc<Measures>,
    votes: Arc<VoteDoor>,
    /// Asked how their channels stand.
    hubs: watch::Receiver<Vec<Hub>>,
}

impl Watched {
    /// A run, whose hubs come and go.
    pub fn new(
        measures: Arc<Measures>,
        votes: Arc<VoteDoor>,
        hubs: watch::Receiver<Vec<Hub>>,
    ) -> Arc<Self> {
        Arc::new(Self { measures, votes, hubs })
    }

    async fn standing(&self) -> Standing {
        let mut standing = Standing { votes: self.votes.counts(), ..Standing::default() };
        let hubs = self.hubs.borrow().clone();
        for hub in hubs {
            // One that has ended has no channels any more.
            standing.channels.extend(hub.status().await.unwrap_or_default());
        }
        standing
    }
}

/// What is for machines that have the token.
pub(super) fn behind_token<S: Clone + Send + Sync + 'static>(watched: Arc<Watched>) -> Router<S> {
    Router::new().route("/metrics", get(metrics)).with_state(watched)
}

/// What anybody may ask who reaches the listener.
pub(super) fn open<S: Clone + Send + Sync + 'static>(watched: Arc<Watched>) -> Router<S> {
    Router::new().route("/healthz", get(healthz)).route("/readyz", get(readyz)).with_state(watched)
}

async fn metrics(State(watched): State<Arc<Watched>>) -> Response {
    let text = watched.measures.text(&watched.standing().await);
    ([(header::CONTENT_TYPE, TEXT_FORMAT)], text).into_response()
}

/// The process answers: that is all it says.
async fn healthz() -> Response {
    Json(json!({ "alive": true })).into_response()
}

/// Whether every show is on, what they keep is written, and the service answers.
async fn readyz(State(watched): State<Arc<Watched>>) -> Response {
    let readiness = watched.measures.readiness(&watched.standing().await.channels);
    let is_ready = readiness.is_ready();
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({
        "ready": is_ready,
        "shows": readiness.shows,
        "on_now": readiness.on_now,
        "followed": readiness.followed,
        "store_writes": readiness.store_writes,
        // Whoever has no token is not told which.
        "unreachable": readiness.unreachable.len(),
    });
    (status, Json(body)).into_response()
}
