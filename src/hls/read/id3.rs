//! ID3 tags, versions 2.3 and 2.4: the frames that carry timed metadata.

/// A `PRIV` or `TXXX` frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Whose it is: the owner of a `PRIV`, the description of a `TXXX`.
    pub owner: String,
    /// What it carries; of a `TXXX` the text as UTF-8.
    pub data: Vec<u8>,
}

const HEADER_BYTES: usize = 10;

/// The frames of all tags that stand one after the other; what is torn or unknown is left out.
pub fn frames(mut bytes: &[u8]) -> Vec<Frame> {
    let mut frames = Vec::new();
    while let Some((tag, rest)) = Tag::split(bytes) {
        tag.read(&mut frames);
        bytes = rest;
    }
    frames
}

/// The versions that are read.
#[derive(Clone, Copy)]
enum Version {
    Three,
    Four,
}

struct Tag {
    version: Version,
    /// Its frames.
    body: Vec<u8>,
}

impl Tag {
    /// The first tag, and what comes after it.
    fn split(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (header, rest) = bytes.split_first_chunk::<HEADER_BYTES>()?;
        let [b'I', b'D', b'3', major, _, flags, size @ ..] = *header else { return None };
        let version = match major {
            3 => Version::Three,
            4 => Version::Four,
            _ => return None,
        };
        let (body, rest) = rest.split_at_checked(synchsafe(size)?)?;
        let is = |flag: u8| flags & flag != 0;
        let body = match version {
            Version::Three if is(0x80) => resynchronised(body),
            Version::Three | Version::Four => body.to_vec(),
        };
        let body = if is(0x40) { after_extended_header(version, &body)? } else { body };
        let has_footer = matches!(version, Version::Four) && is(0x10);
        let rest = if has_footer { rest.get(HEADER_BYTES..).unwrap_or(&[]) } else { rest };
        Some((Self { version, body }, rest))
    }

    fn read(&self, frames: &mut Vec<Frame>) {
        let mut body = self.body.as_slice();
        while let Some((header, rest)) = body.split_first_chunk::<HEADER_BYTES>() {
            let [a, b, c, d, s0, s1, s2, s3, _, format] = *header;
            let size = [s0, s1, s2, s3];
            let size = match self.version {
                Version::Three => usize::try_from(u32::from_be_bytes(size)).ok(),
                Version::Four => synchsafe(size),
            };
            let parts = size.and_then(|size| rest.split_at_checked(size));
            let Some((content, after)) = parts.filter(|_| a != 0) else { break };
            let content = self.version.content(format, content);
            frames.extend(content.and_then(|content| frame([a, b, c, d], &content)));
            body = after;
        }
    }
}

impl Version {
    /// A frame's content as it was before it was laid into the tag; none when it is compressed or
    /// encrypted.
    fn content(self, format: u8, content: &[u8]) -> Option<Vec<u8>> {
        let is = |flag: u8| format & flag != 0;
        match self {
            Self::Three if is(0xC0) => None,
            Self::Three => Some(content.get(usize::from(is(0x20))..)?.to_vec()),
            Self::Four if is(0x0C) => None,
            Self::Four => {
                let length_bytes = if is(0x01) { 4 } else { 0 };
                let content = content.get(usize::from(is(0x40)) + length_bytes..)?;
                Some(if is(0x02) { resynchronised(content) } else { content.to_vec() })
            }
        }
    }
}

fn frame(id: [u8; 4], content: &[u8]) -> Option<Frame> {
    match &id {
        b"PRIV" => {
            let end = content.iter().position(|byte| *byte == 0)?;
            let (owner, data) = content.split_at(end);
            Some(Frame { owner: latin(owner), data: data[1..].to_vec() })
        }
        b"TXXX" => {
            let (encoding, text) = content.split_first()?;
            let text = text_of(*encoding, text)?;
            let (owner, value) = text.split_once('\0')?;
            let value = value.trim_start_matches('\u{feff}').trim_end_matches('\0');
            Some(Frame { owner: owner.to_owned(), data: value.as_bytes().to_vec() })
        }
        _ => None,
    }
}

/// A text in one of the four encodings; the byte order a text of UTF-16 begins with holds for all.
fn text_of(encoding: u8, bytes: &[u8]) -> Option<String> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let (units, _) = bytes.as_chunks::<2>();
        let units: Vec<u16> = units.iter().map(|pair| unit(*pair)).collect();
        String::from_utf16_lossy(&units)
    };
    match (encoding, bytes) {
        (0, bytes) => Some(latin(bytes)),
        (1, [0xFF, 0xFE, bytes @ ..]) => Some(utf16(bytes, u16::from_le_bytes)),
        (1, [0xFE, 0xFF, bytes @ ..]) | (2, bytes) => Some(utf16(bytes, u16::from_be_bytes)),
        (3, bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        _ => None,
    }
}

