//! Reads the body of a request, within a size and a time.

use axum::body::{Body, Bytes, to_bytes};

use crate::model::limits::{REQUEST_BODY_MAX_BYTES, REQUEST_BODY_WAIT};

/// The whole body, [`REQUEST_BODY_MAX_BYTES`] at most, within [`REQUEST_BODY_WAIT`]; otherwise
/// words for whoever sent it.
pub async fn read(body: Body) -> Result<Bytes, String> {
    let wait = REQUEST_BODY_WAIT.unsigned_abs();
    match tokio::time::timeout(wait, to_bytes(body, REQUEST_BODY_MAX_BYTES)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err(format!("the body is over {REQUEST_BODY_MAX_BYTES} bytes or broken off")),
        Err(_) => Err(format!("the body took longer than {} s", REQUEST_BODY_WAIT.as_secs())),
    }
}
