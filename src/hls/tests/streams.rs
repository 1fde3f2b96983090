//! Streams read back: what is in a part, what a day later is, and what is kept.

use mpeg2ts_reader::StreamType;

use super::reader::{Read, read};
use super::{ID, bytes, made, ms, payload, started, stream};
use crate::hls::PART;
use crate::hls::clip::Clip;
use crate::hls::mux::peak_bits_per_second;
use crate::hls::stream::Stream;
use crate::model::limits::{
    CHANNEL_SENDS_PER_WINDOW, HLS_PAYLOADS_AHEAD, HLS_SEGMENTS_AHEAD, HLS_SEGMENTS_KEPT,
    PAYLOAD_MAX_BYTES,
};

const START: u64 = 900_000;
const MASK: u64 = (1 << 33) - 1;

fn stamps(read: &Read, kind: StreamType) -> Vec<u64> {
    read.of(kind).iter().map(|unit| unit.pts).collect()
}

#[test]
fn a_part_holds_all_that_a_player_needs_to_begin() {
    let mut stream = stream(8);
    stream.advance(ms(400));
    let read = read(&stream.part(0, 1).expect("it is whole"));
    assert_eq!(read.streams, [StreamType::H264, StreamType::ADTS, StreamType::METADATA_IN_PES]);
    let first = START + 18_000;
    assert_eq!(read.primers(), [(first, first)]);
    assert_eq!(read.units[0].kind, StreamType::METADATA_IN_PES, "the primer comes first");
    let pictures = read.of(StreamType::H264);
    let expected: Vec<Vec<u8>> = (6..12).map(made::frame).collect();
    assert_eq!(
        pictures.iter().map(|unit| &unit.data).collect::<Vec<_>>(),
        Vec::from_iter(&expected)
    );
    let times: Vec<u64> = (0..6).map(|frame| first + 3_000 * frame).collect();
    assert_eq!(stamps(&read, StreamType::H264), times);
    let clocks: Vec<(u64, bool)> = times.iter().map(|pts| (pts - 9_000, *pts == first)).collect();
    assert_eq!(read.clocks, clocks);
    assert_eq!(read.gaps, 0);
}

#[test]
fn the_tables_say_that_the_metadata_is_id3() {
    let mut stream = stream(1);
    stream.advance(PART);
    let map = read(&stream.part(0, 0).expect("it is whole")).map;
    let (program, metadata) =
        (b"\x25\x0F\xFF\xFFID3 \xFFID3 \x00\x1F\x00\x01", b"\x26\x0D\xFF\xFFID3 \xFFID3 \x00\x0F");
    let finds = |wanted: &[u8]| map.windows(wanted.len()).filter(|at| *at == wanted).count();
    assert_eq!((finds(program), finds(metadata)), (1, 1), "{map:x?}");
}

#[test]
fn pictures_and_sounds_come_in_the_order_of_their_time() {
    let mut stream = stream(8);
    stream.advance(ms(10_000));
    let read = read(&bytes(&stream, 0..10));
    let pictures: Vec<u64> = (0..300).map(|frame| START + 3_000 * frame).collect();
    assert_eq!(stamps(&read, StreamType::H264), pictures);
    let sounds: Vec<u64> = (0..469).map(|sound| START + 1_920 * sound).collect();
    assert_eq!(stamps(&read, StreamType::ADTS), sounds);
    let mut latest = 0;
    for unit in &read.units {
        assert!(unit.pts + 3_000 > latest, "never a frame behind what came before");
        latest = latest.max(unit.pts);
    }
}

#[test]
fn a_picture_may_be_longer_than_a_length_field_can_say() {
    let mut frames: Vec<Vec<u8>> = (0..30).map(made::frame).collect();
    frames[2].resize(70_000, 0xA5);
    let clip = Clip::parse(&frames.concat(), &made::audio(47)).expect("a clip");
    let mut stream = Stream::new(clip.into(), ID, started());
    stream.advance(ms(1_000));
    let read = read(&bytes(&stream, 0..1));
    let pictures = read.of(StreamType::H264);
    assert!(pictures.iter().map(|unit| &unit.data).eq(&frames));
}

#[test]
fn the_seam_of_the_loop_cannot_be_told() {
    let mut stream = stream(8);
    stream.advance(ms(18_000));
    let read = read(&bytes(&stream, 0..18));
    assert_eq!(read.gaps, 0);
    let data = |kind| read.of(kind).iter().map(|unit| unit.data.clone()).collect::<Vec<_>>();
    let pictures: Vec<Vec<u8>> = (0..540).map(|at| made::frame(at % 240)).collect();
    assert_eq!(data(StreamType::H264), pictures);
    let sounds: Vec<Vec<u8>> = (0..844).map(|at| made::sound(at % 375, 3)).collect();
    assert_eq!(data(StreamType::ADTS), sounds);
}

