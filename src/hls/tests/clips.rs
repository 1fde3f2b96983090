//! What is a clip, and what is said of what is none.

use super::made::{self, audio, video};
use crate::hls::HlsError;
use crate::hls::clip::Clip;
use crate::hls::playlist::multivariant_playlist;

fn refused(video: &[u8], audio: &[u8]) -> HlsError {
    Clip::parse(video, audio).expect_err("no clip")
}

#[test]
fn a_clip_is_the_whole_seconds_that_both_fill() {
    let seconds =
        |pictures, sounds| Clip::parse(&video(pictures), &audio(sounds)).expect("a clip").seconds();
    assert_eq!(seconds(240, 375), 8);
    assert_eq!(seconds(60, 1_000), 2, "audio that is longer waits for no picture");
    assert_eq!(seconds(90, 94), 2, "video that is longer is not silent at its end");
    assert_eq!(seconds(59, 1_000), 1, "a begun second is left away");
    assert_eq!(seconds(30, 47), 1);
}

#[test]
fn less_than_a_second_is_refused() {
    let short = HlsError::TooShort { pictures: 29, sounds: 100 };
    assert_eq!(refused(&video(29), &audio(100)), short);
    let silent = HlsError::TooShort { pictures: 30, sounds: 46 };
    assert_eq!(refused(&video(30), &audio(46)), silent);
    assert_eq!(refused(&video(30), &[]), HlsError::TooShort { pictures: 30, sounds: 0 });
}

#[test]
fn what_is_no_video_is_refused() {
    for junk in [&b""[..], b"hello", b"\0\0\0\x01", b"\0\0\x01\x65\x88", b"x\0\0\x01\x09\xF0"] {
        assert_eq!(refused(junk, &audio(47)), HlsError::NoDelimiter, "{junk:?}");
    }
}

#[test]
fn start_codes_may_have_three_bytes() {
    let text = |three: &[u8]| three.strip_prefix(&[0]).expect("a zero").to_vec();
    let short: Vec<u8> = (0..30).flat_map(|number| text(&made::frame(number))).collect();
    let clip = Clip::parse(&short, &audio(47)).expect("a clip");
    for number in 0..30 {
        assert_eq!(clip.picture(number as u64), text(&made::frame(number)));
    }
}

#[test]
fn a_part_must_begin_where_one_can_tune_in() {
    let mut frames: Vec<Vec<u8>> = (0..30).map(made::frame).collect();
    frames[12] = made::frame(13);
    let late = HlsError::NoKeyframe { frame: 12 };
    assert_eq!(refused(&frames.concat(), &audio(47)), late);
    assert_eq!(
        late.to_string(),
        "frame 12 of the clip's video is no keyframe with its parameter sets, wanted one every 6 \
         frames\nhint: with ffmpeg, `-g 6 -keyint_min 6 -sc_threshold 0`"
    );
    frames[12] = [made::unit(&[0x09, 0xF0]), made::unit(&[0x65, 0x88, 1])].concat();
    assert_eq!(refused(&frames.concat(), &audio(47)), late, "no parameter sets");
}

#[test]
fn frames_that_need_later_ones_or_hold_no_picture_are_refused() {
    let mut frames: Vec<Vec<u8>> = (0..30).map(made::frame).collect();
    frames[3] = [made::unit(&[0x09, 0xF0]), made::unit(&[0x01, 0x9E, 1])].concat();
    assert_eq!(refused(&frames.concat(), &audio(47)), HlsError::BFrame { frame: 3 });
    frames[3] = made::unit(&[0x09, 0xF0]);
    assert_eq!(refused(&frames.concat(), &audio(47)), HlsError::NoPicture { frame: 3 });
}

#[test]
fn a_parameter_set_that_is_cut_off_is_refused() {
    let first = [
        made::unit(&[0x09, 0xF0]),
        made::unit(&made::SEQUENCE_PARAMETERS[..6]),
        made::unit(&[0x68, 0xCB]),
        made::unit(&[0x65, 0x88, 1]),
    ];
    let video = [first.concat(), (1..30).flat_map(made::frame).collect()].concat();
    assert_eq!(refused(&video, &audio(47)), HlsError::ParameterSet);
}

#[test]
fn what_is_no_audio_is_refused() {
    let at = |audio: &[u8]| {
        let problem = refused(&video(30), audio);
        let HlsError::NoAudioFrame { at } = problem else { panic!("{problem}") };
        at
    };
    let first = made::sound(0, 3);
    assert_eq!(at(b"RIFF"), 0);
    assert_eq!(at(&made::sound(0, 4)), 0, "44.1 kHz");
    assert_eq!(at(&[&first[..], b"\xFF"].concat()), first.len(), "cut off in a header");
    assert_eq!(at(&[&first[..], &first[..9]].concat()), first.len(), "cut off in a frame");
    let mut several = first.clone();
    several[6] |= 1;
    assert_eq!(at(&several), 0, "several blocks in a frame");
}

#[test]
fn a_round_begins_with_the_first_frame_of_both() {
    let clip = made::clip(8);
    assert_eq!(clip.picture(240 * 7 + 11), made::frame(11));
    assert_eq!(clip.sound(375 * 7 + 11), made::sound(11, 3));
    assert_eq!(clip.sound(374), made::sound(374, 3), "eight seconds have no seam");

    // A second is 46.875 frames of audio: the 47th is the last of a round, or missing.
    let clip = made::clip(1);
    let round = |from: u64| (from..from + 47).map(|at| clip.sound(at)).collect::<Vec<_>>();
    let whole: Vec<Vec<u8>> = (0..47).map(|number| made::sound(number, 3)).collect();
    assert_eq!(round(0), whole);
    assert_eq!(round(375), whole, "eight rounds later, all is as at first");
    for at in 0..1_000_u64 {
        let expected = at * 1_920 % 90_000 / 1_920;
        let expected = usize::try_from(expected).expect("small");
        assert_eq!(clip.sound(at), made::sound(expected, 3), "never off by a frame");
    }
}

#[test]
fn the_first_playlist_says_what_the_clip_is() {
    let text = multivariant_playlist(&made::clip(1), "st-1/media.m3u8");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[..3], ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-INDEPENDENT-SEGMENTS"]);
    let traits = lines[3].strip_prefix("#EXT-X-STREAM-INF:BANDWIDTH=").expect("traits");
    let (bandwidth, traits) = traits.split_once(',').expect("more traits");
    assert!(bandwidth.parse::<u32>().is_ok_and(|bits| bits > 100_000), "{bandwidth}");
    assert_eq!(traits, "CODECS=\"avc1.42c01e,mp4a.40.2\",RESOLUTION=640x360,FRAME-RATE=30.000");
    assert_eq!(lines[4..], ["st-1/media.m3u8"]);
    assert!(text.ends_with('\n'));
}
