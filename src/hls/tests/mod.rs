//! The room as a whole, read back by readers that are not ours.

mod clips;
mod made;
mod playlists;
mod properties;
mod reader;
mod streams;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::stream::Stream;
use crate::model::payload::Payload;

/// Twenty-six characters, as the service names its broadcasts.
const ID: &str = "st-1A2B3C4D5E6F7G8H9I0J1K2";

fn stream(seconds: usize) -> Stream {
    Stream::new(Arc::new(made::clip(seconds)), ID, started())
}

fn started() -> Timestamp {
    "2026-11-22T20:00:00.25Z".parse().expect("a time")
}

fn ms(milliseconds: i64) -> SignedDuration {
    SignedDuration::from_millis(milliseconds)
}

fn payload(text: &str) -> Payload {
    text.parse().expect("a payload")
}

/// The bytes of every part of these segments, one after the other.
fn bytes(stream: &Stream, segments: std::ops::Range<u64>) -> Vec<u8> {
    let segments = segments.map(|msn| stream.segment(msn).expect("it is kept"));
    segments.flat_map(|segment| segment.parts).flat_map(|part| part.to_vec()).collect()
}
