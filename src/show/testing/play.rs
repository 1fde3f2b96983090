//! The evening that a test's show plays in.

use jiff::SignedDuration;
use serde_json::Value;

use crate::model::channel::ChannelArn;
use crate::model::cue::CueKey;
use crate::model::event::{Event, What};
use crate::model::io::{Air, Ending, OperatorAction, OperatorReply, ShowInput};
use crate::model::limits::{TEST_CALLS_MAX, TEST_CALLS_MAX_OPERATIONS, TEST_EVENTS_SHOWN};
use crate::model::poll::{AskingId, Leader, Poll};
use crate::model::saved::Saved;
use crate::model::time::Now;
use crate::script::rehearsal::{Fired, RehearsalFault, Sent, Voters};
use crate::show::evening::{Ballots, Budget, Evening, Library, ShowIndex, World};

use super::{Cast, Notes, Scene};

/// What the show of one test may cost.
pub(super) const BUDGET: Budget =
    Budget { calls: TEST_CALLS_MAX, operations: TEST_CALLS_MAX_OPERATIONS };

/// A show that has begun, in its evening.
pub(super) struct Play {
    evening: Evening,
    show: ShowIndex,
    channel: ChannelArn,
    /// The number of the next request.
    request: u64,
}

impl Play {
    /// Lets the show begin.
    pub(super) fn begin<L: Library + Clone + 'static>(cast: &Cast<L>, scene: &Scene) -> Self {
        let Scene { start, air, viewers, responses } = scene;
        // A service that answers at once: a test's times are round.
        let mut evening = Evening::new(World { start: *start, latency: SignedDuration::ZERO });
        evening.set_budget(BUDGET);
        let setup = cast.setup.clone();
        let channel = setup.script.id.channel.clone();
        if *air == Air::Off {
            evening.go_offline(&channel);
        }
        if let Some(viewers) = viewers {
            evening.set_viewers(&channel, *viewers);
        }
        let show = evening.add(setup, &cast.script, cast.library.clone(), Saved::default());
        // What it fetched as it began is answered when its evening goes on.
        for (url, data) in responses {
            evening.respond(show, url, data.clone());
        }
        Self { evening, show, channel, request: 1 }
    }

    pub(super) fn now(&self) -> Now {
        self.evening.now()
    }

    /// Whether the show could not even begin.
    pub(super) fn failed(&self) -> bool {
        self.evening.ending(self.show) == Some(Ending::Failed)
    }

    pub(super) fn state(&self) -> Option<Value> {
        let kept = self.evening.saved(self.show)?.state.as_ref()?;
        Some(kept.value.clone())
    }

    pub(super) fn advance(&mut self, by: SignedDuration) {
        self.evening.advance(by);
    }

    pub(super) fn set_air(&mut self, air: Air) {
        match air {
            Air::On => self.evening.go_live(&self.channel),
            Air::Off => self.evening.go_offline(&self.channel),
        }
    }

    pub(super) fn set_viewers(&mut self, viewers: u64) {
        self.evening.set_viewers(&self.channel, viewers);
    }

    pub(super) fn respond(&mut self, url: &str, data: Value) {
        self.evening.respond(self.show, url, data);
    }

    pub(super) fn fire(&mut self, cue: CueKey, data: Value) -> Result<Fired, RehearsalFault> {
        let request = self.request;
        self.request += 1;
        let action = OperatorAction::Fire { cue: cue.clone(), data };
        self.evening.input(self.show, ShowInput::Operator { request, action });
        match self.evening.reply(request) {
            Some(OperatorReply::Failed { .. }) => Ok(Fired::Failed),
            Some(
                OperatorReply::NotArmed
                | OperatorReply::Cancelled
                | OperatorReply::Panicked
                | OperatorReply::NotPlaying,
            ) => Ok(Fired::NotArmed),
            Some(OperatorReply::Unknown { near }) => {
                Err(RehearsalFault::UnknownCue { cue, near: near.clone() })
            }
            Some(OperatorReply::TooLarge { bytes, .. }) => {
                Err(RehearsalFault::DataTooLarge { bytes: *bytes })
            }
            Some(
                OperatorReply::Done
                | OperatorReply::Stands(_)
                | OperatorReply::UnknownPoll
                | OperatorReply::NotNow { .. }
                | OperatorReply::Cues(_)
                | OperatorReply::View(_)
                | OperatorReply::Preview(_),
            )
            | None => Ok(Fired::Ran),
        }
    }

    pub(super) fn asking(&self) -> Option<Poll> {
        self.evening.open_polls(self.show).last().map(|poll| Poll::clone(poll))
    }

    pub(super) fn tally(&self, asking: &AskingId) -> Option<Value> {
        let ballots = self.evening.ballots(self.show)?;
        Some(ballots.poll(asking)?.told(&ballots.tally(asking)))
    }

    pub(super) fn leaders(&self) -> Vec<Leader> {
        self.evening.ballots(self.show).map(Ballots::leaders).unwrap_or_default()
    }

    pub(super) fn vote(
        &mut self,
        asking: &AskingId,
        answer: &str,
        by: &Voters,
    ) -> Result<(), RehearsalFault> {
        let (evening, show, asking) = (&mut self.evening, self.show, Some(asking));
        let voted = match by {
            Voters::Unnamed(count) => evening.vote(show, asking, answer, *count),
            Voters::Named(name) => evening.vote_as(show, name, asking, answer),
        };
        voted.map_err(|error| RehearsalFault::NoVote(error.to_string()))
    }

    /// Lets what is due at this moment happen, and takes down what came of all so far.
    pub(super) fn settle(&mut self, notes: &mut Notes) -> Result<(), RehearsalFault> {
        self.evening.advance(SignedDuration::ZERO);
        for delivered in self.evening.take_delivered() {
            let at = Now { up: delivered.up, wall: delivered.at };
            notes.screen.take(&delivered.payload, at);
        }
        for event in self.evening.take_events() {
            notes.note(event);
        }
        match self.evening.overrun() {
            Some(overrun) => Err(RehearsalFault::UsedUp(overrun.cue)),
            None => Ok(()),
        }
    }
}

