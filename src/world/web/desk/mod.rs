//! The operator's desk: its page and its API on a listener of their own, behind a token.
//! `openapi.json` describes the API.
//!
//! - `GET /desk` is the page, `GET /desk/…` its modules, as they lie in `player/`; `/` leads there.
//! - `GET /api/cues` lists the cues of every show and how they stand.
//! - `POST /api/cues/{name}/fire` with an optional JSON body (the handler's `data`): GO.
//! - `POST /api/cues/{name}/arm`, `…/disarm`, `…/cancel`.
//! - `POST /api/hold`: what is timed is skipped; `…/panic`: nothing goes out; `…/resume`.
//! - `GET /api/desk` is everything that the desk shows, `GET /api/live` the same as it changes;
//!   `GET /api/shows`, `/api/events`, `/api/cues/{name}/preview`.
//! - `POST /api/polls/{poll_id}/{current_time}/close`, `…/extend`, `…/void`, `…/results`.
//! - `POST /api/state/set`, `…/undo`, `POST /api/notice`, `POST /api/put`.
//! - `GET /api/names` is who leads and whose name is hidden, `POST /api/names/hide` and `…/show`
//!   with `{"name":"…"}`: what viewers call themselves, out of leaderboards and in again.
//!
//! - `GET /metrics` for Prometheus; `GET /healthz` and `GET /readyz`, which need no token.
//!
//! `?channel=<arn or local>` picks one show where several run, with `&show=<script>` where they
//! share it; without it all are meant. A request with an `Idempotency-Key` is done once, however
//! often it is sent.

mod acts;
mod doing;
mod for_people;
mod live;
mod looking;
mod names;
mod once;
mod page;
#[cfg(test)]
mod tests;
mod token;
mod watched;

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{Query, State};
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tower_http::limit::RequestBodyLimitLayer;

use crate::model::channel::{ChannelArn, ShowId};
use crate::model::event::Event;
use crate::model::io::{OperatorAction, OperatorReply};
use crate::model::limits::{
    DESK_BODY_MAX_BYTES, DESK_LIVE_MAX, DESK_SHOW_WAIT, OPERATOR_ASKS_AT_ONCE,
};
use crate::model::time::Now;
use crate::world::run::feed::Feed;
use crate::world::run::shows::Shows;
use crate::world::store::votes::Votes;

use super::guard::{Guard, doors};
use for_people::Wrong;
use live::Views;
use once::{Answer, Once};
pub use token::Token;
pub use watched::Watched;

/// What the desk is a door to.
pub struct Behind {
    /// The shows.
    pub shows: Arc<Shows>,
    /// Their votes.
    pub votes: Arc<dyn Votes>,
    /// What happened.
    pub feed: Arc<Feed>,
    /// Where it is told what the operator does that no show tells of.
    pub tell: Arc<dyn Fn(Event) + Send + Sync>,
    /// What viewers of a show see now, by slot.
    pub screen: Arc<dyn Fn(&ShowId) -> Value + Send + Sync>,
    /// What both clocks say.
    pub now: Arc<dyn Fn() -> Now + Send + Sync>,
    /// Says when all is over.
    pub shut: watch::Receiver<bool>,
}

/// What the desk's routes share.
struct Desk {
    behind: Behind,
    once: Once,
    views: Views,
    /// Room for live connections.
    places: Arc<Semaphore>,
}

impl Deref for Desk {
    type Target = Behind;

    fn deref(&self) -> &Behind {
        &self.behind
    }
}

/// The desk's routes, behind `guard` and `token`.
pub fn router(behind: Behind, watched: &Arc<Watched>, guard: Arc<Guard>, token: Token) -> Router {
    let places = Arc::new(Semaphore::new(DESK_LIVE_MAX));
    let desk = Desk { behind, once: Once::default(), views: Views::default(), places };
    looks()
        .merge(deeds())
        .merge(watched::behind_token(Arc::clone(watched)))
        .fallback(unknown)
        .method_not_allowed_fallback(not_with_this_method)
        .layer(RequestBodyLimitLayer::new(DESK_BODY_MAX_BYTES))
        .layer(middleware::map_response(told_as_json))
        .layer(middleware::from_fn_with_state(Arc::new(token), token::required))
        .layer(middleware::from_fn(for_people::in_words))
        .merge(watched::open(Arc::clone(watched)))
        .layer(middleware::from_fn_with_state(guard, doors))
        .with_state(Arc::new(desk))
}

/// What is only looked at.
fn looks() -> Router<Arc<Desk>> {
    Router::new()
        .route("/", get(page::home))
        .route("/desk", get(page::page))
        .route("/desk/{*file}", get(page::file))
        .route("/api/openapi.json", get(looking::description))
        .route("/api/shows", get(looking::shows))
        .route("/api/desk", get(looking::view))
        .route("/api/events", get(looking::events))
        .route("/api/live", get(live::live))
        .route("/api/names", get(names::list))
        .route("/api/cues", get(list))
        .route("/api/cues/{name}/preview", get(looking::preview))
}

/// What does something.
fn deeds() -> Router<Arc<Desk>> {
    Router::new()
        .route("/api/cues/{name}/{verb}", post(doing::cue))
        .route("/api/hold", post(doing::hold))
        .route("/api/panic", post(doing::panic))
        .route("/api/resume", post(doing::resume))
        .route("/api/polls/{poll_id}/{current_time}/{verb}", post(acts::poll))
        .route("/api/state/{verb}", post(acts::state))
        .route("/api/notice", post(acts::notice))
        .route("/api/put", post(acts::put))
        .route("/api/names/{verb}", post(names::act))
}

