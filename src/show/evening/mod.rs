//! An evening: any number of shows with their channels and accounts on a virtual clock, with a
//! simulated service. The same machines as on air, and no hands.

mod agenda;
mod ballots;
mod budget;
mod obey;
mod outside;
mod polls;
mod recorded;
mod service;
#[cfg(test)]
mod tests;
mod voting;
#[cfg(test)]
mod year;

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::model::channel::{ChannelArn, ShowId};
use crate::model::cue::{AfterId, CuePlan};
use crate::model::event::Event;
use crate::model::file::{FileAnswer, FileRef};
use crate::model::io::{
    AccountInput, ChannelInput, Counts, Ending, Kept, OperatorReply, ShowInput,
};
use crate::model::saved::Saved;
use crate::model::time::Now;
use crate::rules::audience::Audience;
use crate::script::api::Files;

use super::account::Account;
use super::channel::Channel;
use super::{Show, ShowSetup};
use agenda::{Agenda, Who};
pub use ballots::{Ballots, VoteError};
use budget::Ledger;
pub use budget::{Budget, Overrun};
pub use recorded::{Counts as RecordedCounts, Recorded, RecordedPoll};
pub use service::{Delivered, Fault, Refusals};
use service::{Quota, SimulatedChannel};
use voting::Voting;

/// A show of the evening, by its place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShowIndex(usize);

/// How the virtual world behaves.
#[derive(Debug, Clone, Copy)]
pub struct World {
    /// What the wall clock says at the start.
    pub start: Timestamp,
    /// How long a call of the service takes.
    pub latency: SignedDuration,
}

/// Where a show of the evening finds the files it names.
pub trait Library: Send {
    /// A file's text, or why there is none.
    fn read(&mut self, file: &FileRef) -> FileAnswer;
}

impl Library for Files {
    fn read(&mut self, file: &FileRef) -> FileAnswer {
        let missing = || FileAnswer::Problem(format!("{file} is not there"));
        self.get(file).cloned().unwrap_or_else(missing)
    }
}

struct PlayedShow {
    show: Show,
    channel: usize,
    library: Box<dyn Library>,
    /// Files that were saved during the evening: they count before those of the library.
    edited: Files,
    saved: Saved,
    counts: Counts,
    ending: Option<Ending>,
    /// What waits while it stands still.
    still: Option<Vec<ShowInput>>,
}

struct PlayedChannel {
    arn: ChannelArn,
    channel: Channel,
    account: usize,
    shows: Vec<usize>,
    simulated: SimulatedChannel,
}

/// Something on its way to a machine.
enum Parcel {
    Show(ShowInput),
    /// The answer to what a show fetched; looked up when it arrives.
    Answer(AfterId, String),
    Channel(ChannelInput),
    Account(AccountInput),
    /// Some more viewers vote; for the show that asked.
    Voting(Box<Voting>),
}

/// Shows, channels and accounts on one virtual clock.
pub struct Evening {
    world: World,
    now: Now,
    shows: Vec<PlayedShow>,
    channels: Vec<PlayedChannel>,
    accounts: Vec<Account>,
    /// What the service takes of each account.
    quotas: Vec<Quota>,
    account_of: BTreeMap<(String, String), usize>,
    by_arn: BTreeMap<ChannelArn, usize>,
    agenda: Agenda,
    /// What arrives now, in order.
    at_once: VecDeque<(Who, Parcel)>,
    /// What arrives later: calls under way.
    later: BTreeMap<(SignedDuration, u64), (Who, Parcel)>,
    sequence: u64,
    events: Vec<Event>,
    delivered: Vec<Delivered>,
    replies: BTreeMap<u64, OperatorReply>,
    /// What addresses answer, by show.
    responses: BTreeMap<(usize, String), Value>,
    /// What a past evening got, by show.
    recorded: BTreeMap<usize, Recorded>,
    ledger: Ledger,
    ballots: BTreeMap<ShowId, Ballots>,
    audience: Option<Audience>,
    /// How much longer than a moment whoever counts votes, and whoever is asked, takes.
    slow: (SignedDuration, SignedDuration),
}