impl Notes {
    fn note(&mut self, event: Event) {
        if let What::Sent { of, repeat: false, .. } = &event.what {
            let (cue, payload) = (of.cue.clone(), of.payload.clone());
            self.sent.push(Sent { at: event.at, cue, payload });
        } else if let What::Log { message, .. } = &event.what {
            self.printed.push(message.clone());
        } else if let What::ScriptError(error) = &event.what {
            self.errors.push_back(error.as_ref().clone());
        }
        if is_telling(&event.what) {
            self.remember(event);
        }
    }

    /// Keeps an event for whoever looks for a mistake.
    pub(super) fn remember(&mut self, event: Event) {
        if self.events.len() >= TEST_EVENTS_SHOWN {
            self.events.pop_front();
            self.before += 1;
        }
        self.events.push_back(event);
    }
}

/// Whether an event tells what a test's show did. Errors are told by themselves.
fn is_telling(what: &What) -> bool {
    match what {
        What::Sent { repeat, .. } => !repeat,
        What::Refused { .. }
        | What::Expired { .. }
        | What::Dropped { .. }
        | What::Missed { .. }
        | What::Skipped { .. }
        | What::NotRun { .. }
        | What::CueSet { .. }
        | What::Held { .. }
        | What::Panicked { .. }
        | What::Released { .. }
        | What::StateSet { .. }
        | What::NameSet { .. }
        | What::PollSet(_)
        | What::PollClosed(_)
        | What::RolledBack { .. }
        | What::Log { .. }
        | What::Fetched(_)
        | What::OnAir { .. }
        | What::OffAir
        | What::Warning { .. } => true,
        What::Started(_)
        | What::CueFired { .. }
        | What::PollOpened(_)
        | What::TallyRead(_)
        | What::LeaderboardRead { .. }
        | What::Shown { .. }
        | What::Unseen { .. }
        | What::Queued { .. }
        | What::InDoubt { .. }
        | What::Reloaded(_)
        | What::ReloadFailed(_)
        | What::ScriptError(_)
        | What::ScriptWarning(_)
        | What::Lease(_)
        | What::ClockJumped { .. }
        | What::PlanChanged(_)
        | What::PlanRefused(_)
        | What::Stopped { .. } => false,
    }
}
