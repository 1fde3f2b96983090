//! A simulated IVS: it takes payloads, refuses them as told, and says which channels are live.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use crate::model::channel::{ChannelArn, StreamInfo};
use crate::model::delivery::{Answer, Refusal};
use crate::model::io::Seen;
use crate::model::limits::{CALL_TIMEOUT, CHANNEL_SENDS_PER_WINDOW};
use crate::model::payload::Payload;
use crate::model::time::Now;

/// What goes wrong with the next calls, on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The call is refused: too many.
    Throttled,
    /// The call is refused: not now.
    Unavailable,
    /// The payload is taken, but the answer never comes.
    LostAnswer,
}

/// A payload that reached a channel's stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// When, on the interval clock.
    pub up: SignedDuration,
    /// When, on the wall clock.
    pub at: Timestamp,
    /// The channel.
    pub channel: ChannelArn,
    /// What viewers got.
    pub payload: Payload,
}

/// One simulated channel.
pub(super) struct SimulatedChannel {
    arn: ChannelArn,
    live_since: Option<Timestamp>,
    viewers: u64,
    streams: u64,
    faults: VecDeque<Fault>,
    recent: VecDeque<SignedDuration>,
}

impl SimulatedChannel {
    pub(super) fn live(arn: ChannelArn, since: Timestamp) -> Self {
        let (faults, recent) = (VecDeque::new(), VecDeque::new());
        Self { arn, live_since: Some(since), viewers: 0, streams: 1, faults, recent }
    }

    pub(super) fn set_viewers(&mut self, viewers: u64) {
        self.viewers = viewers;
    }

    pub(super) fn go_live(&mut self, now: Now) {
        if self.live_since.is_none() {
            self.live_since = Some(now.wall);
            self.streams += 1;
        }
    }

    pub(super) fn go_offline(&mut self) {
        self.live_since = None;
    }

    pub(super) fn add_faults(&mut self, fault: Fault, count: usize) {
        self.faults.extend(std::iter::repeat_n(fault, count));
    }

    /// What asking for the stream says.
    pub(super) fn seen(&self) -> Seen {
        self.live_since.map_or(Seen::NotLive, |started_at| {
            Seen::Live(StreamInfo {
                stream_id: format!("st-{}-{}", self.arn.id(), self.streams),
                started_at,
                viewers: self.viewers,
                health: "HEALTHY".to_owned(),
            })
        })
    }

    /// Takes a call that arrives now: whether its payload is in the stream, what is answered, and
    /// how long the caller waits for that beyond the network's own time.
    pub(super) fn call(&mut self, now: Now) -> (bool, Answer, SignedDuration) {
        let refuse = |refusal, message: &str| {
            let answer = Answer::Refused { refusal, message: message.to_owned() };
            (false, answer, SignedDuration::ZERO)
        };
        match self.faults.pop_front() {
            Some(Fault::Throttled) => return refuse(Refusal::Throttled, "throttled on purpose"),
            Some(Fault::Unavailable) => {
                return refuse(Refusal::Unavailable, "unavailable on purpose");
            }
            Some(Fault::LostAnswer) => {
                let message = "no answer within 3 s".to_owned();
                return (self.live_since.is_some(), Answer::Lost { message }, CALL_TIMEOUT);
            }
            None => {}
        }
        if self.live_since.is_none() {
            return refuse(Refusal::OffAir, "the channel is not currently online");
        }
        let second_ago = now.up - SignedDuration::from_secs(1);
        while self.recent.front().is_some_and(|at| *at <= second_ago) {
            self.recent.pop_front();
        }
        if self.recent.len() >= CHANNEL_SENDS_PER_WINDOW {
            return refuse(Refusal::Throttled, "exceeded call rate: 5");
        }
        self.recent.push_back(now.up);
        (true, Answer::Taken, SignedDuration::ZERO)
    }
}
