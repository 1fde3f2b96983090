//! The lines of a playlist, one after the other.

use jiff::{SignedDuration, Timestamp};

use super::{ByteRange, Media, Part, Resource, Segment, Variant};

/// The longest duration a line may name; what is longer is a mistake.
const SECONDS_MAX: f64 = 86_400.0;

/// The highest media sequence: beyond any real stream, and far enough from the end to count on.
const SEQUENCE_MAX: u64 = u64::MAX / 2;

/// The renditions of a multivariant playlist.
pub(super) fn variants<'a>(mut lines: impl Iterator<Item = &'a str>) -> Vec<Variant> {
    let mut variants = Vec::new();
    while let Some(line) = lines.next() {
        let Some(about) = line.strip_prefix("#EXT-X-STREAM-INF:") else { continue };
        let Some(uri) = lines.by_ref().find(|line| !line.starts_with('#')) else { break };
        variants.push(Variant {
            uri: uri.to_owned(),
            bandwidth: attribute(about, "BANDWIDTH").and_then(whole).unwrap_or(0),
            has_picture: attribute(about, "RESOLUTION").is_some(),
        });
    }
    variants
}

/// A media playlist.
pub(super) fn media<'a>(lines: impl Iterator<Item = &'a str>) -> Media {
    let mut reader = Reader::default();
    lines.for_each(|line| reader.line(line));
    if !reader.segment.parts.is_empty() {
        reader.end_segment();
    }
    reader.media
}

/// What is known while the lines are read.
#[derive(Default)]
struct Reader {
    media: Media,
    /// The segment that the lines are about, up to its address.
    segment: Segment,
    /// Its bytes, where it is a piece of a larger resource: how many, and from where.
    range: Option<(u64, Option<u64>)>,
    /// Whether it was lost before it came here.
    is_gap: bool,
    /// What holds for this segment and those after it.
    map: Option<Resource>,
    /// When the next segment begins.
    program_time: Option<Timestamp>,
    /// Where the last piece of a larger resource ended.
    range_end: u64,
}

impl Reader {
    fn line(&mut self, line: &str) {
        if !line.starts_with('#') {
            return self.uri(line);
        }
        let (tag, value) = line.split_once(':').unwrap_or((line, ""));
        match tag {
            "#EXT-X-TARGETDURATION" => self.media.target = seconds(value).unwrap_or_default(),
            "#EXT-X-MEDIA-SEQUENCE" => {
                self.media.sequence = whole(value).unwrap_or_default().min(SEQUENCE_MAX);
            }
            "#EXT-X-PART-INF" => {
                self.media.part_target = attribute(value, "PART-TARGET").and_then(seconds);
            }
            "#EXT-X-SERVER-CONTROL" => {
                self.media.can_block = attribute(value, "CAN-BLOCK-RELOAD") == Some("YES");
            }
            "#EXT-X-ENDLIST" => self.media.ended = true,
            "#EXT-X-KEY" => {
                self.media.encrypted |= attribute(value, "METHOD") == Some("AES-128");
            }
            "#EXT-X-MAP" => self.map = self.resource(value),
            "#EXT-X-PROGRAM-DATE-TIME" => self.program_time = value.parse().ok(),
            "#EXT-X-DISCONTINUITY" => {
                self.segment.is_discontinuous = true;
                self.program_time = None;
            }
            "#EXTINF" => {
                let length = value.split(',').next().and_then(seconds);
                self.segment.duration = length.unwrap_or_default();
            }
            "#EXT-X-BYTERANGE" => self.range = range(value),
            "#EXT-X-GAP" => self.is_gap = true,
            "#EXT-X-PART" => self.part(value),
            _ => {}
        }
    }

    fn part(&mut self, value: &str) {
        let is_lost = attribute(value, "GAP") == Some("YES");
        let resource = self.resource(value).filter(|_| !is_lost);
        let duration = attribute(value, "DURATION").and_then(seconds).unwrap_or_default();
        self.segment.parts.push(Part { resource, duration });
    }

    /// Where `URI` and `BYTERANGE` of an attribute list point.
    fn resource(&mut self, value: &str) -> Option<Resource> {
        let uri = attribute(value, "URI")?.to_owned();
        let range = attribute(value, "BYTERANGE").and_then(range);
        Some(Resource { uri, range: self.placed(range) })
    }

    fn uri(&mut self, uri: &str) {
        let range = self.range.take();
        let range = self.placed(range);
        let is_lost = std::mem::take(&mut self.is_gap);
        self.segment.whole = (!is_lost).then(|| Resource { uri: uri.to_owned(), range });
        self.end_segment();
    }

    /// A range that does not say where it begins does so where the last one ended.
    fn placed(&mut self, range: Option<(u64, Option<u64>)>) -> Option<ByteRange> {
        let (bytes, from) = range?;
        let from = from.unwrap_or(self.range_end);
        self.range_end = from.checked_add(bytes)?;
        (bytes > 0).then_some(ByteRange { from, bytes })
    }

    fn end_segment(&mut self) {
        let mut segment = std::mem::take(&mut self.segment);
        segment.program_time = self.program_time;
        segment.map.clone_from(&self.map);
        self.program_time = self.program_time.and_then(|at| at.checked_add(segment.duration).ok());
        self.media.segments.push(segment);
    }
}

/// The value of a name in a list such as `A=1,B="x, y"`, without its quotes.
fn attribute<'a>(list: &'a str, wanted: &str) -> Option<&'a str> {
    let mut rest = list;
    loop {
        let (name, after) = rest.split_once('=')?;
        let (value, more) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => after.split_at(after.find(',').unwrap_or(after.len())),
        };
        if name.trim() == wanted {
            return Some(value.trim());
        }
        rest = more.trim_start_matches(',');
    }
}

fn whole(text: &str) -> Option<u64> {
    text.trim().parse().ok()
}

fn seconds(text: &str) -> Option<SignedDuration> {
    let seconds: f64 = text.trim().parse().ok()?;
    (0.0..=SECONDS_MAX).contains(&seconds).then(|| SignedDuration::from_secs_f64(seconds))
}

/// `bytes` or `bytes@from`.
fn range(text: &str) -> Option<(u64, Option<u64>)> {
    match text.split_once('@') {
        Some((bytes, from)) => Some((whole(bytes)?, Some(whole(from)?))),
        None => Some((whole(text)?, None)),
    }
}
