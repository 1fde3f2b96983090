//! Hold and panic: the operator stops what is timed, or everything.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use super::calls::{QueuedCall, Target, millis};
use super::polls::Told;
use super::version::AfterTarget;
use super::wishes::waiting;
use super::{Act, Phase, Show};
use crate::model::cue::{AfterId, CueKey};
use crate::model::delivery::{Delivery, InDoubt};
use crate::model::event::{FiredBy, NotRun, What};
use crate::model::hold::Held;
use crate::model::io::{OperatorReply, ShowOutput};
use crate::model::limits::PANIC_CLEAR_FOR;
use crate::model::payload::{Clears, Payload, Priority, Slot};
use crate::model::saved::{Change, KeptAfter};
use crate::model::time::Now;
use crate::model::trigger::Trigger;
use crate::rules::polls::Input as PollsInput;
use crate::rules::schedule::io::Input as ScheduleInput;
use crate::script::api::{Put, PutPoll};

/// What clears the screen and the polls, to be told once it is committed.
struct Cleared {
    clear: Option<Delivery>,
    told: Vec<Told>,
}

/// What the operator asked of a show before it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// Nothing: it begins held as it was left.
    Nothing,
    /// A panic, and since when.
    Panicked(Timestamp),
    /// That it begins with neither hold nor panic, whatever is kept.
    Resumed,
    /// That, and it was kept held: since when, and how many timed fires were skipped for it.
    Released { skipped: u64, since: Timestamp },
}

impl Show {
    /// Whether nothing goes out.
    pub(super) fn in_panic(&self) -> bool {
        self.held().is_some_and(|held| held.panic)
    }

    pub(super) fn held(&self) -> Option<&Held> {
        self.playing()?.held.as_ref()
    }

    /// What is timed is skipped from now on.
    pub(super) fn hold(&mut self, now: Now) -> OperatorReply {
        if self.playing().is_none_or(|playing| playing.act != Act::On) {
            return OperatorReply::NotPlaying;
        }
        let words = match self.held() {
            Some(held) if held.panic => "in a panic already, which holds more than that",
            Some(_) => "held already",
            None => {
                self.set_held(Held { since: now.wall, skipped: 0, panic: false }, now);
                self.commit_loose();
                self.event(now, What::Held { since: now.wall });
                "held: nothing timed fires until you resume, GO does"
            }
        };
        OperatorReply::Stands(words.to_owned())
    }

    /// Held; and all that waits is dropped, open polls close without results, and the screen is
    /// cleared. That is one step: whatever begins then, the panic goes on. A show that has not
    /// begun yet begins with it.
    pub(super) fn panic(&mut self, now: Now) -> OperatorReply {
        match &self.phase {
            Phase::Waiting | Phase::Beginning(_) => {
                if !matches!(self.before, Before::Panicked(_)) {
                    self.before = Before::Panicked(now.wall);
                }
                return OperatorReply::begins_in_panic();
            }
            Phase::Playing(_) if self.in_panic() => {
                return OperatorReply::Stands("in a panic already".to_owned());
            }
            Phase::Playing(_) => {}
            Phase::Over => return OperatorReply::NotPlaying,
        }
        let was_held = self.held().is_some();
        let (since, skipped) = self.held().map_or((now.wall, 0), |it| (it.since, it.skipped));
        self.set_held(Held { since, skipped, panic: true }, now);
        self.refuse_gos();
        let unsent = self.owing_results();
        let cleared = self.clear_screen(now);
        self.commit_loose();
        let words = panic_words(was_held, unsent.len());
        self.event(now, What::Panicked { since, unsent });
        self.outputs.push_back(ShowOutput::Silent(true));
        self.tell_cleared(cleared, now);
        OperatorReply::Stands(words)
    }

    /// The questions of the polls that would still send their results.
    fn owing_results(&self) -> Vec<String> {
        let polls = self.playing().map(|playing| playing.polls.book().unsettled());
        let owing = polls.into_iter().flatten().filter(|entry| entry.owes_results());
        owing.map(|entry| entry.poll().question.clone()).collect()
    }

