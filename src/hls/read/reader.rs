//! Metadata with its place: in the time of the player, and in that of the world.

use jiff::{SignedDuration, Timestamp};

use super::follow::{Join, Piece};
use super::id3::Frame;
use super::mp4::Tracks;
use super::pts::Pts;
use super::ts::{Demuxer, Held, Tag};

/// One frame of timed metadata and its moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// The moment, since the first picture that was read.
    pub media_time: SignedDuration,
    /// When the picture of that moment was taken; none where the playlist does not say.
    pub program_time: Option<Timestamp>,
    /// What it is.
    pub frame: Frame,
}

/// Reads the pieces of a stream in their order.
#[derive(Debug, Default)]
pub struct Reader {
    demuxer: Demuxer,
    tracks: Tracks,
    /// A moment of the stream in the player's time.
    media: Option<(Pts, SignedDuration)>,
    /// A moment of the stream in the world's time.
    program: Option<(Pts, Timestamp)>,
    /// Where the next piece begins, in the player's time.
    next: SignedDuration,
    /// The last moment with metadata.
    last: Option<Pts>,
}

impl Reader {
    /// Takes what is to be read before pieces of fragmented MP4.
    pub fn map(&mut self, init: &[u8]) {
        self.tracks = Tracks::of(init);
    }

    /// Reads the next piece.
    pub fn read(&mut self, piece: &Piece, bytes: &[u8]) -> Vec<Metadata> {
        self.join(piece.join);
        let held =
            if piece.map.is_some() { self.tracks.read(bytes) } else { self.demuxer.read(bytes) };
        let starts = held.starts.or_else(|| held.tags.first()?.pts);
        self.place(piece, starts);
        self.metadata(piece.join, starts, held)
    }

    /// Goes on after a piece that cannot be read.
    pub fn skip(&mut self, piece: &Piece) {
        self.join(piece.join);
        self.demuxer = Demuxer::default();
        self.program = None;
        self.next += piece.duration;
    }

    fn join(&mut self, join: Join) {
        if matches!(join, Join::Gap | Join::Anew | Join::Again) {
            self.demuxer = Demuxer::default();
        }
        if join == Join::Anew {
            (self.media, self.last) = (None, None);
        }
    }

    /// Learns where a piece begins.
    fn place(&mut self, piece: &Piece, starts: Option<Pts>) {
        let begins = starts.map_or(self.next, |starts| match self.media {
            Some((known, at)) => at + starts.since(known),
            None => self.next,
        });
        self.next = begins + piece.duration;
        if let Some(starts) = starts {
            self.media = Some((starts, begins));
        }
        // Within a segment its beginning stays the measure: lengths of parts are rounded.
        if self.program.is_none() || piece.join != Join::Within {
            self.program = starts.zip(piece.program_time);
        }
    }

