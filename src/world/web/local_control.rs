//! `/local/*`: what a rehearsal does with the local channel and real life does by itself.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::body;
use super::ivs_api::{answered, refused};
use crate::world::channel::local::{Faults, Local, ServiceError};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Of {
    channel_arn: String,
}

/// `on_air`, `off_air`, `faults` and `payloads`.
pub fn router(local: Arc<Local>) -> Router {
    Router::new()
        .route("/local/on_air", post(on_air))
        .route("/local/off_air", post(off_air))
        .route("/local/faults", post(faults))
        .route("/local/payloads", get(payloads))
        .with_state(local)
}

async fn on_air(State(local): State<Arc<Local>>, body: Body) -> Response {
    with::<Of>(body, |of| local.on_air(&of.channel_arn)).await
}

async fn off_air(State(local): State<Arc<Local>>, body: Body) -> Response {
    with::<Of>(body, |of| local.off_air(&of.channel_arn)).await
}

async fn faults(State(local): State<Arc<Local>>, body: Body) -> Response {
    with::<Faults>(body, |faults| local.set_faults(faults)).await
}

async fn payloads(
    State(local): State<Arc<Local>>,
    query: Result<Query<Of>, QueryRejection>,
) -> Response {
    if let Ok(Query(of)) = query {
        return answered(local.payloads(&of.channel_arn));
    }
    let problem = "the channel is not named\nhint: add `?channelArn=arn:aws:ivs:…`";
    refused(&ServiceError::Validation(problem.to_owned()))
}

async fn with<T: DeserializeOwned>(
    body: Body,
    then: impl FnOnce(T) -> Result<Option<serde_json::Value>, ServiceError>,
) -> Response {
    let read = body::read(body)
        .await
        .and_then(|body| serde_json::from_slice(&body).map_err(|error| error.to_string()));
    answered(read.map_err(ServiceError::Validation).and_then(then))
}
