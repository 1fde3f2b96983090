//! Which pieces of a stream come next, and when to look again.

use jiff::{SignedDuration, Timestamp};

use super::m3u8::{Media, Resource, Segment};

/// A piece to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Where it lies.
    pub resource: Resource,
    /// What is to be read before it, in fragmented MP4.
    pub map: Option<Resource>,
    /// How long it is.
    pub duration: SignedDuration,
    /// When its first frame was taken.
    pub program_time: Option<Timestamp>,
    /// How it goes on from the piece before.
    pub join: Join,
}

/// How a piece goes on from the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Join {
    /// Within the same segment.
    Within,
    /// As the next segment.
    Next,
    /// After others that are not read.
    Gap,
    /// With times of its own: as the first one, or after a discontinuity.
    Anew,
    /// It is a whole segment of which parts were read already.
    Again,
}

/// When to look at the playlist again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reload {
    /// At once, with a request that waits until this segment, or this part of it, is there.
    Blocking {
        /// The segment's number.
        number: u64,
        /// The part's place in it, from 0.
        part: Option<usize>,
    },
    /// After a while.
    After(SignedDuration),
    /// Not any more.
    Never,
}

/// What a look at the playlist told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct News {
    /// What is to be read now, in order.
    pub pieces: Vec<Piece>,
    /// Segments that left the playlist unread.
    pub missed: u64,
    /// Whether anything is listed that was not before.
    pub is_new: bool,
}

/// How far a stream was read.
#[derive(Debug, Clone, Default)]
pub struct Follower {
    at: Option<At>,
    /// The end of what was listed last.
    listed: Option<End>,
}

/// The end of a playlist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct End {
    /// The number after the last segment.
    next: u64,
    /// Parts of the last segment.
    parts: usize,
    /// Whether the last segment is whole.
    is_whole: bool,
}

impl End {
    fn of(media: &Media) -> Self {
        let last = media.segments.last();
        Self {
            next: media.next_number(),
            parts: last.map_or(0, |last| last.parts.len()),
            is_whole: last.is_some_and(|last| last.whole.is_some()),
        }
    }
}

/// The place of the next piece.
#[derive(Debug, Clone, Copy)]
struct At {
    number: u64,
    /// Parts of that segment which were read.
    parts: usize,
    join: Join,
}

impl Follower {
    /// What a playlist has to read: of a live stream from its newest segment on, of one that has
    /// ended when it is first seen all of it.
    pub fn look(&mut self, media: &Media) -> News {
        let end = End::of(media);
        let mut news = News { is_new: self.listed != Some(end), ..News::default() };
        // Numbers that fall begin a new broadcast at the same address.
        let is_another = self.listed.is_some_and(|listed| end.next < listed.next);
        self.listed = Some(end);
        let begin = At { number: first(media), parts: 0, join: Join::Anew };
        let mut at = self.at.filter(|_| !is_another).unwrap_or(begin);
        if at.number < media.sequence {
            news.missed = media.sequence - at.number;
            at = At { number: media.sequence, parts: 0, join: Join::Gap };
        }
        for (number, segment) in (media.sequence..).zip(&media.segments) {
            if number == at.number {
                at.read(segment, number + 1 == end.next, &mut news.pieces);
            }
        }
        self.at = Some(at);
        news
    }

    /// When to look again, after a look that told something new or did not.
    pub fn reload(media: &Media, is_new: bool) -> Reload {
        if media.ended {
            return Reload::Never;
        }
        if !is_new {
            // Also where a server that promised to wait did not: it is never asked in a row.
            return Reload::After(media.target / 2);
        }
        if !media.can_block {
            return Reload::After(media.target);
        }
        let has_parts = media.part_target.is_some();
        let next = media.next_number();
        match media.segments.last() {
            Some(last) if last.whole.is_none() && !last.parts.is_empty() => {
                Reload::Blocking { number: next - 1, part: Some(last.parts.len()) }
            }
            Some(_) | None => Reload::Blocking { number: next, part: has_parts.then_some(0) },
        }
    }
}

/// Where to begin.
fn first(media: &Media) -> u64 {
    if media.ended {
        return media.sequence;
    }
    media.next_number().saturating_sub(1).max(media.sequence)
}

impl At {
    /// Takes what is there of the segment it stands at, and goes on to the next when it is over.
    fn read(&mut self, segment: &Segment, is_last: bool, pieces: &mut Vec<Piece>) {
        if segment.is_discontinuous && self.parts == 0 {
            self.join = Join::Anew;
        }
        match &segment.whole {
            Some(whole) if self.parts == 0 || segment.parts.len() < self.parts => {
                pieces.push(self.whole(segment, whole));
                self.join = Join::Within;
            }
            Some(_) | None => self.read_parts(segment, pieces),
        }
        if segment.whole.is_some() || !is_last || segment.parts.is_empty() {
            let join = if self.join == Join::Within { Join::Next } else { self.join };
            *self = Self { number: self.number + 1, parts: 0, join };
        }
    }

    fn whole(&self, segment: &Segment, whole: &Resource) -> Piece {
        Piece {
            resource: whole.clone(),
            map: segment.map.clone(),
            duration: segment.duration,
            program_time: segment.program_time,
            join: if self.parts == 0 { self.join } else { Join::Again },
        }
    }

    fn read_parts(&mut self, segment: &Segment, pieces: &mut Vec<Piece>) {
        let mut before = SignedDuration::ZERO;
        for (index, part) in segment.parts.iter().enumerate() {
            let program_time = segment.program_time.and_then(|at| at.checked_add(before).ok());
            before = before.saturating_add(part.duration);
            if index < self.parts {
                continue;
            }
            let Some(resource) = part.resource.clone() else {
                self.join = Join::Gap;
                continue;
            };
            let (map, duration) = (segment.map.clone(), part.duration);
            pieces.push(Piece { resource, map, duration, program_time, join: self.join });
            self.join = Join::Within;
        }
        if segment.parts.is_empty() {
            self.join = Join::Gap;
        }
        self.parts = segment.parts.len();
    }
}

#[cfg(test)]
mod tests;
