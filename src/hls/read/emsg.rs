//! Event message boxes: how fragmented MP4 carries timed metadata.

/// The schemes whose messages are ID3 tags: that of the specification, and an older one.
const ID3_SCHEMES: [&[u8]; 2] =
    [b"https://aomedia.org/emsg/ID3", b"https://developer.apple.com/streaming/emsg-id3"];

/// A message that is an ID3 tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message<'a> {
    /// When it is due.
    pub due: Due,
    /// Units of a second that times are written in.
    pub per_second: u32,
    /// The tag.
    pub tag: &'a [u8],
}

/// When a message is due, in its own units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// So long after its segment begins (version 0).
    After(u32),
    /// At this time of the stream (version 1).
    At(u64),
}

/// Reads the body of an `emsg` box; none when it is torn or carries no ID3.
pub fn read(body: &[u8]) -> Option<Message<'_>> {
    let (head, rest) = body.split_first_chunk::<4>()?;
    match head[0] {
        0 => {
            let (scheme, rest) = text(rest)?;
            let (_, rest) = text(rest)?;
            let (per_second, rest) = number(rest)?;
            let (after, rest) = number(rest)?;
            message(scheme, Due::After(after), per_second, after_duration_and_id(rest)?)
        }
        1 => {
            let (per_second, rest) = number(rest)?;
            let (at, rest) = rest.split_first_chunk::<8>()?;
            let (scheme, rest) = text(after_duration_and_id(rest)?)?;
            let (_, tag) = text(rest)?;
            message(scheme, Due::At(u64::from_be_bytes(*at)), per_second, tag)
        }
        _ => None,
    }
}

fn message<'a>(scheme: &[u8], due: Due, per_second: u32, tag: &'a [u8]) -> Option<Message<'a>> {
    let is_id3 = ID3_SCHEMES.contains(&scheme);
    is_id3.then_some(Message { due, per_second, tag })
}

fn after_duration_and_id(bytes: &[u8]) -> Option<&[u8]> {
    bytes.get(8..)
}

fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk::<4>()?;
    Some((u32::from_be_bytes(*number), rest))
}

/// A text up to its zero, and what comes after that.
fn text(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    Some((&bytes[..end], &bytes[end + 1..]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::made::{emsg_0, emsg_1};
    use super::*;

    const SCHEME: &str = "https://aomedia.org/emsg/ID3";

    #[test]
    fn both_versions_are_read() {
        assert_eq!(
            read(&emsg_0(SCHEME, 1_000, 250, b"tag")),
            Some(Message { due: Due::After(250), per_second: 1_000, tag: b"tag" })
        );
        assert_eq!(
            read(&emsg_1(SCHEME, 90_000, 1 << 40, b"")),
            Some(Message { due: Due::At(1 << 40), per_second: 90_000, tag: b"" })
        );
    }

    #[test]
    fn other_schemes_and_versions_are_left_out() {
        assert_eq!(read(&emsg_0("urn:scte:scte35:2013:bin", 1, 0, b"tag")), None);
        let mut later = emsg_1(SCHEME, 1, 0, b"tag");
        later[0] = 2;
        assert_eq!(read(&later), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..100),
                              cut in 0_usize..100) {
            read(&bytes);
            for whole in [emsg_0(SCHEME, 1, 2, &bytes), emsg_1(SCHEME, 1, 2, &bytes)] {
                let torn = &whole[..cut.min(whole.len())];
                prop_assert!(read(torn).is_none_or(|message| bytes.starts_with(message.tag)));
            }
        }
    }
}
