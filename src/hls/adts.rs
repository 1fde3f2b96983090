//! AAC audio as ADTS: each frame of 1,024 samples has a header that says how long it is.

use std::ops::Range;

use super::error::HlsError;

/// Audio cut into its frames.
#[derive(Debug)]
pub(super) struct Sounds {
    /// Where each frame lies, its header with it.
    pub(super) frames: Vec<Range<usize>>,
    /// The kind of AAC, as RFC 6381 writes it: `mp4a.40.2`.
    pub(super) codec: String,
}

const HEADER_BYTES: usize = 7;

/// Cuts 48 kHz audio into frames, each of them whole.
pub(super) fn cut(audio: &[u8]) -> Result<Sounds, HlsError> {
    let mut frames = Vec::new();
    let mut at = 0;
    while at < audio.len() {
        let length = frame_length(&audio[at..]).ok_or(HlsError::NoAudioFrame { at })?;
        frames.push(at..at + length);
        at += length;
    }
    let object_type = audio.get(2).map_or(2, |byte| (byte >> 6) + 1);
    Ok(Sounds { frames, codec: format!("mp4a.40.{object_type}") })
}

/// Bytes of the frame that `rest` begins with; none where no whole one does.
fn frame_length(rest: &[u8]) -> Option<usize> {
    let header: &[u8; HEADER_BYTES] = rest.first_chunk()?;
    let is_sync = header[0] == 0xFF && header[1] & 0xF6 == 0xF0;
    let is_48_khz = (header[2] >> 2) & 0x0F == 3;
    let further_blocks = header[6] & 0x03;
    let length = usize::from(header[3] & 0x03) << 11
        | usize::from(header[4]) << 3
        | usize::from(header[5]) >> 5;
    let fits = (HEADER_BYTES + 1..=rest.len()).contains(&length);
    (is_sync && is_48_khz && further_blocks == 0 && fits).then_some(length)
}