impl Evening {
    /// An evening without shows.
    pub fn new(world: World) -> Self {
        Self {
            world,
            now: Now { up: SignedDuration::ZERO, wall: world.start },
            shows: Vec::new(),
            channels: Vec::new(),
            accounts: Vec::new(),
            quotas: Vec::new(),
            account_of: BTreeMap::new(),
            by_arn: BTreeMap::new(),
            agenda: Agenda::default(),
            at_once: VecDeque::new(),
            later: BTreeMap::new(),
            sequence: 0,
            events: Vec::new(),
            delivered: Vec::new(),
            replies: BTreeMap::new(),
            responses: BTreeMap::new(),
            recorded: BTreeMap::new(),
            slow: (SignedDuration::ZERO, SignedDuration::ZERO),
            ledger: Ledger::default(),
            ballots: BTreeMap::new(),
            audience: None,
        }
    }

    /// Adds a show and starts it: its channel is live unless it was set off air before.
    pub fn add(
        &mut self,
        setup: ShowSetup,
        script: &str,
        library: impl Library + 'static,
        saved: Saved,
    ) -> ShowIndex {
        self.add_with(setup, script, Box::new(library), saved, Kept::Use)
    }

    /// Adds a show that forgets what an earlier run kept.
    pub fn add_fresh(
        &mut self,
        setup: ShowSetup,
        script: &str,
        library: impl Library + 'static,
        saved: Saved,
    ) -> ShowIndex {
        self.add_with(setup, script, Box::new(library), saved, Kept::Forget)
    }

    fn add_with(
        &mut self,
        setup: ShowSetup,
        script: &str,
        library: Box<dyn Library>,
        saved: Saved,
        kept: Kept,
    ) -> ShowIndex {
        let id = setup.script.id.clone();
        let seed = setup.script.seed;
        let index = self.shows.len();
        let channel = self.channel_index(&id.channel, seed);
        self.shows.push(PlayedShow {
            show: Show::new(setup),
            channel,
            library,
            edited: Files::new(),
            saved: saved.clone(),
            counts: Counts::default(),
            ending: None,
            still: None,
        });
        if let Some(played) = self.channels.get_mut(channel) {
            played.shows.push(index);
        }
        self.send(Who::Channel(channel), Parcel::Channel(ChannelInput::Join(id)));
        let script = FileAnswer::Text(script.into());
        self.input(ShowIndex(index), ShowInput::Start { saved: Box::new(saved), kept, script });
        ShowIndex(index)
    }

    fn channel_index(&mut self, arn: &ChannelArn, seed: u64) -> usize {
        if let Some(known) = self.by_arn.get(arn) {
            return *known;
        }
        let index = self.channels.len();
        self.by_arn.insert(arn.clone(), index);
        let key = (arn.account().to_owned(), arn.region().to_owned());
        let account = *self.account_of.entry(key).or_insert_with(|| {
            self.accounts.push(Account::new());
            self.quotas.push(Quota::of_account());
            self.accounts.len() - 1
        });
        self.channels.push(PlayedChannel {
            arn: arn.clone(),
            channel: Channel::new(arn.clone(), seed),
            account,
            shows: Vec::new(),
            simulated: SimulatedChannel::live(arn.clone(), self.now.wall),
        });
        self.send(Who::Account(account), Parcel::Account(AccountInput::Join(arn.clone())));
        index
    }

    /// Puts a channel on air as if its stream had begun at `since`.
    pub fn live_since(&mut self, arn: &ChannelArn, since: Timestamp) {
        let index = self.channel_index(arn, 0);
        if let Some(played) = self.channels.get_mut(index) {
            played.simulated = SimulatedChannel::live(arn.clone(), since);
        }
    }

    /// Takes a channel off air before or while its shows play.
    pub fn go_offline(&mut self, arn: &ChannelArn) {
        let index = self.channel_index(arn, 0);
        if let Some(played) = self.channels.get_mut(index) {
            played.simulated.go_offline();
        }
    }

    /// Puts a channel on air.
    pub fn go_live(&mut self, arn: &ChannelArn) {
        let (index, now) = (self.channel_index(arn, 0), self.now);
        if let Some(played) = self.channels.get_mut(index) {
            played.simulated.go_live(now);
        }
    }

