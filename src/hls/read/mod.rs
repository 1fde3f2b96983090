//! The reading side: from a playlist's text and the bytes of its pieces to the timed metadata in
//! them. Every parser takes any bytes: what it cannot read it leaves out.

pub mod emsg;
pub mod follow;
pub mod id3;
pub mod m3u8;
pub mod mp4;
pub mod pts;
pub mod reader;
mod section;
pub mod ts;

#[cfg(test)]
mod made;
