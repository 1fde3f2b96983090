//! MPEG transport stream: tables, PES, and packets of 188 bytes. Origin of all numbers: ISO/IEC
//! 13818-1; of the metadata descriptors, Apple's "Timed Metadata for HTTP Live Streaming".

use std::collections::BTreeMap;

/// Bytes of a packet.
pub(super) const PACKET_BYTES: usize = 188;
/// Bytes of a packet after its header.
const BODY_BYTES: usize = PACKET_BYTES - 4;
/// Bytes that a PES header takes before what it carries.
const PES_HEADER_BYTES: usize = 14;

/// Bytes of the adaptation field that brings a clock.
const CLOCK_BYTES: usize = 8;

/// Where the table of programs is found.
const PROGRAMS_PID: u16 = 0;
/// Where the table of our one program is found.
const MAP_PID: u16 = 0x1000;

/// What our program is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    /// H.264; it brings the clock.
    Video,
    /// AAC.
    Audio,
    /// Timed metadata.
    Metadata,
}

impl Lane {
    const fn pid(self) -> u16 {
        match self {
            Self::Video => 0x100,
            Self::Audio => 0x101,
            Self::Metadata => 0x102,
        }
    }

    const fn stream_type(self) -> u8 {
        match self {
            Self::Video => 0x1B,
            Self::Audio => 0x0F,
            Self::Metadata => 0x15,
        }
    }

    const fn stream_id(self) -> u8 {
        match self {
            Self::Video => 0xE0,
            Self::Audio => 0xC0,
            Self::Metadata => 0xBD,
        }
    }
}

/// The clock that a packet brings, for a decoder to start and to keep its pace.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    /// Ticks of 90 kHz, 33 bits.
    pub(super) pcr: u64,
    /// Whether decoding can begin here.
    pub(super) is_entry: bool,
}

/// Writes packets; its continuity counters run on for as long as it lives.
#[derive(Debug, Default)]
pub(super) struct Packets {
    /// By packet identifier: what the next packet's counter says.
    counters: BTreeMap<u16, u8>,
    out: Vec<u8>,
}

impl Packets {
    /// What was written since this was last called.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// The two tables: without them nobody can tune in.
    pub(super) fn tables(&mut self) {
        self.section(PROGRAMS_PID, &programs());
        self.section(MAP_PID, &map());
    }

    /// One unit of a lane, with its time and, where it brings one, the clock.
    pub(super) fn unit(&mut self, lane: Lane, pts: u64, clock: Option<Clock>, data: &[u8]) {
        let mut pes = Vec::with_capacity(PES_HEADER_BYTES + data.len());
        let after_length = PES_HEADER_BYTES - 6 + data.len();
        // Only video may be longer than what the field can say; then it says nothing.
        let length = u16::try_from(after_length).unwrap_or(0);
        pes.extend_from_slice(&[0, 0, 1, lane.stream_id()]);
        pes.extend_from_slice(&length.to_be_bytes());
        let (aligned, with_pts, pts_bytes) = (0x84, 0x80, 5);
        pes.extend_from_slice(&[aligned, with_pts, pts_bytes]);
        pes.extend_from_slice(&time_stamp(pts));
        pes.extend_from_slice(data);
        let field = clock.map(|clock| adaptation(clock).to_vec()).unwrap_or_default();
        self.packets(lane.pid(), field, &pes);
    }

    fn section(&mut self, pid: u16, section: &[u8]) {
        let mut body = vec![0xFF; BODY_BYTES];
        let pointer = 0;
        body[0] = pointer;
        body[1..=section.len()].copy_from_slice(section);
        self.packets(pid, Vec::new(), &body);
    }

    /// Spreads `data` over packets; `adaptation` goes into the first, stuffing into the last.
    fn packets(&mut self, pid: u16, adaptation: Vec<u8>, data: &[u8]) {
        let (mut rest, mut field, mut is_first) = (data, adaptation, true);
        while !rest.is_empty() {
            let room = BODY_BYTES - field.len();
            let (now, later) = rest.split_at(room.min(rest.len()));
            stuff(&mut field, room - now.len());
            self.header(pid, is_first, !field.is_empty());
            self.out.append(&mut field);
            self.out.extend_from_slice(now);
            (rest, is_first) = (later, false);
        }
    }

    fn header(&mut self, pid: u16, is_first: bool, has_field: bool) {
        let [high, low] = pid.to_be_bytes();
        let counter = self.counters.entry(pid).or_default();
        let flags = if has_field { 0x30 } else { 0x10 };
        let starts = if is_first { 0x40 } else { 0 };
        self.out.extend_from_slice(&[0x47, starts | high, low, flags | *counter]);
        *counter = (*counter + 1) % 16;
    }
}

