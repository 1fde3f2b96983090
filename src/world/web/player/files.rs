//! The player page's files, and hls.js where it was brought.

use std::sync::LazyLock;

use super::super::files::{Files, embedded};
use super::hls_js::HLS_JS;

/// What the page itself is called here; it is served at `/`.
pub(super) const PAGE: &str = "index.html";
/// The embedded hls.js.
pub(super) const HLS_SCRIPT: &str = "vendor/hls.min.js";
/// Its licence.
pub(super) const HLS_LICENCE: &str = "vendor/hls.js-LICENSE.txt";

/// All that a browser may ask for.
pub(in super::super) static FILES: LazyLock<Files> = LazyLock::new(|| {
    let own = embedded![
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
        "look.css",
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
    Files::of(own.into_iter().chain(hls))
});
