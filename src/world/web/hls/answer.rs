//! Answers to players: of the right type, kept as long as they are true, and for every page.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::super::ivs_api::refused;
use crate::model::limits::HLS_SEGMENT_MAX_AGE;
use crate::world::channel::local::ServiceError;

/// What was found, or why not.
pub(super) fn either(found: Result<Response, ServiceError>) -> Response {
    found.unwrap_or_else(|error| {
        let mut response = refused(&error);
        // What is not there yet may be the next time.
        set(response.headers_mut(), header::CACHE_CONTROL, "no-cache");
        response
    })
}

/// A playlist: true until the next part is whole.
pub(super) fn playlist(text: String) -> Response {
    let mut response = text.into_response();
    set(response.headers_mut(), header::CONTENT_TYPE, "application/vnd.apple.mpegurl");
    set(response.headers_mut(), header::CACHE_CONTROL, "no-cache");
    response
}

/// A segment or a part: it never changes.
pub(super) fn media(body: Body) -> Response {
    let mut response = body.into_response();
    let max_age = format!("public, max-age={}", HLS_SEGMENT_MAX_AGE.as_secs());
    set(response.headers_mut(), header::CONTENT_TYPE, "video/mp2t");
    set(response.headers_mut(), header::CACHE_CONTROL, &max_age);
    response
}

/// Every page may read every answer, errors too, and is told so when it asks beforehand.
pub(super) async fn cors(request: Request, next: Next) -> Response {
    let mut response = if request.method() == Method::OPTIONS {
        let mut allowed = StatusCode::NO_CONTENT.into_response();
        let headers = allowed.headers_mut();
        set(headers, header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, OPTIONS");
        set(headers, header::ACCESS_CONTROL_ALLOW_HEADERS, "*");
        set(headers, header::ACCESS_CONTROL_MAX_AGE, "86400");
        allowed
    } else {
        next.run(request).await
    };
    set(response.headers_mut(), header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    set(response.headers_mut(), header::ACCESS_CONTROL_EXPOSE_HEADERS, "*");
    response
}

fn set(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    headers.insert(name, HeaderValue::from_str(value).expect("our own words fit a header"));
}
