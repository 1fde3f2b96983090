//! Where the page finds the libraries that play: hls.js here, the others where they are published.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::files::{HLS_LICENCE, HLS_SCRIPT};
use super::hls_js::HLS_JS;

/// `player/engines.json`, with the embedded hls.js in its place.
pub(super) static LIBRARIES: LazyLock<Libraries> = LazyLock::new(|| {
    let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/player/engines.json"));
    let mut libraries: Libraries = serde_json::from_str(text).expect("a test has read it");
    if HLS_JS.is_some() {
        libraries.hls = Library {
            url: format!("player/{HLS_SCRIPT}"),
            integrity: None,
            licence: Some(format!("player/{HLS_LICENCE}")),
        };
    }
    libraries
});

/// One for each engine.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Libraries {
    pub(super) hls: Library,
    pub(super) ivs: Library,
    pub(super) videojs: Library,
}

/// A script that makes an engine.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Library {
    /// Its address, relative to the page or absolute.
    pub(super) url: String,
    /// The hash that its bytes must have, as browsers check it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) integrity: Option<String>,
    /// Where its licence is, when it is handed on here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) licence: Option<String>,
}
