//! For tests: channels and their account against a simulated service, on a virtual clock.

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

use super::account::Account;
use super::channel::Channel;
use crate::model::channel::{ChannelArn, ShowId, StreamInfo};
use crate::model::cue::CueKey;
use crate::model::delivery::{
    Answer, Delivery, DeliveryId, InDoubt, KeptDelivery, Refusal, Sticky,
};
use crate::model::event::What;
use crate::model::io::{AccountInput, AccountOutput, Air, ChannelInput, ChannelOutput, Page, Seen};
use crate::model::limits::{PACE_WINDOW, VALID_FOR_DEFAULT};
use crate::model::payload::{Payload, Priority, Slot};
use crate::model::saved::{Change, Saved, WaitingDelivery};
use crate::model::time::{Deadline, Now};

pub(super) fn ms(millis: i64) -> SignedDuration {
    SignedDuration::from_millis(millis)
}

pub(super) fn arn(n: usize) -> ChannelArn {
    format!("arn:aws:ivs:us-west-2:1:channel/c{n:04}").parse().expect("an ARN of a channel")
}

pub(super) fn show(script: &str) -> ShowId {
    ShowId { script: script.into(), channel: arn(0) }
}

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Refused(Refusal),
    /// The answer is lost; whether the payload is in the stream.
    Lost(bool),
}

/// How asking for streams goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AskingIs {
    Answered,
    NotPermitted,
    Silent,
}

/// A call the service saw.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Called {
    pub(super) at: SignedDuration,
    pub(super) channel: ChannelArn,
    pub(super) delivery: DeliveryId,
    pub(super) landed: bool,
}

#[derive(Debug)]
enum Pending {
    Channel(ChannelArn, ChannelInput),
    Account(AccountInput),
    Live(bool),
}

/// The world around the machines.
pub(super) struct Sim {
    pub(super) now: Now,
    pub(super) channels: BTreeMap<ChannelArn, Channel>,
    account: Account,
    pending: BTreeMap<(SignedDuration, u64), Pending>,
    pended: u64,
    inbox: VecDeque<Pending>,
    pub(super) live: bool,
    pub(super) asking: AskingIs,
    /// One for each of the next calls.
    pub(super) faults: VecDeque<Option<Fault>>,
    /// What goes wrong with every other call.
    pub(super) storm: Option<Fault>,
    /// Taken in turn, one for each call.
    pub(super) latencies: Vec<i64>,
    pub(super) calls: Vec<Called>,
    pub(super) outputs: Vec<(SignedDuration, ChannelOutput)>,
    pub(super) asked: Vec<(SignedDuration, Option<ChannelArn>)>,
    pub(super) saved: BTreeMap<ShowId, Saved>,
}

impl Sim {
    pub(super) fn new(channels: usize) -> Self {
        let wall = Timestamp::from_second(1_800_000_000).expect("a time of this century");
        Self::starting(channels, Now { up: SignedDuration::ZERO, wall })
    }

    pub(super) fn starting(channels: usize, now: Now) -> Self {
        let mut sim = Self {
            now,
            channels: (0..channels).map(|n| (arn(n), Channel::new(arn(n), 7))).collect(),
            account: Account::new(),
            pending: BTreeMap::new(),
            pended: 0,
            inbox: VecDeque::new(),
            live: true,
            asking: AskingIs::Answered,
            faults: VecDeque::new(),
            storm: None,
            latencies: vec![20],
            calls: Vec::new(),
            outputs: Vec::new(),
            asked: Vec::new(),
            saved: BTreeMap::new(),
        };
        for n in 0..channels {
            sim.tell_account(AccountInput::Join(arn(n)));
        }
        sim
    }

