//! Viewers' names: who leads, and whose name is hidden from leaderboards or shown again.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::doing::Asked;
use super::once::Answer;
use super::{Desk, Meant, refuse};
use crate::model::event::{Event, What};
use crate::model::limits::DESK_LEADERS_MAX;
use crate::model::vote::ViewerName;
use crate::world::store::votes::VotesError;

/// Whose name.
#[derive(Debug, Deserialize)]
struct Named {
    name: ViewerName,
}

/// `GET /api/names`: who leads, as leaderboards tell it, and the names that are hidden.
pub(super) async fn list(
    State(desk): State<Arc<Desk>>,
    Query(meant): Query<Meant>,
) -> Result<Answer, Answer> {
    let show = meant.one(&desk)?;
    let (leaders, hidden) =
        tokio::join!(desk.votes.leaders(&show, DESK_LEADERS_MAX), desk.votes.hidden_names(&show));
    let unavailable = |error: VotesError| refuse(StatusCode::SERVICE_UNAVAILABLE, &error);
    let (leaders, hidden) = (leaders.map_err(unavailable)?, hidden.map_err(unavailable)?);
    let body = json!({ "leaders": leaders, "hidden": hidden });
    Ok(Answer { status: StatusCode::OK, body })
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
        let with_it = hid.map_err(|error| refuse(StatusCode::SERVICE_UNAVAILABLE, &error))?;
        let (at, what) = ((desk.now)().wall, What::NameSet { hidden, viewers: with_it });
        (desk.tell)(Event { at, what, show: Some(show) });
        viewers += with_it;
    }
    Ok(Answer { status: StatusCode::OK, body: json!({ "viewers": viewers }) })
}
