//! Answers as the service words them.

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::world::channel::local::ServiceError;
use crate::world::entropy;

/// In the extensions of a response: the connection is to be dropped instead.
#[derive(Debug, Clone, Copy)]
pub struct HangUp;

/// A call that was answered: 200 with a body, 204 without one, or its error.
pub(in crate::world::web) fn answered(answer: Result<Option<Value>, ServiceError>) -> Response {
    match answer {
        Ok(Some(body)) => identified(Json(body).into_response()),
        Ok(None) => identified(StatusCode::NO_CONTENT.into_response()),
        Err(error) => refused(&error),
    }
}

/// An error: its code in a header, its words in the body.
///
/// The words have the one name that the service's model gives them. boto3 prints what it finds
/// under `message`, and so prints nothing; but a stand-in that is kinder than the service would
/// hide that until the show is on air.
pub(in crate::world::web) fn refused(error: &ServiceError) -> Response {
    let status = StatusCode::from_u16(error.status()).expect("an error's status is one of HTTP");
    let body = Json(json!({ "exceptionMessage": error.to_string() }));
    let mut response = (status, body).into_response();
    let code = HeaderValue::from_static(error.code());
    response.headers_mut().insert(HeaderName::from_static("x-amzn-errortype"), code);
    identified(response)
}

/// An answer that never arrives, to a call that was taken nevertheless.
pub(super) fn lost(answer: Result<Option<Value>, ServiceError>) -> Response {
    let mut response = answered(answer);
    response.extensions_mut().insert(HangUp);
    response
}

/// Clients show the id of a request in their errors.
fn identified(mut response: Response) -> Response {
    let hex = format!("{:032x}", u128::from_be_bytes(entropy::bytes()));
    let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
    let id = HeaderValue::from_str(&parts.join("-")).expect("hex digits fit a header");
    response.headers_mut().insert(HeaderName::from_static("x-amzn-requestid"), id);
    response
}
