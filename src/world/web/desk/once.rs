//! Requests with an `Idempotency-Key`: done once, answered as often as they are sent.

use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::sync::{Arc, Mutex};

use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

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

/// The answers to the last keys. The same request sent twice at once is still done once.
#[derive(Default)]
pub(super) struct Once {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    by_key: BTreeMap<String, (Request, Arc<OnceCell<Answer>>)>,
    oldest: VecDeque<String>,
}

/// The key of a request; none when it has none.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<String>, Answer> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    let key = key.to_str().unwrap_or_default().trim();
    if key.is_empty() || key.len() > IDEMPOTENCY_KEY_MAX_CHARS {
        let error = format!(
            "an Idempotency-Key has 1 to {IDEMPOTENCY_KEY_MAX_CHARS} plain characters, not {}",
            key.len()
        );
        return Err(Answer { status: StatusCode::BAD_REQUEST, body: json!({ "error": error }) });
    }
    Ok(Some(key.to_owned()))
}

impl Once {
    /// The answer that the key got before, or else the one that `doing` comes to. One that failed
    /// on our side is not kept: nothing was done, and the next try may do it.
    pub(super) async fn answer(
        &self,
        key: String,
        request: Request,
        doing: impl Future<Output = Answer>,
    ) -> Answer {
        let cell = match self.cell(key, &request) {
            Ok(cell) => cell,
            Err(other) => return other,
        };
        let doing = async {
            let answer = doing.await;
            if answer.status.is_server_error() { Err(answer) } else { Ok(answer) }
        };
        cell.get_or_try_init(|| doing).await.cloned().unwrap_or_else(|failed| failed)
    }

    fn cell(&self, key: String, request: &Request) -> Result<Arc<OnceCell<Answer>>, Answer> {
        let mut kept = self.kept.lock().expect("nobody panics holding the keys");
        if let Some((before, cell)) = kept.by_key.get(&key) {
            return if before == request { Ok(Arc::clone(cell)) } else { Err(other_request()) };
        }
        if kept.oldest.len() >= IDEMPOTENCY_KEYS_MAX
            && let Some(oldest) = kept.oldest.pop_front()
        {
            kept.by_key.remove(&oldest);
        }
        let cell = Arc::default();
        kept.oldest.push_back(key.clone());
        kept.by_key.insert(key, (request.clone(), Arc::clone(&cell)));
        Ok(cell)
    }
}

fn other_request() -> Answer {
    let error = "this Idempotency-Key was used for another request";
    Answer { status: StatusCode::UNPROCESSABLE_ENTITY, body: json!({ "error": error }) }
}
