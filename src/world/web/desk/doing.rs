//! Requests that do something: each once for its key, for one show or for all.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::once::{self, Answer};
use super::{Desk, Meant, ask_all, refuse, row};
use crate::model::channel::ShowId;
use crate::model::cue::CueKey;
use crate::model::io::{OperatorAction, OperatorReply};
use crate::model::limits::OPERATOR_WAIT;

/// A request that does something.
pub(super) struct Asked {
    path: String,
    pub(super) meant: Meant,
    key: Option<String>,
    body: Bytes,
}

impl FromRequest<Arc<Desk>> for Asked {
    type Rejection = Answer;

    async fn from_request(request: Request, desk: &Arc<Desk>) -> Result<Self, Answer> {
        let path = request.uri().path().to_owned();
        let Query(meant) = Query::<Meant>::try_from_uri(request.uri())
            .map_err(|error| refuse(StatusCode::BAD_REQUEST, &error))?;
        let key = once::key(request.headers())?;
        let body = Bytes::from_request(request, desk).await;
        let body = body.map_err(|error| refuse(error.into_response().status(), &TOO_LARGE))?;
        Ok(Self { path, meant, key, body })
    }
}

/// Why a body cannot be read, but for one that breaks off.
const TOO_LARGE: &str = "the body is larger than the desk takes";

impl Asked {
    /// Has the shows that are meant do it.
    pub(super) async fn act(
        self,
        desk: Arc<Desk>,
        action: Result<OperatorAction, Answer>,
    ) -> Answer {
        let (asking, meant) = (Arc::clone(&desk), self.meant.clone());
        let doing = async move {
            let asked = action.and_then(|action| Ok((meant.shows_for(&asking, &action)?, action)));
            match asked {
                Ok((shows, action @ OperatorAction::Put(_))) => {
                    summary(put_once(&asking, shows, &action).await)
                }
                Ok((shows, action)) => {
                    summary(ask_all(&asking, shows, &action, OPERATOR_WAIT).await)
                }
                Err(refused) => refused,
            }
        };
        self.once(desk, doing).await
    }

    /// Does it, once for its key. In a task of its own: whoever hangs up does not undo what is
    /// under way.
    pub(super) async fn once(
        self,
        desk: Arc<Desk>,
        doing: impl Future<Output = Answer> + Send + 'static,
    ) -> Answer {
        let acting = tokio::spawn(async move {
            let Some(key) = self.key else { return doing.await };
            let channel = self.meant.channel.as_deref().unwrap_or("*");
            let show = self.meant.show.as_deref().unwrap_or("*");
            let path = format!("{} {channel} {show}", self.path);
            desk.once.answer(key, once::Request { path, body: self.body.to_vec() }, doing).await
        });
        let failed = |_| refuse(StatusCode::INTERNAL_SERVER_ERROR, &"the desk made a mistake");
        acting.await.unwrap_or_else(failed)
    }

