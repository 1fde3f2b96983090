//! What is known of a channel's stream, from asking for it and from what became of sends.
//!
//! A send knows best: one that met no stream means off air at once, one that was taken means on
//! air. An answer to asking may be behind the truth, so for `AIR_LAG` it loses against a send.

use jiff::SignedDuration;

use crate::model::channel::StreamInfo;
use crate::model::io::{Air, Seen};
use crate::model::limits::{AIR_LAG, PROBE_OFF_AIR};
use crate::model::time::Now;

/// What is known of one channel's stream.
#[derive(Debug, Clone, Default)]
pub struct AirState {
    known: Known,
    /// The service knows no such channel, or did not answer the last question.
    is_unanswered: bool,
}

#[derive(Debug, Clone, Default)]
enum Known {
    /// Nothing yet: it counts as live.
    #[default]
    NotYet,
    On {
        stream: Option<StreamInfo>,
        /// When a send was last taken.
        taken: Option<SignedDuration>,
    },
    Off {
        /// When this was last heard.
        heard: SignedDuration,
        /// When a send met no stream; none while only asking said so.
        refused: Option<Now>,
    },
}

/// What became known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// It is live, or live with other numbers.
    On(Option<StreamInfo>),
    /// It is not live any more.
    Off,
}

impl AirState {
    /// What asking said.
    pub fn seen(&mut self, seen: Seen, now: Now) -> Option<Turn> {
        match seen {
            Seen::Live(_) | Seen::NotLive | Seen::NotPermitted => self.is_unanswered = false,
            Seen::NoChannel | Seen::Failed(_) => self.is_unanswered = true,
            Seen::Unknown => {}
        }
        match seen {
            Seen::Live(stream) => self.seen_live(stream, now),
            Seen::NotLive => self.seen_not_live(now),
            Seen::NotPermitted if matches!(self.known, Known::NotYet) => {
                self.known = Known::On { stream: None, taken: None };
                Some(Turn::On(None))
            }
            Seen::NotPermitted | Seen::NoChannel | Seen::Failed(_) | Seen::Unknown => None,
        }
    }

    fn seen_live(&mut self, live: StreamInfo, now: Now) -> Option<Turn> {
        match &mut self.known {
            Known::On { stream, .. } if stream.as_ref() == Some(&live) => return None,
            Known::On { stream, .. } => *stream = Some(live.clone()),
            Known::Off { refused: Some(refused), .. } if is_stale(&live, *refused, now) => {
                return None;
            }
            Known::Off { .. } | Known::NotYet => {
                self.known = Known::On { stream: Some(live.clone()), taken: None };
            }
        }
        Some(Turn::On(Some(live)))
    }

    fn seen_not_live(&mut self, now: Now) -> Option<Turn> {
        match &mut self.known {
            Known::On { taken: Some(taken), .. } if now.up < *taken + AIR_LAG => None,
            Known::Off { heard, .. } => {
                *heard = now.up;
                None
            }
            Known::On { .. } | Known::NotYet => {
                self.known = Known::Off { heard: now.up, refused: None };
                Some(Turn::Off)
            }
        }
    }

    /// A send that began at `begun` was taken.
    pub fn taken(&mut self, begun: SignedDuration, now: Now) -> Option<Turn> {
        self.is_unanswered = false;
        match &mut self.known {
            Known::On { taken, .. } => {
                *taken = Some(now.up);
                None
            }
            // It began while the stream still was there.
            Known::Off { heard, .. } if begun < *heard => None,
            Known::Off { .. } | Known::NotYet => {
                self.known = Known::On { stream: None, taken: Some(now.up) };
                Some(Turn::On(None))
            }
        }
    }

    /// A send met no stream.
    pub fn refused(&mut self, now: Now) -> Option<Turn> {
        self.is_unanswered = false;
        let was_off = self.is_off();
        self.known = Known::Off { heard: now.up, refused: Some(now) };
        (!was_off).then_some(Turn::Off)
    }

    /// Whether the service answers for the channel, as far as is known.
    pub fn is_answered(&self) -> bool {
        !self.is_unanswered
    }

    /// Whether payloads are held. What is not known yet counts as live.
    pub fn is_off(&self) -> bool {
        matches!(self.known, Known::Off { .. })
    }

    /// What to tell a show that joins; none while nothing is known.
    pub fn turn(&self) -> Option<Turn> {
        match &self.known {
            Known::NotYet => None,
            Known::On { stream, .. } => Some(Turn::On(stream.clone())),
            Known::Off { .. } => Some(Turn::Off),
        }
    }