#[test]
fn the_announced_bandwidth_is_that_of_the_largest_second() {
    let largest = "x".repeat(PAYLOAD_MAX_BYTES);
    let mut stream = stream(8);
    for second in 0..8 {
        for _ in 0..CHANNEL_SENDS_PER_WINDOW {
            stream.put(&payload(&largest), ms(second * 1_000));
        }
    }
    stream.advance(ms(8_000));
    let bits = (0..8).map(|msn| bytes(&stream, msn..msn + 1).len() * 8).max();
    assert_eq!(bits, Some(peak_bits_per_second(&made::clip(8))));
}

#[test]
fn counters_run_on_however_the_stream_is_advanced() {
    let (mut in_one, mut by_parts) = (stream(8), stream(8));
    in_one.advance(ms(5_000));
    for part in 0..=50 {
        by_parts.advance(ms(part * 100));
    }
    assert_eq!(bytes(&in_one, 0..5), bytes(&by_parts, 0..5));
    assert_eq!(read(&bytes(&in_one, 0..5)).gaps, 0);
}

#[test]
fn a_day_passes_and_the_stamps_wrap() {
    let mut stream = stream(8);
    let wraps_at = ((1_i64 << 33) - 900_000) / 90_000;
    stream.put(&payload("an hour before"), ms((wraps_at - 3_600) * 1_000));
    stream.put(&payload("before"), ms((wraps_at - 1) * 1_000));
    stream.put(&payload("after"), ms((wraps_at + 2) * 1_000));
    stream.advance(ms((wraps_at + 5) * 1_000));
    let current = u64::try_from(wraps_at + 5).expect("positive");
    let read = read(&bytes(&stream, current - 10..current));
    assert_eq!(read.gaps, 0);
    let first = (current - 10) * 30;
    let pictures: Vec<u64> = (first..first + 300).map(|at| (START + at * 3_000) & MASK).collect();
    assert_eq!(stamps(&read, StreamType::H264), pictures);
    assert!(pictures.windows(2).any(|two| two[1] < two[0]), "it wraps in this window");
    let clocks: Vec<u64> = pictures.iter().map(|pts| (pts + MASK + 1 - 9_000) & MASK).collect();
    assert_eq!(read.clocks.iter().map(|(clock, _)| *clock).collect::<Vec<_>>(), clocks);
    let sounds = stamps(&read, StreamType::ADTS);
    assert!(sounds.windows(2).all(|two| (two[1] + MASK + 1 - two[0]) & MASK == 1_920));
    let texts: Vec<String> = read.payloads().into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, ["before", "after"]);
}

#[test]
fn a_payload_lands_in_the_next_frame() {
    let mut stream = stream(8);
    for (text, at) in [("at once", 0), ("on a frame", 100), ("after it", 101), ("last", 199)] {
        assert!(stream.put(&payload(text), ms(at)));
    }
    stream.advance(ms(400));
    let frames: Vec<(u64, String)> = read(&bytes(&stream, 0..1)).payloads();
    let expected = [(0, "at once"), (3, "on a frame"), (4, "after it"), (6, "last")];
    let expected = expected.map(|(frame, text)| (START + 3_000 * frame, text.to_owned()));
    assert_eq!(frames, expected);
}

#[test]
fn what_comes_too_late_for_a_part_lands_in_the_next_one() {
    let mut stream = stream(8);
    stream.advance(ms(200));
    stream.put(&payload("late"), ms(150));
    stream.advance(ms(400));
    let late = read(&stream.part(0, 1).expect("it is whole")).payloads();
    assert_eq!(late, [(START + 18_000, "late".to_owned())]);
}

#[test]
fn a_burst_has_a_frame_for_each_payload_in_order() {
    let mut stream = stream(8);
    let texts: Vec<String> = (0..40).map(|at| format!("{{\"n\":{at}}}")).collect();
    for text in &texts {
        stream.put(&payload(text), ms(500));
    }
    stream.advance(ms(3_000));
    let read = read(&bytes(&stream, 0..3)).payloads();
    let expected: Vec<(u64, String)> =
        (15..).map(|frame| START + 3_000 * frame).zip(texts).collect();
    assert_eq!(read, expected);
}

#[test]
fn the_largest_payload_arrives_whole() {
    let mut text = "<b>\"é…🐈</script>".repeat(100);
    while text.len() > PAYLOAD_MAX_BYTES {
        text.pop();
    }
    text.push_str(&"x".repeat(PAYLOAD_MAX_BYTES - text.len()));
    let mut stream = stream(1);
    stream.put(&payload(&text), ms(0));
    stream.put(&payload("x"), ms(0));
    stream.advance(PART);
    let read = read(&stream.part(0, 0).expect("it is whole")).payloads();
    assert_eq!(read, [(START, text), (START + 3_000, "x".to_owned())]);
}

#[test]
fn a_long_sleep_muxes_the_window_alone() {
    let mut stream = stream(8);
    stream.put(&payload("forgotten"), ms(60_000));
    stream.put(&payload("kept"), ms(3_595_000));
    stream.advance(ms(3_600_400));
    assert_eq!(stream.muxed(), HLS_SEGMENTS_KEPT * 5 + 2);
    let read = read(&bytes(&stream, 3_600 - HLS_SEGMENTS_KEPT..3_600));
    assert_eq!(read.payloads().len(), 1);
    assert!(stream.segment(3_600 - HLS_SEGMENTS_KEPT - 1).is_none());
    assert!(stream.segment(0).is_none());
    assert!(stream.part(0, 0).is_none());
}

