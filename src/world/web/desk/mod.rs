//! The operator's desk: its API on a listener of its own, behind a token.
//!
//! - `GET /api/cues` lists the cues of every show and how they stand.
//! - `POST /api/cues/{name}/fire` with an optional JSON body (the handler's `data`): GO.
//! - `POST /api/cues/{name}/arm`, `…/disarm`, `…/cancel`.
//!
//! - `POST /api/names/hide` and `…/show` with `{"name":"…"}`: what viewers call themselves, out of
//!   leaderboards and in again.
//!
//! - `GET /metrics` for Prometheus; `GET /healthz` and `GET /readyz`, which need no token.
//!
//! `?channel=<arn or local>` picks one show where several run; without it all are meant. A request
//! with an `Idempotency-Key` is done once, however often it is sent.

mod names;
mod once;
#[cfg(test)]
mod tests;
mod token;
mod watched;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tower_http::limit::RequestBodyLimitLayer;

use crate::model::channel::{ChannelArn, ShowId};
use crate::model::cue::CueKey;
use crate::model::io::{OperatorAction, OperatorReply};
use crate::model::limits::{DESK_BODY_MAX_BYTES, FIRE_DATA_MAX_BYTES};
use crate::world::run::shows::Shows;
use crate::world::store::votes::Votes;

use super::guard::{Guard, doors};
use once::{Answer, Once};
pub use token::Token;
pub use watched::Watched;

/// What the desk's routes share.
struct Desk {
    shows: Arc<Shows>,
    votes: Arc<dyn Votes>,
    once: Once,
}

/// The desk's routes, behind `guard` and `token`.
pub fn router(
    shows: Arc<Shows>,
    votes: Arc<dyn Votes>,
    watched: &Arc<Watched>,
    guard: Arc<Guard>,
    token: Token,
) -> Router {
    let desk = Arc::new(Desk { shows, votes, once: Once::default() });
    Router::new()
        .route("/api/cues", get(list))
        .route("/api/cues/{name}/{verb}", post(act))
        .route("/api/names/{verb}", post(names::act))
        .merge(watched::behind_token(Arc::clone(watched)))
        .fallback(unknown)
        .method_not_allowed_fallback(not_with_this_method)
        .layer(RequestBodyLimitLayer::new(DESK_BODY_MAX_BYTES))
        .layer(middleware::from_fn_with_state(Arc::new(token), token::required))
        .merge(watched::open(Arc::clone(watched)))
        .layer(middleware::from_fn_with_state(guard, doors))
        .with_state(desk)
}

/// Which show is meant.
#[derive(Debug, Deserialize)]
struct Meant {
    channel: Option<String>,
}

impl Meant {
    fn shows(&self, desk: &Desk) -> Result<Vec<ShowId>, Answer> {
        let all = desk.shows.ids();
        let Some(channel) = &self.channel else { return Ok(all) };
        let arn = match channel.as_str() {
            "local" => ChannelArn::local(),
            text => text.parse().map_err(|error| refuse(StatusCode::BAD_REQUEST, &error))?,
        };
        let meant: Vec<ShowId> = all.into_iter().filter(|show| show.channel == arn).collect();
        if meant.is_empty() {
            let error = format!("no show plays on `{channel}`");
            return Err(refuse(StatusCode::NOT_FOUND, &error));
        }
        Ok(meant)
    }
}

fn refuse(status: StatusCode, error: &impl ToString) -> Answer {
    Answer { status, body: json!({ "error": error.to_string() }) }
}

async fn unknown(uri: Uri) -> Answer {
    refuse(StatusCode::NOT_FOUND, &format!("the desk has no `{}`", uri.path()))
}

async fn not_with_this_method(method: Method, uri: Uri) -> Answer {
    let error = format!("`{}` does not take {method}", uri.path());
    refuse(StatusCode::METHOD_NOT_ALLOWED, &error)
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        (self.status, Json(self.body)).into_response()
    }
}

async fn list(State(desk): State<Arc<Desk>>, Query(meant): Query<Meant>) -> Response {
    let shows = match meant.shows(&desk) {
        Ok(shows) => shows,
        Err(refused) => return refused.into_response(),
    };
    let mut listed = Vec::new();
    for (show, reply) in ask_all(&desk, shows, &OperatorAction::List).await {
        let (_, result) = outcome(reply);
        listed.push(row(&show, result));
    }
    Json(json!({ "shows": listed })).into_response()
}

