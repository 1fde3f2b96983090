//! The task: it tells the machines what happened, and does what they ask, in their order.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use jiff::SignedDuration;
use tokio::sync::mpsc;

use super::calls::{Calls, Gate, InFlight, Next};
use super::{ChannelStanding, HubInput, Ties};
use crate::model::channel::{ChannelArn, ShowId};
use crate::model::delivery::DeliveryId;
use crate::model::event::Event;
use crate::model::io::{
    AccountInput, AccountOutput, Air, ChannelInput, ChannelOutput, Counts, ShowInput,
};
use crate::model::limits::{HUB_GATHERED_MAX, HUB_NAP_MAX, SETTLE_HELD};
use crate::model::payload::Payload;
use crate::model::saved::Change;
use crate::model::time::Deadline;
use crate::show::account::Account;
use crate::show::channel::Channel;

/// One account's machines and what ties them to the world.
pub(super) struct Task<C, T> {
    ties: Arc<T>,
    calls: InFlight<C>,
    account: Account,
    channels: BTreeMap<ChannelArn, Box<Playing>>,
    /// When each channel wants to be told `Tick`, soonest first.
    wakes: BTreeSet<(SignedDuration, ChannelArn)>,
    next: VecDeque<Next>,
    /// Changes of one show that the store's keeper has not heard of yet.
    changes: Vec<Change>,
    changes_of: Option<ShowId>,
    /// Whether what is held must be kept by the end of this round: one write for all it changes.
    must_keep: bool,
    /// Calls that begin when it is.
    beginning: Vec<Beginning>,
    /// When what is held for the next commit goes to the store without one.
    held_until: Option<SignedDuration>,
    /// What came of a step that is only held: told once it is kept. Bounded by what one input does.
    untold: Option<Vec<Event>>,
}

/// A channel and the shows that play on it.
struct Playing {
    channel: Channel,
    /// Each once; rarely more than one.
    shows: Vec<(ShowId, Counts)>,
    wake: Option<SignedDuration>,
}

/// A call that is to begin.
struct Beginning {
    channel: ChannelArn,
    show: ShowId,
    delivery: DeliveryId,
    payload: Payload,
}

impl Playing {
    fn counts(&mut self, show: &ShowId) -> Option<&mut Counts> {
        self.shows.iter_mut().find(|(of, _)| of == show).map(|(_, counts)| counts)
    }
}

impl<C: Calls, T: Ties> Task<C, T> {
    pub(super) fn new(calls: Arc<C>, ties: Arc<T>) -> Self {
        Self {
            ties,
            calls: InFlight::new(calls),
            account: Account::new(),
            channels: BTreeMap::new(),
            wakes: BTreeSet::new(),
            next: VecDeque::new(),
            changes: Vec::new(),
            changes_of: None,
            must_keep: false,
            beginning: Vec::new(),
            held_until: None,
            untold: None,
        }
    }

    /// Runs until nobody can tell it anything any more.
    pub(super) async fn run(mut self, mut inputs: mpsc::Receiver<HubInput>) {
        // Shows of one script fire together: what they put is kept together.
        let mut told = Vec::new();
        loop {
            let nap = self.nap().unsigned_abs();
            tokio::select! {
                count = inputs.recv_many(&mut told, HUB_GATHERED_MAX) => {
                    if count == 0 {
                        return self.ties.flush();
                    }
                    told.drain(..).for_each(|input| self.told(input));
                }
                ended = self.calls.ended() => {
                    let settled = self.calls.settle(ended, self.ties.now().up);
                    self.next.extend(settled);
                }
                () = tokio::time::sleep(nap) => {}
            }
            self.wake();
            self.settle();
            self.flush_when_due();
        }
    }

    /// How long nothing needs to be done unless something happens.
    fn nap(&self) -> SignedDuration {
        let channel = self.wakes.first().map(|(at, _)| *at);
        let account = self.account.next_deadline().map(|deadline| deadline.at);
        let soonest = channel.into_iter().chain(account).chain(self.held_until).min();
        let up = self.ties.now().up;
        soonest.map_or(HUB_NAP_MAX, |at| (at - up).clamp(SignedDuration::ZERO, HUB_NAP_MAX))
    }

