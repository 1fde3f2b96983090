//! The page's files, as they lie in `player/`, inside the binary.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::LazyLock;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::hls_js::HLS_JS;

/// What the page itself is called here; it is served at `/`.
pub(super) const PAGE: &str = "index.html";
/// The embedded hls.js.
pub(super) const HLS_SCRIPT: &str = "vendor/hls.min.js";
/// Its licence.
pub(super) const HLS_LICENCE: &str = "vendor/hls.js-LICENSE.txt";

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$((
            $name,
            include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/player/", $name)).as_slice(),
        )),*]
    };
}

/// All that a browser may ask for.
static FILES: LazyLock<BTreeMap<&str, File>> = LazyLock::new(|| {
    let own = files![
        "adapters/ballot.js",
        "adapters/feed.js",
        "adapters/hls.js",
        "adapters/ivs.js",
        "adapters/videojs.js",
        "adapters/votes.js",
        "audience.js",
        "cards/board.js",
        "cards/index.js",
        "cards/meter.js",
        "cards/name.js",
        "cards/notice.js",
        "cards/poll.js",
        "cards/product.js",
        "cards/raw.js",
        "cards/results.js",
        "cards/timer.js",
        "dom.js",
        "engines/hls.js",
        "engines/index.js",
        "engines/ivs.js",
        "engines/videojs.js",
        "history.js",
        "icon.svg",
        "index.html",
        "json.js",
        "live.js",
        "main.js",
        "memory.js",
        "payload.js",
        "screen.js",
        "slots.js",
        "stage.js",
        "style.css",
        "time.js",
    ];
    let hls = HLS_JS.iter().flat_map(|hls| [(HLS_SCRIPT, hls.script), (HLS_LICENCE, hls.licence)]);
    own.into_iter().chain(hls).map(|(name, bytes)| (name, File::of(bytes))).collect()
});

/// A file and its mark, which changes with it.
struct File {
    bytes: &'static [u8],
    tag: String,
}

impl File {
    fn of(bytes: &'static [u8]) -> Self {
        let mut tag = "\"".to_owned();
        for byte in &Sha256::digest(bytes)[..8] {
            write!(tag, "{byte:02x}").expect("a text takes all");
        }
        tag.push('"');
        Self { bytes, tag }
    }
}

/// The file as an answer; none when there is none of this name. A browser asks each time whether it
/// changed, for another version of the runner may serve at the same address.
pub(super) fn answer(name: &str, asked: &HeaderMap) -> Option<Response> {
    let file = FILES.get(name)?;
    let headers = [
        (header::CONTENT_TYPE, content_type(name)),
        (header::ETAG, &file.tag),
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    let is_known = |known: &HeaderValue| known.as_bytes() == file.tag.as_bytes();
    Some(if asked.get_all(header::IF_NONE_MATCH).iter().any(is_known) {
        (StatusCode::NOT_MODIFIED, headers).into_response()
    } else {
        (headers, file.bytes).into_response()
    })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    }
}
