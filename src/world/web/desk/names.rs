//! Viewers' names, hidden from leaderboards or shown again.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::once::Answer;
use super::{Desk, Meant, refuse};
use crate::model::vote::ViewerName;

/// Whose name.
#[derive(Debug, Deserialize)]
struct Named {
    name: ViewerName,
}

/// `POST /api/names/hide`, `…/show`: every viewer with that very name, now or later.
pub(super) async fn act(
    State(desk): State<Arc<Desk>>,
    Path(verb): Path<String>,
    Query(meant): Query<Meant>,
    body: Bytes,
) -> Result<Answer, Answer> {
    let hidden = match verb.as_str() {
        "hide" => true,
        "show" => false,
        other => {
            let error = format!("`{other}` is not hide or show");
            return Err(refuse(StatusCode::NOT_FOUND, &error));
        }
    };
    let named = serde_json::from_slice(&body);
    let Named { name } = named.map_err(|error| refuse(StatusCode::BAD_REQUEST, &error))?;
    let mut viewers = 0;
    for show in meant.shows(&desk)? {
        let hid = desk.votes.hide_name(&show, &name, hidden).await;
        viewers += hid.map_err(|error| refuse(StatusCode::SERVICE_UNAVAILABLE, &error))?;
    }
    Ok(Answer { status: StatusCode::OK, body: json!({ "viewers": viewers }) })
}
