//! The test video that a local channel plays over and over, cut into frames once.

use std::ops::Range;

use super::error::HlsError;
use super::grid::{
    FRAMES_PER_PART, FRAMES_PER_SECOND, TICKS_PER_FRAME, TICKS_PER_SECOND, TICKS_PER_SOUND,
};
use super::{adts, h264};

/// A video of whole seconds, ready to be looped: what is left of the longer of video and audio,
/// and of a begun second, is not played.
///
/// Each round begins with the first frame of both, so they never drift apart. Where a round is no
/// whole number of audio frames (8 s are), one is dropped or played twice at the seam.
#[derive(Debug)]
pub struct Clip {
    video: Box<[u8]>,
    audio: Box<[u8]>,
    /// Whole seconds of them; never none.
    pictures: Vec<Range<usize>>,
    sounds: Vec<Range<usize>>,
    traits: Traits,
}

/// What a playlist says of a clip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Traits {
    /// Video and audio, as RFC 6381 writes them.
    pub(super) codecs: String,
    /// Width and height in pixels, where the video says so plainly.
    pub(super) size: Option<(u32, u32)>,
}

impl Clip {
    /// Cuts a clip into frames. `video` is H.264 in Annex B form at 30 frames a second, each frame
    /// begun by an access unit delimiter, every sixth a keyframe with its parameter sets, no B
    /// frames; `audio` is AAC as ADTS at 48 kHz.
    pub fn parse(video: &[u8], audio: &[u8]) -> Result<Self, HlsError> {
        let frames = h264::cut(video).ok_or(HlsError::NoDelimiter)?;
        frames.iter().enumerate().try_for_each(|(at, frame)| check(at, frame))?;
        let sounds = adts::cut(audio)?;
        let mut pictures: Vec<Range<usize>> =
            frames.iter().map(|frame| frame.bytes.clone()).collect();
        let seconds = whole_seconds(pictures.len(), sounds.frames.len());
        if seconds == 0 {
            let (pictures, sounds) = (pictures.len(), sounds.frames.len());
            return Err(HlsError::TooShort { pictures, sounds });
        }
        pictures.truncate(seconds * count(FRAMES_PER_SECOND));
        let parameters = frames[0].parameters.clone().expect("the first frame is a keyframe");
        let traits = h264::traits(&video[parameters]).ok_or(HlsError::ParameterSet)?;
        Ok(Self {
            video: video.into(),
            audio: audio.into(),
            pictures,
            sounds: sounds.frames,
            traits: Traits {
                codecs: format!("{},{}", traits.codec, sounds.codec),
                size: traits.size,
            },
        })
    }

    /// What is shown in the given frame since the stream began.
    pub(super) fn picture(&self, frame: u64) -> &[u8] {
        let at = frame % self.frames();
        &self.video[self.pictures[count(at)].clone()]
    }

    /// What is heard in the given frame of audio since the stream began.
    pub(super) fn sound(&self, sound: u64) -> &[u8] {
        let in_round = sound * TICKS_PER_SOUND % (self.frames() * TICKS_PER_FRAME);
        &self.audio[self.sounds[count(in_round / TICKS_PER_SOUND)].clone()]
    }

    /// Its length in seconds.
    pub(super) fn seconds(&self) -> u64 {
        self.frames() / FRAMES_PER_SECOND
    }

    /// What a playlist says of it.
    pub(super) fn traits(&self) -> &Traits {
        &self.traits
    }

    fn frames(&self) -> u64 {
        self.pictures.len() as u64
    }
}

fn check(at: usize, frame: &h264::Frame) -> Result<(), HlsError> {
    let picture = frame.picture.ok_or(HlsError::NoPicture { frame: at })?;
    let is_entry = picture == h264::Picture::Key && frame.parameters.is_some();
    if at.is_multiple_of(count(FRAMES_PER_PART)) && !is_entry {
        return Err(HlsError::NoKeyframe { frame: at });
    }
    if picture == h264::Picture::Both {
        return Err(HlsError::BFrame { frame: at });
    }
    Ok(())
}

/// Seconds that both fill.
fn whole_seconds(pictures: usize, sounds: usize) -> usize {
    let heard = sounds * count(TICKS_PER_SOUND) / count(TICKS_PER_SECOND);
    heard.min(pictures / count(FRAMES_PER_SECOND))
}

fn count(number: u64) -> usize {
    usize::try_from(number).expect("frames of a clip in memory can be counted")
}
