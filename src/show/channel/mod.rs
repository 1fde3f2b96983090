//! One channel: its outbox, its pace, what is known of its stream, and its calls in flight.
//!
//! The channel asks the account before each call (`Want`, then `Granted`), and on the grant begins
//! the call of what is first *then*. At most one grant is outstanding; an urgent payload asks once
//! more while only an ordinary grant is, and the account moves the channel forward for that.
//!
//! A delivery's row in the store is removed when it is settled. A sticky one is written again with
//! the priority `Repeat` when it was sent, and removed when it is current no more: so a restored
//! row says whether its payload still waits or is repeated.

mod leave;
mod say;
mod settle;
mod silence;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::SignedDuration;

use self::leave::Leaving;
use crate::model::channel::{ChannelArn, ShowId};
use crate::model::delivery::{Delivery, InDoubt};
use crate::model::event::{Dropped, What};
use crate::model::io::{Air, ChannelInput, ChannelOutput, Counted, Urgency};
use crate::model::limits::{CALLS_IN_FLIGHT_MAX, CHANNEL_SENDS_ORDINARY, CHANNEL_SENDS_PER_WINDOW};
use crate::model::outputs::Outputs;
use crate::model::payload::Priority;
use crate::model::saved::Change;
use crate::model::time::{Deadline, Now};
use crate::rules::air::{AirState, Turn};
use crate::rules::backoff::Backoff;
use crate::rules::outbox::{Item, Outbox};
use crate::rules::pace::Pace;

/// A channel, shared by the shows that play on it.
#[derive(Debug)]
pub struct Channel {
    arn: ChannelArn,
    outbox: Outbox,
    pace: Pace,
    backoff: Backoff,
    air: AirState,
    /// In the order begun.
    calls: Vec<Call>,
    /// The grant that is outstanding.
    wanted: Option<Urgency>,
    leaving: BTreeMap<ShowId, Leaving>,
    /// Shows in a panic: nothing of them goes out.
    silent: BTreeSet<ShowId>,
    outputs: Outputs<ChannelOutput>,
    wake: Option<Deadline>,
}

/// A call in flight.
#[derive(Debug)]
struct Call {
    item: Item,
    begun: SignedDuration,
    /// Its slot was sent or cleared by a call that began after it.
    overtaken: bool,
    /// Its show has left without waiting longer: whatever is answered concerns nobody.
    abandoned: bool,
}

/// How a channel stands: for the status line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChannelStatus {
    /// Payloads that wait.
    pub waiting: usize,
    /// Slots whose sticky payload is repeated.
    pub repeated: usize,
    /// Calls in flight.
    pub in_flight: usize,
    /// Calls begun in the last window, of `CHANNEL_SENDS_PER_WINDOW`.
    pub sent_in_window: usize,
    /// On or off air; none while nothing is known, which counts as live.
    pub on_air: Option<Air>,
    /// Whether the service answers for it, as far as is known: not where it knows no such channel.
    pub is_answered: bool,
}

/// What the channel could do next.
enum Step {
    /// Begin a call, once granted.
    Begin(Urgency),
    /// Nothing before this.
    Wait(Deadline),
    /// Nothing before another input.
    Rest,
}

impl Channel {
    /// A channel nothing is known of. The seed is that of its retries' waits.
    pub fn new(arn: ChannelArn, seed: u64) -> Self {
        Self {
            outbox: Outbox::default(),
            pace: Pace::new(CHANNEL_SENDS_PER_WINDOW),
            backoff: Backoff::new(seed, arn.as_str()),
            arn,
            air: AirState::default(),
            calls: Vec::new(),
            wanted: None,
            leaving: BTreeMap::new(),
            silent: BTreeSet::new(),
            outputs: Outputs::default(),
            wake: None,
        }
    }

    /// Its ARN.
    pub fn arn(&self) -> &ChannelArn {
        &self.arn
    }

    /// Tells the channel something. Drain the outputs after each input.
    pub fn handle(&mut self, input: ChannelInput, now: Now) {
        let mut granted = false;
        match input {
            ChannelInput::Join(_) => {
                let turn = self.air.turn();
                self.turned(turn);
            }
            ChannelInput::Put(delivery) => self.put(delivery, now),
            ChannelInput::Restored { delivery, attempting } => {
                self.restored(delivery, attempting, now);
            }
            ChannelInput::Answered { show, delivery, answer, took } => {
                self.answered((&show, delivery), answer, took, now);
            }
            ChannelInput::Granted => granted = true,
            ChannelInput::Seen(seen) => {
                let turn = self.air.seen(seen, now);
                self.turned(turn);
            }
            ChannelInput::Tick => {}
            ChannelInput::Silent { show, silent } => self.silence(show, silent, now),
            ChannelInput::Stopping(show) => self.stopping(show, now),
            ChannelInput::Leave(show) => self.leave(&show, now),
            ChannelInput::Abandon(show) => self.abandon_show(&show, now),
        }
        for ended in self.outbox.take_ended(now.up) {
            self.ended(&ended, now);
        }
        self.finish_leaving(now);
        self.go_on(granted, now);
    }

    /// What the channel wants done next; none when nothing is left of the last input.
    pub fn poll_output(&mut self) -> Option<ChannelOutput> {
        self.outputs.poll()
    }

    /// All that the channel wants done, in order.
    pub fn take_outputs(&mut self) -> VecDeque<ChannelOutput> {
        self.outputs.take()
    }

    /// When it wants to be told `Tick`.
    pub fn next_deadline(&self) -> Option<Deadline> {
        self.wake
    }