    fn told(&mut self, input: HubInput) {
        if !matches!(input, HubInput::Put(_)) {
            // It may ask how things stand.
            self.settle();
        }
        match input {
            HubInput::Join { show, seed } => self.join(show, seed),
            HubInput::Put(delivery) => {
                // Its step is kept by the time this round ends, whether it goes out or waits.
                self.held_until = Some(self.ties.now().up);
                self.untold.get_or_insert_default();
                let channel = delivery.show.channel.clone();
                self.next.push_back(Next::Channel(channel, ChannelInput::Put(delivery)));
            }
            HubInput::Restored { delivery, attempting } => {
                let channel = delivery.show.channel.clone();
                let restored = ChannelInput::Restored { delivery, attempting };
                self.next.push_back(Next::Channel(channel, restored));
            }
            HubInput::Silent { show, silent } => {
                let channel = show.channel.clone();
                let input = ChannelInput::Silent { show, silent };
                self.next.push_back(Next::Channel(channel, input));
            }
            HubInput::Stopping(show) => {
                let channel = show.channel.clone();
                self.next.push_back(Next::Channel(channel, ChannelInput::Stopping(show)));
            }
            HubInput::Leave(show) => self.leaves(show, ChannelInput::Leave),
            HubInput::Abandon(show) => self.leaves(show, ChannelInput::Abandon),
            HubInput::Standing(arn, reply) => {
                let now = self.ties.now();
                let status = self.channels.get(&arn).map(|playing| playing.channel.status(now));
                let problem = self.account.problem().map(str::to_owned);
                let credentials = self.calls.credentials();
                // Whoever asked may have gone meanwhile.
                let _ = reply.send(ChannelStanding { status, problem, credentials });
            }
            HubInput::Status(reply) => {
                let now = self.ties.now();
                let status = |playing: &Playing| playing.channel.status(now);
                let all = self.channels.iter().map(|(arn, playing)| (arn.clone(), status(playing)));
                // Whoever asked may have gone meanwhile.
                let _ = reply.send(all.collect());
            }
        }
    }

    /// A show leaves. One that has left already is told so at once.
    fn leaves(&mut self, show: ShowId, how: fn(ShowId) -> ChannelInput) {
        let playing = self.channels.get_mut(&show.channel);
        if playing.and_then(|playing| playing.counts(&show)).is_none() {
            return self.ties.left(&show, Counts::default());
        }
        self.next.push_back(Next::Channel(show.channel.clone(), how(show)));
    }

    fn join(&mut self, show: ShowId, seed: u64) {
        let arn = show.channel.clone();
        let account = &mut self.next;
        let playing = self.channels.entry(arn.clone()).or_insert_with(|| {
            account.push_back(Next::Account(AccountInput::Join(arn.clone())));
            let channel = Channel::new(arn.clone(), seed);
            Box::new(Playing { channel, shows: Vec::new(), wake: None })
        });
        if playing.counts(&show).is_none() {
            playing.shows.reserve_exact(1);
            playing.shows.push((show.clone(), Counts::default()));
        }
        self.next.push_back(Next::Channel(arn, ChannelInput::Join(show)));
    }

    /// Tells the machines whose time has come.
    fn wake(&mut self) {
        let up = self.ties.now().up;
        let due = self.wakes.iter().take_while(|(at, _)| *at <= up);
        let due = due.map(|(_, arn)| Next::Channel(arn.clone(), ChannelInput::Tick));
        self.next.extend(due);
        if self.account.next_deadline().is_some_and(|deadline| deadline.at <= up) {
            self.next.push_back(Next::Account(AccountInput::Tick));
        }
    }

    /// Tells the machines what waits for them, and what follows from that, until nothing does.
    /// Calls begin when everything is kept.
    fn settle(&mut self) {
        while let Some(next) = self.next.pop_front() {
            match next {
                Next::Channel(arn, input) => self.tell_channel(&arn, input),
                Next::Account(input) => self.tell_account(input),
            }
        }
        if std::mem::take(&mut self.must_keep) {
            self.keep_held();
        }
        for Beginning { channel, show, delivery, payload } in std::mem::take(&mut self.beginning) {
            let gate = Gate { ties: Arc::clone(&self.ties), show };
            self.calls.put(&channel, gate, delivery, payload);
        }
    }

    fn tell_account(&mut self, input: AccountInput) {
        self.account.handle(input, self.ties.now());
        while let Some(output) = self.account.poll_output() {
            match output {
                AccountOutput::Grant(arn) => {
                    self.next.push_back(Next::Channel(arn, ChannelInput::Granted));
                }
                AccountOutput::AskStream(arn) => self.calls.stream(arn),
                AccountOutput::AskPage { next } => self.calls.page(next),
                AccountOutput::Event(event) => self.ties.report(event),
                AccountOutput::Seen(arn, seen) => {
                    self.next.push_back(Next::Channel(arn, ChannelInput::Seen(seen)));
                }
            }
        }
    }

