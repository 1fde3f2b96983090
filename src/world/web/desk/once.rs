//! Requests with an `Idempotency-Key`: done once, answered as often as they are sent.

use std::collections::{BTreeMap, VecDeque};
use std::future::Future;

use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::model::limits::{IDEMPOTENCY_KEY_MAX_CHARS, IDEMPOTENCY_KEYS_MAX};

/// An answer that can be given again.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Value,
}

/// What was asked: the same key must not stand for something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) path: String,
    pub(super) body: Vec<u8>,
}

/// The answers to the last keys. One keyed request is dealt with at a time, so that the same one
/// sent twice at once is still done once.
#[derive(Default)]
pub(super) struct Once {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    answers: BTreeMap<String, (Request, Answer)>,
    oldest: VecDeque<String>,
}

/// The key of a request, cut to a length that can be kept.
pub(super) fn key(headers: &HeaderMap) -> Option<String> {
    let key = headers.get("idempotency-key")?.to_str().ok()?.trim();
    let key: String = key.chars().take(IDEMPOTENCY_KEY_MAX_CHARS).collect();
    (!key.is_empty()).then_some(key)
}

impl Once {
    /// The answer that the key got before, or else the one that `doing` comes to.
    pub(super) async fn answer(
        &self,
        key: String,
        request: Request,
        doing: impl Future<Output = Answer>,
    ) -> Answer {
        let mut kept = self.kept.lock().await;
        if let Some((before, answer)) = kept.answers.get(&key) {
            return if *before == request { answer.clone() } else { other_request() };
        }
        let answer = doing.await;
        if answer.status.is_server_error() {
            // Nothing is known to have happened: the next try may do it.
            return answer;
        }
        if kept.oldest.len() >= IDEMPOTENCY_KEYS_MAX
            && let Some(oldest) = kept.oldest.pop_front()
        {
            kept.answers.remove(&oldest);
        }
        kept.oldest.push_back(key.clone());
        kept.answers.insert(key, (request, answer.clone()));
        answer
    }
}

fn other_request() -> Answer {
    let error = "this Idempotency-Key was used for another request";
    Answer { status: StatusCode::UNPROCESSABLE_ENTITY, body: json!({ "error": error }) }
}
