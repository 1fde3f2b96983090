//! What is read of playlists.

use proptest::prelude::*;

use super::*;

fn media(text: &str) -> Media {
    match Playlist::read(text) {
        Some(Playlist::Media(media)) => media,
        other => panic!("{other:?} is no media playlist"),
    }
}

fn at(uri: &str) -> Resource {
    Resource { uri: uri.to_owned(), range: None }
}

fn ms(millis: i64) -> SignedDuration {
    SignedDuration::from_millis(millis)
}

#[test]
fn the_cheapest_rendition_with_a_picture_is_taken() {
    let text = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=9,RESOLUTION=1x1,CODECS=\"a,b\"\nhigh.m3u8\n\
                #EXT-X-STREAM-INF:CODECS=\"BANDWIDTH=1,\",BANDWIDTH=5,RESOLUTION=1x1\n\n# hm\nlow\n\
                #EXT-X-STREAM-INF:BANDWIDTH=1\nsound.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=0\n";
    let Some(Playlist::Multivariant(variants)) = Playlist::read(text) else {
        panic!("it is multivariant");
    };
    let found: Vec<_> = variants.iter().map(|one| (one.uri.as_str(), one.bandwidth)).collect();
    assert_eq!(found, [("high.m3u8", 9), ("low", 5), ("sound.m3u8", 1)]);
    assert_eq!(cheapest(&variants).map(|one| one.uri.as_str()), Some("low"));
    assert_eq!(cheapest(&variants[2..]).map(|one| one.uri.as_str()), Some("sound.m3u8"));
    assert_eq!(cheapest(&[]), None);
}

#[test]
fn a_low_latency_playlist_is_read_with_its_parts() {
    let media = media(
        "#EXTM3U\r\n#EXT-X-VERSION:9\r\n#EXT-X-TARGETDURATION:1\r\n\
         #EXT-X-SERVER-CONTROL:PART-HOLD-BACK=0.6,CAN-BLOCK-RELOAD=YES\r\n\
         #EXT-X-PART-INF:PART-TARGET=0.2\r\n#EXT-X-MEDIA-SEQUENCE:7\r\n\
         #EXT-X-PROGRAM-DATE-TIME:2026-11-22T19:30:00.250Z\r\n\
         #EXT-X-PART:DURATION=0.2,URI=\"7.0.ts\",INDEPENDENT=YES\r\n\
         #EXT-X-PART:DURATION=0.2,URI=\"7.1.ts\",GAP=YES\r\n\
         #EXTINF:0.40000,a title, with commas\r\n7.ts\r\n\
         #EXT-X-PART:DURATION=0.2,URI=\"8.0.ts\"\r\n\
         #EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"8.1.ts\"\r\n#EXT-X-PREFETCH:9.ts\r\n",
    );
    assert_eq!((media.target, media.part_target), (ms(1_000), Some(ms(200))));
    assert_eq!((media.can_block, media.ended, media.encrypted), (true, false, false));
    assert_eq!((media.sequence, media.next_number()), (7, 9));
    let [seven, eight] = media.segments.as_slice() else { panic!("{media:?}") };
    assert_eq!((&seven.whole, seven.duration), (&Some(at("7.ts")), ms(400)));
    let parts: Vec<_> = seven.parts.iter().map(|part| part.resource.clone()).collect();
    assert_eq!(parts, [Some(at("7.0.ts")), None]);
    assert_eq!((&eight.whole, eight.parts.len()), (&None, 1));
    let begins = |segment: &Segment| segment.program_time.map(|at| at.to_string());
    assert_eq!(begins(seven).as_deref(), Some("2026-11-22T19:30:00.25Z"));
    assert_eq!(begins(eight).as_deref(), Some("2026-11-22T19:30:00.65Z"), "reckoned");
}