    fn metadata(&mut self, join: Join, starts: Option<Pts>, held: Held) -> Vec<Metadata> {
        // Several tags may share a moment: what was read ends before this piece.
        let read = self.last.filter(|_| join == Join::Again);
        let mut found = Vec::new();
        for Tag { pts, frames } in held.tags {
            let pts = pts.or(starts);
            if pts.zip(read).is_some_and(|(pts, read)| !pts.since(read).is_positive()) {
                continue;
            }
            self.last = pts.or(self.last);
            let since = |(known, at)| pts.map(|pts: Pts| (at, pts.since(known)));
            let media = self.media.and_then(since).map(|(at, since)| at + since);
            let program =
                self.program.and_then(|(known, at)| at.checked_add(pts?.since(known)).ok());
            found.extend(frames.into_iter().map(|frame| Metadata {
                media_time: media.unwrap_or(self.next),
                program_time: program,
                frame,
            }));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::super::m3u8::Resource;
    use super::super::made::{
        emsg_0, id3_tag, mp4_box, mp4_init, mp4_moof, pes, priv_frame, ts_packets, ts_tables,
    };
    use super::*;

    const TURN: u64 = 1 << 33;

    fn piece(join: Join, program_second: Option<i64>) -> Piece {
        Piece {
            resource: Resource { uri: "a.ts".to_owned(), range: None },
            map: None,
            duration: SignedDuration::from_secs(1),
            program_time: program_second.and_then(|second| Timestamp::from_second(second).ok()),
            join,
        }
    }

    /// A piece whose picture begins at `ticks`, with metadata so much later each.
    fn bytes(ticks: u64, metadata: &[u64]) -> Vec<u8> {
        let picture = ts_packets(0x100, &pes(0xE0, ticks % TURN, &[0; 9], true));
        let tags = metadata.iter().map(|later| {
            let tag = id3_tag(4, 0, &priv_frame(4, "o", b"x"));
            ts_packets(0x102, &pes(0xBD, (ticks + later) % TURN, &tag, false))
        });
        [ts_tables(), picture].into_iter().chain(tags).flatten().collect()
    }

    fn times(found: &[Metadata]) -> Vec<(f64, Option<f64>)> {
        let program = |at: Timestamp| at.as_duration().as_secs_f64();
        let time = |one: &Metadata| (one.media_time.as_secs_f64(), one.program_time.map(program));
        found.iter().map(time).collect()
    }

    #[test]
    fn times_go_on_across_the_wrap() {
        let mut reader = Reader::default();
        let begin = TURN - 90_000;
        let first = reader.read(&piece(Join::Anew, Some(100)), &bytes(begin, &[0, 45_000]));
        assert_eq!(times(&first), [(0.0, Some(100.0)), (0.5, Some(100.5))]);
        let second = reader.read(&piece(Join::Next, Some(101)), &bytes(begin + 90_000, &[45_000]));
        assert_eq!(times(&second), [(1.5, Some(101.5))]);
    }

    #[test]
    fn the_player_s_time_goes_on_across_a_discontinuity() {
        let mut reader = Reader::default();
        reader.read(&piece(Join::Anew, Some(100)), &bytes(900_000, &[]));
        let found = reader.read(&piece(Join::Anew, None), &bytes(7, &[90_000]));
        assert_eq!(times(&found), [(2.0, None)]);
    }

    #[test]
    fn a_gap_is_counted_by_the_stream() {
        let mut reader = Reader::default();
        reader.read(&piece(Join::Anew, Some(100)), &bytes(0, &[]));
        let found = reader.read(&piece(Join::Gap, Some(105)), &bytes(450_000, &[9_000]));
        assert_eq!(times(&found), [(5.1, Some(105.1))]);
    }

    #[test]
    fn within_a_segment_its_begin_is_the_measure() {
        let mut reader = Reader::default();
        reader.read(&piece(Join::Anew, Some(100)), &bytes(0, &[]));
        // The playlist rounds, the stream does not.
        let found = reader.read(&piece(Join::Within, Some(102)), &bytes(90_000, &[0]));
        assert_eq!(times(&found), [(1.0, Some(101.0))]);
    }

    #[test]
    fn what_was_read_is_not_told_again() {
        let mut reader = Reader::default();
        reader.read(&piece(Join::Anew, None), &bytes(0, &[3_000, 9_000]));
        let found =
            reader.read(&piece(Join::Again, None), &bytes(0, &[3_000, 9_000, 18_000, 18_000]));
        assert_eq!(times(&found), [(0.2, None); 2], "two may share a moment");
    }

    #[test]
    fn fragmented_mp4_is_read_with_its_map() {
        let mut reader = Reader::default();
        reader.map(&mp4_init());
        let message = |after| {
            let tag = id3_tag(4, 0, &priv_frame(4, "o", b"x"));
            mp4_box(*b"emsg", &emsg_0("https://aomedia.org/emsg/ID3", 1_000, after, &tag))
        };
        let bytes = [message(0), message(250), mp4_moof(&[(1, 15_360 * 40)])].concat();
        let map = Some(Resource { uri: "init.mp4".to_owned(), range: None });
        let found = reader.read(&Piece { map, ..piece(Join::Anew, Some(100)) }, &bytes);
        assert_eq!(times(&found), [(0.0, Some(100.0)), (0.25, Some(100.25))]);
    }
}
