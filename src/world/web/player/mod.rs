//! The player page: its files, and what it is told to play.
//!
//! - `GET /` is the page, `GET /player/…` its modules, as they lie in `player/`.
//! - `GET /player/config?channel=<arn>` says what it plays, and where the libraries are.

mod files;
mod hls_js;
mod libraries;
mod playing;
mod policy;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::watch;

pub(super) use files::FILES;
use libraries::LIBRARIES;
pub use playing::Playing;

/// The channels that the page can play, which may change; the first unless its address names
/// another.
type Channels = watch::Receiver<Vec<Playing>>;

/// The page for these channels.
pub fn router(channels: Channels) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/player/config", get(config))
        .route("/player/{*file}", get(file))
        .with_state(channels)
}

/// Which channel is meant.
#[derive(Debug, Deserialize)]
struct Meant {
    channel: Option<String>,
}

impl Meant {
    fn of<'a>(&self, channels: &'a [Playing]) -> Option<&'a Playing> {
        channels.iter().find(|playing| {
            self.channel.as_deref().is_none_or(|meant| {
                meant == playing.arn().as_str() || (meant == "local" && playing.arn().is_local())
            })
        })
    }
}

async fn page(
    State(channels): State<Channels>,
    Query(meant): Query<Meant>,
    Query(query): Query<Vec<(String, String)>>,
    headers: HeaderMap,
) -> Response {
    let policy = {
        let channels = channels.borrow();
        let meant = meant.of(&channels);
        let is_here = meant.is_none_or(Playing::is_here);
        let told = meant.and_then(Playing::told_source);
        policy::policy(&query, &headers, is_here, told)
    };
    let guarded = [
        (header::CONTENT_SECURITY_POLICY, policy.as_str()),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    let page = FILES.answer(files::PAGE, &headers).expect("a test asks for the page");
    (guarded, page).into_response()
}

async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response {
    FILES.answer(&name, &headers).unwrap_or_else(|| {
        let error = format!("the player has no `{name}`");
        (StatusCode::NOT_FOUND, Json(json!({ "error": error }))).into_response()
    })
}

async fn config(State(channels): State<Channels>, Query(meant): Query<Meant>) -> Response {
    let channels = channels.borrow().clone();
    let Some(playing) = meant.of(&channels) else {
        let met = meant.channel.unwrap_or_default();
        let error = format!("no show of this runner plays on `{met}`");
        let hint = "leave `?channel=` out, or name one of the runner's own";
        return (StatusCode::NOT_FOUND, Json(json!({ "error": error, "hint": hint })))
            .into_response();
    };
    let source = playing.source().await;
    let mut told = json!({
        "channel": playing.arn(),
        "channels": channels.iter().map(Playing::arn).collect::<Vec<_>>(),
        "src": source,
        "engines": &*LIBRARIES,
    });
    if source.is_none() {
        // What exactly the service said is the operator's business, not every viewer's.
        told["problem"] = "the runner does not know where this channel plays".into();
        told["hint"] = "let it call ivs:GetChannel, or name the stream: ?src=<playback-url>".into();
    }
    ([(header::CACHE_CONTROL, "no-store")], Json(told)).into_response()
}
