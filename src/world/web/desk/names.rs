//! Viewers' names, hidden from leaderboards or shown again.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::doing::Asked;
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
    asked: Asked,
) -> Answer {
    let hidden = match verb.as_str() {
        "hide" => true,
        "show" => false,
        other => {
            let error = format!("`{other}` is not hide or show");
            return refuse(StatusCode::NOT_FOUND, &error);
        }
    };
    let Named { name } = match asked.json(r#"{"name":"Ada"}"#) {
        Ok(named) => named,
        Err(refused) => return refused,
    };
    let (to, meant) = (Arc::clone(&desk), asked.meant.clone());
    let hiding = async move { hide(&to, &meant, &name, hidden).await.unwrap_or_else(|it| it) };
    asked.once(desk, hiding).await
}

async fn hide(
    desk: &Desk,
    meant: &Meant,
    name: &ViewerName,
    hidden: bool,
) -> Result<Answer, Answer> {
    let mut viewers = 0;
    for show in meant.shows(desk)? {
        let hid = desk.votes.hide_name(&show, name, hidden).await;
        viewers += hid.map_err(|error| refuse(StatusCode::SERVICE_UNAVAILABLE, &error))?;
    }
    Ok(Answer { status: StatusCode::OK, body: json!({ "viewers": viewers }) })
}
