//! hls.js inside the binary, where npm was at hand when it was built.

/// The library, and what it asks of those who hand it on.
pub(super) struct Embedded {
    pub(super) script: &'static [u8],
    pub(super) licence: &'static [u8],
}

/// None where the page loads it from its CDN.
pub(super) const HLS_JS: Option<Embedded> = include!(concat!(env!("OUT_DIR"), "/hls_js.rs"));
