//! What the machines of an evening want done, done virtually.

use crate::model::channel::ShowId;
use crate::model::fetch::Fetched;
use crate::model::io::{
    AccountInput, AccountOutput, Air, ChannelInput, ChannelOutput, Page, Seen, ShowInput,
    ShowOutput,
};
use crate::model::limits::SHOW_MAILBOX_MAX;

use super::agenda::Who;
use super::service::Delivered;
use super::{Evening, Parcel};

impl Evening {
    /// Everything on its way now arrives, and what follows from it.
    pub(super) fn deliver(&mut self) {
        while let Some((who, parcel)) = self.at_once.pop_front() {
            match (who, parcel) {
                (Who::Show(index), Parcel::Show(input)) => self.tell_show(index, input),
                (Who::Show(index), Parcel::Answer(id, url)) => {
                    let fetched = Box::new(self.answer(index, url));
                    self.tell_show(index, ShowInput::Fetched { id, fetched });
                }
                (Who::Show(index), Parcel::Voting(votes)) => self.go_on_voting(index, *votes),
                (Who::Channel(index), Parcel::Channel(input)) => self.tell_channel(index, input),
                (Who::Account(index), Parcel::Account(input)) => self.tell_account(index, input),
                (
                    _,
                    Parcel::Show(_)
                    | Parcel::Answer(..)
                    | Parcel::Voting(_)
                    | Parcel::Channel(_)
                    | Parcel::Account(_),
                ) => {}
            }
        }
    }

    pub(super) fn tell_show(&mut self, index: usize, input: ShowInput) {
        let Some(played) = self.shows.get_mut(index) else { return };
        if let Some(waits) = &mut played.still {
            let is_past = matches!(input, ShowInput::Tick | ShowInput::Operator { .. });
            if !is_past && waits.len() < SHOW_MAILBOX_MAX {
                waits.push(input);
            }
            return;
        }
        played.show.handle(input, self.now);
        while self.go_on(index) {}
        let deadline = self.shows.get(index).and_then(|played| played.show.next_deadline());
        self.agenda.set(Who::Show(index), deadline.map(|deadline| deadline.at));
    }

    /// Runs the next handler of a show that is due, and does what the show wants done. Whether one
    /// ran.
    fn go_on(&mut self, index: usize) -> bool {
        let Some(played) = self.shows.get_mut(index) else { return false };
        let before = played.show.operations();
        let ran = !self.ledger.is_over() && played.show.go_on(self.now);
        let outputs = played.show.take_outputs();
        if ran {
            let operations = played.show.operations().saturating_sub(before);
            self.ledger.enter(&outputs, operations);
        }
        for output in outputs {
            self.obey_show(index, output);
        }
        ran
    }

    fn obey_show(&mut self, index: usize, output: ShowOutput) {
        let Some(played) = self.shows.get_mut(index) else { return };
        let channel = Who::Channel(played.channel);
        match output {
            ShowOutput::Commit(changes) => {
                for change in changes {
                    played.saved.apply(change);
                }
            }
            ShowOutput::Put(delivery) => {
                self.send(channel, Parcel::Channel(ChannelInput::Put(delivery)));
            }
            ShowOutput::Restore { delivery, attempting } => {
                let input = ChannelInput::Restored { delivery, attempting };
                self.send(channel, Parcel::Channel(input));
            }
            ShowOutput::Read(file) => {
                let edited = played.edited.get(&file).cloned();
                let answer = edited.unwrap_or_else(|| played.library.read(&file));
                self.send(Who::Show(index), Parcel::Show(ShowInput::File(file, answer)));
            }
            ShowOutput::Fetch { id, request } => {
                self.fetch(index, id, request.url.to_string());
            }
            ShowOutput::Event(event) => self.events.push(event),
            ShowOutput::Poll(news) => self.hear_of_poll(index, news),
            ShowOutput::Count(counting) => self.count(index, counting),
            ShowOutput::Reply { request, reply } => {
                self.replies.insert(request, reply);
            }
            ShowOutput::Silent(silent) => {
                let input = ChannelInput::Silent { show: played.show.id().clone(), silent };
                self.send(channel, Parcel::Channel(input));
            }
            ShowOutput::Stopping => self.leave(index, ChannelInput::Stopping),
            ShowOutput::Leave => self.leave(index, ChannelInput::Leave),
            ShowOutput::Stopped(ending) => played.ending = Some(ending),
        }
    }

    /// What an address answers: what it was told to, and nobody else is asked.
    pub(super) fn answer(&self, show: usize, url: String) -> Fetched {
        let key = (show, url);
        match self.responses.get(&key) {
            Some(data) => Fetched { bytes: data.to_string().len(), answer: Ok(data.clone()) },
            None => Fetched::failed(format!(
                "nobody is asked in rehearsal: say what {url} answers, by `respond(url, data)` \
                 in a test or by `--answer URL=FILE`",
                url = key.1
            )),
        }
    }

    fn leave(&mut self, index: usize, input: fn(ShowId) -> ChannelInput) {
        let Some(played) = self.shows.get(index) else { return };
        let (channel, id) = (played.channel, played.show.id().clone());
        self.send(Who::Channel(channel), Parcel::Channel(input(id)));
    }

    pub(super) fn tell_channel(&mut self, index: usize, input: ChannelInput) {
        let Some(played) = self.channels.get_mut(index) else { return };
        played.channel.handle(input, self.now);
        let deadline = played.channel.next_deadline();
        for output in played.channel.take_outputs() {
            self.obey_channel(index, output);
        }
        self.agenda.set(Who::Channel(index), deadline.map(|deadline| deadline.at));
    }

