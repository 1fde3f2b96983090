//! Polls, `state`, and payloads by hand.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::doing::Asked;
use super::once::Answer;
use super::{Desk, refuse};
use crate::model::error::ModelError;
use crate::model::io::{OperatorAction, PollAction};
use crate::model::limits::{EXTEND_MAX, STATE_PATH_MAX_STEPS};
use crate::model::payload::Payload;
use crate::model::poll::AskingId;

/// How much longer a poll takes votes.
#[derive(Debug, Deserialize)]
struct Extension {
    seconds: i64,
}

/// Where in `state`, and what is there from now on.
#[derive(Debug, Deserialize)]
struct StateValue {
    path: Vec<String>,
    value: Value,
}

/// The words of a notice.
#[derive(Debug, Deserialize)]
struct Notice {
    text: String,
}

/// A payload: any JSON, or a text that goes out as it is.
#[derive(Debug, Deserialize)]
struct ByHand {
    payload: Value,
}

/// `POST /api/polls/{poll_id}/{current_time}/close`, `…/extend`, `…/void`, `…/results`.
pub(super) async fn poll(
    State(desk): State<Arc<Desk>>,
    Path((poll_id, current_time, verb)): Path<(String, String, String)>,
    asked: Asked,
) -> Answer {
    let asking = AskingId { poll_id, current_time };
    let action = of_poll(&verb, &asked);
    let action = action.map(|action| OperatorAction::Poll { asking, action });
    asked.act(desk, action).await
}

fn of_poll(verb: &str, asked: &Asked) -> Result<PollAction, Answer> {
    match verb {
        "close" => Ok(PollAction::Close),
        "void" => Ok(PollAction::Void),
        "results" => Ok(PollAction::Results),
        "extend" => {
            let Extension { seconds } = asked.json(r#"{"seconds":15}"#)?;
            let by = SignedDuration::from_secs(seconds);
            if !by.is_positive() || by > EXTEND_MAX {
                let most = EXTEND_MAX.as_secs();
                let error = format!(
                    "`seconds` is {seconds}, wanted 1 to {most}\nhint: close the poll where it \
                     should take no more votes"
                );
                return Err(refuse(StatusCode::BAD_REQUEST, &error));
            }
            Ok(PollAction::Extend(by))
        }
        other => {
            let error = format!("`{other}` is not close, extend, void or results");
            Err(refuse(StatusCode::NOT_FOUND, &error))
        }
    }
}

/// `POST /api/state/set`, `…/undo`.
pub(super) async fn state(
    State(desk): State<Arc<Desk>>,
    Path(verb): Path<String>,
    asked: Asked,
) -> Answer {
    let action = of_state(&verb, &asked);
    asked.act(desk, action).await
}

fn of_state(verb: &str, asked: &Asked) -> Result<OperatorAction, Answer> {
    match verb {
        "set" => {
            let StateValue { path, value } = asked.json(r#"{"path":["score"],"value":3}"#)?;
            if path.len() > STATE_PATH_MAX_STEPS {
                let error =
                    format!("the path has {} steps, {STATE_PATH_MAX_STEPS} fit", path.len());
                return Err(refuse(StatusCode::BAD_REQUEST, &error));
            }
            Ok(OperatorAction::SetState { path, value })
        }
        "undo" => Ok(OperatorAction::UndoState),
        other => {
            let error = format!("`{other}` is not set or undo");
            Err(refuse(StatusCode::NOT_FOUND, &error))
        }
    }
}

/// `POST /api/notice`.
pub(super) async fn notice(State(desk): State<Arc<Desk>>, asked: Asked) -> Answer {
    let notice = asked.json(r#"{"text":"Doors close at ten"}"#);
    let notice = notice.and_then(|Notice { text }| {
        if text.trim().is_empty() {
            return Err(refuse(StatusCode::BAD_REQUEST, &"a notice without words is none"));
        }
        Ok(json!({ "text": text, "type": "notice" }))
    });
    let payload = notice.and_then(|notice| payload(&notice));
    put_payload(desk, asked, payload).await
}

/// `POST /api/put`.
pub(super) async fn put(State(desk): State<Arc<Desk>>, asked: Asked) -> Answer {
    let by_hand = asked.json(r#"{"payload":{"type":"clear"}}"#);
    let payload = by_hand.and_then(|ByHand { payload: value }| payload(&value));
    put_payload(desk, asked, payload).await
}

async fn put_payload(desk: Arc<Desk>, asked: Asked, payload: Result<Payload, Answer>) -> Answer {
    let bytes = payload.as_ref().map_or(0, Payload::bytes);
    let mut answer = asked.act(desk, payload.map(OperatorAction::Put)).await;
    if let (true, Some(body)) = (bytes > 0, answer.body.as_object_mut()) {
        body.insert("bytes".to_owned(), bytes.into());
    }
    answer
}

/// A text goes out as it is; anything else as compact JSON.
fn payload(value: &Value) -> Result<Payload, Answer> {
    let text = match value {
        Value::Null => return Err(refuse(StatusCode::BAD_REQUEST, &"nothing cannot be sent")),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    };
    Payload::typed(&text).map_err(|error| {
        let ModelError::PayloadTooLarge { bytes } = error else {
            return refuse(StatusCode::BAD_REQUEST, &error);
        };
        let body = json!({ "error": error.to_string(), "bytes": bytes });
        Answer { status: StatusCode::PAYLOAD_TOO_LARGE, body }
    })
}
