//! Bytes made by hand, for the tests of what reads them.

/// An ID3 frame; its size is synchsafe in version 2.4.
pub(super) fn id3_frame(version: u8, id: [u8; 4], format: u8, content: &[u8]) -> Vec<u8> {
    let size = if version == 4 { synchsafe(content.len()) } else { be(content.len()) };
    [&id[..], &size, &[0, format], content].concat()
}

/// A `PRIV` frame.
pub(super) fn priv_frame(version: u8, owner: &str, data: &[u8]) -> Vec<u8> {
    id3_frame(version, *b"PRIV", 0, &[owner.as_bytes(), b"\0", data].concat())
}

/// An ID3 tag around its frames.
pub(super) fn id3_tag(version: u8, flags: u8, body: &[u8]) -> Vec<u8> {
    [b"ID3", &[version, 0, flags][..], &synchsafe(body.len()), body].concat()
}

fn be(number: usize) -> [u8; 4] {
    u32::try_from(number).expect("it is small").to_be_bytes()
}

fn synchsafe(number: usize) -> [u8; 4] {
    [21, 14, 7, 0].map(|by| u8::try_from(number >> by & 0x7F).expect("seven bits are left"))
}

/// The packets at `pid` that a PES or a section lies in; the last is stuffed in front.
pub(super) fn ts_packets(pid: u16, pes: &[u8]) -> Vec<u8> {
    let chunks = pes.chunks(184).enumerate();
    chunks.flat_map(|(index, chunk)| ts_packet(pid, index == 0, chunk)).collect()
}

fn ts_packet(pid: u16, starts: bool, payload: &[u8]) -> Vec<u8> {
    let [high, low] = pid.to_be_bytes();
    let high = high | if starts { 0x40 } else { 0 };
    let blank = 184 - payload.len();
    let Some(after_length) = blank.checked_sub(1) else {
        return [&[0x47, high, low, 0x10], payload].concat();
    };
    let mut stuffing = vec![0xFF; after_length];
    if let Some(flags) = stuffing.first_mut() {
        *flags = 0;
    }
    let length = u8::try_from(after_length).expect("less than a packet");
    [&[0x47, high, low, 0x30, length], &stuffing[..], payload].concat()
}

/// A PES with a time; `open` does not say how long it is.
pub(super) fn pes(stream_id: u8, ticks: u64, data: &[u8], open: bool) -> Vec<u8> {
    let bits = |from: u32, count: u32| (ticks >> from) & ((1 << count) - 1);
    let time = 0x21_0001_0001 | (bits(30, 3) << 33) | (bits(15, 15) << 17) | (bits(0, 15) << 1);
    let [_, _, _, time @ ..] = time.to_be_bytes();
    let length = if open { 0 } else { u16::try_from(8 + data.len()).expect("it fits") };
    let head = [&[0, 0, 1, stream_id][..], &length.to_be_bytes(), &[0x84, 0x80, 5], &time];
    [&head.concat()[..], data].concat()
}

/// The two tables of a program, its map at 0x1000: picture at 0x100, sound at 0x101, metadata at
/// 0x102.
pub(super) fn ts_tables() -> Vec<u8> {
    let association = [0, 0xB0, 13, 0, 1, 0xC1, 0, 0, 0, 1, 0xF0, 0x00, 0, 0, 0, 0];
    let streams = [
        &[0x1B, 0xE1, 0x00, 0xF0, 0][..],
        &[0x0F, 0xE1, 0x01, 0xF0, 0],
        &[0x15, 0xE1, 0x02, 0xF0, 2, 0x26, 0],
    ];
    let streams = streams.concat();
    let length = u8::try_from(9 + streams.len() + 4).expect("it is short");
    let map = [&[2, 0xB0, length, 0, 1, 0xC1, 0, 0, 0xE1, 0, 0xF0, 0], &streams[..], &[0; 4]];
    let table = |pid, section: &[u8]| ts_packets(pid, &[&[0], section].concat());
    [table(0, &association), table(0x1000, &map.concat())].concat()
}

/// An MP4 box.
pub(super) fn mp4_box(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    [&be(8 + body.len()), &kind[..], body].concat()
}

/// An initialisation: track 1 the picture in 1/15,360 s, track 2 the sound in 1/48,000 s.
pub(super) fn mp4_init() -> Vec<u8> {
    let track = |number: u32, units: u32, handler: &[u8; 4]| {
        let tkhd = [&[0; 12][..], &number.to_be_bytes(), &[0; 68]].concat();
        let mdhd = [&[1, 0, 0, 0][..], &[0; 16], &units.to_be_bytes(), &[0; 12]].concat();
        let hdlr = [&[0; 8][..], handler, &[0; 13]].concat();
        let mdia = [mp4_box(*b"mdhd", &mdhd), mp4_box(*b"hdlr", &hdlr)].concat();
        mp4_box(*b"trak", &[mp4_box(*b"tkhd", &tkhd), mp4_box(*b"mdia", &mdia)].concat())
    };
    let tracks = [track(1, 15_360, b"vide"), track(2, 48_000, b"soun")].concat();
    [mp4_box(*b"ftyp", b"iso6"), mp4_box(*b"moov", &tracks)].concat()
}

/// A fragment of these tracks, each with its time in its own units.
pub(super) fn mp4_moof(tracks: &[(u32, u64)]) -> Vec<u8> {
    let fragment = |(number, units): &(u32, u64)| {
        let tfhd = mp4_box(*b"tfhd", &[&[0; 4][..], &number.to_be_bytes()].concat());
        let tfdt = mp4_box(*b"tfdt", &[&[1, 0, 0, 0][..], &units.to_be_bytes()].concat());
        mp4_box(*b"traf", &[tfhd, tfdt].concat())
    };
    let fragments: Vec<u8> = tracks.iter().flat_map(fragment).collect();
    [mp4_box(*b"moof", &fragments), mp4_box(*b"mdat", b"frames")].concat()
}

/// The body of an `emsg` of version 0.
pub(super) fn emsg_0(scheme: &str, per_second: u32, after: u32, tag: &[u8]) -> Vec<u8> {
    let numbers = [per_second, after, 0, 1].map(u32::to_be_bytes);
    [&[0; 4][..], scheme.as_bytes(), b"\0\0", numbers.as_flattened(), tag].concat()
}

/// The body of an `emsg` of version 1.
pub(super) fn emsg_1(scheme: &str, per_second: u32, at: u64, tag: &[u8]) -> Vec<u8> {
    let head = [&[1, 0, 0, 0][..], &per_second.to_be_bytes(), &at.to_be_bytes()].concat();
    [&head[..], &[0; 8], scheme.as_bytes(), b"\0\0", tag].concat()
}
