//! Viewers: made once, known again by what their browser keeps, with a name if they give one.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::{Sent, Wanted};
use super::callers::COOKIE;
use super::meant::Meant;
use super::refusal::Refusal;
use super::{Caller, VoteDoor};
use crate::model::limits::VIEWER_COOKIE_FOR;
use crate::model::vote::{Viewer, ViewerId, ViewerName};
use crate::world::entropy;

/// `POST /api/viewer`: one who is known is signed anew, so that an old key runs out.
pub(super) async fn arrive(
    State(door): State<Arc<VoteDoor>>,
    caller: Caller,
) -> Result<Response, Refusal> {
    let known = caller.claim.viewer();
    if known.is_none() {
        let taken = door.newcomers.take(caller.from, door.now().up);
        taken.map_err(|wait| Refusal::TooMany { wait })?;
    }
    let viewer = known.unwrap_or_else(|| ViewerId(entropy::bytes()));
    let signed = door.keys()?.sign(viewer);
    let met = if known.is_some() { "known" } else { "new" };
    if caller.is_elsewhere {
        return Ok(Json(json!({ "viewer": met, "token": signed })).into_response());
    }
    let secure = if caller.is_https { "; Secure" } else { "" };
    let age = VIEWER_COOKIE_FOR.as_secs();
    // Without a path it belongs to the folder of this request as the browser knows it, `/api`
    // perhaps below a proxy's own.
    let cookie = format!("{COOKIE}={signed}; Max-Age={age}; HttpOnly; SameSite=Lax{secure}");
    let cookie = HeaderValue::try_from(cookie).expect("a signed id has only plain characters");
    Ok(([(header::SET_COOKIE, cookie)], Json(json!({ "viewer": met }))).into_response())
}

/// `GET /api/me`.
pub(super) async fn me(
    State(door): State<Arc<VoteDoor>>,
    meant: Meant,
    caller: Caller,
) -> Result<Json<Value>, Refusal> {
    let viewer = caller.claim.viewer().ok_or(Refusal::NoViewer)?;
    Ok(Json(told(&known(&door, &meant, viewer).await?)))
}

/// What a viewer says of a name: a text, or null to take it back.
#[derive(Deserialize)]
pub(super) struct Naming {
    name: Value,
}

impl Wanted for Naming {
    const EXAMPLE: &'static str = "{\"name\":\"Ada\"}, or {\"name\":null} to take it back";
}

/// `POST /api/me`.
pub(super) async fn name(
    State(door): State<Arc<VoteDoor>>,
    meant: Meant,
    caller: Caller,
    Sent(naming): Sent<Naming>,
) -> Result<Json<Value>, Refusal> {
    let viewer = caller.claim.viewer().ok_or(Refusal::NoViewer)?;
    let name: Option<ViewerName> = match naming.name {
        Value::Null => None,
        Value::String(text) => {
            let name = text.parse();
            Some(name.map_err(|error: crate::model::error::ModelError| {
                Refusal::Name(error.to_string())
            })?)
        }
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            return Err(Refusal::Name("a name is a text, or null".to_owned()));
        }
    };
    door.take_turn(&caller)?;
    for show in &meant.shows {
        door.votes.set_name(show, viewer, name.clone()).await?;
    }
    Ok(Json(told(&known(&door, &meant, viewer).await?)))
}

/// What is known of a viewer: of two shows on one channel, by the one that gave more points.
pub(super) async fn known(
    door: &VoteDoor,
    meant: &Meant,
    viewer: ViewerId,
) -> Result<Viewer, Refusal> {
    let mut best = Viewer::default();
    for show in &meant.shows {
        let here = door.votes.viewer(show, viewer).await?;
        if (here.points, here.name.is_some()) > (best.points, best.name.is_some()) {
            best = here;
        }
    }
    Ok(best)
}

/// As JSON.
pub(super) fn told(viewer: &Viewer) -> Value {
    let name = viewer.name.as_ref().map(ViewerName::as_str);
    json!({ "name": name, "points": viewer.points, "place": viewer.place })
}
