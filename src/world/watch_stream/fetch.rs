//! What is fetched of a stream, each with its bounds.

use std::time::Duration;

use axum::body::Bytes;
use url::Url;

use super::error::Failure;
use super::http::{Ask, Http, joined};
use crate::hls::read::follow::Reload;
use crate::hls::read::m3u8::{Media, Playlist, Resource, cheapest};
use crate::model::limits::{
    HLS_PIECE_MAX_BYTES, HLS_PIECE_WAIT, HLS_PLAYLIST_MAX_BYTES, HLS_PLAYLIST_WAIT,
    HLS_WAIT_TARGETS,
};

/// A media playlist and where it is.
pub(super) struct Opened {
    /// Where it is.
    pub(super) url: Url,
    /// What it says.
    pub(super) media: Media,
}

/// Fetches the playlist at `url`, and where that lists renditions the cheapest of them.
pub(super) async fn open(http: &Http, url: &Url) -> Result<Opened, Failure> {
    let (url, playlist) = playlist(http, url.clone(), Duration::ZERO).await?;
    let variants = match playlist {
        Playlist::Media(media) => return Ok(Opened { url, media }),
        Playlist::Multivariant(variants) => variants,
    };
    let variant = cheapest(&variants).ok_or(Failure::NoPlaylist)?;
    let (url, playlist) = self::playlist(http, joined(&url, &variant.uri)?, Duration::ZERO).await?;
    match playlist {
        Playlist::Media(media) => Ok(Opened { url, media }),
        Playlist::Multivariant(_) => Err(Failure::NoPlaylist),
    }
}

/// Looks at a media playlist again, with a request that waits where `reload` says so.
pub(super) async fn again(http: &Http, opened: &Opened, reload: Reload) -> Result<Media, Failure> {
    let mut url = opened.url.clone();
    let mut wait = Duration::ZERO;
    if let Reload::Blocking { number, part } = reload {
        let mut query = url.query_pairs_mut();
        query.append_pair("_HLS_msn", &number.to_string());
        if let Some(part) = part {
            query.append_pair("_HLS_part", &part.to_string());
        }
        drop(query);
        wait = opened.media.target.unsigned_abs().saturating_mul(HLS_WAIT_TARGETS);
    }
    match playlist(http, url, wait).await? {
        (_, Playlist::Media(media)) => Ok(media),
        (_, Playlist::Multivariant(_)) => Err(Failure::NoPlaylist),
    }
}

async fn playlist(http: &Http, url: Url, wait: Duration) -> Result<(Url, Playlist), Failure> {
    let wait = HLS_PLAYLIST_WAIT.unsigned_abs().saturating_add(wait);
    let ask = Ask { url, range: None, max_bytes: HLS_PLAYLIST_MAX_BYTES, wait };
    let found = http.get(&ask).await?;
    let text = String::from_utf8_lossy(&found.body);
    Ok((found.url, Playlist::read(&text).ok_or(Failure::NoPlaylist)?))
}

/// Fetches the bytes of a piece, or what is to be read before it.
pub(super) async fn bytes(http: &Http, base: &Url, at: &Resource) -> Result<Bytes, Failure> {
    let ask = Ask {
        url: joined(base, &at.uri)?,
        range: at.range,
        max_bytes: HLS_PIECE_MAX_BYTES,
        wait: HLS_PIECE_WAIT.unsigned_abs(),
    };
    Ok(http.get(&ask).await?.body)
}
