//! A simulated IVS: it takes payloads, refuses them as told, and says which channels are live.

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

use crate::model::channel::{ChannelArn, StreamInfo};
use crate::model::delivery::{Answer, DeliveryId, Refusal};
use crate::model::io::{AskFailure, Seen};
use crate::model::limits::{
    ACCOUNT_SENDS_PER_WINDOW, CALL_TIMEOUT, CHANNEL_SENDS_PER_WINDOW, SERVICE_WINDOW,
};
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

/// Calls the service takes in a second: a quota of it.
#[derive(Debug)]
pub(super) struct Quota {
    calls_max: usize,
    recent: VecDeque<SignedDuration>,
}

impl Quota {
    pub(super) fn of_account() -> Self {
        Self { calls_max: ACCOUNT_SENDS_PER_WINDOW, recent: VecDeque::new() }
    }

    fn of_channel() -> Self {
        Self { calls_max: CHANNEL_SENDS_PER_WINDOW, recent: VecDeque::new() }
    }

    /// Whether one more call is taken now.
    fn has_room(&mut self, now: Now) -> bool {
        let since = now.up - SERVICE_WINDOW;
        while self.recent.front().is_some_and(|at| *at <= since) {
            self.recent.pop_front();
        }
        self.recent.len() < self.calls_max
    }
}

/// What the service said to the calls of one payload, one after the other.
pub type Refusals = VecDeque<(Refusal, String)>;

/// One simulated channel.
pub(super) struct SimulatedChannel {
    arn: ChannelArn,
    /// Its stream, while it is live.
    stream: Option<StreamInfo>,
    viewers: u64,
    streams: u64,
    faults: VecDeque<Fault>,
    /// The service is away.
    away_until: Option<SignedDuration>,
    /// What every question about the stream is answered, however it is.
    says: Option<Seen>,
    refusals: BTreeMap<DeliveryId, Refusals>,
    quota: Quota,
}

impl SimulatedChannel {
    pub(super) fn live(arn: ChannelArn, since: Timestamp) -> Self {
        let mut channel = Self {
            arn,
            stream: None,
            viewers: 0,
            streams: 0,
            faults: VecDeque::new(),
            away_until: None,
            says: None,
            refusals: BTreeMap::new(),
            quota: Quota::of_channel(),
        };
        channel.begin_stream(since);
        channel
    }

    fn begin_stream(&mut self, started_at: Timestamp) {
        self.streams += 1;
        self.stream = Some(StreamInfo {
            stream_id: format!("st-{}-{}", self.arn.id(), self.streams),
            started_at,
            viewers: self.viewers,
            health: "HEALTHY".to_owned(),
        });
    }

    pub(super) fn set_viewers(&mut self, viewers: u64) {
        self.viewers = viewers;
        if let Some(stream) = &mut self.stream {
            stream.viewers = viewers;
        }
    }

    pub(super) fn go_live(&mut self, now: Now) {
        if self.stream.is_none() {
            self.begin_stream(now.wall);
        }
    }

    pub(super) fn go_offline(&mut self) {
        self.stream = None;
    }

    pub(super) fn add_faults(&mut self, fault: Fault, count: usize) {
        self.faults.extend(std::iter::repeat_n(fault, count));
    }

    pub(super) fn be_away(&mut self, until: SignedDuration) {
        self.away_until = Some(until);
    }

    pub(super) fn always_say(&mut self, seen: Seen) {
        self.says = Some(seen);
    }

    pub(super) fn refuse(&mut self, delivery: DeliveryId, refusals: Refusals) {
        self.refusals.insert(delivery, refusals);
    }

    fn is_away(&self, now: Now) -> bool {
        self.away_until.is_some_and(|until| now.up < until)
    }

    /// What asking for the stream says.
    pub(super) fn asked(&self, now: Now) -> Seen {
        if let Some(says) = &self.says {
            return says.clone();
        }
        if self.is_away(now) {
            return Seen::Failed(AskFailure::Unreachable("away on purpose".to_owned()));
        }
        self.seen()
    }