    /// A payload `n` with the text `text`, put now.
    pub(super) fn delivery(&self, n: u64, text: &str) -> Delivery {
        let payload: Payload = text.parse().expect("a payload");
        Delivery {
            id: DeliveryId { run: 1, n },
            show: show("show"),
            cue: CueKey::by_hand(),
            slot: Slot::of(&payload),
            payload,
            priority: Priority::Normal,
            put: self.now,
            late: SignedDuration::ZERO,
            valid_for: VALID_FOR_DEFAULT,
            sticky: None,
            in_doubt: InDoubt::Drop,
        }
    }

    /// The show's step is kept, then its payload is handed over.
    pub(super) fn put(&mut self, delivery: Delivery) {
        let kept = KeptDelivery::from(&delivery);
        let row = WaitingDelivery { kept, attempting: false };
        let change = Change::Delivery(delivery.id, Some(Box::new(row)));
        self.saved.entry(delivery.show.clone()).or_default().apply(change);
        self.tell(&delivery.show.channel.clone(), ChannelInput::Put(Box::new(delivery)));
    }

    pub(super) fn put_text(&mut self, n: u64, text: &str) {
        let delivery = self.delivery(n, text);
        self.put(delivery);
    }

    pub(super) fn put_as(&mut self, n: u64, priority: Priority) {
        let delivery = Delivery { priority, ..self.delivery(n, &format!("p{n}")) };
        self.put(delivery);
    }

    pub(super) fn put_sticky(&mut self, n: u64, text: &str, lasts: i64, repeat_every: i64) {
        let sticky = Some(Sticky { lasts: ms(lasts), repeat_every: ms(repeat_every) });
        let delivery = Delivery { sticky, ..self.delivery(n, text) };
        self.put(delivery);
    }

    pub(super) fn live_in(&mut self, wait: i64, live: bool) {
        self.pend(ms(wait), Pending::Live(live));
    }

    fn pend(&mut self, wait: SignedDuration, what: Pending) {
        self.pended += 1;
        self.pending.insert((self.now.up + wait, self.pended), what);
    }

    pub(super) fn tell(&mut self, channel: &ChannelArn, input: ChannelInput) {
        self.inbox.push_back(Pending::Channel(channel.clone(), input));
        self.deliver();
    }

    pub(super) fn tell_account(&mut self, input: AccountInput) {
        self.inbox.push_back(Pending::Account(input));
        self.deliver();
    }

    fn deliver(&mut self) {
        while let Some(next) = self.inbox.pop_front() {
            match next {
                Pending::Channel(arn, input) => {
                    let mut channel = self.channels.remove(&arn).expect("a channel of this test");
                    channel.handle(input, self.now);
                    while let Some(output) = channel.poll_output() {
                        self.did(&arn, output);
                    }
                    self.channels.insert(arn, channel);
                }
                Pending::Account(input) => {
                    self.account.handle(input, self.now);
                    while let Some(output) = self.account.poll_output() {
                        self.account_did(output);
                    }
                }
                Pending::Live(live) => self.live = live,
            }
        }
    }

    fn did(&mut self, arn: &ChannelArn, output: ChannelOutput) {
        let mut account = |input| self.inbox.push_back(Pending::Account(input));
        match &output {
            ChannelOutput::Want(urgency) => account(AccountInput::Want(arn.clone(), *urgency)),
            ChannelOutput::OnAir(_) => account(AccountInput::Air(arn.clone(), Air::On)),
            ChannelOutput::OffAir => account(AccountInput::Air(arn.clone(), Air::Off)),
            ChannelOutput::Commit(show, change) => {
                self.saved.entry(show.clone()).or_default().apply(change.clone());
            }
            ChannelOutput::Call { show, delivery, .. } => self.call(arn, show, *delivery),
            ChannelOutput::GivenUp(..)
            | ChannelOutput::Revealed(..)
            | ChannelOutput::Counted(..)
            | ChannelOutput::Event(_)
            | ChannelOutput::Left(_) => {}
        }
        self.outputs.push((self.now.up, output));
    }

