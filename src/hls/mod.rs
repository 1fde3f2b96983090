//! Bytes of the local channel's video: a test clip, looped for ever, muxed fresh into MPEG-TS with
//! timed metadata, and the playlists that list it. Time is an argument; no sockets, no clocks.

mod adts;
pub mod clip;
mod error;
mod grid;
mod h264;
mod id3;
mod mux;
pub mod playlist;
pub mod stream;
mod ts;

#[cfg(test)]
mod tests;

pub use error::HlsError;
pub use grid::PART;
