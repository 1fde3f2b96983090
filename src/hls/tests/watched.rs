//! What is muxed, as our own viewer reads it: by playlists, pieces and their metadata.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::super::read::follow::{Follower, Piece, Reload};
use super::super::read::m3u8::{Media, Playlist};
use super::super::read::reader::{Metadata, Reader};
use super::super::stream::Stream;
use super::{ms, payload, started, stream};

#[derive(Default)]
struct Viewer {
    follower: Follower,
    reader: Reader,
    /// Payloads with their program time.
    seen: Vec<(String, Option<Timestamp>)>,
    missed: u64,
}

impl Viewer {
    /// Looks at the playlist and reads what is new in it.
    fn look(&mut self, stream: &Stream) -> (Media, bool) {
        let Some(Playlist::Media(media)) = Playlist::read(&stream.media_playlist()) else {
            panic!("it is a media playlist");
        };
        let news = self.follower.look(&media);
        self.missed += news.missed;
        for piece in &news.pieces {
            let found = self.reader.read(piece, &bytes(stream, piece));
            self.seen.extend(found.into_iter().filter_map(of_a_show));
        }
        (media, news.is_new)
    }

    fn texts(&self) -> Vec<&str> {
        self.seen.iter().map(|(text, _)| text.as_str()).collect()
    }
}

fn of_a_show(metadata: Metadata) -> Option<(String, Option<Timestamp>)> {
    let is_ours = metadata.frame.owner == "metadata.live-video.net";
    let text = String::from_utf8(metadata.frame.data).ok();
    text.filter(|_| is_ours).map(|text| (text, metadata.program_time))
}

/// The bytes at a piece's address: `7.ts` or `7.2.ts`.
fn bytes(stream: &Stream, piece: &Piece) -> Vec<u8> {
    let name = piece.resource.uri.strip_suffix(".ts").expect("it is a transport stream");
    let number = |text: &str| text.parse().expect("it is a number");
    match name.split_once('.') {
        Some((msn, part)) => stream.part(number(msn), number(part)).expect("it is listed").to_vec(),
        None => stream.segment(number(name)).expect("it is listed").parts.concat(),
    }
}

#[test]
fn the_next_look_asks_for_what_the_stream_has_not() {
    let (mut stream, mut viewer) = (stream(1), Viewer::default());
    for at in (400..9_000).step_by(200) {
        stream.advance(ms(at));
        let (media, is_new) = viewer.look(&stream);
        let Reload::Blocking { number, part } = Follower::reload(&media, is_new) else {
            panic!("the stream lets requests wait, and went on: {media:?}");
        };
        let part = part.map(|part| u64::try_from(part).expect("a segment has few parts"));
        assert!(!stream.has(number, part), "{number} {part:?} at {at} ms");
        stream.advance(ms(at + 200));
        assert!(stream.has(number, part), "{number} {part:?} at {at} ms");
    }
}

#[test]
fn the_end_is_told_after_the_last_payload() {
    let (mut stream, mut viewer) = (stream(1), Viewer::default());
    stream.advance(ms(3_000));
    viewer.look(&stream);
    assert!(stream.put(&payload("last"), ms(3_050)));
    stream.end(ms(3_400));
    stream.advance(ms(3_400));
    let (media, _) = viewer.look(&stream);
    assert!(media.ended);
    assert_eq!(viewer.texts(), ["last"]);
    assert_eq!(Follower::reload(&media, true), Reload::Never);
}

#[test]
fn who_looks_away_too_long_misses_what_is_gone() {
    let (mut stream, mut viewer) = (stream(1), Viewer::default());
    stream.advance(ms(3_000));
    viewer.look(&stream);
    assert!(stream.put(&payload("gone"), ms(4_000)));
    stream.advance(ms(60_000));
    viewer.look(&stream);
    assert_eq!(viewer.texts(), [""; 0]);
    assert!(viewer.missed > 30, "{}", viewer.missed);
    assert!(stream.put(&payload("there"), ms(60_100)));
    stream.advance(ms(61_000));
    viewer.look(&stream);
    assert_eq!(viewer.texts(), ["there"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn every_payload_is_seen_once_in_order_and_in_its_time(
        gaps in prop::collection::vec((0_i64..1_500, 0_usize..=510), 1..30),
        looks in prop::collection::vec(1_i64..5_000, 1..10),
    ) {
        let (mut stream, mut viewer) = (stream(1), Viewer::default());
        stream.advance(ms(2_000));
        viewer.look(&stream);
        let mut looks = looks.into_iter().cycle();
        let (mut now, mut look_at) = (2_000, 2_000);
        let mut sent: Vec<(String, SignedDuration)> = Vec::new();
        for (number, (gap, size)) in gaps.into_iter().enumerate() {
            now += gap;
            while look_at < now {
                stream.advance(ms(look_at));
                viewer.look(&stream);
                look_at += looks.next().unwrap_or(1);
            }
            let text = format!("{number:04}{}", "é".repeat(size));
            prop_assert!(stream.put(&payload(&text), ms(now)));
            sent.push((text, ms(now)));
        }
        stream.advance(ms(now + 3_000));
        viewer.look(&stream);
        let texts: Vec<&str> = sent.iter().map(|(text, _)| text.as_str()).collect();
        prop_assert_eq!(viewer.texts(), texts);
        prop_assert_eq!(viewer.missed, 0);
        for ((_, put_at), (_, shown)) in sent.iter().zip(&viewer.seen) {
            let after = shown.expect("the playlist says when").duration_since(started() + *put_at);
            // The playlist writes milliseconds; a frame lasts 33, and each takes one payload.
            prop_assert!(after > ms(-2) && after < ms(36 * 30), "{after}");
        }
    }
}
