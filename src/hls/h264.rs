//! H.264 in Annex B form: NAL units behind start codes, gathered into frames by the delimiter that
//! each begins with; and the little of their insides that a playlist and a check need.

use std::ops::Range;

/// One access unit: all that belongs to one picture.
#[derive(Debug)]
pub(super) struct Frame {
    /// Where it lies, its first start code with it.
    pub(super) bytes: Range<usize>,
    /// What kind of picture it holds; none when it holds none.
    pub(super) picture: Option<Picture>,
    /// Its sequence parameter set, where it brings one with a picture parameter set.
    pub(super) parameters: Option<Range<usize>>,
}

/// What a picture needs of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Picture {
    /// Nothing, and nothing after it needs what was before.
    Key,
    /// What was before it.
    Forward,
    /// What comes after it, too.
    Both,
}

/// What a playlist says of a video.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Traits {
    /// Profile and level, as RFC 6381 writes them: `avc1.42c01e`.
    pub(super) codec: String,
    /// Width and height in pixels; none where scaling lists stand before them.
    pub(super) size: Option<(u32, u32)>,
}

const SLICE: u8 = 1;
const KEY_SLICE: u8 = 5;
const SEQUENCE_PARAMETERS: u8 = 7;
const PICTURE_PARAMETERS: u8 = 8;
const DELIMITER: u8 = 9;

/// Cuts a video into its frames; none when it does not begin with a delimiter.
pub(super) fn cut(video: &[u8]) -> Option<Vec<Frame>> {
    let units = units(video);
    let is_delimiter = |unit: &Range<usize>| kind(video, unit) == DELIMITER;
    let first = units.first()?;
    if !is_delimiter(first) || code_start(video, first) != 0 {
        return None;
    }
    let frame_of = |(own, end): (&[Range<usize>], usize)| Frame {
        bytes: code_start(video, &own[0])..end,
        picture: own.iter().find_map(|unit| picture(video, unit)),
        parameters: parameters(video, own),
    };
    let groups: Vec<&[Range<usize>]> = units.chunk_by(|_, next| !is_delimiter(next)).collect();
    let ends = groups.iter().skip(1).map(|next| code_start(video, &next[0])).chain([video.len()]);
    Some(groups.iter().copied().zip(ends).map(frame_of).collect())
}

/// Every NAL unit, without its start code; none is empty.
fn units(video: &[u8]) -> Vec<Range<usize>> {
    let codes = video.windows(3).enumerate().filter(|(_, three)| *three == [0, 0, 1]);
    let starts: Vec<usize> = codes.map(|(at, _)| at + 3).collect();
    let ends = starts.iter().skip(1).map(|next| next - 3).chain([video.len()]);
    starts
        .iter()
        .copied()
        .zip(ends)
        .map(|(start, end)| start..end)
        .filter(|u| !u.is_empty())
        .collect()
}

/// Where a unit's start code begins: three bytes before it, or four when one more is zero.
fn code_start(video: &[u8], unit: &Range<usize>) -> usize {
    let three = unit.start - 3;
    if three > 0 && video[three - 1] == 0 { three - 1 } else { three }
}

fn kind(video: &[u8], unit: &Range<usize>) -> u8 {
    video[unit.start] & 0x1F
}

fn picture(video: &[u8], unit: &Range<usize>) -> Option<Picture> {
    match kind(video, unit) {
        KEY_SLICE => Some(Picture::Key),
        SLICE => {
            Some(if is_b_slice(&video[unit.clone()]) { Picture::Both } else { Picture::Forward })
        }
        _ => None,
    }
}

/// The first sequence parameter set of a frame, when a picture parameter set comes with it.
fn parameters(video: &[u8], units: &[Range<usize>]) -> Option<Range<usize>> {
    let find = |wanted| units.iter().find(|unit| kind(video, unit) == wanted);
    find(PICTURE_PARAMETERS)?;
    find(SEQUENCE_PARAMETERS).cloned()
}

fn is_b_slice(unit: &[u8]) -> bool {
    /// Of the slice types, which repeat after five.
    const B: u32 = 1;
    let mut bits = Bits::after_header(unit);
    let _first_macroblock = bits.number();
    bits.number().is_some_and(|slice_type| slice_type % 5 == B)
}

/// Reads a sequence parameter set; none when it is cut off.
pub(super) fn traits(unit: &[u8]) -> Option<Traits> {
    let [_, profile, constraints, level, ..] = *unit else { return None };
    let codec = format!("avc1.{profile:02x}{constraints:02x}{level:02x}");
    let mut bits = Bits::after_header(unit);
    bits.take(24)?;
    bits.number()?;
    let chroma =
        if HIGH_PROFILES.contains(&profile) { high_profile(&mut bits)? } else { Chroma::USUAL };
    let size = if chroma.has_scaling_lists { None } else { Some(size(&mut bits, &chroma)?) };
    Some(Traits { codec, size })
}

/// Profiles whose parameter set says more of colours. Origin: ITU-T H.264, 7.3.2.1.1.
const HIGH_PROFILES: [u8; 12] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134];

struct Chroma {
    /// 0 is grey, 1 is 4:2:0, 2 is 4:2:2, 3 is 4:4:4.
    format: u32,
    has_scaling_lists: bool,
}

