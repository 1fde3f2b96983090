//! Fragmented MP4: the boxes that say when a piece begins, and those that carry metadata.

use std::collections::BTreeMap;

use super::emsg::{self, Due};
use super::id3;
use super::pts::Pts;
use super::ts::{Held, Tag};
use crate::model::limits::TS_STREAMS_MAX;

/// What the initialisation says of the tracks.
#[derive(Debug, Default)]
pub struct Tracks {
    /// For each track's number, the units of a second that its times are written in.
    per_second: BTreeMap<u32, u32>,
    /// The track with the picture.
    picture: Option<u32>,
}

impl Tracks {
    /// Reads an initialisation section.
    pub fn of(init: &[u8]) -> Self {
        let mut tracks = Self::default();
        for track in inside(init, &[b"moov", b"trak"]).into_iter().take(TS_STREAMS_MAX) {
            let header = inside(track, &[b"tkhd"]).first().and_then(|tkhd| versioned(tkhd, 8));
            let media = inside(track, &[b"mdia", b"mdhd"]);
            let units = media.first().and_then(|mdhd| versioned(mdhd, 8));
            let handler = inside(track, &[b"mdia", b"hdlr"]);
            let (Some(number), Some(units)) = (header, units) else { continue };
            tracks.per_second.insert(number, units);
            if handler.first().and_then(|hdlr| hdlr.get(8..12)) == Some(b"vide") {
                tracks.picture = Some(number);
            }
        }
        tracks
    }

    /// Reads a piece.
    pub fn read(&self, piece: &[u8]) -> Held {
        let starts = self.starts(piece);
        let tags = boxes(piece).filter(|(kind, _)| kind == b"emsg");
        Held { starts, tags: tags.filter_map(|(_, body)| tag(body, starts)).collect() }
    }

    /// When the piece's picture begins, or its first track where it has none.
    fn starts(&self, piece: &[u8]) -> Option<Pts> {
        let fragments = inside(piece, &[b"moof", b"traf"]);
        let times: Vec<(u32, Pts)> =
            fragments.into_iter().filter_map(|fragment| self.time(fragment)).collect();
        let picture = times.iter().find(|(track, _)| Some(*track) == self.picture);
        picture.or(times.first()).map(|(_, pts)| *pts)
    }

    fn time(&self, fragment: &[u8]) -> Option<(u32, Pts)> {
        let number = u32_at(inside(fragment, &[b"tfhd"]).first()?, 4)?;
        let decode = *inside(fragment, &[b"tfdt"]).first()?;
        let units = match decode.first()? {
            0 => u64::from(u32_at(decode, 4)?),
            _ => u64::from_be_bytes(*decode.get(4..)?.first_chunk()?),
        };
        Some((number, Pts::of_units(units, *self.per_second.get(&number)?)?))
    }
}

fn tag(body: &[u8], starts: Option<Pts>) -> Option<Tag> {
    let message = emsg::read(body)?;
    let frames = id3::frames(message.tag);
    let pts = match message.due {
        Due::After(units) => {
            let after = Pts::of_units(u64::from(units), message.per_second);
            starts.zip(after).map(|(starts, after)| starts.plus(after))
        }
        Due::At(units) => Pts::of_units(units, message.per_second),
    };
    (!frames.is_empty()).then_some(Tag { pts, frames })
}

/// The bodies of all boxes at the end of this path.
fn inside<'a>(bytes: &'a [u8], path: &[&[u8; 4]]) -> Vec<&'a [u8]> {
    let Some((first, rest)) = path.split_first() else { return vec![bytes] };
    let met = boxes(bytes).filter(|(kind, _)| kind == *first);
    met.flat_map(|(_, body)| inside(body, rest)).collect()
}

/// The boxes that stand one after the other: kind and body of each, up to the first torn one.
fn boxes(mut bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let (head, rest) = bytes.split_first_chunk::<8>()?;
        let [s0, s1, s2, s3, kind @ ..] = *head;
        let body_bytes = match u32::from_be_bytes([s0, s1, s2, s3]) {
            0 => rest.len(),
            1 => {
                let large = u64::from_be_bytes(*rest.first_chunk()?);
                usize::try_from(large).ok()?.checked_sub(8)?
            }
            size => usize::try_from(size).ok()?.checked_sub(8)?,
        };
        let is_large = head[..4] == [0, 0, 0, 1];
        let (body, after) = rest.split_at_checked(body_bytes)?;
        bytes = after;
        Some((kind, if is_large { body.get(8..)? } else { body }))
    })
}

/// The number after the two times of a box, whose size depends on its version.
fn versioned(body: &[u8], times_bytes: usize) -> Option<u32> {
    let each = if *body.first()? == 0 { 1 } else { 2 };
    u32_at(body, 4 + times_bytes * each)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::made::{emsg_0, emsg_1, id3_tag, mp4_box, mp4_init, mp4_moof, priv_frame};
    use super::*;

    const SCHEME: &str = "https://aomedia.org/emsg/ID3";

    fn seconds(seconds: u64) -> Pts {
        Pts::new(seconds * 90_000)
    }

    #[test]
    fn a_piece_begins_with_its_picture() {
        let tracks = Tracks::of(&mp4_init());
        let piece = mp4_moof(&[(2, 48_000 * 7), (1, 15_360 * 5)]);
        assert_eq!(tracks.read(&piece).starts, Some(seconds(5)));
        assert_eq!(tracks.read(&mp4_moof(&[(2, 48_000 * 7)])).starts, Some(seconds(7)));
        assert_eq!(tracks.read(&mp4_moof(&[(9, 1)])), Held::default());
    }

    #[test]
    fn messages_are_placed_in_the_stream() {
        let tag = |owner| id3_tag(4, 0, &priv_frame(4, owner, b"x"));
        let piece = [
            mp4_box(*b"styp", b"msdh"),
            mp4_box(*b"emsg", &emsg_0(SCHEME, 1_000, 2_000, &tag("after"))),
            mp4_box(*b"emsg", &emsg_1(SCHEME, 100, 900, &tag("at"))),
            mp4_box(*b"emsg", b"torn"),
            mp4_moof(&[(1, 15_360 * 5)]),
        ];
        let held = Tracks::of(&mp4_init()).read(&piece.concat());
        let found: Vec<_> =
            held.tags.iter().map(|tag| (tag.pts, tag.frames[0].owner.as_str())).collect();
        assert_eq!(found, [(Some(seconds(7)), "after"), (Some(seconds(9)), "at")]);
    }

    #[test]
    fn a_box_may_write_its_size_large_or_not_at_all() {
        let large = [&b"\0\0\0\x01free\0\0\0\0\0\0\0\x12ab"[..], b"\0\0\0\0mdatrest"].concat();
        let found: Vec<_> = boxes(&large).collect();
        assert_eq!(found, [(*b"free", &b"ab"[..]), (*b"mdat", b"rest")]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..300),
                              at in 0_usize..400, byte: u8) {
            Tracks::of(&bytes).read(&bytes);
            let (mut init, mut piece) = (mp4_init(), mp4_moof(&[(1, 5)]));
            for made in [&mut init, &mut piece] {
                let at = at % made.len();
                made[at] = byte;
            }
            Tracks::of(&init).read(&piece);
        }
    }
}
