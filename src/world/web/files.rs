//! Files of a page, as they lie in `player/`, inside the binary.

use std::collections::BTreeMap;
use std::fmt::Write;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

/// The files of these names below `player/`, each with its name.
macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        [$((
            $name,
            include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/player/", $name)).as_slice(),
        )),*]
    };
}
pub(super) use embedded;

/// All that a browser may ask for.
pub(super) struct Files(BTreeMap<&'static str, File>);

/// A file and its mark, which changes with it.
struct File {
    bytes: &'static [u8],
    tag: String,
}

impl Files {
    /// These, by their names.
    pub(super) fn of(named: impl IntoIterator<Item = (&'static str, &'static [u8])>) -> Self {
        Self(named.into_iter().map(|(name, bytes)| (name, File::of(bytes))).collect())
    }

    /// The file as an answer; none when there is none of this name. A browser asks each time
    /// whether it changed, for another version of the runner may serve at the same address.
    pub(super) fn answer(&self, name: &str, asked: &HeaderMap) -> Option<Response> {
        let file = self.0.get(name)?;
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

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    }
}