impl Chroma {
    const USUAL: Self = Self { format: 1, has_scaling_lists: false };

    /// Pixels of a step of cropping, across and down, in a frame of whole lines.
    fn crop_unit(&self) -> (u32, u32) {
        (if matches!(self.format, 1 | 2) { 2 } else { 1 }, if self.format == 1 { 2 } else { 1 })
    }
}

fn high_profile(bits: &mut Bits) -> Option<Chroma> {
    let format = bits.number()?;
    if format == 3 {
        bits.take(1)?;
    }
    let _luma_depth = bits.number()?;
    let _chroma_depth = bits.number()?;
    bits.take(1)?;
    Some(Chroma { format, has_scaling_lists: bits.take(1)? == 1 })
}

/// Width and height, from where the frame numbers are described.
fn size(bits: &mut Bits, chroma: &Chroma) -> Option<(u32, u32)> {
    let _frame_number_bits = bits.number()?;
    picture_order(bits)?;
    let _reference_frames = bits.number()?;
    bits.take(1)?;
    let wide = bits.number()?.checked_add(1)?.checked_mul(16)?;
    let map_units = bits.number()?.checked_add(1)?;
    let is_progressive = bits.take(1)?;
    if is_progressive == 0 {
        bits.take(1)?;
    }
    bits.take(1)?;
    let fields = 2 - is_progressive;
    let high = map_units.checked_mul(16 * fields)?;
    if bits.take(1)? == 0 {
        return Some((wide, high));
    }
    let (across, down) = chroma.crop_unit();
    let mut crop = |unit: u32| bits.number()?.checked_add(bits.number()?)?.checked_mul(unit);
    let (cut_wide, cut_high) = (crop(across)?, crop(down * fields)?);
    Some((wide.checked_sub(cut_wide)?, high.checked_sub(cut_high)?))
}

fn picture_order(bits: &mut Bits) -> Option<()> {
    match bits.number()? {
        0 => bits.number().map(drop),
        1 => {
            bits.take(1)?;
            bits.number()?;
            bits.number()?;
            let cycle = bits.number()?;
            (0..cycle).try_for_each(|_| bits.number().map(drop))
        }
        _ => Some(()),
    }
}

/// The bits of a NAL unit, the bytes that keep start codes out of it left away.
struct Bits {
    bytes: Vec<u8>,
    at: usize,
}

impl Bits {
    /// Bytes of a unit that are read at most: what is asked for stands well before.
    const BYTES_MAX: usize = 256;

    fn after_header(unit: &[u8]) -> Self {
        let unit = &unit[1..unit.len().min(Self::BYTES_MAX)];
        let is_kept = |at: &usize| *at < 2 || unit[at - 2..=*at] != [0, 0, 3];
        Self { bytes: (0..unit.len()).filter(is_kept).map(|at| unit[at]).collect(), at: 0 }
    }

    /// The next `count` bits, at most 32; none at the end.
    fn take(&mut self, count: usize) -> Option<u32> {
        (0..count).try_fold(0_u32, |number, _| {
            let byte = self.bytes.get(self.at / 8)?;
            let bit = byte >> (7 - self.at % 8) & 1;
            self.at += 1;
            Some(number << 1 | u32::from(bit))
        })
    }

    /// A number in the code of Exp-Golomb.
    fn number(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while self.take(1)? == 0 {
            zeros += 1;
        }
        let more = (zeros < 32).then(|| self.take(zeros))??;
        Some((1_u32 << zeros) - 1 + more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parameter sets as x264 writes them, and the sizes that ffprobe reads from them.
    const WRITTEN: [(&str, (u32, u32)); 6] = [
        ("6742c01ed900a02ff970110000030001000003003c0f162e48", (640, 360)),
        ("67640028acd940780227e5c044000003000400000300f03c60c658", (1_920, 1_080)),
        ("677a001fbcd9405005bfbc0440000003004000000f03c60c6580", (1_280, 718)),
        ("67f4001f919b281b07bc5f8088000003000800000301e078c18cb0", (854, 480)),
        ("6764001facd940b424d80880000003008000001e0f8b16cb", (720, 576)),
        ("67640015f36506c7f9fc05b2000003000200000300781e2c5b2c", (426, 240)),
    ];

    fn bytes(hex: &str) -> Vec<u8> {
        let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex");
        (0..hex.len()).step_by(2).map(byte).collect()
    }

    #[test]
    fn sizes_are_read_whatever_the_profile() {
        for (hex, size) in WRITTEN {
            let read = traits(&bytes(hex)).expect("whole");
            assert_eq!(read.size, Some(size), "{hex}");
            assert_eq!(read.codec, format!("avc1.{}", &hex[2..8]));
        }
    }

    #[test]
    fn behind_scaling_lists_no_size_is_read() {
        let mut high = bytes(WRITTEN[1].0);
        let has_lists = 0x01;
        high[4] |= has_lists;
        let read = traits(&high).expect("its codec can be read");
        assert_eq!(read, Traits { codec: "avc1.640028".to_owned(), size: None });
    }

    #[test]
    fn what_is_cut_off_is_not_guessed() {
        for (hex, _) in WRITTEN {
            let whole = bytes(hex);
            for length in 1..9 {
                assert_eq!(traits(&whole[..length]), None, "{hex} at {length}");
            }
        }
    }
}