    /// Tells a show something now.
    pub fn input(&mut self, show: ShowIndex, input: ShowInput) {
        self.send(Who::Show(show.0), Parcel::Show(input));
        self.deliver();
    }

    /// Changes a file of a show, as an editor would.
    pub fn save_file(&mut self, show: ShowIndex, file: &FileRef, answer: FileAnswer) {
        if let Some(played) = self.shows.get_mut(show.0) {
            played.edited.insert(file.clone(), answer.clone());
        }
        self.input(show, ShowInput::File(file.clone(), answer));
    }

    /// Lets `by` pass; less when the budget is used up before.
    pub fn advance(&mut self, by: SignedDuration) {
        let until = self.now.up + by;
        self.deliver();
        while let Some(at) = self.next_moment().filter(|at| *at <= until) {
            if self.ledger.is_over() {
                return;
            }
            self.move_to(at);
            self.wake();
            self.deliver();
        }
        if !self.ledger.is_over() {
            self.move_to(until);
        }
    }

    /// Jumps the wall clock beside the interval clock, and tells every show.
    pub fn jump_wall(&mut self, by: SignedDuration) {
        self.world.start += by;
        self.now.wall += by;
        for index in 0..self.shows.len() {
            self.input(ShowIndex(index), ShowInput::WallJumped(by));
        }
    }

    /// The moment.
    pub fn now(&self) -> Now {
        self.now
    }

    /// Everything that happened, since it was taken last.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Takes the events so far: a long evening is told bit by bit.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// Everything that reached a stream, since it was taken last.
    pub fn delivered(&self) -> &[Delivered] {
        &self.delivered
    }

    /// Takes what reached a stream so far.
    pub fn take_delivered(&mut self) -> Vec<Delivered> {
        std::mem::take(&mut self.delivered)
    }

    /// The cues of the version of a show that plays, in the order written.
    pub fn cues(&self, show: ShowIndex) -> &[CuePlan] {
        self.shows.get(show.0).map_or(&[], |played| played.show.cues())
    }

    /// What a show has kept: what its next run would find after a crash now.
    pub fn saved(&self, show: ShowIndex) -> Option<&Saved> {
        self.shows.get(show.0).map(|played| &played.saved)
    }

    /// How a show ended; none while it plays.
    pub fn ending(&self, show: ShowIndex) -> Option<Ending> {
        self.shows.get(show.0).and_then(|played| played.ending)
    }

    /// The answer to an operator's request.
    pub fn reply(&self, request: u64) -> Option<&OperatorReply> {
        self.replies.get(&request)
    }

    fn next_moment(&self) -> Option<SignedDuration> {
        let later = self.later.first_key_value().map(|((at, _), _)| *at);
        let agenda = self.agenda.first().map(|(at, _)| at);
        [later, agenda].into_iter().flatten().min()
    }

    fn move_to(&mut self, up: SignedDuration) {
        let up = up.max(self.now.up);
        self.now = Now { up, wall: self.world.start + up };
    }

    /// What is due now goes on its way.
    fn wake(&mut self) {
        while let Some(entry) = self.later.first_entry() {
            if entry.key().0 > self.now.up {
                break;
            }
            self.at_once.push_back(entry.remove());
        }
        while let Some((at, who)) = self.agenda.first() {
            if at > self.now.up {
                break;
            }
            self.agenda.set(who, None);
            let parcel = match who {
                Who::Show(_) => Parcel::Show(ShowInput::Tick),
                Who::Channel(_) => Parcel::Channel(ChannelInput::Tick),
                Who::Account(_) => Parcel::Account(AccountInput::Tick),
            };
            self.at_once.push_back((who, parcel));
        }
    }

    fn send(&mut self, who: Who, parcel: Parcel) {
        self.at_once.push_back((who, parcel));
    }

    fn send_later(&mut self, wait: SignedDuration, who: Who, parcel: Parcel) {
        self.sequence += 1;
        self.later.insert((self.now.up + wait, self.sequence), (who, parcel));
    }
}
