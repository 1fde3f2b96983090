//! What is wrong with a clip. Messages are lower case and say what was met and what was wanted.

use super::grid::{FRAMES_PER_PART, FRAMES_PER_SECOND};

/// A clip that cannot be played as a live stream.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HlsError {
    /// The video does not begin with an access unit delimiter.
    #[error(
        "the clip's video does not begin with an access unit delimiter, wanted H.264 in Annex B \
         form\nhint: with ffmpeg, `-c:v libx264 -x264-params aud=1 -f h264`"
    )]
    NoDelimiter,
    /// A frame without a picture in it.
    #[error("frame {frame} of the clip's video holds no picture\nhint: is the file cut off?")]
    NoPicture {
        /// Which, from 0.
        frame: usize,
    },
    /// A frame that needs a later one.
    #[error(
        "frame {frame} of the clip's video is a B frame, wanted none\nhint: with ffmpeg, `-bf 0`"
    )]
    BFrame {
        /// Which, from 0.
        frame: usize,
    },
    /// A part would begin with a frame where nobody can tune in.
    #[error(
        "frame {frame} of the clip's video is no keyframe with its parameter sets, wanted one \
         every {FRAMES_PER_PART} frames\nhint: with ffmpeg, \
         `-g {FRAMES_PER_PART} -keyint_min {FRAMES_PER_PART} -sc_threshold 0`"
    )]
    NoKeyframe {
        /// Which, from 0.
        frame: usize,
    },
    /// The parameter sets cannot be read.
    #[error("the clip's video has a sequence parameter set that cannot be read")]
    ParameterSet,
    /// The audio is not a row of AAC frames.
    #[error(
        "byte {at} of the clip's audio begins no whole AAC frame, wanted ADTS at 48 kHz\nhint: \
         with ffmpeg, `-c:a aac -ar 48000 -f adts`"
    )]
    NoAudioFrame {
        /// Which byte, from 0.
        at: usize,
    },
    /// There is not even a second.
    #[error(
        "the clip has {pictures} frames of video and {sounds} of audio, wanted at least a second \
         of both: {FRAMES_PER_SECOND} and 47"
    )]
    TooShort {
        /// Frames of video.
        pictures: usize,
        /// Frames of audio.
        sounds: usize,
    },
}
