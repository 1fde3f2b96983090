//! Segments and parts: whole at once, or in progress as their parts come.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::response::Response;
use futures_util::stream::unfold;

use crate::hls::stream::{Segment, Stream};
use crate::world::channel::local::ServiceError;

use super::answer::media;
use super::viewer::{Look, Viewer};

/// What a viewer fetches, by its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// A segment.
    Segment(u64),
    /// A part of a segment.
    Part(u64, u64),
}

impl Piece {
    /// Reads a file's name: `7.ts` or `7.2.ts`.
    pub(super) fn read(file: &str) -> Option<Self> {
        let number = |text: &str| {
            let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|_| is_plain)
        };
        let numbers = file.strip_suffix(".ts")?;
        Some(match numbers.split_once('.') {
            None => Self::Segment(number(numbers)?),
            Some((msn, part)) => Self::Part(number(msn)?, number(part)?),
        })
    }

    /// Answers with it; waits until it is whole, a segment only for its first part.
    pub(super) async fn fetch(self, viewer: Viewer) -> Result<Response, ServiceError> {
        match self {
            Self::Part(msn, part) => {
                let bytes = viewer.wait(|stream| look_part(stream, msn, part)).await?;
                Ok(media(Body::from(Bytes::from_owner(bytes))))
            }
            Self::Segment(msn) => {
                let segment = viewer.wait(|stream| look_segment(stream, msn)).await?;
                let whole = segment.whole.then(|| Body::from(segment.parts.concat()));
                Ok(media(whole.unwrap_or_else(|| as_it_comes(viewer, msn))))
            }
        }
    }
}

fn look_part(stream: &Stream, msn: u64, part: u64) -> Look<Arc<[u8]>> {
    let found = stream.part(msn, part);
    found.map_or_else(|| missing(stream, msn, Some(part)), Look::There)
}

fn look_segment(stream: &Stream, msn: u64) -> Look<Segment> {
    let begun = stream.segment(msn).filter(|segment| !segment.parts.is_empty());
    begun.map_or_else(|| missing(stream, msn, None), Look::There)
}

/// What is not there was there, or is still to come.
fn missing<T>(stream: &Stream, msn: u64, part: Option<u64>) -> Look<T> {
    if stream.has(msn, part) {
        Look::Gone
    } else if stream.is_too_far(msn) {
        Look::TooFar
    } else {
        Look::NotYet
    }
}

/// The parts of a segment, each when it is whole. Where the next one does not come the connection
/// breaks off, so that nobody takes what came for the whole.
fn as_it_comes(viewer: Viewer, msn: u64) -> Body {
    Body::from_stream(unfold((viewer, 0), move |(viewer, sent)| async move {
        match viewer.wait(|stream| next(stream, msn, sent)).await {
            Ok(Some(part)) => Some((Ok(Bytes::from_owner(part)), (viewer, sent + 1))),
            Ok(None) => None,
            Err(error) => Some((Err(error), (viewer, sent))),
        }
    }))
}

/// The part after those that were sent; none when there are no more.
fn next(stream: &Stream, msn: u64, sent: usize) -> Look<Option<Arc<[u8]>>> {
    match stream.segment(msn) {
        None => Look::Gone,
        Some(segment) => match segment.parts.get(sent) {
            Some(part) => Look::There(Some(Arc::clone(part))),
            None if segment.whole => Look::There(None),
            None => Look::NotYet,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read() {
        assert_eq!(Piece::read("0.ts"), Some(Piece::Segment(0)));
        assert_eq!(Piece::read("17.4.ts"), Some(Piece::Part(17, 4)));
        for other in ["", ".ts", "1", "1.mp4", "1.2.3.ts", "-1.ts", "+1.ts", "1..ts", "x.ts"] {
            assert_eq!(Piece::read(other), None, "{other}");
        }
    }
}
