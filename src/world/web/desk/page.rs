//! The desk's page: its files below `/desk/`, beside those of the player's page, whose cards show
//! what viewers see.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::refuse;
use crate::world::web::files::{Files, embedded};
use crate::world::web::player;

/// What the page itself is called here.
const PAGE: &str = "desk/index.html";

/// What the page may load: nothing that is not served here, but for the pictures of product cards.
/// What it shows comes from scripts and viewers, and none of it may run or be sent elsewhere.
const POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'; style-src 'self'; script-src 'self'; \
                      connect-src 'self'; img-src 'self' data: http: https:";

/// What only the desk has.
static FILES: LazyLock<Files> = LazyLock::new(|| {
    Files::of(embedded![
        "desk/api.js",
        "desk/clock.js",
        "desk/cue.js",
        "desk/cues.js",
        "desk/events.js",
        "desk/field.js",
        "desk/index.html",
        "desk/keyed.js",
        "desk/keys.js",
        "desk/list.js",
        "desk/live.js",
        "desk/main.js",
        "desk/names.js",
        "desk/polls.js",
        "desk/press.js",
        "desk/previews.js",
        "desk/put.js",
        "desk/screen.js",
        "desk/script.js",
        "desk/sheet.js",
        "desk/sse.js",
        "desk/state.js",
        "desk/style.css",
        "desk/told.js",
        "desk/top.js",
        "desk/words.js",
    ])
});

/// `GET /`, which somebody types.
pub(super) async fn home() -> Redirect {
    Redirect::to("/desk")
}

/// `GET /desk`.
pub(super) async fn page(headers: HeaderMap) -> Response {
    let guarded = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        // The address that was printed has the token in it.
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    let page = FILES.answer(PAGE, &headers).expect("a test asks for the page");
    (guarded, page).into_response()
}

/// `GET /desk/{file}`, a file as it lies in `player/`.
pub(super) async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let found = FILES.answer(&name, &headers).or_else(|| player::FILES.answer(&name, &headers));
    found.unwrap_or_else(|| {
        refuse(StatusCode::NOT_FOUND, &format!("the desk has no `{name}`")).into_response()
    })
}
