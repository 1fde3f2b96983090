//! What a producer asks of an evening: how much went out, how close to the limits, what was lost.

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::model::cue::CueKey;
use crate::model::event::About;

/// The window of the service's own quota.
const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// An evening in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Payloads in the stream, repeats included.
    pub sent: u64,
    /// Repeats of sticky payloads among them.
    pub repeats: u64,
    /// Bytes of all of them.
    pub bytes: u64,
    /// Bytes of the largest.
    pub largest: usize,
    /// The busiest second; none when nothing was sent.
    pub peak: Option<Peak>,
    /// Payloads that were not sent at once.
    pub waited: u64,
    /// The longest wait, in milliseconds.
    pub longest_wait_ms: i64,
    /// Payloads that waited longer than they were worth.
    pub expired: u64,
    /// Payloads that were let go: the outbox was full, or the show stopped.
    pub dropped: u64,
    /// Fires that came too late to be made good.
    pub missed: u64,
    /// Timed fires while the channel was off air, or that came too late.
    pub skipped: u64,
    /// Attempts that the service did not take.
    pub refused: u64,
    /// Polls that closed.
    pub polls: u64,
    /// Votes in them.
    pub votes: u64,
    /// Handler calls that failed, and scripts that could not begin.
    pub script_errors: u64,
    /// What each cue did, by its name.
    pub cues: BTreeMap<CueKey, CueTotals>,
    #[serde(skip)]
    lately: VecDeque<SignedDuration>,
}

/// The busiest second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Peak {
    /// Payloads sent in it.
    pub sent: usize,
    /// When it was first reached.
    #[serde(serialize_with = "millis")]
    pub at: Timestamp,
}

/// What one cue did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CueTotals {
    /// How often its handler was called.
    pub fired: u64,
    /// Payloads of it in the stream, repeats included.
    pub sent: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Bytes of the largest.
    pub largest: usize,
    /// Calls that failed.
    pub failed: u64,
}

fn millis<S: serde::Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{at:.3}"))
}

impl Summary {
    /// What a cue did so far.
    pub(super) fn cue(&mut self, cue: &CueKey) -> &mut CueTotals {
        if !self.cues.contains_key(cue) {
            self.cues.insert(cue.clone(), CueTotals::default());
        }
        self.cues.get_mut(cue).expect("it was just put there")
    }

    /// Counts a payload in the stream, and those that were sent in the second before its call
    /// began: how many they are.
    pub(super) fn sent(
        &mut self,
        of: &About,
        repeat: bool,
        waited_ms: i64,
        began: (SignedDuration, Timestamp),
    ) -> usize {
        let bytes = u64::try_from(of.bytes).unwrap_or(u64::MAX);
        self.sent += 1;
        self.bytes += bytes;
        self.largest = self.largest.max(of.bytes);
        if repeat {
            self.repeats += 1;
        } else if waited_ms > 0 {
            self.waited += 1;
            self.longest_wait_ms = self.longest_wait_ms.max(waited_ms);
        }
        let cue = self.cue(&of.cue);
        cue.sent += 1;
        cue.bytes += bytes;
        cue.largest = cue.largest.max(of.bytes);
        self.count_second(began)
    }

    fn count_second(&mut self, (up, at): (SignedDuration, Timestamp)) -> usize {
        self.lately.push_back(up);
        self.lately.retain(|sent| *sent > up - SECOND);
        let sent = self.lately.len();
        if self.peak.is_none_or(|peak| sent > peak.sent) {
            self.peak = Some(Peak { sent, at });
        }
        sent
    }
}