    /// Its body, which may be missing.
    fn data(&self) -> Result<Value, Answer> {
        if self.is_empty() { Ok(Value::Null) } else { self.json(r#"{"team":"Reds"}"#) }
    }

    /// Its body, as it is wanted: like this.
    pub(super) fn json<T: DeserializeOwned>(&self, like: &str) -> Result<T, Answer> {
        let bad = |met: &str| {
            let error = format!("{met}\nhint: it is JSON like `{like}`");
            refuse(StatusCode::BAD_REQUEST, &error)
        };
        if self.is_empty() {
            return Err(bad("the request has no body, wanted JSON"));
        }
        serde_json::from_slice(&self.body)
            .map_err(|error| bad(&format!("the body does not fit: {error}")))
    }

    fn is_empty(&self) -> bool {
        self.body.iter().all(u8::is_ascii_whitespace)
    }
}

/// `POST /api/cues/{name}/fire`, `…/arm`, `…/disarm`, `…/cancel`.
pub(super) async fn cue(
    State(desk): State<Arc<Desk>>,
    Path((name, verb)): Path<(String, String)>,
    asked: Asked,
) -> Answer {
    let action = of_cue(&name, &verb, &asked);
    asked.act(desk, action).await
}

fn of_cue(name: &str, verb: &str, asked: &Asked) -> Result<OperatorAction, Answer> {
    let cue = CueKey::named(name).map_err(|error| refuse(StatusCode::NOT_FOUND, &error))?;
    match verb {
        "fire" => Ok(OperatorAction::Fire { cue, data: asked.data()? }),
        "arm" => Ok(OperatorAction::Arm(cue)),
        "disarm" => Ok(OperatorAction::Disarm(cue)),
        "cancel" => Ok(OperatorAction::Cancel(cue)),
        other => {
            let error = format!("`{other}` is not fire, arm, disarm or cancel");
            Err(refuse(StatusCode::NOT_FOUND, &error))
        }
    }
}

/// `POST /api/hold`: what is timed is skipped.
pub(super) async fn hold(State(desk): State<Arc<Desk>>, asked: Asked) -> Answer {
    asked.act(desk, Ok(OperatorAction::Hold)).await
}

/// `POST /api/panic`: nothing goes out.
pub(super) async fn panic(State(desk): State<Arc<Desk>>, asked: Asked) -> Answer {
    asked.act(desk, Ok(OperatorAction::Panic)).await
}

/// `POST /api/resume`: a hold and a panic end.
pub(super) async fn resume(State(desk): State<Arc<Desk>>, asked: Asked) -> Answer {
    asked.act(desk, Ok(OperatorAction::Resume)).await
}

/// What shows said to a payload by hand. One show puts it on each channel: the next is asked only
/// where the one before refused, and not where it said nothing, for it may put it all the same.
async fn put_once(
    desk: &Desk,
    mut shows: Vec<ShowId>,
    action: &OperatorAction,
) -> BTreeMap<ShowId, Option<OperatorReply>> {
    let mut said = BTreeMap::new();
    while !shows.is_empty() {
        let mut channels = BTreeSet::new();
        let (now, later): (Vec<_>, Vec<_>) =
            shows.into_iter().partition(|show| channels.insert(show.channel.clone()));
        let replies = ask_all(desk, now, action, OPERATOR_WAIT).await;
        let refused = replies
            .iter()
            .filter(|(_, reply)| reply.as_ref().is_some_and(|reply| *reply != OperatorReply::Done));
        let refused: BTreeSet<_> = refused.map(|(show, _)| &show.channel).collect();
        shows = later.into_iter().filter(|show| refused.contains(&show.channel)).collect();
        said.extend(replies);
    }
    said
}

/// One answer for what every show said: as good as the best of them, unless one said nothing, for
/// nobody knows what it does.
fn summary(results: BTreeMap<ShowId, Option<OperatorReply>>) -> Answer {
    let (mut status, mut is_silent) = (StatusCode::NOT_FOUND, false);
    let mut shows = Vec::new();
    for (show, reply) in results {
        is_silent |= reply.is_none();
        let (of_show, result) = outcome(reply);
        status = better(status, of_show);
        shows.push(row(&show, result));
    }
    if is_silent {
        status = StatusCode::SERVICE_UNAVAILABLE;
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

/// What a show said: the status, and `result` with `said`, or with `error` and `hint`.
pub(super) fn outcome(reply: Option<OperatorReply>) -> (StatusCode, Value) {
    let (status, result, error) = match reply {
        Some(OperatorReply::Done) => return (StatusCode::OK, json!({ "result": "done" })),
        Some(OperatorReply::Stands(words)) => {
            return (StatusCode::OK, json!({ "result": "done", "said": words }));
        }
        Some(OperatorReply::Cues(cues)) => return (StatusCode::OK, json!({ "cues": cues })),
        Some(OperatorReply::View(told) | OperatorReply::Preview(told)) => {
            return (StatusCode::OK, *told);
        }
        Some(OperatorReply::Failed { message, missing }) => {
            let hint = hint_at(&missing).filter(|_| !message.contains(HINT));
            let error = message + hint.unwrap_or_default().as_str();
            (StatusCode::UNPROCESSABLE_ENTITY, "failed", error)
        }
        Some(OperatorReply::Unknown { near }) => {
            let near = near.map(|near| format!("did you mean `{near}`?"));
            let hint = near.unwrap_or_else(|| LISTED.to_owned());
            (StatusCode::NOT_FOUND, "unknown", format!("the show has no such cue{HINT}{hint}"))
        }
        Some(OperatorReply::UnknownPoll) => {
            let error = format!("the show knows no such poll, or no longer{HINT}{LISTED}");
            (StatusCode::NOT_FOUND, "unknown", error)
        }
        Some(OperatorReply::NotArmed) => (StatusCode::CONFLICT, "not_armed", NOT_ARMED.to_owned()),
        Some(OperatorReply::Cancelled) => (StatusCode::CONFLICT, "cancelled", CANCELLED.to_owned()),
        Some(OperatorReply::Panicked) => (StatusCode::CONFLICT, "panicked", PANICKED.to_owned()),
        Some(OperatorReply::NotPlaying) => {
            (StatusCode::CONFLICT, "not_playing", "the show has not begun, or it ends".to_owned())
        }
        Some(OperatorReply::NotNow { why }) => (StatusCode::CONFLICT, "not_now", why),
        Some(OperatorReply::TooLarge { bytes, most }) => {
            let error = format!("it has {bytes} bytes, {most} fit");
            (StatusCode::PAYLOAD_TOO_LARGE, "too_large", error)
        }
        None => (StatusCode::SERVICE_UNAVAILABLE, "no_answer", NO_ANSWER.to_owned()),
    };
    // The hint stands by itself where there is one.
    let (error, hint) =
        error.split_once(HINT).map_or((&*error, None), |(it, hint)| (it, Some(hint)));
    (status, json!({ "result": result, "error": error, "hint": hint }))
}

/// What stands between an error and what to do about it.
const HINT: &str = "\nhint: ";
/// What to do where the show does not know what was named.
const LISTED: &str = "`GET /api/desk` tells the cues and polls that there are";
const NOT_ARMED: &str = "it is disarmed\nhint: `arm` it";
const CANCELLED: &str = "it is cancelled\nhint: it comes back when the show starts anew";
const PANICKED: &str = "nothing goes out in a panic\nhint: `resume` ends it";
const NO_ANSWER: &str = "the show does not answer in time: it may do it all the same";

/// How the cue would get what it asks for and was not given.
fn hint_at(missing: &[String]) -> Option<String> {
    let example: Map<String, Value> =
        missing.iter().map(|name| (name.clone(), "…".into())).collect();
    (!missing.is_empty())
        .then(|| format!("{HINT}the cue asks for data, send `{}`", Value::Object(example)))
}