/// Which show is meant.
#[derive(Debug, Clone, Deserialize)]
struct Meant {
    channel: Option<String>,
    /// By its script's name, where several play on one channel.
    show: Option<String>,
}

impl Meant {
    /// For whom the operator does this: a panic, and its end, also for those that wait to begin,
    /// and where no show is picked for all that ever do.
    fn shows_for(&self, desk: &Desk, action: &OperatorAction) -> Result<Vec<ShowId>, Answer> {
        match action {
            // What one keeps is nothing that others have.
            OperatorAction::SetState { .. } | OperatorAction::UndoState => {
                return Ok(vec![self.one(desk)?]);
            }
            OperatorAction::Panic | OperatorAction::Resume => {}
            OperatorAction::Fire { .. }
            | OperatorAction::Arm(_)
            | OperatorAction::Disarm(_)
            | OperatorAction::Cancel(_)
            | OperatorAction::Hold
            | OperatorAction::Poll { .. }
            | OperatorAction::Put(_)
            | OperatorAction::View
            | OperatorAction::Preview { .. }
            | OperatorAction::List => return self.shows(desk),
        }
        let meant = self.pick(desk.shows.all().into_iter().collect())?;
        if !meant.is_empty() && self.channel.is_none() && self.show.is_none() {
            desk.shows.act_on_all(action);
        }
        Ok(meant)
    }

    fn shows(&self, desk: &Desk) -> Result<Vec<ShowId>, Answer> {
        self.pick(desk.shows.ids())
    }

    fn pick(&self, mut all: Vec<ShowId>) -> Result<Vec<ShowId>, Answer> {
        if let Some(script) = &self.show {
            all.retain(|show| *show.script == **script);
            if all.is_empty() {
                let error = format!("no show is called `{script}`");
                return Err(refuse(StatusCode::NOT_FOUND, &error));
            }
        }
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

    /// The one show that is meant.
    fn one(&self, desk: &Desk) -> Result<ShowId, Answer> {
        let shows = self.shows(desk)?;
        match <[ShowId; 1]>::try_from(shows) {
            Ok([show]) => Ok(show),
            Err(none) if none.is_empty() => {
                Err(refuse(StatusCode::NOT_FOUND, &"no show plays any more"))
            }
            Err(several) => {
                let shows = several.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                let error = format!(
                    "several shows play, name one by `?channel=`, and by `&show=` where they share \
                     it: {shows}"
                );
                Err(refuse(StatusCode::BAD_REQUEST, &error))
            }
        }
    }
}

fn refuse(status: StatusCode, error: &impl ToString) -> Answer {
    Answer { status, body: json!({ "error": error.to_string() }) }
}

/// What is refused before anything of the desk was asked, in a text of somebody else's: as all
/// other refusals are told.
async fn told_as_json(response: Response) -> Response {
    let is_text = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.to_str().is_ok_and(|kind| kind.starts_with("text/plain")));
    let status = response.status();
    if !(status.is_client_error() && is_text) {
        return response;
    }
    let text = to_bytes(response.into_body(), DESK_BODY_MAX_BYTES).await.unwrap_or_default();
    refuse(status, &String::from_utf8_lossy(&text)).into_response()
}

async fn unknown(uri: Uri) -> Answer {
    let error = format!("the desk has no `{}`\nhint: its page is `/desk`", uri.path());
    refuse(StatusCode::NOT_FOUND, &error)
}

async fn not_with_this_method(method: Method, uri: Uri) -> Answer {
    let error = format!("`{}` does not take {method}", uri.path());
    refuse(StatusCode::METHOD_NOT_ALLOWED, &error)
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let wrong = self.body["error"].as_str().map(|error| Wrong(error.to_owned()));
        let mut response = (self.status, Json(self.body)).into_response();
        if let Some(wrong) = wrong {
            response.extensions_mut().insert(wrong);
        }
        response
    }
}

async fn list(State(desk): State<Arc<Desk>>, Query(meant): Query<Meant>) -> Response {
    let shows = match meant.shows(&desk) {
        Ok(shows) => shows,
        Err(refused) => return refused.into_response(),
    };
    let mut listed = Vec::new();
    for (show, reply) in ask_all(&desk, shows, &OperatorAction::List, DESK_SHOW_WAIT).await {
        let (_, result) = doing::outcome(reply);
        listed.push(row(&show, result));
    }
    Json(json!({ "shows": listed })).into_response()
}

/// Asks every show, so many at once that none is refused for want of room, and waits so long for
/// those; the answers come in the order of the shows.
async fn ask_all(
    desk: &Desk,
    shows: Vec<ShowId>,
    action: &OperatorAction,
    wait: SignedDuration,
) -> BTreeMap<ShowId, Option<OperatorReply>> {
    let mut replies = BTreeMap::new();
    for some in shows.chunks(OPERATOR_ASKS_AT_ONCE) {
        let mut asked = JoinSet::new();
        for show in some {
            let (all, show, action) = (Arc::clone(&desk.shows), show.clone(), action.clone());
            asked.spawn(async move {
                let reply = all.ask_within(wait, &show, action).await;
                (show, reply)
            });
        }
        replies.extend(asked.join_all().await);
    }
    replies
}

/// What a show said, with its name.
fn row(show: &ShowId, result: Value) -> Value {
    let mut row = json!({ "show": &*show.script, "channel": show.channel });
    if let (Some(row), Value::Object(result)) = (row.as_object_mut(), result) {
        row.extend(result);
    }
    row
}