    /// On or off air; none while nothing is known.
    pub fn air(&self) -> Option<Air> {
        match &self.known {
            Known::NotYet => None,
            Known::On { .. } => Some(Air::On),
            Known::Off { .. } => Some(Air::Off),
        }
    }

    /// While off air: when a payload may be tried because nothing was heard for so long, be it
    /// that asking is not permitted or that it fails.
    pub fn probe_at(&self) -> Option<SignedDuration> {
        match &self.known {
            Known::NotYet | Known::On { .. } => None,
            Known::Off { heard, .. } => Some(*heard + PROBE_OFF_AIR),
        }
    }
}

/// Whether an answer still speaks of the stream that a send just met no more: soon after it, and
/// not of a stream that began about then.
fn is_stale(live: &StreamInfo, refused: Now, now: Now) -> bool {
    let began_before =
        live.started_at < refused.wall.saturating_sub(AIR_LAG).unwrap_or(refused.wall);
    now.up < refused.up + AIR_LAG && began_before
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn at(millis: i64) -> Now {
        let start = Now { up: SignedDuration::ZERO, wall: Timestamp::UNIX_EPOCH };
        start.plus(SignedDuration::from_secs(3_600) + SignedDuration::from_millis(millis))
    }

    fn stream(started: Now, viewers: u64) -> StreamInfo {
        let (stream_id, health) = ("st-1".to_owned(), "HEALTHY".to_owned());
        StreamInfo { stream_id, started_at: started.wall, viewers, health }
    }

    #[test]
    fn each_change_is_told_once_and_new_numbers_again() {
        let mut air = AirState::default();
        assert_eq!((air.air(), air.is_off(), air.turn()), (None, false, None));
        let first = stream(at(-60_000), 1);
        assert_eq!(air.seen(Seen::Live(first.clone()), at(0)), Some(Turn::On(Some(first.clone()))));
        assert_eq!(air.seen(Seen::Live(first), at(1)), None);
        let more = stream(at(-60_000), 2);
        assert_eq!(air.seen(Seen::Live(more.clone()), at(2)), Some(Turn::On(Some(more))));
        assert_eq!(air.seen(Seen::Unknown, at(3)), None);
        assert_eq!(air.seen(Seen::NotLive, at(4)), Some(Turn::Off));
        assert_eq!(air.seen(Seen::NotLive, at(5)), None);
        assert_eq!(air.seen(Seen::NotPermitted, at(6)), None);
        assert_eq!(air.air(), Some(Air::Off));
    }

    #[test]
    fn a_send_wins_against_an_answer_that_lags() {
        let mut air = AirState::default();
        let old = stream(at(-60_000), 1);
        assert_eq!(air.taken(at(0).up, at(10)), Some(Turn::On(None)));
        assert_eq!(air.seen(Seen::NotLive, at(4_000)), None, "the send was taken just now");
        assert_eq!(air.refused(at(5_000)), Some(Turn::Off));
        assert_eq!(air.refused(at(5_001)), None);
        assert_eq!(air.seen(Seen::Live(old.clone()), at(6_000)), None, "that stream is over");
        assert_eq!(air.taken(at(4_900).up, at(6_100)), None, "it began before the end");
        let new = stream(at(6_500), 1);
        assert_eq!(air.seen(Seen::Live(new.clone()), at(6_600)), Some(Turn::On(Some(new))));
        assert_eq!(air.refused(at(7_000)), Some(Turn::Off));
        assert_eq!(air.seen(Seen::Live(old.clone()), at(12_001)), Some(Turn::On(Some(old))));
        assert_eq!(air.seen(Seen::NotLive, at(12_002)), Some(Turn::Off));
    }

    #[test]
    fn silence_while_off_air_allows_a_probe() {
        let mut air = AirState::default();
        assert_eq!(air.probe_at(), None);
        assert_eq!(air.seen(Seen::NotPermitted, at(0)), Some(Turn::On(None)));
        assert_eq!(air.refused(at(0)), Some(Turn::Off));
        assert_eq!(air.probe_at(), Some(at(0).up + PROBE_OFF_AIR));
        assert_eq!(air.seen(Seen::NotLive, at(2_000)), None);
        assert_eq!(air.probe_at(), Some(at(2_000).up + PROBE_OFF_AIR));
        assert_eq!(air.taken(at(3_000).up, at(3_010)), Some(Turn::On(None)));
    }
}