    /// Open polls close without results, and the screen is cleared: to be committed, then told by
    /// [`Self::tell_cleared`].
    fn clear_screen(&mut self, now: Now) -> Cleared {
        let told = self.polls_input(PollsInput::Silence, now);
        let clear = self.clear_delivery(now);
        if let Some(clear) = &clear {
            self.loose.push(Change::Delivery(clear.id, Some(waiting(clear))));
        }
        Cleared { clear, told }
    }

    fn tell_cleared(&mut self, Cleared { clear, told }: Cleared, now: Now) {
        self.outputs.extend(clear.map(|clear| ShowOutput::Put(Box::new(clear))));
        self.tell_polls(told, now);
    }

    /// What a show is held with from its first moment on: a hold outlives a crash, and a panic
    /// whatever begins.
    pub(super) fn held_at_first(&mut self, kept: Option<Held>, resume: bool) -> Option<Held> {
        let held = kept.filter(|held| resume || held.panic);
        match self.before {
            Before::Nothing => held,
            Before::Panicked(at) => {
                let (since, skipped) = held.map_or((at, 0), |held| (held.since, held.skipped));
                Some(Held { since, skipped, panic: true })
            }
            Before::Resumed | Before::Released { .. } => {
                if let Some(Held { skipped, since, .. }) = held {
                    self.loose.push(Change::Held(None));
                    self.before = Before::Released { skipped, since };
                }
                None
            }
        }
    }

    /// A panic of before the show began takes off the screen what an earlier run left there; the
    /// end of one that was kept is told.
    pub(super) fn settle_before(&mut self, now: Now) {
        match std::mem::replace(&mut self.before, Before::Nothing) {
            Before::Panicked(_) => {
                let cleared = self.clear_screen(now);
                self.commit_loose();
                self.tell_cleared(cleared, now);
            }
            Before::Released { skipped, since } => {
                let held_ms = millis(now.wall.duration_since(since));
                self.event(now, What::Released { skipped, held_ms });
            }
            Before::Nothing | Before::Resumed => {}
        }
    }

    /// A hold and a panic end, also those that a show keeps which has not begun. What was skipped
    /// does not come again.
    pub(super) fn release(&mut self, now: Now) -> OperatorReply {
        let playing = match &mut self.phase {
            Phase::Playing(playing) => playing,
            Phase::Waiting | Phase::Beginning(_) => {
                self.before = Before::Resumed;
                return OperatorReply::begins_resumed();
            }
            Phase::Over => return OperatorReply::NotPlaying,
        };
        if playing.act != Act::On {
            return OperatorReply::NotPlaying;
        }
        let Some(held) = playing.held.take() else {
            return OperatorReply::Stands("nothing was held".to_owned());
        };
        self.loose.push(Change::Held(None));
        self.schedule_input(ScheduleInput::Release, now);
        self.commit_loose();
        if held.panic {
            self.outputs.push_back(ShowOutput::Silent(false));
        }
        let held_ms = millis(now.wall.duration_since(held.since));
        self.event(now, What::Released { skipped: held.skipped, held_ms });
        OperatorReply::Stands(format!(
            "it goes on; timed fires that were skipped: {}",
            held.skipped
        ))
    }

    /// A hold or panic of before goes on, before anything fires.
    pub(super) fn held_still(&mut self, held: Held, now: Now) {
        let since = held.since;
        let panicked = || What::Panicked { since, unsent: Vec::new() };
        let what = if held.panic { panicked() } else { What::Held { since } };
        if held.panic {
            self.outputs.push_back(ShowOutput::Silent(true));
        }
        self.set_held(held, now);
        self.event(now, what);
    }

    fn set_held(&mut self, held: Held, now: Now) {
        let Phase::Playing(playing) = &mut self.phase else { return };
        let since = held.since;
        self.loose.push(Change::Held(Some(held.clone())));
        playing.held = Some(held);
        self.schedule_input(ScheduleInput::Hold { since }, now);
        self.skip_due(now);
    }