fn latin(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// A number of four times seven bits.
fn synchsafe(bytes: [u8; 4]) -> Option<usize> {
    bytes.iter().try_fold(0_usize, |number, byte| {
        (*byte < 0x80).then_some((number << 7) | usize::from(*byte))
    })
}

/// The bytes without the zeros that keep a tag from looking like audio.
fn resynchronised(bytes: &[u8]) -> Vec<u8> {
    let mut last = 0;
    let keep = |byte: &u8| {
        let is_guard = last == 0xFF && *byte == 0;
        last = *byte;
        !is_guard
    };
    bytes.iter().copied().filter(keep).collect()
}

fn after_extended_header(version: Version, body: &[u8]) -> Option<Vec<u8>> {
    let size = *body.first_chunk::<4>()?;
    let bytes = match version {
        Version::Three => usize::try_from(u32::from_be_bytes(size)).ok()?.checked_add(4)?,
        Version::Four => synchsafe(size)?,
    };
    Some(body.get(bytes..)?.to_vec())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::made::{id3_frame, id3_tag, priv_frame};
    use super::*;

    fn of(owner: &str, data: &[u8]) -> Frame {
        Frame { owner: owner.to_owned(), data: data.to_vec() }
    }

    #[test]
    fn several_frames_and_tags_are_read_in_order() {
        let one =
            id3_tag(4, 0, &[priv_frame(4, "a", b"1"), priv_frame(4, "b", b"2\x003")].concat());
        let two = id3_tag(3, 0, &priv_frame(3, "c", &[0xFF; 300]));
        assert_eq!(
            frames(&[one, two].concat()),
            [of("a", b"1"), of("b", b"2\x003"), of("c", &[0xFF; 300])]
        );
    }

    #[test]
    fn sizes_are_synchsafe_in_version_4_only() {
        let data = vec![b'x'; 1_024];
        for version in [3, 4] {
            let tag = id3_tag(version, 0, &priv_frame(version, "o", &data));
            assert_eq!(frames(&tag), [of("o", &data)], "version {version}");
        }
    }

    #[test]
    fn texts_are_read_in_each_encoding() {
        for (content, text) in [
            (&b"\x00d\x00caf\xe9"[..], "café"),
            (b"\x01\xff\xfed\0\0\0\xff\xfe\xe9\0\0\0", "é"),
            (b"\x01\xfe\xff\0d\0\0\xfe\xff\0\xe9", "é"),
            (b"\x02\0d\0\0\0\xe9", "é"),
            ("\x03d\x00日本\0".as_bytes(), "日本"),
        ] {
            let tag = id3_tag(4, 0, &id3_frame(4, *b"TXXX", 0, content));
            assert_eq!(frames(&tag), [of("d", text.as_bytes())], "{content:?}");
        }
    }

    #[test]
    fn what_keeps_a_tag_from_looking_like_audio_is_taken_out() {
        let three = id3_tag(3, 0x80, &id3_frame(3, *b"PRIV", 0, b"o\0\xff\x00\xe0"));
        // The size of a frame of version 2.3 counts the bytes that are left.
        let mut short = three.clone();
        short[17] -= 1;
        assert_eq!(frames(&short), [of("o", b"\xff\xe0")]);
        let four = id3_tag(4, 0x80, &id3_frame(4, *b"PRIV", 0x03, b"\0\0\0\x04o\0\xff\x00\xe0"));
        assert_eq!(frames(&four), [of("o", b"\xff\xe0")]);
    }

    #[test]
    fn extended_headers_groups_footers_and_padding_are_stepped_over() {
        let frame = id3_frame(4, *b"PRIV", 0x40, b"\x07o\0data");
        let four = id3_tag(4, 0x50, &[b"\0\0\0\x06\x01\0", &frame[..], &[0; 20]].concat());
        let next = id3_tag(4, 0, &priv_frame(4, "p", b""));
        let all = [&four[..], b"3DI\x04\0\0\0\0\0\0", &next].concat();
        assert_eq!(frames(&all), [of("o", b"data"), of("p", b"")]);
        let three =
            id3_tag(3, 0x40, &[b"\0\0\0\x06......", &priv_frame(3, "o", b"d")[..]].concat());
        assert_eq!(frames(&three), [of("o", b"d")]);
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        let compressed = id3_frame(4, *b"PRIV", 0x08, b"o\0d");
        let other = id3_frame(4, *b"TIT2", 0, b"\x03title");
        let body = [&compressed[..], &other, &priv_frame(4, "o", b"d")].concat();
        assert_eq!(frames(&id3_tag(4, 0, &body)), [of("o", b"d")]);
        let torn = id3_tag(4, 0, &body);
        assert_eq!(frames(&torn[..torn.len() - 1]), []);
        assert_eq!(frames(&id3_tag(2, 0, &body)), []);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200), flags: u8,
                              version in 3_u8..5, format: u8, cut in 0_usize..200) {
            let frame = id3_frame(version, *b"TXXX", format, &bytes);
            let tag = id3_tag(version, flags, &[&frame[..], &bytes].concat());
            frames(&bytes);
            let found = frames(&tag[..cut.min(tag.len())]);
            prop_assert!(found.len() <= 1 + bytes.len() / HEADER_BYTES);
        }
    }
}
