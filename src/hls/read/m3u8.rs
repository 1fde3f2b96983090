//! Playlists: what a stream consists of, and where its pieces lie.

mod lines;

use jiff::{SignedDuration, Timestamp};

/// A playlist of either kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Playlist {
    /// The renditions of a stream.
    Multivariant(Vec<Variant>),
    /// The pieces of one rendition.
    Media(Media),
}

/// One rendition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// Where its media playlist is, as written.
    pub uri: String,
    /// Bits a second at most; 0 where it is not said.
    pub bandwidth: u64,
    /// Whether it says how large its picture is.
    pub has_picture: bool,
}

/// The pieces of one rendition, as of now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Media {
    /// No segment is longer, and a live playlist changes about as often.
    pub target: SignedDuration,
    /// No part is longer; none where there are no parts.
    pub part_target: Option<SignedDuration>,
    /// Whether a request may wait until what it names is there.
    pub can_block: bool,
    /// Number of the first segment.
    pub sequence: u64,
    /// The segments, oldest first.
    pub segments: Vec<Segment>,
    /// Whether nothing comes any more.
    pub ended: bool,
    /// Whether segments are encrypted as a whole.
    pub encrypted: bool,
}

/// One segment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Segment {
    /// All of it; none while it is in progress, and where it was lost before it came here.
    pub whole: Option<Resource>,
    /// How long it is; nothing while it is in progress.
    pub duration: SignedDuration,
    /// The parts of it that are listed.
    pub parts: Vec<Part>,
    /// When its first frame was taken; reckoned from those before where it is not written.
    pub program_time: Option<Timestamp>,
    /// Whether its times do not go on from the segment before.
    pub is_discontinuous: bool,
    /// What is to be read before it.
    pub map: Option<Resource>,
}

/// A part of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Where it is; none where it was lost before it came here.
    pub resource: Option<Resource>,
    /// How long it is.
    pub duration: SignedDuration,
}

/// Where bytes lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// The address, as written.
    pub uri: String,
    /// Which bytes there; none for all.
    pub range: Option<ByteRange>,
}

/// Some of the bytes of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteRange {
    /// The first one.
    pub from: u64,
    /// How many; at least one.
    pub bytes: u64,
}

impl Playlist {
    /// Reads a playlist; none when the text is no playlist of either kind.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim_start_matches('\u{feff}');
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        if lines.next() != Some("#EXTM3U") {
            return None;
        }
        if text.contains("#EXT-X-STREAM-INF:") {
            return Some(Self::Multivariant(lines::variants(lines)));
        }
        let is_media = text.contains("#EXT-X-TARGETDURATION:");
        is_media.then(|| Self::Media(lines::media(lines)))
    }
}

impl Media {
    /// The number of the segment after the last one listed.
    pub fn next_number(&self) -> u64 {
        self.sequence.saturating_add(u64::try_from(self.segments.len()).unwrap_or(u64::MAX))
    }
}

/// The rendition that costs least: metadata is the same in all. One with a picture goes before
/// those of which nobody knows what they hold.
pub fn cheapest(variants: &[Variant]) -> Option<&Variant> {
    variants.iter().min_by_key(|variant| (!variant.has_picture, variant.bandwidth))
}

#[cfg(test)]
mod tests;
