//! One broadcast of a local channel: payloads go in, parts, segments and playlists come out. Time
//! is an argument, and nothing is muxed before somebody asks: a stream that nobody watches costs
//! what its waiting payloads weigh.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::clip::Clip;
use super::grid::{self, FRAMES_PER_PART, PARTS_PER_SEGMENT};
use super::mux::Muxer;
use super::playlist::{self, Listed};
use crate::model::limits::{HLS_PAYLOADS_AHEAD, HLS_SEGMENTS_AHEAD, HLS_SEGMENTS_KEPT};
use crate::model::payload::Payload;

/// A live window on a looped clip, with what was put into it.
///
/// Every `since` is the time since frame 0. Questions are answered as of the last
/// [`advance`](Self::advance).
#[derive(Debug)]
pub struct Stream {
    clip: Arc<Clip>,
    id: String,
    started: Timestamp,
    muxer: Muxer,
    /// By the frame they land in: so there is one in a frame at most.
    payloads: BTreeMap<u64, Payload>,
    /// The number of the oldest part in `parts`; it begins a segment.
    first: u64,
    parts: VecDeque<Arc<[u8]>>,
    /// The parts that were whole when it ended.
    ended: Option<u64>,
}

/// One segment, a second long when it is whole.
#[derive(Debug, Clone)]
pub struct Segment {
    /// Its parts so far, which make it when put one after the other.
    pub parts: Vec<Arc<[u8]>>,
    /// Whether no part will be added.
    pub whole: bool,
}

impl Stream {
    /// A broadcast named `id` whose frame 0 was captured when the wall clock said `started`.
    pub fn new(clip: Arc<Clip>, id: &str, started: Timestamp) -> Self {
        Self {
            clip,
            id: id.to_owned(),
            started,
            muxer: Muxer::default(),
            payloads: BTreeMap::new(),
            first: 0,
            parts: VecDeque::new(),
            ended: None,
        }
    }

    /// Its name.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Puts a payload into the next frame at or after `since` that is not muxed yet and carries
    /// none, after all that were put before. Answers whether it was taken: a stream that ended
    /// takes none, nor one with [`HLS_PAYLOADS_AHEAD`] payloads in frames to come.
    pub fn put(&mut self, payload: &Payload, since: SignedDuration) -> bool {
        self.forget_payloads_before(oldest_kept(grid::parts_by(since)));
        let now = grid::frame_from(since).max(self.whole() * FRAMES_PER_PART);
        let after_last = self.payloads.last_key_value().map_or(0, |(frame, _)| frame + 1);
        let is_full = self.payloads.range(now..).nth(HLS_PAYLOADS_AHEAD - 1).is_some();
        if self.ended.is_some() || is_full {
            return false;
        }
        self.payloads.insert(now.max(after_last), payload.clone());
        true
    }

    /// Muxes the parts that are whole by then. After a long sleep only what is still kept is
    /// muxed; what was put into older frames is forgotten.
    pub fn advance(&mut self, since: SignedDuration) {
        let whole = grid::parts_by(since).min(self.ended.unwrap_or(u64::MAX));
        if whole <= self.whole() {
            return;
        }
        let oldest = oldest_kept(whole).max(self.first);
        while self.first < oldest && self.parts.pop_front().is_some() {
            self.first += 1;
        }
        self.first = oldest;
        for part in self.whole()..whole {
            let bytes = self.muxer.part(&self.clip, part, &self.payloads);
            self.parts.push_back(bytes);
        }
        self.forget_payloads_before(whole);
    }

    /// Ends it with the part that is whole by then, or, where payloads wait, with the part of the
    /// last of them, a segment later at most: what was taken is seen. Nothing is added.
    pub fn end(&mut self, since: SignedDuration) {
        let whole = grid::parts_by(since).max(self.whole());
        let waits_until =
            self.payloads.last_key_value().map_or(0, |(frame, _)| frame / FRAMES_PER_PART + 1);
        let last = waits_until.clamp(whole, whole + PARTS_PER_SEGMENT);
        let ended = *self.ended.get_or_insert(last);
        let _never_sent = self.payloads.split_off(&(ended * FRAMES_PER_PART));
    }

    /// The media playlist.
    pub fn media_playlist(&self) -> String {
        playlist::media_playlist(&Listed {
            started: self.started,
            parts: self.whole(),
            is_ended: self.is_ended(),
        })
    }

    /// Whether what a blocking request waits for is listed, or was: the segment `msn`, or its part.
    /// A stream that ended has nothing to wait for.
    pub fn has(&self, msn: u64, part: Option<u64>) -> bool {
        // A part past a segment's last is the first of the next one, says the specification.
        let after = part.map_or(PARTS_PER_SEGMENT, |part| part.min(PARTS_PER_SEGMENT) + 1);
        self.is_ended()
            || msn.saturating_mul(PARTS_PER_SEGMENT).saturating_add(after) <= self.whole()
    }

    /// Whether a segment is further ahead than anybody may wait for.
    pub fn is_too_far(&self, msn: u64) -> bool {
        !self.is_ended() && msn > self.current() + HLS_SEGMENTS_AHEAD
    }

    /// A segment: whole, in progress, or announced and without any part yet; none when it is gone,
    /// too far, or will never be.
    pub fn segment(&self, msn: u64) -> Option<Segment> {
        let is_begun = msn < self.current() || (msn == self.current() && self.is_in_segment());
        if !is_begun {
            let is_announced = !self.is_ended() && !self.is_too_far(msn);
            return is_announced.then(|| Segment { parts: Vec::new(), whole: false });
        }
        let parts: Vec<Arc<[u8]>> =
            (0..PARTS_PER_SEGMENT).map_while(|at| self.part(msn, at)).collect();
        let whole = self.is_ended() || msn < self.current();
        (!parts.is_empty()).then_some(Segment { parts, whole })
    }

    /// One part; none when it is not whole yet, gone, or will never be.
    pub fn part(&self, msn: u64, part: u64) -> Option<Arc<[u8]>> {
        let number = msn.checked_mul(PARTS_PER_SEGMENT)?.checked_add(part)?;
        let at = usize::try_from(number.checked_sub(self.first)?).ok()?;
        (part < PARTS_PER_SEGMENT).then(|| self.parts.get(at).cloned())?
    }

    fn is_ended(&self) -> bool {
        self.ended == Some(self.whole())
    }

    /// Parts since the start that are whole.
    fn whole(&self) -> u64 {
        self.first + self.parts.len() as u64
    }

    /// The segment in progress, or the next one.
    fn current(&self) -> u64 {
        self.whole() / PARTS_PER_SEGMENT
    }

    fn is_in_segment(&self) -> bool {
        !self.whole().is_multiple_of(PARTS_PER_SEGMENT)
    }

    /// Parts that are in memory.
    #[cfg(test)]
    pub(super) fn muxed(&self) -> u64 {
        self.parts.len() as u64
    }

    /// Payloads that are in memory.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.payloads.len()
    }

    fn forget_payloads_before(&mut self, part: u64) {
        self.payloads = self.payloads.split_off(&(part * FRAMES_PER_PART));
    }
}

/// The oldest part that is kept once so many are whole.
fn oldest_kept(whole: u64) -> u64 {
    (whole / PARTS_PER_SEGMENT).saturating_sub(HLS_SEGMENTS_KEPT) * PARTS_PER_SEGMENT
}
