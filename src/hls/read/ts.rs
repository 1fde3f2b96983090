//! MPEG transport streams: the timed metadata in them, and when a piece's picture begins.

use std::collections::BTreeMap;

use super::id3::{self, Frame};
use super::pts::Pts;
use super::section::{Sections, programs, streams, thirteen_bits};
use crate::model::limits::{METADATA_PES_MAX_BYTES, TS_PROGRAMS_MAX, TS_STREAMS_MAX};

const PACKET_BYTES: usize = 188;
const SYNC: u8 = 0x47;
const PAT_PID: u16 = 0;

/// What a piece of a stream holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// When its first picture is shown; its first sound where it has no picture.
    pub starts: Option<Pts>,
    /// Its metadata, in the order of the stream.
    pub tags: Vec<Tag>,
}

/// Metadata of one moment.
#[derive(Debug, PartialEq, Eq)]
pub struct Tag {
    /// The moment; none where the stream does not say.
    pub pts: Option<Pts>,
    /// Its frames.
    pub frames: Vec<Frame>,
}

/// Reads a stream piece by piece.
#[derive(Debug, Default)]
pub struct Demuxer {
    /// What is left of a packet that was cut.
    rest: Vec<u8>,
    association: Sections,
    maps: BTreeMap<u16, Sections>,
    streams: BTreeMap<u16, Stream>,
}

#[derive(Debug)]
enum Stream {
    Picture,
    Sound,
    /// With what there is of the packet that has begun.
    Metadata(Vec<u8>),
}

/// What a piece is found to hold while it is read.
#[derive(Default)]
struct Finds {
    picture: Option<Pts>,
    sound: Option<Pts>,
    tags: Vec<Tag>,
}

impl Demuxer {
    /// Reads the next piece. A metadata packet may go on in the next one.
    pub fn read(&mut self, piece: &[u8]) -> Held {
        let mut bytes = std::mem::take(&mut self.rest);
        bytes.extend_from_slice(piece);
        let mut finds = Finds::default();
        let mut rest = bytes.as_slice();
        let mut in_step = false;
        while let Some((packet, after)) = rest.split_first_chunk::<PACKET_BYTES>() {
            // Any byte may look like a packet's first: only one that another follows begins a row.
            in_step |= after.first().is_none_or(|byte| *byte == SYNC);
            in_step &= packet[0] == SYNC;
            if in_step {
                self.packet(packet, &mut finds);
            }
            rest = if in_step { after } else { &rest[1..] };
        }
        self.rest = rest.to_vec();
        self.end_open(&mut finds);
        Held { starts: finds.picture.or(finds.sound), tags: finds.tags }
    }

    fn packet(&mut self, packet: &[u8; PACKET_BYTES], finds: &mut Finds) {
        let [_, high, low, control, adaptation, ..] = *packet;
        let (is_broken, starts) = (high & 0x80 != 0, high & 0x40 != 0);
        let (is_scrambled, has_payload) = (control & 0xC0 != 0, control & 0x10 != 0);
        if is_broken || is_scrambled || !has_payload {
            return;
        }
        let skip = if control & 0x20 == 0 { 0 } else { 1 + usize::from(adaptation) };
        let Some(payload) = packet.get(4 + skip..) else { return };
        let pid = thirteen_bits(high, low);
        if pid == PAT_PID {
            let section = self.association.push(payload, starts);
            self.know_programs(&section.unwrap_or_default());
        } else if let Some(map) = self.maps.get_mut(&pid) {
            let section = map.push(payload, starts);
            self.know_streams(&section.unwrap_or_default());
        } else if let Some(stream) = self.streams.get_mut(&pid) {
            stream.take(payload, starts, finds);
        }
    }

    fn know_programs(&mut self, section: &[u8]) {
        for pid in programs(section) {
            if self.maps.len() < TS_PROGRAMS_MAX {
                self.maps.entry(pid).or_default();
            }
        }
    }

    fn know_streams(&mut self, section: &[u8]) {
        for (kind, pid) in streams(section) {
            let Some(stream) = Stream::of(kind) else { continue };
            if self.streams.len() < TS_STREAMS_MAX {
                self.streams.entry(pid).or_insert(stream);
            }
        }
    }

    /// Ends packets that do not say how long they are: no piece ends within one.
    fn end_open(&mut self, finds: &mut Finds) {
        for stream in self.streams.values_mut() {
            if let Stream::Metadata(begun) = stream
                && pes_bytes(begun).is_none()
            {
                finds.tags.extend(tag(&std::mem::take(begun)));
            }
        }
    }
}

impl Stream {
    /// What a stream of this type is to us.
    fn of(kind: u8) -> Option<Self> {
        match kind {
            0x01 | 0x02 | 0x10 | 0x1B | 0x24 => Some(Self::Picture),
            0x03 | 0x04 | 0x0F | 0x11 | 0x81 | 0x87 => Some(Self::Sound),
            0x15 => Some(Self::Metadata(Vec::new())),
            _ => None,
        }
    }

    fn take(&mut self, payload: &[u8], starts: bool, finds: &mut Finds) {
        match self {
            Self::Picture if starts => {
                finds.picture = finds.picture.or_else(|| split(payload)?.0);
            }
            Self::Sound if starts => finds.sound = finds.sound.or_else(|| split(payload)?.0),
            Self::Picture | Self::Sound => {}
            Self::Metadata(begun) => {
                if starts {
                    finds.tags.extend(tag(&std::mem::take(begun)));
                } else if begun.is_empty() {
                    return;
                }
                begun.extend_from_slice(payload);
                let is_whole = pes_bytes(begun).is_some_and(|bytes| begun.len() >= bytes);
                if is_whole {
                    finds.tags.extend(tag(&std::mem::take(begun)));
                } else if begun.len() > METADATA_PES_MAX_BYTES {
                    begun.clear();
                }
            }
        }
    }
}

/// How long a packet says it is, its head included.
fn pes_bytes(pes: &[u8]) -> Option<usize> {
    let [_, _, _, _, high, low, ..] = *pes else { return None };
    let after = u16::from_be_bytes([high, low]);
    (after > 0).then_some(6 + usize::from(after))
}

/// The metadata of a packet; none when it is torn or carries none.
fn tag(pes: &[u8]) -> Option<Tag> {
    let bytes = pes_bytes(pes).unwrap_or(pes.len());
    let (pts, data) = split(pes.get(..bytes)?)?;
    let frames = id3::frames(data);
    (!frames.is_empty()).then_some(Tag { pts, frames })
}

/// A packet's time and its data.
fn split(pes: &[u8]) -> Option<(Option<Pts>, &[u8])> {
    let [0, 0, 1, _, _, _, _, flags, head_bytes, rest @ ..] = pes else { return None };
    let (head, data) = rest.split_at_checked(usize::from(*head_bytes))?;
    let pts = head.first_chunk().filter(|_| flags & 0x80 != 0).copied().map(time);
    Some((pts, data))
}

/// A time of 3, 15 and 15 bits, each with a bit after it that is always set.
fn time(bytes: [u8; 5]) -> Pts {
    let all = bytes.iter().fold(0, |all: u64, byte| (all << 8) | u64::from(*byte));
    let bits = |from: u32, count: u32| (all >> from) & ((1 << count) - 1);
    Pts::new((bits(33, 3) << 30) | (bits(17, 15) << 15) | bits(1, 15))
}

#[cfg(test)]
mod tests;