#[test]
fn times_may_be_written_with_an_offset() {
    for time in ["2026-11-22T21:30:00+02:00", "2026-11-22T21:30:00.000+0200"] {
        let text = format!(
            "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PROGRAM-DATE-TIME:{time}\n#EXTINF:6,\na\n\
             #EXT-X-DISCONTINUITY\n#EXTINF:6,\nb\n"
        );
        let media = media(&text);
        let begins = media.segments[0].program_time.map(|at| at.to_string());
        assert_eq!(begins.as_deref(), Some("2026-11-22T19:30:00Z"), "{time}");
        assert_eq!(media.segments[1].program_time, None, "nobody knows how long the gap was");
        assert!(media.segments[1].is_discontinuous && !media.segments[0].is_discontinuous);
    }
}

#[test]
fn ranges_go_on_where_the_last_one_ended() {
    let media = media(
        "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-MAP:URI=\"all.mp4\",BYTERANGE=\"700@0\"\n\
         #EXTINF:6,\n#EXT-X-BYTERANGE:1000@700\nall.mp4\n#EXTINF:6,\n#EXT-X-BYTERANGE:50\n\
         all.mp4\n#EXT-X-GAP\n#EXTINF:6,\nlost.mp4\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n\
         #EXTINF:6,\nwhole.mp4\n#EXT-X-ENDLIST\n",
    );
    let range = |resource: &Option<Resource>| {
        let range = resource.as_ref().and_then(|resource| resource.range);
        range.map(|range| (range.from, range.bytes))
    };
    let ranges: Vec<_> = media.segments.iter().map(|segment| range(&segment.whole)).collect();
    assert_eq!(ranges, [Some((700, 1_000)), Some((1_700, 50)), None, None]);
    assert_eq!(media.segments[2].whole, None, "it was lost");
    assert_eq!(range(&media.segments[3].map), Some((0, 700)));
    assert!(media.ended && media.encrypted);
}

#[test]
fn what_is_no_playlist_is_told() {
    for text in ["", "<html>", "#EXTM3U\n", "#EXTM3U8\n#EXT-X-TARGETDURATION:1", "x\n#EXTM3U"] {
        assert_eq!(Playlist::read(text), None, "{text:?}");
    }
    let nonsense = media(
        "#EXTM3U\n#EXT-X-TARGETDURATION:NaN\n#EXT-X-MEDIA-SEQUENCE:-1\n#EXTINF:1e99,\n\
         #EXT-X-BYTERANGE:18446744073709551615@9\na\n#EXT-X-PART:\n#EXT-X-MAP:URI=\"\n",
    );
    assert_eq!((nonsense.target, nonsense.sequence), (SignedDuration::ZERO, 0));
    assert_eq!(nonsense.segments[0].whole, Some(at("a")));
}

/// Lines that are nearly right.
fn line() -> impl Strategy<Value = String> {
    let tags = prop::sample::select(vec![
        "#EXTINF",
        "#EXT-X-TARGETDURATION",
        "#EXT-X-MEDIA-SEQUENCE",
        "#EXT-X-PART",
        "#EXT-X-MAP",
        "#EXT-X-BYTERANGE",
        "#EXT-X-PROGRAM-DATE-TIME",
        "#EXT-X-STREAM-INF",
        "#EXT-X-PART-INF",
    ]);
    let value = "[0-9@.,=\"A-Z-]{0,20}|URI=\"x\",BYTERANGE=\"[0-9@]{0,25}\"|2026-.{0,30}";
    prop_oneof![(tags, value).prop_map(|(tag, value)| format!("{tag}:{value}")), ".{0,20}"]
}

proptest! {
    #[test]
    fn any_text_is_read(lines in prop::collection::vec(line(), 0..20)) {
        let text = format!("#EXTM3U\n#EXT-X-TARGETDURATION:1\n{}", lines.join("\n"));
        if let Some(Playlist::Media(media)) = Playlist::read(&text) {
            prop_assert!(media.segments.len() <= text.lines().count());
            prop_assert!(media.next_number() >= media.sequence);
        }
    }
}