    /// What is due and did not begin yet is skipped, too; `after`s wait.
    fn skip_due(&mut self, now: Now) {
        let is_due = |call: &QueuedCall| call.timed && call.begun().is_none();
        let (due, others): (Vec<QueuedCall>, _) =
            std::mem::take(&mut self.queue).into_iter().partition(is_due);
        self.queue = VecDeque::from(others);
        for mut call in due {
            self.loose.append(&mut call.changes);
            match call.target {
                Target::After(id) => {
                    let due = call.due;
                    self.schedule_input(ScheduleInput::AfterKept { id, due }, now);
                }
                Target::Cue(cue) => {
                    let only = self.fires_once(&cue);
                    self.skipped_held(cue, 1, only, now);
                }
            }
        }
    }

    /// Whether the time of a cue comes but once.
    fn fires_once(&self, cue: &CueKey) -> bool {
        let cues = self.playing().map(|playing| &playing.versions.current.cues);
        let plan = cues.and_then(|cues| cues.iter().find(|plan| plan.key == *cue));
        let again = |trigger| matches!(trigger, &Trigger::Every { .. } | &Trigger::Cron { .. });
        plan.is_some_and(|plan| !plan.triggers.iter().any(again))
    }

    /// GOs that wait behind another call do not run in a panic.
    fn refuse_gos(&mut self) {
        let is_go = |call: &QueuedCall| call.request.is_some() && call.begun().is_none();
        for request in self.queue.iter().filter(|call| is_go(call)).filter_map(|go| go.request) {
            let reply = OperatorReply::Panicked;
            self.outputs.push_back(ShowOutput::Reply { request, reply });
        }
        self.queue.retain(|call| !is_go(call));
    }

    /// Timed fires were skipped. One that does not come again is told by name.
    pub(super) fn skipped_held(&mut self, cue: CueKey, count: u64, only: bool, now: Now) {
        if let Phase::Playing(playing) = &mut self.phase
            && let Some(held) = &mut playing.held
        {
            held.skipped = held.skipped.saturating_add(count);
        }
        if only {
            self.event(now, What::NotRun { cue, why: NotRun::Held });
        }
    }

    /// How many were skipped is kept now and then.
    pub(super) fn note_skipped(&mut self) {
        if let Some(held) = self.held().cloned() {
            self.loose.push(Change::Held(Some(held)));
        }
    }

    /// An `after` is due later, for its time stood still.
    pub(super) fn put_off(&mut self, id: AfterId, due: Timestamp) {
        let Phase::Playing(playing) = &self.phase else { return };
        if let Some(AfterTarget::Cue { cue, data }) = playing.afters.get(id) {
            let kept = KeptAfter { cue: cue.clone(), due, data: data.clone() };
            self.loose.push(Change::After(id, Some(kept)));
        }
    }

    /// What takes everything off the screen.
    fn clear_delivery(&self, now: Now) -> Option<Delivery> {
        let payload: Payload = Clears::ALL.parse().ok()?;
        let put = Put {
            n: self.playing()?.host.number_delivery(),
            slot: Slot::of(&payload),
            payload,
            priority: Priority::Panic,
            valid_for: PANIC_CLEAR_FOR,
            sticky: None,
            in_doubt: InDoubt::Resend,
            poll: PutPoll::None,
        };
        let (by, late) = (FiredBy::Trigger, SignedDuration::ZERO);
        Some(self.delivery(put, &CueKey::by_hand(), by, late, now))
    }
}

/// How a show stands that was just panicked.
fn panic_words(was_held: bool, unsent: usize) -> String {
    let mut words = "in a panic: nothing goes out until you resume".to_owned();
    if was_held {
        words += "; the hold is part of it, and ends with it";
    }
    if unsent > 0 {
        words += "; results that are kept back, to be shown by hand after it: ";
        words += &unsent.to_string();
    }
    words
}