/// What [`Packets::unit`] writes for so many bytes, where video brings the clock.
pub(super) fn unit_bytes(lane: Lane, bytes: usize) -> usize {
    let clock = if lane == Lane::Video { CLOCK_BYTES } else { 0 };
    (clock + PES_HEADER_BYTES + bytes).div_ceil(BODY_BYTES) * PACKET_BYTES
}

/// The adaptation field that brings a clock: its length first.
fn adaptation(clock: Clock) -> [u8; CLOCK_BYTES] {
    let (with_clock, entry) = (0x10, if clock.is_entry { 0x40 } else { 0 });
    // 33 bits, six that are reserved, and nine for a fraction of a tick that is always zero.
    let bits = clock.pcr << 15 | 0x3F << 9;
    let mut field = [7, with_clock | entry, 0, 0, 0, 0, 0, 0];
    field[2..].copy_from_slice(&bits.to_be_bytes()[2..]);
    field
}

/// Lengthens an adaptation field, or makes one, by so many bytes.
fn stuff(field: &mut Vec<u8>, bytes: usize) {
    if bytes == 0 {
        return;
    }
    let whole = field.len() + bytes;
    if field.is_empty() {
        field.push(0);
        if whole > 1 {
            let no_flags = 0;
            field.push(no_flags);
        }
    }
    field.resize(whole, 0xFF);
    field[0] = u8::try_from(whole - 1).expect("a field fits its packet");
}

/// A PTS of 33 bits in five bytes, a marker bit after each stretch.
fn time_stamp(pts: u64) -> [u8; 5] {
    let byte = |shift: u32| u8::try_from(pts >> shift & 0xFF).expect("eight bits fit a byte");
    let only_pts = 0x20;
    [only_pts | (byte(29) & 0x0E) | 1, byte(22), byte(14) | 1, byte(7), byte(0) << 1 | 1]
}

/// The one program's number.
const PROGRAM: [u8; 2] = [0, 1];
/// "The format is named by an identifier", and the identifier.
const FORMAT: [u8; 11] = [0xFF, 0xFF, b'I', b'D', b'3', b' ', 0xFF, b'I', b'D', b'3', b' '];

fn programs() -> Vec<u8> {
    let [high, low] = MAP_PID.to_be_bytes();
    table(0x00, &[PROGRAM[0], PROGRAM[1], 0xE0 | high, low])
}

fn map() -> Vec<u8> {
    let (service, no_locator) = (0, 0x1F);
    let pointer = [&FORMAT[..], &[service, no_locator], &PROGRAM].concat();
    let no_decoder_setup = 0x0F;
    let metadata = [&FORMAT[..], &[service, no_decoder_setup]].concat();
    let [high, low] = Lane::Video.pid().to_be_bytes();
    let mut body = vec![0xE0 | high, low];
    body.extend(descriptors(&[(0x25, &pointer)]));
    body.extend(stream(Lane::Video, &[]));
    body.extend(stream(Lane::Audio, &[]));
    body.extend(stream(Lane::Metadata, &[(0x26, &metadata)]));
    table(0x02, &body)
}

fn stream(lane: Lane, described: &[(u8, &[u8])]) -> Vec<u8> {
    let [high, low] = lane.pid().to_be_bytes();
    let mut entry = vec![lane.stream_type(), 0xE0 | high, low];
    entry.extend(descriptors(described));
    entry
}

/// Tagged descriptors behind their common length.
fn descriptors(described: &[(u8, &[u8])]) -> Vec<u8> {
    let mut all = Vec::new();
    for (tag, data) in described {
        all.extend([*tag, u8::try_from(data.len()).expect("descriptors are short")]);
        all.extend_from_slice(data);
    }
    let mut out = twelve_bits(0xF000, all.len()).to_vec();
    out.append(&mut all);
    out
}

/// A table of one section, with its checksum.
fn table(id: u8, body: &[u8]) -> Vec<u8> {
    let (checksum_bytes, current_version) = (4, 0xC1);
    let after_length = 5 + body.len() + checksum_bytes;
    let mut section = vec![id];
    section.extend(twelve_bits(0xB000, after_length));
    section.extend([PROGRAM[0], PROGRAM[1], current_version, 0, 0]);
    section.extend_from_slice(body);
    section.extend(crc32(&section).to_be_bytes());
    section
}

fn twelve_bits(flags: u16, length: usize) -> [u8; 2] {
    (flags | u16::try_from(length).expect("tables are short")).to_be_bytes()
}

/// CRC-32/MPEG-2: not reflected, all ones at first, not inverted at last.
fn crc32(bytes: &[u8]) -> u32 {
    const POLYNOMIAL: u32 = 0x04C1_1DB7;
    bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte) << 24, |crc, _| {
            let is_odd = crc & 0x8000_0000 != 0;
            crc << 1 ^ if is_odd { POLYNOMIAL } else { 0 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_catalogued_one() {
        assert_eq!(crc32(b"123456789"), 0x0376_E6E7);
    }
}
