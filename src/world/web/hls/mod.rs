//! The stream of each channel on air, as players fetch it: playlists, segments, parts.
//!
//! `/<channel>/playback.m3u8` leads to `/<channel>/<stream>/media.m3u8`, which lists
//! `<stream>/<msn>.ts` and `<stream>/<msn>.<part>.ts`: with the stream's id in every address no
//! cache can replay an old stream.

mod answer;
mod reload;
mod segment;
#[cfg(test)]
mod tests;
mod viewer;

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::middleware::from_fn;
use axum::response::Response;
use axum::routing::get;

use crate::hls::playlist::multivariant_playlist;
use crate::world::channel::local::{Local, ServiceError};

use answer::{cors, either, playlist};
use reload::Reload;
use segment::Piece;
use viewer::Viewer;

/// What pairs a query has.
type Pairs = Vec<(String, String)>;

/// Playback of every channel.
pub(super) fn router(local: Arc<Local>) -> Router {
    Router::new()
        .route("/{channel}/playback.m3u8", get(playback))
        .route("/{channel}/{stream}/media.m3u8", get(media))
        .route("/{channel}/{stream}/{piece}", get(piece))
        .layer(from_fn(cors))
        .with_state(local)
}

async fn playback(State(local): State<Arc<Local>>, Path(channel): Path<String>) -> Response {
    let found = local.playing(&channel).map(|stream| {
        playlist(multivariant_playlist(local.clip(), &format!("{stream}/media.m3u8")))
    });
    either(found)
}

async fn media(
    State(local): State<Arc<Local>>,
    Path((channel, stream)): Path<(String, String)>,
    query: Result<Query<Pairs>, QueryRejection>,
) -> Response {
    let viewer = Viewer { local, channel, stream };
    either(reload(&viewer, query).await.map(playlist))
}

async fn reload(
    viewer: &Viewer,
    query: Result<Query<Pairs>, QueryRejection>,
) -> Result<String, ServiceError> {
    let Query(pairs) = query.map_err(|error| ServiceError::Validation(error.to_string()))?;
    let reload = Reload::read(&pairs)?;
    viewer.wait(|stream| reload.look(stream)).await
}

async fn piece(
    State(local): State<Arc<Local>>,
    Path((channel, stream, piece)): Path<(String, String, String)>,
) -> Response {
    let found = match Piece::read(&piece) {
        Some(found) => found.fetch(Viewer { local, channel, stream }).await,
        None => Err(ServiceError::NotFound(format!("{channel}/{stream}/{piece}"))),
    };
    either(found)
}
