//! The grid of a stream: frames, parts, segments and ticks of the media clock. All of it follows
//! from the number of a frame, so nothing drifts however long a stream runs.

use jiff::{SignedDuration, Timestamp};

/// Frames of video in a second.
pub(super) const FRAMES_PER_SECOND: u64 = 30;
/// Frames of video in a part; the first is a keyframe.
pub(super) const FRAMES_PER_PART: u64 = 6;
/// Parts in a segment, which is a second long.
pub(super) const PARTS_PER_SEGMENT: u64 = FRAMES_PER_SECOND / FRAMES_PER_PART;
/// How long a part is: at each multiple of it since the stream's start, one more is whole.
pub const PART: SignedDuration = SignedDuration::from_millis(200);

/// Ticks of the media clock in a second. Origin: ISO/IEC 13818-1.
pub(super) const TICKS_PER_SECOND: u64 = 90_000;
/// Ticks of one frame of video.
pub(super) const TICKS_PER_FRAME: u64 = TICKS_PER_SECOND / FRAMES_PER_SECOND;
/// Ticks of one frame of audio: 1,024 samples of 48,000 a second.
pub(super) const TICKS_PER_SOUND: u64 = 1_920;
/// The time stamp of a stream's first frame.
const TICKS_AT_START: u64 = 10 * TICKS_PER_SECOND;
/// How far the clock that a packet brings is behind its picture's time: what a decoder may buffer.
const CLOCK_LEAD_TICKS: u64 = 9_000;
/// Time stamps have 33 bits, and begin anew after 26.5 hours.
const STAMP_MASK: u64 = (1 << 33) - 1;

/// Parts that are whole `since` the start.
pub(super) fn parts_by(since: SignedDuration) -> u64 {
    nanoseconds(since) / nanoseconds(PART)
}

/// The first frame at or after `since` the start.
pub(super) fn frame_from(since: SignedDuration) -> u64 {
    let frames = u128::from(nanoseconds(since)) * u128::from(FRAMES_PER_SECOND);
    u64::try_from(frames.div_ceil(1_000_000_000)).expect("fewer frames than nanoseconds")
}

/// Never less than nothing, and at most the 292 years that 63 bits hold.
fn nanoseconds(since: SignedDuration) -> u64 {
    let at_most = i128::from(i64::MAX);
    u64::try_from(since.as_nanos().clamp(0, at_most)).expect("clamped to fit")
}

/// The time stamp of what is shown or heard so many ticks after the start.
pub(super) fn time_stamp(ticks: u64) -> u64 {
    (TICKS_AT_START + ticks) & STAMP_MASK
}

/// The clock that goes with a picture so many ticks after the start.
pub(super) fn clock(ticks: u64) -> u64 {
    (TICKS_AT_START + ticks - CLOCK_LEAD_TICKS) & STAMP_MASK
}

/// When the first frame of a segment was captured.
pub(super) fn captured(started: Timestamp, segment: u64) -> Timestamp {
    let seconds = i64::try_from(segment).unwrap_or(i64::MAX);
    started.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}