    /// How its stream is.
    pub(super) fn seen(&self) -> Seen {
        self.stream.clone().map_or(Seen::NotLive, Seen::Live)
    }

    /// Takes a call that arrives now: whether its payload is in the stream, what is answered, and
    /// how long the caller waits for that beyond the network's own time.
    pub(super) fn call(
        &mut self,
        delivery: DeliveryId,
        account: &mut Quota,
        now: Now,
    ) -> (bool, Answer, SignedDuration) {
        let is_taken = |taken, answer| (taken, answer, SignedDuration::ZERO);
        if let Some(refused) = self.refusal(delivery, now) {
            return is_taken(false, refused);
        }
        match self.faults.pop_front() {
            Some(Fault::Throttled) => {
                return is_taken(false, refused(Refusal::Throttled, "throttled on purpose"));
            }
            Some(Fault::Unavailable) => {
                return is_taken(false, refused(Refusal::Unavailable, "unavailable on purpose"));
            }
            Some(Fault::LostAnswer) => {
                let message = "no answer within 3 s".to_owned();
                return (self.stream.is_some(), Answer::Lost { message }, CALL_TIMEOUT);
            }
            None => {}
        }
        if self.stream.is_none() {
            let message = "the channel is not currently online";
            return is_taken(false, refused(Refusal::OffAir, message));
        }
        for quota in [&mut self.quota, account] {
            if !quota.has_room(now) {
                let message = format!("exceeded call rate: {}", quota.calls_max);
                return is_taken(false, refused(Refusal::Throttled, &message));
            }
        }
        self.quota.recent.push_back(now.up);
        account.recent.push_back(now.up);
        is_taken(true, Answer::Taken)
    }

    /// What was set to be said to this call, or is said while the service is away.
    fn refusal(&mut self, delivery: DeliveryId, now: Now) -> Option<Answer> {
        if let Some(next) = self.refusals.get_mut(&delivery).and_then(VecDeque::pop_front) {
            return Some(refused(next.0, &next.1));
        }
        self.is_away(now).then(|| refused(Refusal::Unavailable, "away on purpose"))
    }
}

fn refused(refusal: Refusal, message: &str) -> Answer {
    Answer::Refused { refusal, message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::running::tests::REMOTE;

    fn at(millis: i64) -> Now {
        let up = SignedDuration::from_millis(millis);
        Now { up, wall: Timestamp::UNIX_EPOCH + up }
    }

    #[test]
    fn an_account_takes_155_calls_in_any_second_of_all_its_channels() {
        let arn: ChannelArn = REMOTE.parse().expect("an ARN");
        let live = || SimulatedChannel::live(arn.clone(), Timestamp::UNIX_EPOCH);
        let mut channels: Vec<_> = (0..40).map(|_| live()).collect();
        let mut account = Quota::of_account();
        let mut n = 0;
        let mut calls = |now: Now, each: usize| -> Vec<Answer> {
            let mut answers = Vec::new();
            for channel in &mut channels {
                for _ in 0..each {
                    n += 1;
                    let (taken, answer, _) =
                        channel.call(DeliveryId { run: 1, n }, &mut account, now);
                    assert_eq!(taken, answer == Answer::Taken);
                    answers.push(answer);
                }
            }
            answers
        };
        let answers = calls(at(0), 4);
        let taken = |answers: &[Answer]| answers.iter().filter(|it| **it == Answer::Taken).count();
        assert_eq!(taken(&answers), 155, "of 160, four a channel");
        let last = answers.last().expect("there were calls");
        let Answer::Refused { refusal, message } = last else { panic!("{last:?}") };
        assert_eq!((*refusal, &**message), (Refusal::Throttled, "exceeded call rate: 155"));
        assert_eq!(taken(&calls(at(999), 1)), 0, "the window slides");
        assert_eq!(taken(&calls(at(1_000), 4)), 155);
    }
}
