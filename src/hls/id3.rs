//! Timed metadata as the players read it: an `ID3v2.4` tag with one PRIV frame. (A TXXX frame
//! reaches the IVS player differently from what the service sends.)

/// The owner of what `PutMetadata` puts into a stream.
pub(super) const OWNER: &str = "metadata.live-video.net";
/// The owner of the tag that ties a part to the media clock.
pub(super) const PRIMER_OWNER: &str = "com.apple.streaming.transportStreamTimestamp";

/// Bytes of the header of a tag, and of that of a frame.
const HEADER_BYTES: usize = 10;

/// A tag that carries `data` for those who know `owner`.
pub(super) fn private(owner: &str, data: &[u8]) -> Vec<u8> {
    let frame_bytes = owner.len() + 1 + data.len();
    let mut tag = Vec::with_capacity(2 * HEADER_BYTES + frame_bytes);
    tag.extend_from_slice(b"ID3\x04\x00\x00");
    tag.extend_from_slice(&synchsafe(HEADER_BYTES + frame_bytes));
    tag.extend_from_slice(b"PRIV");
    tag.extend_from_slice(&synchsafe(frame_bytes));
    tag.extend_from_slice(&[0, 0]);
    tag.extend_from_slice(owner.as_bytes());
    tag.push(0);
    tag.extend_from_slice(data);
    tag
}

/// The tag at the start of every part: its first time stamp. Without it the IVS player stalls,
/// hls.js loses the first payload, and video.js fires late.
pub(super) fn primer(pts: u64) -> Vec<u8> {
    private(PRIMER_OWNER, &pts.to_be_bytes())
}

/// A size in four bytes whose high bits are zero.
fn synchsafe(size: usize) -> [u8; 4] {
    let part = |shift: usize| u8::try_from(size >> shift & 0x7F).expect("seven bits fit a byte");
    [part(21), part(14), part(7), part(0)]
}
