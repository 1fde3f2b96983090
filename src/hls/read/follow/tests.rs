//! Playlists one after the other, and what they have to read.

use super::super::m3u8::Playlist;
use super::*;

fn media(text: &str) -> Media {
    let text = format!("#EXTM3U\n#EXT-X-TARGETDURATION:2\n{text}");
    match Playlist::read(&text) {
        Some(Playlist::Media(media)) => media,
        other => panic!("{other:?} is no media playlist"),
    }
}

/// A live playlist of whole segments.
fn segments(from: u64, count: u64) -> Media {
    let lines = (from..from + count).map(|number| format!("#EXTINF:2,\n{number}\n"));
    media(&format!("#EXT-X-MEDIA-SEQUENCE:{from}\n{}", lines.collect::<String>()))
}

/// A low latency playlist: a whole segment with two parts for each number, then parts.
fn parts(from: u64, whole: u64, parts: u64) -> Media {
    let part = |number, part| format!("#EXT-X-PART:DURATION=1,URI=\"{number}.{part}\"\n");
    let segment = |number| format!("{}{}#EXTINF:2,\n{number}\n", part(number, 0), part(number, 1));
    let last = (0..parts).map(|index| part(from + whole, index));
    let lines = (from..from + whole).map(segment).chain(last);
    media(&format!(
        "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES\n#EXT-X-PART-INF:PART-TARGET=1\n\
         #EXT-X-MEDIA-SEQUENCE:{from}\n{}",
        lines.collect::<String>()
    ))
}

fn read(follower: &mut Follower, media: &Media) -> Vec<(String, Join)> {
    let pieces = follower.look(media).pieces;
    pieces.into_iter().map(|piece| (piece.resource.uri, piece.join)).collect()
}

fn is(pieces: &[(&str, Join)]) -> Vec<(String, Join)> {
    pieces.iter().map(|(uri, join)| ((*uri).to_owned(), *join)).collect()
}

#[test]
fn a_number_past_all_reason_does_no_harm() {
    let hostile = media(&format!("#EXT-X-MEDIA-SEQUENCE:{}\n#EXTINF:2,\na\n", u64::MAX));
    let mut follower = Follower::default();
    assert_eq!(read(&mut follower, &hostile), is(&[("a", Join::Anew)]));
    assert_eq!(read(&mut follower, &hostile), []);
}

#[test]
fn whole_segments_are_read_once_each_from_the_newest_on() {
    let mut follower = Follower::default();
    assert_eq!(read(&mut follower, &segments(3, 4)), is(&[("6", Join::Anew)]));
    assert_eq!(read(&mut follower, &segments(3, 4)), []);
    assert_eq!(read(&mut follower, &segments(5, 4)), is(&[("7", Join::Next), ("8", Join::Next)]));
}

#[test]
fn parts_are_read_once_each_and_whole_segments_where_none_was() {
    let mut follower = Follower::default();
    assert_eq!(read(&mut follower, &parts(0, 3, 1)), is(&[("3.0", Join::Anew)]));
    assert_eq!(read(&mut follower, &parts(0, 4, 0)), is(&[("3.1", Join::Within)]));
    assert_eq!(read(&mut follower, &parts(0, 4, 1)), is(&[("4.0", Join::Next)]));
    assert_eq!(
        read(&mut follower, &parts(2, 4, 1)),
        is(&[("4.1", Join::Within), ("5", Join::Next), ("6.0", Join::Next)])
    );
}

#[test]
fn a_segment_whose_parts_are_gone_is_read_again() {
    let mut follower = Follower::default();
    read(&mut follower, &parts(0, 3, 1));
    assert_eq!(read(&mut follower, &segments(0, 5)), is(&[("3", Join::Again), ("4", Join::Next)]));
}

#[test]
fn what_left_the_playlist_unread_is_missed() {
    let mut follower = Follower::default();
    read(&mut follower, &segments(0, 3));
    let news = follower.look(&segments(7, 2));
    assert_eq!((news.missed, news.is_new), (4, true));
    assert_eq!(news.pieces.first().map(|piece| piece.join), Some(Join::Gap));
    assert_eq!(news.pieces.len(), 2);
}

#[test]
fn numbers_that_fall_begin_another_broadcast() {
    let mut follower = Follower::default();
    read(&mut follower, &segments(90, 3));
    assert_eq!(read(&mut follower, &segments(0, 2)), is(&[("1", Join::Anew)]));
}

#[test]
fn what_has_ended_is_read_from_its_begin() {
    let ended = Media { ended: true, ..segments(0, 3) };
    let mut follower = Follower::default();
    assert_eq!(
        read(&mut follower, &ended),
        is(&[("0", Join::Anew), ("1", Join::Next), ("2", Join::Next)])
    );
    assert_eq!(Follower::reload(&ended, true), Reload::Never);
}

#[test]
fn what_was_lost_is_stepped_over() {
    let lost = "#EXTINF:2,\n0\n#EXT-X-PART:DURATION=1,URI=\"1.0\"\n#EXT-X-GAP\n#EXTINF:2,\n1\n\
                #EXT-X-GAP\n#EXTINF:2,\n2\n#EXTINF:2,\n3\n#EXT-X-DISCONTINUITY\n#EXTINF:2,\n4\n\
                #EXT-X-ENDLIST";
    let pieces = is(&[("0", Join::Anew), ("1.0", Join::Next), ("3", Join::Gap), ("4", Join::Anew)]);
    assert_eq!(read(&mut Follower::default(), &media(lost)), pieces);
}

#[test]
fn parts_know_when_their_first_frame_was_taken() {
    let time = "#EXT-X-PROGRAM-DATE-TIME:2026-11-22T19:30:00Z\n";
    let part = |uri: &str| format!("#EXT-X-PART:DURATION=0.25,URI=\"{uri}\"\n");
    let pieces = Follower::default().look(&media(&[time, &part("0"), &part("1")].concat())).pieces;
    let times: Vec<_> = pieces.iter().filter_map(|piece| piece.program_time).collect();
    let texts: Vec<_> = times.iter().map(ToString::to_string).collect();
    assert_eq!(texts, ["2026-11-22T19:30:00Z", "2026-11-22T19:30:00.25Z"]);
}

#[test]
fn the_next_look_waits_for_what_is_not_listed() {
    let secs = SignedDuration::from_secs;
    let blocking = |number, part| Reload::Blocking { number, part };
    assert_eq!(Follower::reload(&parts(4, 3, 1), true), blocking(7, Some(1)));
    assert_eq!(Follower::reload(&parts(4, 3, 0), true), blocking(7, Some(0)));
    let no_parts = Media { can_block: true, ..segments(4, 3) };
    assert_eq!(Follower::reload(&no_parts, true), blocking(7, None));
    assert_eq!(Follower::reload(&segments(4, 3), true), Reload::After(secs(2)));
    assert_eq!(Follower::reload(&segments(4, 3), false), Reload::After(secs(1)));
    assert_eq!(Follower::reload(&parts(4, 3, 1), false), Reload::After(secs(1)));
}