    /// How it stands.
    pub fn status(&self, now: Now) -> ChannelStatus {
        ChannelStatus {
            waiting: self.outbox.waiting(),
            repeated: self.outbox.repeated(),
            in_flight: self.calls.len(),
            sent_in_window: self.pace.used(now.up),
            on_air: self.air.air(),
            is_answered: self.air.is_answered(),
        }
    }

    fn turned(&mut self, turn: Option<Turn>) {
        match turn {
            Some(Turn::On(stream)) => self.outputs.push_back(ChannelOutput::OnAir(stream)),
            Some(Turn::Off) => self.outputs.push_back(ChannelOutput::OffAir),
            None => {}
        }
    }

    fn put(&mut self, delivery: Box<Delivery>, now: Now) {
        let item = self.outbox.admit(delivery);
        let priority = item.delivery.priority;
        self.tell(&item, |of| What::Queued { of, priority }, now);
        if self.is_silenced(&item) {
            return self.let_go(&item, Dropped::Panic, now);
        }
        self.keep(item, now);
    }

    /// Into the outbox, new or back again; what has to go for it is dropped.
    fn keep(&mut self, item: Item, now: Now) {
        if let Some(victim) = self.outbox.put(item) {
            self.settle_row(&victim);
            let why = Dropped::OutboxFull;
            self.tell(&victim, |of| What::Dropped { of, why }, now);
        }
    }

    /// A payload of an earlier run. Whether a call with it may have been taken decides: then it is
    /// sent again only if its author wants that; a sticky one is repeated in any case. As it may be
    /// on screen, what it replaces is not.
    fn restored(&mut self, delivery: Box<Delivery>, attempting: bool, now: Now) {
        let mut item = self.outbox.admit(delivery);
        if self.is_silenced(&item) {
            item.maybe_twice = attempting;
            return self.let_go(&item, Dropped::Panic, now);
        }
        if attempting && item.delivery.in_doubt == InDoubt::Resend {
            item.maybe_twice = true;
        } else if attempting {
            self.tell(&item, |of| What::InDoubt { of }, now);
            self.tell_revealed(&item);
            self.end_replaced(&item);
            self.become_current(item, SignedDuration::MIN, now);
            return;
        }
        if item.is_repeat() {
            self.end_replaced(&item);
        }
        self.keep(item, now);
    }

    /// A payload is not worth sending any more. A repeat just ends: it was sent. One that was
    /// refused for more than being off air counts as given up, with the last refusal.
    fn ended(&mut self, item: &Item, now: Now) {
        self.settle_row(item);
        if item.is_repeat() {
            return;
        }
        self.count(item, Counted::Expired);
        self.tell(item, |of| What::Expired { of }, now);
        if let Some((refusal, message)) = item.refused.clone() {
            self.give_up(item, refusal, message);
        }
    }

    /// Uses a grant, asks for one, or notes when to go on.
    fn go_on(&mut self, granted: bool, now: Now) {
        let mut step = self.step(now);
        if granted {
            self.wanted = None;
            if matches!(step, Step::Begin(_)) {
                self.begin(now);
                step = self.step(now);
            }
        }
        let mut wake = None;
        match step {
            Step::Begin(urgency) if self.wanted < Some(urgency) => {
                self.wanted = Some(urgency);
                self.outputs.push_back(ChannelOutput::Want(urgency));
            }
            Step::Begin(_) | Step::Rest => {}
            Step::Wait(deadline) => wake = Some(deadline),
        }
        let end = self.outbox.next_end().map(|at| Deadline { at, why: "a payload's end" });
        self.wake = Deadline::earlier(Deadline::earlier(wake, end), self.leaving_until());
    }

    fn step(&self, now: Now) -> Step {
        let Some(next) = self.outbox.next() else { return Step::Rest };
        if !self.may_fly(next.delivery.priority) {
            return Step::Rest;
        }
        let urgent = next.delivery.priority.is_urgent();
        let share = if urgent { CHANNEL_SENDS_PER_WINDOW } else { CHANNEL_SENDS_ORDINARY };
        let waits = [
            Deadline { at: next.ready_at, why: "a retry or repeat" },
            Deadline { at: self.pace.free_at(share), why: "the channel's pace" },
            Deadline {
                at: self.air.probe_at().unwrap_or(SignedDuration::MIN),
                why: "a try while off air",
            },
        ];
        match waits.into_iter().max_by_key(|wait| wait.at) {
            Some(wait) if wait.at > now.up => Step::Wait(wait),
            _ if urgent => Step::Begin(Urgency::Urgent),
            _ => Step::Begin(Urgency::Ordinary),
        }
    }

    /// One call at a time; beside it only what is urgent and above it, so that nothing passes its
    /// equal when the call in flight is refused and comes back. Off air one try at a time.
    fn may_fly(&self, priority: Priority) -> bool {
        let Some(highest) = self.calls.iter().map(|call| call.item.delivery.priority).max() else {
            return true;
        };
        let room = self.calls.len() < CALLS_IN_FLIGHT_MAX && !self.air.is_off();
        room && priority.is_urgent() && priority > highest
    }

    fn begin(&mut self, now: Now) {
        let Some(mut item) = self.outbox.take_next() else { return };
        item.attempts = item.attempts.saturating_add(1);
        self.pace.begin(now.up);
        self.commit(&item, Change::Attempting(item.delivery.id, true));
        self.outputs.push_back(ChannelOutput::Call {
            show: item.delivery.show.clone(),
            delivery: item.delivery.id,
            payload: item.delivery.payload.clone(),
        });
        self.calls.reserve_exact(1);
        self.calls.push(Call { item, begun: now.up, overtaken: false, abandoned: false });
    }
}
