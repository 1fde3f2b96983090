//! What a viewer sends: one small JSON object.

use axum::extract::{FromRequest, Request};
use axum::http::header;
use serde::de::DeserializeOwned;

use super::refusal::Refusal;
use crate::model::limits::VIEWER_BODY_MAX_BYTES;
use crate::world::web::body::{self, Unread};

/// What a body is read as.
pub(super) trait Wanted: DeserializeOwned {
    /// An example, for whoever sent something else.
    const EXAMPLE: &'static str;
}

/// The body of a request, read.
pub(super) struct Sent<T>(pub(super) T);

impl<T: Wanted, S: Send + Sync> FromRequest<S> for Sent<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        let length = request.headers().get(header::CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if length.is_some_and(|length| length > VIEWER_BODY_MAX_BYTES as u64) {
            return Err(Refusal::TooLarge);
        }
        let read = body::read_within(request.into_body(), VIEWER_BODY_MAX_BYTES).await;
        let bytes = read.map_err(|unread| match unread {
            Unread::TooLarge => Refusal::TooLarge,
            Unread::TooSlow => Refusal::TooSlow,
            Unread::BrokenOff => refuse::<T>(&"it is broken off"),
        })?;
        // An array would be taken for an object without its names.
        if bytes.trim_ascii_start().first() != Some(&b'{') {
            return Err(refuse::<T>(&"it is no JSON object"));
        }
        serde_json::from_slice(&bytes).map(Self).map_err(|error| refuse::<T>(&error))
    }
}

fn refuse<T: Wanted>(problem: &impl ToString) -> Refusal {
    Refusal::Body { problem: problem.to_string(), wanted: T::EXAMPLE }
}