async fn act(
    State(desk): State<Arc<Desk>>,
    Path((name, verb)): Path<(String, String)>,
    Query(meant): Query<Meant>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let key = match once::key(&headers) {
        Ok(key) => key,
        Err(refused) => return refused.into_response(),
    };
    // A task of its own: whoever hangs up does not undo what is under way.
    let acting = tokio::spawn(async move {
        let request = once::Request {
            path: format!("{verb} {name} {}", meant.channel.as_deref().unwrap_or("*")),
            body: body.to_vec(),
        };
        let doing = perform(&desk, &name, &verb, &meant, &body);
        match key {
            Some(key) => desk.once.answer(key, request, doing).await,
            None => doing.await,
        }
    });
    match acting.await {
        Ok(answer) => answer.into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn perform(desk: &Desk, name: &str, verb: &str, meant: &Meant, body: &[u8]) -> Answer {
    let action = match action(name, verb, body) {
        Ok(action) => action,
        Err(refused) => return refused,
    };
    let shows = match meant.shows(desk) {
        Ok(shows) => shows,
        Err(refused) => return refused,
    };
    summary(ask_all(desk, shows, &action).await)
}

/// Asks every show at once; the answers come in the order of the shows.
async fn ask_all(
    desk: &Desk,
    shows: Vec<ShowId>,
    action: &OperatorAction,
) -> BTreeMap<ShowId, Option<OperatorReply>> {
    let mut asked = JoinSet::new();
    for show in shows {
        let (all, action) = (Arc::clone(&desk.shows), action.clone());
        asked.spawn(async move {
            let reply = all.ask(&show, action).await;
            (show, reply)
        });
    }
    asked.join_all().await.into_iter().collect()
}

/// What a show said, with its name.
fn row(show: &ShowId, result: Value) -> Value {
    let mut row = json!({ "show": &*show.script, "channel": show.channel });
    if let (Some(row), Value::Object(result)) = (row.as_object_mut(), result) {
        row.extend(result);
    }
    row
}

fn action(name: &str, verb: &str, body: &[u8]) -> Result<OperatorAction, Answer> {
    let cue = CueKey::named(name).map_err(|error| refuse(StatusCode::NOT_FOUND, &error))?;
    match verb {
        "fire" => Ok(OperatorAction::Fire { cue, data: data(body)? }),
        "arm" => Ok(OperatorAction::Arm(cue)),
        "disarm" => Ok(OperatorAction::Disarm(cue)),
        "cancel" => Ok(OperatorAction::Cancel(cue)),
        other => {
            let error = format!("`{other}` is not fire, arm, disarm or cancel");
            Err(refuse(StatusCode::NOT_FOUND, &error))
        }
    }
}

fn data(body: &[u8]) -> Result<Value, Answer> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Null);
    }
    serde_json::from_slice(body).map_err(|error| {
        let error = format!("the body is not JSON: {error}");
        refuse(StatusCode::BAD_REQUEST, &error)
    })
}

/// One answer for what every show said: as good as the best of them.
fn summary(results: BTreeMap<ShowId, Option<OperatorReply>>) -> Answer {
    let mut status = StatusCode::NOT_FOUND;
    let mut shows = Vec::new();
    for (show, reply) in results {
        let (of_show, result) = outcome(reply);
        status = better(status, of_show);
        shows.push(row(&show, result));
    }
    Answer { status, body: json!({ "shows": shows }) }
}

fn better(one: StatusCode, other: StatusCode) -> StatusCode {
    let rank = |status: StatusCode| match status {
        StatusCode::OK => 0,
        StatusCode::NOT_FOUND => 2,
        _ => 1,
    };
    if rank(other) < rank(one) { other } else { one }
}

fn outcome(reply: Option<OperatorReply>) -> (StatusCode, Value) {
    match reply {
        Some(OperatorReply::Done) => (StatusCode::OK, json!({ "result": "done" })),
        Some(OperatorReply::Cues(cues)) => (StatusCode::OK, json!({ "cues": cues })),
        Some(OperatorReply::Failed { message }) => {
            (StatusCode::UNPROCESSABLE_ENTITY, json!({ "result": "failed", "error": message }))
        }
        Some(OperatorReply::Unknown { near }) => {
            let hint = near.map(|near| format!("did you mean `{near}`?"));
            (StatusCode::NOT_FOUND, json!({ "result": "unknown", "hint": hint }))
        }
        Some(OperatorReply::NotArmed) => (StatusCode::CONFLICT, json!({ "result": "not_armed" })),
        Some(OperatorReply::TooLarge { bytes }) => {
            let error = format!("the data has {bytes} bytes, {FIRE_DATA_MAX_BYTES} fit");
            (StatusCode::PAYLOAD_TOO_LARGE, json!({ "result": "too_large", "error": error }))
        }
        None => (StatusCode::SERVICE_UNAVAILABLE, json!({ "result": "no_answer" })),
    }
}