    fn call(&mut self, arn: &ChannelArn, show: &ShowId, delivery: DeliveryId) {
        let off_air = (!self.live).then_some(Fault::Refused(Refusal::OffAir));
        let fault = self.faults.pop_front().flatten().or(self.storm).or(off_air);
        let landed = matches!(fault, None | Some(Fault::Lost(true)));
        let message = "as the test wants it".to_owned();
        let answer = match fault {
            None => Answer::Taken,
            Some(Fault::Refused(refusal)) => Answer::Refused { refusal, message },
            Some(Fault::Lost(_)) => Answer::Lost { message },
        };
        let turn = self.calls.len() % self.latencies.len();
        let is_lost = matches!(answer, Answer::Lost { .. });
        let took = ms(if is_lost { 3_000 } else { self.latencies[turn] });
        self.calls.push(Called { at: self.now.up, channel: arn.clone(), delivery, landed });
        let input = ChannelInput::Answered { show: show.clone(), delivery, answer, took };
        self.pend(took, Pending::Channel(arn.clone(), input));
    }

    fn account_did(&mut self, output: AccountOutput) {
        let seen = match self.asking {
            AskingIs::Silent => None,
            AskingIs::NotPermitted => Some(Seen::NotPermitted),
            AskingIs::Answered if self.live => Some(Seen::Live(self.stream())),
            AskingIs::Answered => Some(Seen::NotLive),
        };
        match output {
            AccountOutput::Grant(arn) => {
                self.inbox.push_back(Pending::Channel(arn, ChannelInput::Granted));
            }
            AccountOutput::Seen(arn, seen) => {
                self.inbox.push_back(Pending::Channel(arn, ChannelInput::Seen(seen)));
            }
            AccountOutput::AskStream(arn) => {
                self.asked.push((self.now.up, Some(arn.clone())));
                if let Some(seen) = seen {
                    self.pend(ms(30), Pending::Account(AccountInput::Stream(arn, seen)));
                }
            }
            AccountOutput::Event(_) => {}
            AccountOutput::AskPage { next } => {
                self.asked.push((self.now.up, None));
                if let Some(seen) = seen {
                    let page = self.page(next.as_deref(), &seen);
                    self.pend(ms(30), Pending::Account(AccountInput::Page(page)));
                }
            }
        }
    }

    /// Pages of 100, named by the number of their first channel.
    fn page(&self, from: Option<&str>, seen: &Seen) -> Page {
        let from: usize = from.map_or(0, |from| from.parse().expect("a token of ours"));
        match seen {
            Seen::Live(stream) => {
                let arns = self.channels.keys().skip(from).take(100);
                let live = arns.map(|arn| (arn.clone(), stream.clone())).collect();
                let more = self.channels.len() > from + 100;
                Page::Streams { live, next: more.then(|| (from + 100).to_string()) }
            }
            Seen::NotLive => Page::Streams { live: Vec::new(), next: None },
            Seen::NotPermitted => Page::NotPermitted,
            Seen::Unknown | Seen::NoChannel => Page::Unknown,
            Seen::Failed(failure) => Page::Failed(failure.clone()),
        }
    }

    fn stream(&self) -> StreamInfo {
        let (stream_id, health) = ("st-1".to_owned(), "HEALTHY".to_owned());
        StreamInfo { stream_id, started_at: self.now.wall_at(ms(-60_000)), viewers: 1, health }
    }

    /// Lets `millis` pass.
    pub(super) fn run(&mut self, millis: i64) {
        let end = self.now.up + ms(millis);
        while let Some(at) = self.next_at().filter(|at| *at <= end) {
            assert!(at >= self.now.up, "time goes backwards");
            self.now = self.now.plus(at - self.now.up);
            while let Some(due) = self.pending.first_entry().filter(|due| due.key().0 <= at) {
                self.inbox.push_back(due.remove());
            }
            let is_due = |deadline: Option<Deadline>| deadline.is_some_and(|it| it.at <= at);
            for (arn, channel) in &self.channels {
                if is_due(channel.next_deadline()) {
                    self.inbox.push_back(Pending::Channel(arn.clone(), ChannelInput::Tick));
                }
            }
            if is_due(self.account.next_deadline()) {
                self.inbox.push_back(Pending::Account(AccountInput::Tick));
            }
            self.deliver();
            self.assert_at_rest();
        }
        self.now = self.now.plus(end - self.now.up);
    }

