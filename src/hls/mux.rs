//! One part of the stream: its tables, the primer, a keyframe first, then pictures, sounds and
//! payloads in the order of their time.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::clip::Clip;
use super::grid::{self, FRAMES_PER_PART, FRAMES_PER_SECOND, TICKS_PER_FRAME, TICKS_PER_SOUND};
use super::ts::{Clock, Lane, Packets};
use super::{id3, ts};
use crate::model::limits::{CHANNEL_SENDS_PER_WINDOW, PAYLOAD_MAX_BYTES};
use crate::model::payload::Payload;

/// Makes parts, one after the other; what a decoder counts runs on between them.
#[derive(Debug, Default)]
pub(super) struct Muxer {
    packets: Packets,
}

impl Muxer {
    /// The given part since the stream began, with the payloads of its frames.
    pub(super) fn part(
        &mut self,
        clip: &Clip,
        part: u64,
        payloads: &BTreeMap<u64, Payload>,
    ) -> Arc<[u8]> {
        let frames = part * FRAMES_PER_PART..(part + 1) * FRAMES_PER_PART;
        let first = grid::time_stamp(frames.start * TICKS_PER_FRAME);
        self.packets.tables();
        self.packets.unit(Lane::Metadata, first, None, &id3::primer(first));
        for frame in frames {
            self.frame(clip, frame, payloads.get(&frame));
        }
        self.packets.take().into()
    }

    fn frame(&mut self, clip: &Clip, frame: u64, payload: Option<&Payload>) {
        let ticks = frame * TICKS_PER_FRAME;
        let stamp = grid::time_stamp(ticks);
        if let Some(payload) = payload {
            let tag = id3::private(id3::OWNER, payload.as_str().as_bytes());
            self.packets.unit(Lane::Metadata, stamp, None, &tag);
        }
        let is_entry = frame.is_multiple_of(FRAMES_PER_PART);
        let clock = Clock { pcr: grid::clock(ticks), is_entry };
        self.packets.unit(Lane::Video, stamp, Some(clock), clip.picture(frame));
        for sound in sounds_of(frame) {
            let stamp = grid::time_stamp(sound * TICKS_PER_SOUND);
            self.packets.unit(Lane::Audio, stamp, None, clip.sound(sound));
        }
    }
}

/// The frames of audio that begin while a frame of video is shown.
fn sounds_of(frame: u64) -> std::ops::Range<u64> {
    let from = |frame: u64| (frame * TICKS_PER_FRAME).div_ceil(TICKS_PER_SOUND);
    from(frame)..from(frame + 1)
}

/// Bits of the largest second of a stream, as many payloads in it as the service takes.
pub(super) fn peak_bits_per_second(clip: &Clip) -> usize {
    let largest = (0..clip.seconds()).map(|second| second_bytes(clip, second)).max();
    let payload = id3::private(id3::OWNER, &[0; PAYLOAD_MAX_BYTES]).len();
    let payloads = CHANNEL_SENDS_PER_WINDOW * ts::unit_bytes(Lane::Metadata, payload);
    (largest.unwrap_or(0) + payloads) * 8
}

fn second_bytes(clip: &Clip, second: u64) -> usize {
    let frames = second * FRAMES_PER_SECOND..(second + 1) * FRAMES_PER_SECOND;
    let part = 2 * ts::PACKET_BYTES + ts::unit_bytes(Lane::Metadata, id3::primer(0).len());
    let pictures =
        frames.clone().map(|frame| ts::unit_bytes(Lane::Video, clip.picture(frame).len()));
    let sounds = frames.flat_map(sounds_of);
    let sounds = sounds.map(|sound| ts::unit_bytes(Lane::Audio, clip.sound(sound).len()));
    let parts = (0..grid::PARTS_PER_SEGMENT).map(|_| part);
    parts.chain(pictures).chain(sounds).sum()
}
