//! The media playlist, held to the rules of RFC 8216 and its low-latency revision.

use jiff::{SignedDuration, Timestamp};

use super::{ms, started, stream};
use crate::hls::stream::Stream;
use crate::model::limits::{HLS_SEGMENTS_IN_PARTS, HLS_SEGMENTS_LISTED};

#[test]
fn a_live_playlist_reads_like_this() {
    let mut stream = stream(8);
    stream.advance(ms(4_400));
    insta::assert_snapshot!(stream.media_playlist(), @r##"
    #EXTM3U
    #EXT-X-VERSION:6
    #EXT-X-TARGETDURATION:1
    #EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=0.600
    #EXT-X-PART-INF:PART-TARGET=0.200
    #EXT-X-MEDIA-SEQUENCE:0
    #EXT-X-INDEPENDENT-SEGMENTS
    #EXT-X-PROGRAM-DATE-TIME:2026-11-22T20:00:00.250Z
    #EXTINF:1.000,
    0.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-11-22T20:00:01.250Z
    #EXT-X-PART:DURATION=0.200,URI="1.0.ts",INDEPENDENT=YES
    #EXT-X-PART:DURATION=0.200,URI="1.1.ts",INDEPENDENT=YES
    #EXT-X-PART:DURATION=0.200,URI="1.2.ts",INDEPENDENT=YES
    #EXT-X-PART:DURATION=0.200,URI="1.3.ts",INDEPENDENT=YES
    #EXT-X-PART:DURATION=0.200,URI="1.4.ts",INDEPENDENT=YES
    #EXTINF:1.000,
    1.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-11-22T20:00:02.250Z
    #EXT-X-PART:DURATION=0.200,URI="2.0.ts",INDEPENDENT=YES
    #EXT-X-PART:DURATION=0.200,URI="2.1.ts",INDEPENDENT=YES
    #EXT-X-PART:DURATION=0.200,URI="2.2.ts",INDEPENDENT=YES
    #EXT-X-PART:DURATION=0.200,URI="2.3.ts",INDEPENDENT=YES
    #EXT-X-PART:DURATION=0.200,URI="2.4.ts",INDEPENDENT=YES
    #EXTINF:1.000,
    2.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-11-22T20:00:03.250Z
    #EXT-X-PART:DURATION=0.200,URI="3.0.ts",INDEPENDENT=YES
    #EXT-X-PART:DURATION=0.200,URI="3.1.ts",INDEPENDENT=YES
    #EXT-X-PART:DURATION=0.200,URI="3.2.ts",INDEPENDENT=YES
    #EXT-X-PART:DURATION=0.200,URI="3.3.ts",INDEPENDENT=YES
    #EXT-X-PART:DURATION=0.200,URI="3.4.ts",INDEPENDENT=YES
    #EXTINF:1.000,
    3.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-11-22T20:00:04.250Z
    #EXT-X-PART:DURATION=0.200,URI="4.0.ts",INDEPENDENT=YES
    #EXT-X-PART:DURATION=0.200,URI="4.1.ts",INDEPENDENT=YES
    #EXT-X-PRELOAD-HINT:TYPE=PART,URI="4.2.ts"
    #EXT-X-PREFETCH:4.ts
    #EXT-X-PREFETCH:5.ts
    "##);
}

#[test]
fn a_playlist_of_what_ended_reads_like_this() {
    let mut stream = stream(8);
    end(&mut stream, ms(1_500));
    insta::assert_snapshot!(stream.media_playlist(), @r##"
    #EXTM3U
    #EXT-X-VERSION:6
    #EXT-X-TARGETDURATION:1
    #EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=0.600
    #EXT-X-PART-INF:PART-TARGET=0.200
    #EXT-X-MEDIA-SEQUENCE:0
    #EXT-X-INDEPENDENT-SEGMENTS
    #EXT-X-PROGRAM-DATE-TIME:2026-11-22T20:00:00.250Z
    #EXT-X-PART:DURATION=0.200,URI="0.0.ts",INDEPENDENT=YES
    #EXT-X-PART:DURATION=0.200,URI="0.1.ts",INDEPENDENT=YES
    #EXT-X-PART:DURATION=0.200,URI="0.2.ts",INDEPENDENT=YES
    #EXT-X-PART:DURATION=0.200,URI="0.3.ts",INDEPENDENT=YES
    #EXT-X-PART:DURATION=0.200,URI="0.4.ts",INDEPENDENT=YES
    #EXTINF:1.000,
    0.ts
    #EXT-X-PROGRAM-DATE-TIME:2026-11-22T20:00:01.250Z
    #EXT-X-PART:DURATION=0.200,URI="1.0.ts",INDEPENDENT=YES
    #EXT-X-PART:DURATION=0.200,URI="1.1.ts",INDEPENDENT=YES
    #EXTINF:0.400,
    1.ts
    #EXT-X-ENDLIST
    "##);
}

#[test]
fn before_its_first_part_a_stream_has_only_hints() {
    let mut stream = stream(8);
    let tags = tags(&stream);
    assert_eq!(
        tags[6..],
        [
            "#EXT-X-INDEPENDENT-SEGMENTS",
            "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"0.0.ts\"",
            "#EXT-X-PREFETCH:0.ts",
            "#EXT-X-PREFETCH:1.ts",
        ]
    );
    end(&mut stream, ms(100));
    assert!(stream.media_playlist().ends_with("#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-ENDLIST\n"));
}

/// Every part of a minute and a bit, and after a long sleep: by rules, not by text.
#[test]
fn every_playlist_keeps_the_rules() {
    let mut stream = stream(8);
    let mut before = Rules::default();
    for part in (0..330).chain(100_000..100_012) {
        stream.advance(ms(part * 200));
        let now = Rules::check(&stream);
        assert_eq!(now.parts, u64::try_from(part).expect("positive"));
        assert!(now.sequence >= before.sequence);
        before = now;
    }
}

#[test]
fn an_ended_playlist_promises_nothing() {
    for at in [0, 900, 1_000, 12_345, 100_000] {
        let mut stream = stream(8);
        end(&mut stream, ms(at));
        let text = stream.media_playlist();
        assert!(text.ends_with("#EXT-X-ENDLIST\n"));
        assert!(!text.contains("PRELOAD-HINT") && !text.contains("PREFETCH"));
        let listed = text.lines().filter(|line| !line.starts_with('#')).count();
        let begun = usize::try_from((at / 200 + 4) / 5).expect("positive");
        let most = usize::try_from(HLS_SEGMENTS_LISTED).expect("small") + 1;
        assert!(listed == begun.min(most) || listed == begun.min(most - 1), "{at}: {text}");
    }
}

/// Ends a stream, and looks at it some time later.
fn end(stream: &mut Stream, at: SignedDuration) {
    stream.end(at);
    stream.advance(at + ms(5_000));
}

fn tags(stream: &Stream) -> Vec<String> {
    stream.media_playlist().lines().map(str::to_owned).collect()
}

/// What was read from a playlist line by line.
#[derive(Default)]
struct Rules {
    sequence: u64,
    /// Parts since the start that are listed, alone or within their segments.
    parts: u64,
    dates: Vec<Timestamp>,
    segments: Vec<u64>,
    segments_in_parts: Vec<u64>,
    ends: Vec<String>,
}

impl Rules {
    fn check(stream: &Stream) -> Self {
        let mut rules = Self::default();
        for line in tags(stream) {
            rules.read(&line, stream);
        }
        rules.segments_in_parts.dedup();
        let Self { sequence, dates, segments, parts, ends, .. } = &rules;
        let current = parts / 5;
        let expected: Vec<u64> = (current.saturating_sub(HLS_SEGMENTS_LISTED)..current).collect();
        assert_eq!(*segments, expected);
        assert_eq!(*sequence, expected.first().copied().unwrap_or(0));
        let named =
            (*sequence..).map(|msn| started() + ms(i64::try_from(msn).expect("small") * 1_000));
        assert!(dates.iter().copied().eq(named.take(dates.len())));
        let from = current.saturating_sub(HLS_SEGMENTS_IN_PARTS);
        let in_parts: Vec<u64> = (from..current + u64::from(parts % 5 > 0)).collect();
        assert_eq!(rules.segments_in_parts, in_parts);
        let hint = format!("#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"{current}.{}.ts\"", parts % 5);
        let prefetch = |msn| format!("#EXT-X-PREFETCH:{msn}.ts");
        assert_eq!(*ends, [hint, prefetch(current), prefetch(current + 1)]);
        rules
    }

    fn read(&mut self, line: &str, stream: &Stream) {
        let number = |text: &str| text.parse::<u64>().expect("a number");
        if let Some(sequence) = line.strip_prefix("#EXT-X-MEDIA-SEQUENCE:") {
            self.sequence = number(sequence);
        } else if let Some(date) = line.strip_prefix("#EXT-X-PROGRAM-DATE-TIME:") {
            self.dates.push(date.parse().expect("a date"));
        } else if let Some(part) = line.strip_prefix("#EXT-X-PART:DURATION=0.200,URI=\"") {
            let name = part.strip_suffix(".ts\",INDEPENDENT=YES").expect("a part");
            let (msn, part) = name.split_once('.').expect("a part's name");
            let (msn, part) = (number(msn), number(part));
            assert!(stream.part(msn, part).is_some(), "no part is listed before it is whole");
            self.segments_in_parts.push(msn);
            self.parts = msn * 5 + part + 1;
        } else if let Some(msn) = line.strip_suffix(".ts").filter(|msn| !msn.starts_with('#')) {
            let segment = stream.segment(number(msn)).expect("what is listed can be had");
            assert!(segment.whole && segment.parts.len() == 5);
            self.segments.push(number(msn));
            self.parts = (number(msn) + 1) * 5;
        } else if line.starts_with("#EXT-X-PRE") {
            self.ends.push(line.to_owned());
        } else {
            assert!(self.ends.is_empty(), "after the hints comes nothing: {line}");
        }
    }
}