#[test]
fn what_is_kept_is_bounded_however_long_it_runs() {
    let mut stream = stream(1);
    for second in 0..2_000 {
        for _ in 0..5 {
            stream.put(&payload("{}"), ms(second * 1_000));
        }
        if second > 1_000 {
            stream.advance(ms(second * 1_000));
        }
        let kept = usize::try_from(HLS_SEGMENTS_KEPT).expect("small");
        assert!(stream.waiting() <= (kept + 2) * 5, "{}", stream.waiting());
        assert!(stream.muxed() <= (HLS_SEGMENTS_KEPT + 1) * 5);
    }
}

#[test]
fn a_stream_takes_no_more_than_it_can_send() {
    let mut stream = stream(1);
    let taken = (0..HLS_PAYLOADS_AHEAD + 10).filter(|_| stream.put(&payload("x"), ms(0))).count();
    assert_eq!(taken, HLS_PAYLOADS_AHEAD);
    stream.advance(ms(1_000));
    assert!(stream.put(&payload("x"), ms(1_000)), "thirty have gone");
}

#[test]
fn questions_are_answered_as_of_the_last_advance() {
    let mut stream = stream(8);
    assert_eq!(stream.id(), ID);
    assert!(!stream.has(0, Some(0)) && !stream.has(0, None));
    stream.advance(ms(1_399));
    assert!(stream.has(0, None) && stream.has(0, Some(4)) && stream.has(1, Some(0)));
    assert!(!stream.has(1, None) && !stream.has(1, Some(1)));
    assert!(stream.has(0, Some(5)), "past the last is the first of the next");
    assert!(stream.has(0, Some(u64::MAX)));
    assert!(!stream.has(u64::MAX, None) && !stream.has(u64::MAX, Some(u64::MAX)));
    stream.advance(ms(0));
    assert!(stream.has(1, Some(0)), "time does not go back");
    let first = stream.segment(0).expect("it is whole");
    assert_eq!((first.parts.len(), first.whole), (5, true));
    let current = stream.segment(1).expect("it is in progress");
    assert_eq!((current.parts.len(), current.whole), (1, false));
    assert!(stream.part(0, 5).is_none(), "a segment has five");
    assert!(stream.part(u64::MAX, 0).is_none());
}

#[test]
fn two_segments_ahead_may_be_waited_for() {
    let mut stream = stream(8);
    stream.advance(ms(5_000));
    for msn in 5..=5 + HLS_SEGMENTS_AHEAD {
        assert!(!stream.is_too_far(msn));
        let segment = stream.segment(msn).expect("it is announced");
        assert!(segment.parts.is_empty() && !segment.whole);
    }
    for msn in [6 + HLS_SEGMENTS_AHEAD, u64::MAX] {
        assert!(stream.is_too_far(msn));
        assert!(stream.segment(msn).is_none());
    }
}

#[test]
fn an_ended_stream_keeps_what_was_whole() {
    let mut stream = stream(8);
    stream.advance(ms(2_000));
    stream.put(&payload("in"), ms(3_300));
    stream.put(&payload("last"), ms(3_400));
    stream.end(ms(3_599));
    assert_eq!(stream.muxed(), 10, "nobody has asked yet");
    assert!(!stream.put(&payload("x"), ms(3_600)), "nothing more goes in");
    stream.end(ms(9_000));
    stream.advance(ms(60_000));
    let last = stream.segment(3).expect("it was begun");
    assert_eq!((last.parts.len(), last.whole), (3, true), "the last payload is still seen");
    assert!(stream.segment(4).is_none() && !stream.is_too_far(400));
    assert!(stream.has(400, None), "nobody waits for what never comes");
    let read = read(&bytes(&stream, 0..4));
    assert_eq!((read.gaps, read.payloads().len(), stream.waiting()), (0, 2, 0));
}

#[test]
fn a_stream_that_ends_waits_a_segment_for_its_payloads_and_no_longer() {
    let mut stream = stream(8);
    for n in 0..100 {
        stream.put(&payload(&n.to_string()), ms(0));
    }
    stream.end(ms(100));
    stream.advance(ms(60_000));
    let read = read(&bytes(&stream, 0..1));
    assert_eq!((read.payloads().len(), stream.waiting()), (30, 0));
    assert!(stream.segment(1).is_none());
}

#[test]
fn times_before_the_start_and_past_all_reason_do_no_harm() {
    let mut stream = stream(8);
    stream.put(&payload("early"), ms(-5_000));
    stream.advance(ms(-1));
    assert!(!stream.has(0, Some(0)));
    stream.advance(PART);
    assert_eq!(read(&stream.part(0, 0).expect("it is whole")).payloads().len(), 1);
    stream.put(&payload("late"), jiff::SignedDuration::MAX);
    stream.advance(jiff::SignedDuration::MAX);
    assert!(stream.muxed() <= (HLS_SEGMENTS_KEPT + 1) * 5);
    assert!(stream.media_playlist().contains("#EXT-X-PRELOAD-HINT"));
}