    fn tell_channel(&mut self, arn: &ChannelArn, input: ChannelInput) {
        // What is answered after the last show has left concerns nobody.
        let Some(playing) = self.channels.get_mut(arn) else { return };
        playing.channel.handle(input, self.ties.now());
        let mut outputs = Vec::new();
        while let Some(output) = playing.channel.poll_output() {
            outputs.push(output);
        }
        let wake = playing.channel.next_deadline().map(|Deadline { at, .. }| at);
        if wake != playing.wake {
            if let Some(before) = playing.wake {
                self.wakes.remove(&(before, arn.clone()));
            }
            self.wakes.extend(wake.map(|at| (at, arn.clone())));
            playing.wake = wake;
        }
        for output in outputs {
            self.done_for(arn, output);
        }
        self.hold();
    }

    /// Does what a channel wants. Changes wait for those that follow at once, but for nothing else.
    fn done_for(&mut self, arn: &ChannelArn, output: ChannelOutput) {
        if !matches!(output, ChannelOutput::Commit(..)) {
            self.hold();
        }
        match output {
            ChannelOutput::Want(urgency) => {
                let want = AccountInput::Want(arn.clone(), urgency);
                self.next.push_back(Next::Account(want));
            }
            ChannelOutput::Commit(show, change) => self.keep(show, change),
            ChannelOutput::Call { show, delivery, payload } => {
                let channel = arn.clone();
                self.beginning.push(Beginning { channel, show, delivery, payload });
            }
            ChannelOutput::OnAir(stream) => self.air(arn, Air::On, &ShowInput::OnAir(stream)),
            ChannelOutput::OffAir => self.air(arn, Air::Off, &ShowInput::OffAir),
            ChannelOutput::GivenUp(show, given_up) => {
                self.ties.to_show(&show, ShowInput::GivenUp(given_up));
            }
            ChannelOutput::Revealed(show, asking) => {
                self.ties.to_show(&show, ShowInput::Revealed(asking));
            }
            ChannelOutput::Counted(show, counted) => {
                if let Some(counts) =
                    self.channels.get_mut(arn).and_then(|playing| playing.counts(&show))
                {
                    counts.count(counted);
                }
            }
            ChannelOutput::Event(event) => match &mut self.untold {
                Some(untold) => untold.push(event),
                None => self.ties.report(event),
            },
            ChannelOutput::Left(show) => self.left(arn, &show),
        }
    }

    fn air(&mut self, arn: &ChannelArn, air: Air, input: &ShowInput) {
        self.next.push_back(Next::Account(AccountInput::Air(arn.clone(), air)));
        for (show, _) in self.channels.get(arn).iter().flat_map(|playing| &playing.shows) {
            self.ties.to_show(show, input.clone());
        }
    }

    fn left(&mut self, arn: &ChannelArn, show: &ShowId) {
        let Some(playing) = self.channels.get_mut(arn) else { return };
        let counts = playing.counts(show).copied().unwrap_or_default();
        playing.shows.retain(|(other, _)| other != show);
        if playing.shows.is_empty() {
            if let Some(at) = playing.wake {
                self.wakes.remove(&(at, arn.clone()));
            }
            self.channels.remove(arn);
            self.next.push_back(Next::Account(AccountInput::Leave(arn.clone())));
        }
        self.ties.left(show, counts);
    }

    fn keep(&mut self, show: ShowId, change: Change) {
        if self.changes_of.as_ref() != Some(&show) {
            self.hold();
            self.changes_of = Some(show);
        }
        self.changes.push(change);
    }

    /// Hands changes to the keeper, which writes them in this round or a moment later.
    fn hold(&mut self) {
        let Some(show) = self.changes_of.take() else { return };
        let changes = std::mem::take(&mut self.changes);
        self.must_keep |= !changes.iter().all(Change::can_wait);
        self.ties.hold(&show, changes);
        self.held_until.get_or_insert_with(|| self.ties.now().up + SETTLE_HELD);
    }

    fn flush_when_due(&mut self) {
        if self.held_until.is_some_and(|until| until <= self.ties.now().up) {
            self.keep_held();
        }
    }

    fn keep_held(&mut self) {
        self.ties.flush();
        self.held_until = None;
        for event in self.untold.take().into_iter().flatten() {
            self.ties.report(event);
        }
    }
}