    fn deadlines(&self) -> impl Iterator<Item = Deadline> {
        let channels = self.channels.values().filter_map(Channel::next_deadline);
        channels.chain(self.account.next_deadline())
    }

    fn next_at(&self) -> Option<SignedDuration> {
        let pending = self.pending.keys().next().map(|(at, _)| *at);
        self.deadlines().map(|deadline| deadline.at).chain(pending).min()
    }

    /// A machine that wants to be called at once, again and again, would spin.
    fn assert_at_rest(&self) {
        let spinning = self.deadlines().find(|deadline| deadline.at <= self.now.up);
        assert_eq!(spinning, None, "at {:?}", self.now.up);
    }

    /// The events so far, with when they happened.
    pub(super) fn events(&self) -> impl Iterator<Item = (SignedDuration, &What)> {
        self.outputs.iter().filter_map(|(at, output)| {
            if let ChannelOutput::Event(event) = output { Some((*at, &event.what)) } else { None }
        })
    }

    /// The payloads sent, in the order told, with the calls each took.
    pub(super) fn sent(&self) -> Vec<(u64, u32)> {
        let sent = self.events().filter_map(|(_, what)| {
            let What::Sent { of, attempts, .. } = what else { return None };
            Some((of.delivery.n, *attempts))
        });
        sent.collect()
    }

    /// The events about payloads but `queued`, as words: `sent 3 twice`, `refused 4`.
    pub(super) fn told(&self) -> Vec<String> {
        self.events().filter_map(|(_, what)| words(what)).collect()
    }

    /// When calls with payload `n` began.
    pub(super) fn calls_of(&self, n: u64) -> Vec<SignedDuration> {
        let of_n = self.calls.iter().filter(|called| called.delivery.n == n);
        of_n.map(|called| called.at).collect()
    }

    /// Payload numbers in the order their calls began.
    pub(super) fn called(&self) -> Vec<u64> {
        self.calls.iter().map(|called| called.delivery.n).collect()
    }

    /// The rows the store still has of `show`: number and whether a call is noted.
    pub(super) fn rows(&self, script: &str) -> Vec<(u64, bool)> {
        let rows = self.saved.get(&show(script)).map(|saved| &saved.deliveries);
        let rows = rows.into_iter().flatten();
        rows.map(|(id, row)| (id.n, row.attempting)).collect()
    }

    /// No window of calls holds more than `most`.
    pub(super) fn assert_pace(&self, most: usize, of: impl Fn(&Called) -> bool) {
        let at: Vec<_> = self.calls.iter().filter(|call| of(call)).map(|call| call.at).collect();
        for both in at.windows(most + 1) {
            assert!(both[most] - both[0] >= PACE_WINDOW, "more than {most} from {:?}", both[0]);
        }
    }
}

fn words(what: &What) -> Option<String> {
    let told = if let What::Sent { of, maybe_twice, repeat, .. } = what {
        let verb = if *repeat { "repeated" } else { "sent" };
        format!("{verb} {}{}", of.delivery.n, if *maybe_twice { " maybe twice" } else { "" })
    } else if let What::Refused { of, refusal, given_up, .. } = what {
        let end = if *given_up { " given up" } else { "" };
        format!("{refusal:?} {}{end}", of.delivery.n)
    } else if let What::Expired { of } = what {
        format!("expired {}", of.delivery.n)
    } else if let What::Dropped { of, why } = what {
        format!("dropped {} {why:?}", of.delivery.n)
    } else if let What::InDoubt { of } = what {
        format!("in doubt {}", of.delivery.n)
    } else {
        assert!(matches!(what, What::Queued { .. }), "a channel does not say {what:?}");
        return None;
    };
    Some(told)
}
