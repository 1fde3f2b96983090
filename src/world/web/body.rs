//! Reads the body of a request, within a size and a time.

use std::error::Error;

use axum::body::{Body, Bytes, to_bytes};
use http_body_util::LengthLimitError;

use crate::model::limits::{REQUEST_BODY_MAX_BYTES, REQUEST_BODY_WAIT};

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    /// It has more bytes than are wanted.
    TooLarge,
    /// It took longer than [`REQUEST_BODY_WAIT`].
    TooSlow,
    /// Its sender went away.
    BrokenOff,
}

/// The whole body, [`REQUEST_BODY_MAX_BYTES`] at most, within [`REQUEST_BODY_WAIT`]; otherwise
/// words for whoever sent it.
pub async fn read(body: Body) -> Result<Bytes, String> {
    read_within(body, REQUEST_BODY_MAX_BYTES).await.map_err(|unread| match unread {
        Unread::TooLarge | Unread::BrokenOff => {
            format!("the body is over {REQUEST_BODY_MAX_BYTES} bytes or broken off")
        }
        Unread::TooSlow => format!("the body took longer than {} s", REQUEST_BODY_WAIT.as_secs()),
    })
}

/// The whole body, so many bytes at most, within [`REQUEST_BODY_WAIT`].
pub async fn read_within(body: Body, most_bytes: usize) -> Result<Bytes, Unread> {
    let wait = REQUEST_BODY_WAIT.unsigned_abs();
    match tokio::time::timeout(wait, to_bytes(body, most_bytes)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) => Err(match error.source() {
            Some(source) if source.is::<LengthLimitError>() => Unread::TooLarge,
            _ => Unread::BrokenOff,
        }),
        Err(_) => Err(Unread::TooSlow),
    }
}
