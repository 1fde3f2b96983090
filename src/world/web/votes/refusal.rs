//! Why a viewer's request is not done, in words for whoever wrote the page that sent it.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;
use serde_json::json;

use crate::model::limits::{REQUEST_BODY_WAIT, VIEWER_BODY_MAX_BYTES, VOTES_TRY_AGAIN};
use crate::world::store::votes::VotesError;

/// Why not.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("the address cannot be read: {0}")]
    Address(String),
    #[error("the body is not what was wanted: {problem}\nhint: send {wanted}")]
    Body { problem: String, wanted: &'static str },
    #[error("the body is over {VIEWER_BODY_MAX_BYTES} bytes")]
    TooLarge,
    #[error("the body took longer than {} s", REQUEST_BODY_WAIT.as_secs())]
    TooSlow,
    #[error("the viewer's id is missing, or not one of ours\nhint: `POST /api/viewer` gives one")]
    NoViewer,
    #[error("more than one channel is served here\nhint: name one, `?channel={example}`")]
    WhichChannel { example: String },
    #[error("no show is served on that channel\nhint: leave `?channel=` out, or name one of ours")]
    NoShow,
    #[error("there is no such poll\nhint: `GET /api/state` lists the open ones")]
    NoPoll,
    #[error("the poll has no such choice\nhint: it is the key of an answer, `\"1\"`")]
    NotAChoice,
    #[error("the poll is closed")]
    Closed,
    #[error("{0}\nhint: a name is 1 to 24 characters of text")]
    Name(String),
    #[error("too many requests from this address")]
    TooMany { wait: SignedDuration },
    #[error("votes cannot be taken or read now\nhint: try again in a moment")]
    Unavailable,
    #[error("there is no `{path}`\nhint: `GET /api/openapi.json` says what there is")]
    NoPath { path: String },
    #[error("`{path}` does not take {method}")]
    Method { path: String, method: String },
    #[error("pages of `{met}` may not vote here\nhint: `--allow-origin` names those that may")]
    Origin { met: String },
}

impl From<VotesError> for Refusal {
    fn from(_: VotesError) -> Self {
        // What exactly the store said is the operator's business, not every viewer's.
        Self::Unavailable
    }
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::Address(_)
            | Self::Body { .. }
            | Self::WhichChannel { .. }
            | Self::NotAChoice
            | Self::Name(_) => StatusCode::BAD_REQUEST,
            Self::NoViewer => StatusCode::UNAUTHORIZED,
            Self::Origin { .. } => StatusCode::FORBIDDEN,
            Self::NoShow | Self::NoPoll | Self::NoPath { .. } => StatusCode::NOT_FOUND,
            Self::Method { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Closed => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// How long to wait before the same may be tried again.
    fn wait(&self) -> Option<SignedDuration> {
        if let Self::TooMany { wait } = self {
            return Some(*wait);
        }
        (*self == Self::Unavailable).then_some(VOTES_TRY_AGAIN)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let said = self.to_string();
        let body = match said.split_once("\nhint: ") {
            Some((error, hint)) => json!({ "error": error, "hint": hint }),
            None => json!({ "error": said }),
        };
        let mut response = (self.status(), Json(body)).into_response();
        let headers = response.headers_mut();
        if let Some(wait) = self.wait() {
            // Whole seconds, and never too soon.
            let seconds = wait.as_secs() + i64::from(wait.subsec_nanos() > 0);
            headers.insert(header::RETRY_AFTER, seconds.max(1).into());
        }
        if self == Self::NoViewer {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
