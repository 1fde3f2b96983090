//! The two playlists of a stream: which video there is, and what of it can be had now.

use jiff::Timestamp;

use super::clip::Clip;
use super::grid::{self, FRAMES_PER_SECOND, PART, PARTS_PER_SEGMENT};
use super::mux;
use crate::model::limits::{HLS_SEGMENTS_IN_PARTS, HLS_SEGMENTS_LISTED};

/// The playlist that a player opens first: it names the one at `media_uri`, and says what is in
/// it.
pub fn multivariant_playlist(clip: &Clip, media_uri: &str) -> String {
    let traits = clip.traits();
    let size = traits.size.map(|(wide, high)| format!(",RESOLUTION={wide}x{high}"));
    format!(
        "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-INDEPENDENT-SEGMENTS\n\
         #EXT-X-STREAM-INF:BANDWIDTH={},CODECS=\"{}\"{},FRAME-RATE={FRAMES_PER_SECOND}.000\n\
         {media_uri}\n",
        mux::peak_bits_per_second(clip),
        traits.codecs,
        size.unwrap_or_default(),
    )
}

/// What a media playlist lists: the parts that are whole, up to a moment.
#[derive(Debug)]
pub(super) struct Listed {
    /// When the first frame was captured.
    pub(super) started: Timestamp,
    /// Whole parts since then.
    pub(super) parts: u64,
    /// Whether no more will come.
    pub(super) is_ended: bool,
}

impl Listed {
    /// The segment in progress, or the next one.
    fn current(&self) -> u64 {
        self.parts / PARTS_PER_SEGMENT
    }

    fn first(&self) -> u64 {
        self.current().saturating_sub(HLS_SEGMENTS_LISTED)
    }
}

/// The media playlist. Its URIs are relative to its own.
pub(super) fn media_playlist(listed: &Listed) -> String {
    let mut lines = head(listed);
    for segment in listed.first()..listed.current() {
        lines.push(date_time(listed, segment));
        if segment + HLS_SEGMENTS_IN_PARTS >= listed.current() {
            lines.extend((0..PARTS_PER_SEGMENT).map(|part| part_line(segment, part)));
        }
        lines.extend(segment_lines(segment, PARTS_PER_SEGMENT));
    }
    lines.extend(tail(listed));
    lines.push(String::new());
    lines.join("\n")
}

fn head(listed: &Listed) -> Vec<String> {
    let (part, hold_back) = (seconds(1), seconds(3));
    vec![
        "#EXTM3U".to_owned(),
        "#EXT-X-VERSION:6".to_owned(),
        "#EXT-X-TARGETDURATION:1".to_owned(),
        format!("#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK={hold_back}"),
        format!("#EXT-X-PART-INF:PART-TARGET={part}"),
        format!("#EXT-X-MEDIA-SEQUENCE:{}", listed.first()),
        "#EXT-X-INDEPENDENT-SEGMENTS".to_owned(),
    ]
}

/// The segment in progress, and what comes next; of a stream that ended, what there is of it.
fn tail(listed: &Listed) -> Vec<String> {
    let (segment, parts) = (listed.current(), listed.parts % PARTS_PER_SEGMENT);
    let mut lines = Vec::new();
    if parts > 0 {
        lines.push(date_time(listed, segment));
        lines.extend((0..parts).map(|part| part_line(segment, part)));
    }
    if listed.is_ended {
        lines.extend((parts > 0).then(|| segment_lines(segment, parts)).into_iter().flatten());
        lines.push("#EXT-X-ENDLIST".to_owned());
    } else {
        lines.push(format!("#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"{segment}.{parts}.ts\""));
        // Only the IVS player reads these, and it looks for them at the end.
        lines.push(format!("#EXT-X-PREFETCH:{segment}.ts"));
        lines.push(format!("#EXT-X-PREFETCH:{}.ts", segment + 1));
    }
    lines
}

fn date_time(listed: &Listed, segment: u64) -> String {
    format!("#EXT-X-PROGRAM-DATE-TIME:{:.3}", grid::captured(listed.started, segment))
}

fn part_line(segment: u64, part: u64) -> String {
    let duration = seconds(1);
    format!("#EXT-X-PART:DURATION={duration},URI=\"{segment}.{part}.ts\",INDEPENDENT=YES")
}

fn segment_lines(segment: u64, parts: u64) -> [String; 2] {
    [format!("#EXTINF:{},", seconds(parts)), format!("{segment}.ts")]
}

/// So many parts, in seconds with three decimals.
fn seconds(parts: u64) -> String {
    let milliseconds = u128::from(parts) * PART.as_millis().unsigned_abs();
    format!("{}.{:03}", milliseconds / 1_000, milliseconds % 1_000)
}