    fn obey_channel(&mut self, index: usize, output: ChannelOutput) {
        let Some(played) = self.channels.get_mut(index) else { return };
        let account = Who::Account(played.account);
        match output {
            ChannelOutput::Want(urgency) => {
                let input = AccountInput::Want(played.arn.clone(), urgency);
                self.send(account, Parcel::Account(input));
            }
            ChannelOutput::Commit(id, change) => {
                if let Some(show) =
                    self.show_index(index, &id).and_then(|at| self.shows.get_mut(at))
                {
                    show.saved.apply(change);
                }
            }
            ChannelOutput::Call { show, delivery, payload } => {
                let Some(quota) = self.quotas.get_mut(played.account) else { return };
                let (taken, answer, wait) = played.simulated.call(delivery, quota, self.now);
                if taken {
                    let channel = played.arn.clone();
                    let (up, at) = (self.now.up, self.now.wall);
                    self.delivered.push(Delivered { up, at, channel, payload });
                }
                let took = self.world.latency + wait;
                let input = ChannelInput::Answered { show, delivery, answer, took };
                self.send_later(took, Who::Channel(index), Parcel::Channel(input));
            }
            ChannelOutput::OnAir(stream) => {
                let input = AccountInput::Air(played.arn.clone(), Air::On);
                self.send(account, Parcel::Account(input));
                self.tell_shows(index, &ShowInput::OnAir(stream));
            }
            ChannelOutput::OffAir => {
                let input = AccountInput::Air(played.arn.clone(), Air::Off);
                self.send(account, Parcel::Account(input));
                self.tell_shows(index, &ShowInput::OffAir);
            }
            ChannelOutput::GivenUp(id, given_up) => {
                self.tell_show_of(index, &id, ShowInput::GivenUp(given_up));
            }
            ChannelOutput::Revealed(id, asking) => {
                self.tell_show_of(index, &id, ShowInput::Revealed(asking));
            }
            ChannelOutput::Counted(id, counted) => {
                if let Some(show) =
                    self.show_index(index, &id).and_then(|at| self.shows.get_mut(at))
                {
                    show.counts.count(counted);
                }
            }
            ChannelOutput::Event(event) => self.events.push(event),
            ChannelOutput::Left(id) => {
                let show = self.show_index(index, &id).and_then(|at| self.shows.get(at));
                let counts = show.map(|show| show.counts).unwrap_or_default();
                self.tell_show_of(index, &id, ShowInput::Left(counts));
            }
        }
    }

    fn show_index(&self, channel: usize, id: &ShowId) -> Option<usize> {
        let shows = &self.channels.get(channel)?.shows;
        shows.iter().copied().find(|at| self.shows.get(*at).is_some_and(|s| s.show.id() == id))
    }

    fn tell_show_of(&mut self, channel: usize, id: &ShowId, input: ShowInput) {
        if let Some(show) = self.show_index(channel, id) {
            self.send(Who::Show(show), Parcel::Show(input));
        }
    }

    fn tell_shows(&mut self, channel: usize, input: &ShowInput) {
        let shows = self.channels.get(channel).map(|played| played.shows.clone());
        for show in shows.unwrap_or_default() {
            self.send(Who::Show(show), Parcel::Show(input.clone()));
        }
    }

    pub(super) fn tell_account(&mut self, index: usize, input: AccountInput) {
        let Some(account) = self.accounts.get_mut(index) else { return };
        account.handle(input, self.now);
        let deadline = account.next_deadline();
        for output in account.take_outputs() {
            self.obey_account(index, output);
        }
        self.agenda.set(Who::Account(index), deadline.map(|deadline| deadline.at));
    }

    fn obey_account(&mut self, index: usize, output: AccountOutput) {
        let known = |arn: &_| self.by_arn.get(arn).copied();
        match output {
            AccountOutput::Grant(arn) => {
                if let Some(channel) = known(&arn) {
                    self.send(Who::Channel(channel), Parcel::Channel(ChannelInput::Granted));
                }
            }
            AccountOutput::AskStream(arn) => {
                let channel = known(&arn).and_then(|channel| self.channels.get(channel));
                let seen =
                    channel.map_or(Seen::NotLive, |channel| channel.simulated.asked(self.now));
                let parcel = Parcel::Account(AccountInput::Stream(arn, seen));
                self.send_later(self.world.latency, Who::Account(index), parcel);
            }
            AccountOutput::AskPage { next: _ } => {
                let page = Parcel::Account(AccountInput::Page(self.page(index)));
                self.send_later(self.world.latency, Who::Account(index), page);
            }
            AccountOutput::Event(event) => self.events.push(event),
            AccountOutput::Seen(arn, seen) => {
                if let Some(channel) = known(&arn) {
                    self.send(Who::Channel(channel), Parcel::Channel(ChannelInput::Seen(seen)));
                }
            }
        }
    }

    /// Every live stream of an account on one page: the simulated service has no page size.
    fn page(&self, account: usize) -> Page {
        let channels = self.channels.iter().filter(|played| played.account == account);
        let live = channels.filter_map(|played| match played.simulated.asked(self.now) {
            Seen::Live(stream) => Some((played.arn.clone(), stream)),
            Seen::NotLive
            | Seen::Unknown
            | Seen::NoChannel
            | Seen::NotPermitted
            | Seen::Failed(_) => None,
        });
        Page::Streams { live: live.collect(), next: None }
    }
}
