//! The rehearsal: the first hour of the show on the virtual clock, on air, then off air. What does
//! not fire by itself in it is fired by hand, so that every handler has run.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::facts::Facts;
use super::notes::Notes;
use super::tries::is_told_more;
use crate::model::channel::ChannelArn;
use crate::model::cue::CuePlan;
use crate::model::event::Event;
use crate::model::io::ShowInput;
use crate::model::limits::{
    CHECK_MAX_CALLS, CHECK_MAX_OPERATIONS, CHECK_REHEARSES, REHEARSAL_LATENCY, STOP_WAIT,
};
use crate::model::poll::AskingId;
use crate::model::saved::Saved;
use crate::model::trigger::{Happening, Trigger};
use crate::script::Outline;
use crate::script::api::Ready;
use crate::show::evening::{Budget, Evening, Library, ShowIndex, World};
use crate::show::look::Subject;

/// Before the operator's cues are fired, so that the show is under way.
const SETTLES: SignedDuration = SignedDuration::from_mins(1);
/// Between two of them: the channel takes what each sends.
pub(super) const BETWEEN: SignedDuration = SignedDuration::from_secs(1);
/// Before what a poll's end fires is fired by hand: longer than a poll is open unless its author
/// says so.
const POLLS_CLOSE: SignedDuration = SignedDuration::from_mins(2);
/// How long the end is played off air: longer than a payload is worth sending.
const OFF_AIR: SignedDuration = SignedDuration::from_mins(5);
/// How often the evening is looked at: oftener than a poll is open unless its author says so.
const STEP: SignedDuration = SignedDuration::from_secs(10);
/// How many viewers vote in a poll in which any do.
const VOTES: u64 = 3;

pub(super) struct Rehearsal<'a> {
    pub(super) evening: Evening,
    pub(super) show: ShowIndex,
    channel: ChannelArn,
    on_air: bool,
    /// The operator's requests so far.
    pub(super) requests: u64,
    /// The polls met so far.
    polls: BTreeSet<AskingId>,
    pub(super) notes: Notes,
    facts: &'a mut Facts,
    pub(super) ready: &'a Ready,
    pub(super) outline: &'a Outline,
}

/// Plays the first hour.
pub(super) fn play<L: Library + Clone + 'static>(
    subject: &Subject<'_>,
    (ready, outline): (&Ready, &Outline),
    library: &L,
    facts: &mut Facts,
) -> Notes {
    let (evening, show) = begin(subject, library.clone());
    let channel = subject.setup.script.id.channel.clone();
    let mut rehearsal = Rehearsal {
        evening,
        show,
        channel,
        on_air: true,
        requests: 0,
        polls: BTreeSet::new(),
        notes: Notes::default(),
        facts,
        ready,
        outline,
    };
    rehearsal.pass(SETTLES);
    rehearsal.by_hand(|plan, _| plan.triggers.is_empty());
    let off_air = CHECK_REHEARSES - OFF_AIR;
    let has_not_come =
        |plan: &CuePlan, notes: &Notes| waits_for_its_time(plan) && notes.of(&plan.key).calls == 0;
    rehearsal.pass_until(off_air - POLLS_CLOSE);
    rehearsal.by_hand(|plan, notes| has_not_come(plan, notes) && !is_told_more(plan));
    rehearsal.pass_until(off_air);
    rehearsal.by_hand(has_not_come);
    rehearsal.end()
}

/// An evening in which the show has begun.
pub(super) fn begin(
    subject: &Subject<'_>,
    library: impl Library + 'static,
) -> (Evening, ShowIndex) {
    let world = World { start: subject.start, latency: REHEARSAL_LATENCY };
    let mut evening = Evening::new(world);
    evening.set_budget(Budget { calls: CHECK_MAX_CALLS, operations: CHECK_MAX_OPERATIONS });
    let show = evening.add(subject.setup.clone(), subject.text, library, Saved::default());
    evening.answer_fetches(show, subject.answers);
    (evening, show)
}

/// Whether a cue has a trigger that an hour may not bring: all but those of every show's course.
fn waits_for_its_time(plan: &CuePlan) -> bool {
    let comes = |trigger: &Trigger| {
        let Trigger::On(happening) = trigger else { return false };
        matches!(
            happening,
            Happening::Start | Happening::OnAir | Happening::OffAir | Happening::Stop
        )
    };
    !plan.triggers.is_empty() && !plan.triggers.iter().any(comes)
}

impl Rehearsal<'_> {
    pub(super) fn pass(&mut self, time: SignedDuration) {
        let until = self.evening.now().up + time;
        self.pass_until(until);
    }

    fn pass_until(&mut self, until: SignedDuration) {
        while self.evening.now().up < until && self.evening.overrun().is_none() {
            let left = until - self.evening.now().up;
            self.evening.advance(left.min(STEP));
            self.note();
            self.vote();
        }
    }

    /// Votes in every second poll: what a script makes of votes has to do with none, too.
    fn vote(&mut self) {
        let mut votes = Vec::new();
        for poll in self.evening.open_polls(self.show) {
            if self.polls.insert(poll.asking.clone()) && self.polls.len() % 2 == 1 {
                let answer = poll.answers.first().map(|answer| answer.text.clone());
                votes.extend(answer.map(|answer| (poll.asking.clone(), answer)));
            }
        }
        for (asking, answer) in votes {
            let cast = self.evening.vote(self.show, Some(&asking), &answer, VOTES);
            cast.expect("an open poll takes a vote for an answer of its own");
        }
    }

    pub(super) fn note(&mut self) {
        for event in self.evening.take_events() {
            self.note_one(event);
        }
        self.evening.take_delivered();
    }

    pub(super) fn note_one(&mut self, event: Event) {
        self.notes.take(event, self.on_air, self.facts);
    }

    /// Off air, and over.
    fn end(mut self) -> Notes {
        self.note();
        self.on_air = false;
        self.evening.go_offline(&self.channel);
        self.pass(OFF_AIR);
        self.evening.input(self.show, ShowInput::Stop);
        self.pass(STOP_WAIT + SETTLES);
        self.notes.overrun = self.evening.overrun();
        self.notes
    }
}
