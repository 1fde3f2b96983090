//! Clips made by hand: the smallest bytes that are H.264 and AAC to whoever only looks at headers.

use crate::hls::clip::Clip;

/// What x264 writes for 640x360 in its baseline profile.
pub(super) const SEQUENCE_PARAMETERS: &[u8] = &[
    0x67, 0x42, 0xC0, 0x1E, 0xD9, 0x00, 0xA0, 0x2F, 0xF9, 0x70, 0x11, 0x00, 0x00, 0x03, 0x00, 0x01,
    0x00, 0x00, 0x03, 0x00, 0x3C, 0x0F, 0x16, 0x2E, 0x48,
];
const PICTURE_PARAMETERS: &[u8] = &[0x68, 0xCB, 0x83, 0xCB, 0x20];

/// So many seconds of both.
pub(super) fn clip(seconds: usize) -> Clip {
    Clip::parse(&video(seconds * 30), &audio(sounds_in(seconds))).expect("a clip")
}

/// The frames of audio that fill so many seconds.
pub(super) fn sounds_in(seconds: usize) -> usize {
    (seconds * 90_000).div_ceil(1_920)
}

pub(super) fn video(frames: usize) -> Vec<u8> {
    (0..frames).flat_map(frame).collect()
}

/// A frame that says its number. Sizes differ, so that every kind of stuffing comes up.
pub(super) fn frame(number: usize) -> Vec<u8> {
    let mut frame = unit(&[0x09, 0xF0]);
    let is_key = number.is_multiple_of(6);
    if is_key {
        frame.extend(unit(SEQUENCE_PARAMETERS));
        frame.extend(unit(PICTURE_PARAMETERS));
    }
    let mut slice = if is_key { vec![0x65, 0x88] } else { vec![0x41, 0x9A] };
    slice.extend(format!("picture {number};").into_bytes());
    slice.resize(slice.len() + number * 7 % 400, 0xA5);
    frame.extend(unit(&slice));
    frame
}

/// A NAL unit behind its start code.
pub(super) fn unit(bytes: &[u8]) -> Vec<u8> {
    [&[0, 0, 0, 1], bytes].concat()
}

pub(super) fn audio(frames: usize) -> Vec<u8> {
    (0..frames).flat_map(|number| sound(number, 3)).collect()
}

/// A frame of audio that says its number; `rate` 3 is 48 kHz.
pub(super) fn sound(number: usize, rate: u8) -> Vec<u8> {
    let mut data = format!("sound {number};").into_bytes();
    data.resize(data.len() + number * 11 % 200, 0x5A);
    let length = u16::try_from(data.len() + 7).expect("small");
    let [high, low] = length.to_be_bytes();
    let (two_channels, fullness) = (0x80, 0x1F);
    let mut frame = vec![0xFF, 0xF1, 0x40 | rate << 2, two_channels | high >> 3];
    frame.extend([high << 5 | low >> 3, low << 5 | fullness, 0xFC]);
    frame.extend(data);
    frame
}
