//! A show on air: the pure machine on a thread of the pool, and what it wants done, done.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::Arc;

use jiff::SignedDuration;
use tokio::sync::mpsc::UnboundedSender;

use crate::model::channel::ShowId;
use crate::model::event::{Event, What};
use crate::model::file::FileRef;
use crate::model::io::{Ending, ShowInput, ShowOutput};
use crate::model::limits::SHOW_MAILBOX_MAX;
use crate::model::saved::Change;
use crate::rules::demand::Hourly;
use crate::rules::lease::Standing;
use crate::show::{Show, ShowSetup};
use crate::world::channel::hub::{Hub, HubInput, Seat};
use crate::world::files::Folders;

use super::company::Over;
use super::hands::{Hands, Watched};

/// One show of the run.
pub(super) struct Actor {
    id: ShowId,
    show: Show,
    hands: Arc<Hands>,
    hub: Seat,
    folders: Arc<Folders>,
    deadline: Option<SignedDuration>,
    /// A step that is not kept yet: the payload that may follow it takes it along.
    step: Option<Vec<Change>>,
    /// What the show was not told of yet: files that were read, as many as it asked for at once,
    /// and what came while its lease had run out.
    read: VecDeque<ShowInput>,
    /// Says once that the show is over. Bounded by the number of shows.
    over: UnboundedSender<Over>,
}

impl Actor {
    pub(super) fn new(
        setup: ShowSetup,
        hands: Arc<Hands>,
        hub: Hub,
        folders: Arc<Folders>,
        over: UnboundedSender<Over>,
    ) -> Self {
        let id = setup.script.id.clone();
        let hub = Seat::new(hub, id.clone());
        let (show, read) = (Show::new(setup), VecDeque::new());
        Self { id, show, hands, hub, folders, deadline: None, step: None, read, over }
    }

    /// Takes one input and does all that follows from it.
    pub(super) fn receive(&mut self, input: ShowInput) -> ControlFlow<()> {
        if matches!(input, ShowInput::Tick) {
            self.deadline = None;
        }
        match self.hands.standing(&self.id) {
            Standing::Held => {}
            Standing::Lapsed => return self.stand_still(input),
            Standing::Out => return self.give_up(),
        }
        if let ShowInput::Operator { request, .. } = &input
            && !self.hands.shows.is_asked(*request)
        {
            // Its operator was told that it was not done.
            return ControlFlow::Continue(());
        }
        let mut next = Some(input);
        while let Some(input) = next {
            self.show.handle(input, self.hands.clock.now());
            self.play()?;
            next = self.read.pop_front();
        }
        self.set_deadline();
        ControlFlow::Continue(())
    }

    /// Until the show's lease is held again no time passes for the show: what is due then is late,
    /// as when the machine had slept.
    fn stand_still(&mut self, input: ShowInput) -> ControlFlow<()> {
        if matches!(input, ShowInput::Stop) {
            // Its end could not be kept: whoever plays it next goes on as after a crash.
            return self.give_up();
        }
        self.deadline = None;
        // Nobody waits for an operator's request by the time it could be done.
        let is_past = matches!(input, ShowInput::Tick | ShowInput::Operator { .. });
        if !is_past && self.read.len() < SHOW_MAILBOX_MAX {
            self.read.push_back(input);
        }
        ControlFlow::Continue(())
    }

    /// Another runner plays the show: nothing more is kept or sent of it here.
    fn give_up(&mut self) -> ControlFlow<()> {
        self.step = None;
        // Before the hub can say that nothing of it is under way any more.
        if let Some(standby) = &self.hands.standby {
            standby.given_up(&self.id);
        }
        self.hub.abandon();
        self.hands.voting.abandon(&self.id);
        self.hands.clear_away(&self.id);
        // The run may have stopped waiting.
        let _ =
            self.over.send(Over { show: self.id.clone(), ending: Ending::Clean, is_lost: true });
        ControlFlow::Break(())
    }

    /// Does what the show asks for and lets its handlers run, until neither is left.
    fn play(&mut self) -> ControlFlow<()> {
        loop {
            while let Some(output) = self.show.poll_output() {
                if let ShowOutput::Stopped(ending) = output {
                    self.end(ending);
                    return ControlFlow::Break(());
                }
                self.obey(output);
            }
            self.keep_step();
            if !self.show.go_on(self.hands.clock.now()) && !self.show.has_output() {
                return ControlFlow::Continue(());
            }
        }
    }

    fn obey(&mut self, output: ShowOutput) {
        if !matches!(output, ShowOutput::Put(_)) {
            self.keep_step();
        }
        match output {
            ShowOutput::Commit(changes) => self.step = Some(changes),
            ShowOutput::Put(delivery) => {
                if let Some(changes) = self.step.take() {
                    // The hub keeps it before it calls: often at once, in one write with its own.
                    self.hands.keeper.hold(&self.id, changes);
                }
                self.hub.send(HubInput::Put(delivery));
            }
            ShowOutput::Restore { delivery, attempting } => {
                self.hub.send(HubInput::Restored { delivery, attempting });
            }
            ShowOutput::Read(file) => self.read(file),
            ShowOutput::Fetch { id, request } => {
                self.hands.fetching.fetch(self.id.clone(), id, request);
            }
            ShowOutput::Event(event) => self.tell(&event),
            ShowOutput::Count(counting) => self.hands.voting.count(self.id.clone(), counting),
            ShowOutput::Poll(news) => self.hands.voting.hear(&self.id, news),
            ShowOutput::Reply { request, reply } => self.hands.shows.answer(request, reply),
            ShowOutput::Silent(silent) => {
                self.hub.send(HubInput::Silent { show: self.id.clone(), silent });
            }
            ShowOutput::Stopping => self.hub.send(HubInput::Stopping(self.id.clone())),
            ShowOutput::Leave => self.hub.send(HubInput::Leave(self.id.clone())),
            ShowOutput::Stopped(_) => {}
        }
    }

    fn tell(&self, event: &Event) {
        self.hands.outlet.event(event);
        if matches!(event.what, What::Started(_) | What::Reloaded(_) | What::RolledBack { .. }) {
            // Another version asks for something else.
            self.hands.demand.set(&self.id, Hourly::of(self.show.cues(), event.at));
        }
    }

    fn keep_step(&mut self) {
        if let Some(changes) = self.step.take() {
            // Where it was kept, the keeper says itself when it matters.
            self.hands.keeper.commit(&self.id, changes);
        }
    }

    /// Reads a file. It is watched from just before that on, so that no change falls between.
    fn read(&mut self, file: FileRef) {
        let watched = Watched::File(self.id.clone(), Box::new(file.clone()));
        self.hands.watcher.watch(&watched, file.kind, &self.folders.places(&file));
        let answer = self.folders.read(&file);
        self.read.push_back(ShowInput::File(file, answer));
    }

    fn set_deadline(&mut self) {
        let next = self.show.next_fire().map(|(cue, at)| (cue.to_string(), at));
        self.hands.set_next(&self.id, next);
        let deadline = self.show.next_deadline().map(|deadline| deadline.at);
        if deadline == self.deadline {
            return;
        }
        self.deadline = deadline;
        match deadline {
            Some(at) => self.hands.alarm.set(self.id.clone(), at),
            None => self.hands.alarm.clear(&self.id),
        }
    }

    fn end(&mut self, ending: Ending) {
        self.keep_step();
        self.hands.voting.over(&self.id);
        self.hands.clear_away(&self.id);
        self.hub.leave();
        // The run may have stopped waiting.
        let _ = self.over.send(Over { show: self.id.clone(), ending, is_lost: false });
    }
}
