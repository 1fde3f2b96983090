//! What a handler asked for becomes one step, and then what the world should do.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::model::cue::{AfterId, CueKey};
use crate::model::delivery::{Delivery, DeliveryId, KeptDelivery};
use crate::model::event::{CueSetTo, FiredBy, NotRun, What};
use crate::model::io::ShowOutput;
use crate::model::limits::{AFTERS_MAX, FIRES_AT_ONCE_MAX};
use crate::model::payload::Priority;
use crate::model::saved::{Change, CueMark, KeptAfter, WaitingDelivery};
use crate::model::time::{Now, Span};
use crate::rules::schedule::io::{Input as ScheduleInput, Standing};
use crate::script::api::{Asked, Put, Wish};

use super::calls::{QueuedCall, Resolved, Target};
use super::fetches;
use super::version::AfterTarget;
use super::{Phase, Show};

/// What the wishes of one call come to.
#[derive(Default)]
struct Granted {
    changes: Vec<Change>,
    puts: Vec<Delivery>,
    events: Vec<What>,
    fires: Vec<(CueKey, Value)>,
    fetches: Vec<fetches::Asked>,
}

impl Show {
    /// Makes the call's step: commits its changes, then lets out what they allow.
    pub(super) fn grant(&mut self, call: QueuedCall, asked: Asked, caller: &Resolved, now: Now) {
        let cue = &caller.cue;
        let begun = call.begun();
        let mut granted = Granted { changes: call.changes, ..Granted::default() };
        granted.changes.extend(asked.changes);
        let mut polled = Vec::new();
        for wish in asked.wishes {
            polled.extend(self.wished_of_polls(&wish, now));
            match wish {
                Wish::Put(put) => {
                    let delivery =
                        self.delivery(*put, cue, call.by, call.late, begun.unwrap_or(now));
                    granted.changes.push(Change::Delivery(delivery.id, Some(waiting(&delivery))));
                    granted.puts.push(delivery);
                }
                Wish::After { id, wait, handler } => {
                    let (version, by) = (caller.version, cue.clone());
                    let generation = Arc::clone(&caller.generation);
                    let target = AfterTarget::Function { version, generation, handler, by };
                    self.set_after(id, wait, target, &mut granted, now);
                }
                Wish::AfterCue { id, wait, cue, data } => {
                    let target = AfterTarget::Cue { cue, data };
                    self.set_after(id, wait, target, &mut granted, now);
                }
                Wish::Fetch { id, request, handler } => {
                    let (version, by) = (caller.version, cue.clone());
                    let generation = Arc::clone(&caller.generation);
                    let target = AfterTarget::Function { version, generation, handler, by };
                    granted.fetches.push(fetches::Asked { id, request, target, cue: cue.clone() });
                }
                Wish::Fire { cue, data } => granted.fires.push((cue, data)),
                Wish::Mark(cue, mark) => {
                    self.mark(&cue, mark, FiredBy::Script, &mut granted, now);
                }
                Wish::CancelAfter(id) => self.cancel_after(id, &mut granted, now),
                Wish::Poll(_) => {}
            }
        }
        self.loose.append(&mut granted.changes);
        self.commit_loose();
        self.tell_logs(asked.logs, cue, now);
        self.let_out(granted, now);
        self.tell_polls(polled, now);
    }

    /// After the commit: events, payloads, and the cues fired, right after this handler.
    fn let_out(&mut self, granted: Granted, now: Now) {
        for what in granted.events {
            self.event(now, what);
        }
        for delivery in granted.puts {
            self.outputs.push_back(ShowOutput::Put(Box::new(delivery)));
        }
        for asked in granted.fetches {
            self.fetch(asked, now);
        }
        for (cue, data) in granted.fires.into_iter().rev() {
            let fired = QueuedCall::new(Target::Cue(cue), FiredBy::Script, data, now);
            self.queue.push_front(fired);
            self.fires_at_once += 1;
        }
        if self.fires_at_once > FIRES_AT_ONCE_MAX {
            self.cut_chain(now);
        }
    }

    /// Cues fire one another for ever: what scripts fired and did not run yet is let go.
    fn cut_chain(&mut self, now: Now) {
        self.fires_at_once = 0;
        let cut = self.queue.iter().find_map(|call| match (&call.target, call.by) {
            (Target::Cue(cue), FiredBy::Script) => Some(cue.clone()),
            (Target::Cue(_) | Target::After(_), _) => None,
        });
        self.queue.retain(|call| call.by != FiredBy::Script);
        if let Some(cue) = cut {
            self.event(now, What::NotRun { cue, why: NotRun::Chained });
        }
    }

    pub(super) fn delivery(
        &self,
        put: Put,
        cue: &CueKey,
        by: FiredBy,
        late: SignedDuration,
        now: Now,
    ) -> Delivery {
        let run = match &self.phase {
            Phase::Playing(playing) => playing.run.number,
            Phase::Waiting | Phase::Beginning(_) | Phase::Over => 0,
        };
        let priority = match by {
            FiredBy::Operator => Priority::Go,
            FiredBy::Trigger | FiredBy::Script => put.priority,
        };
        Delivery {
            id: DeliveryId { run, n: put.n },
            show: self.setup.script.id.clone(),
            cue: cue.clone(),
            payload: put.payload,
            slot: put.slot,
            priority,
            put: now,
            late,
            valid_for: put.valid_for,
            sticky: put.sticky,
            in_doubt: put.in_doubt,
        }
    }

    fn set_after(
        &mut self,
        id: AfterId,
        wait: Span,
        target: AfterTarget,
        granted: &mut Granted,
        now: Now,
    ) {
        let Phase::Playing(playing) = &mut self.phase else { return };
        if playing.afters.len() >= AFTERS_MAX {
            let message = format!("an `after` is dropped: {AFTERS_MAX} wait already");
            return granted.events.push(What::Warning { message });
        }
        if let AfterTarget::Cue { cue, data } = &target {
            let from = playing.held.as_ref().map_or(now.wall, |held| held.since);
            let due = from.saturating_add(wait.get()).unwrap_or(Timestamp::MAX);
            let kept = KeptAfter { cue: cue.clone(), due, data: data.clone() };
            granted.changes.push(Change::After(id, Some(kept)));
        }
        playing.afters.set(id, target);
        self.schedule_input(ScheduleInput::After { id, wait }, now);
    }

    fn cancel_after(&mut self, id: AfterId, granted: &mut Granted, now: Now) {
        let Phase::Playing(playing) = &mut self.phase else { return };
        if let Some(AfterTarget::Cue { .. }) = playing.afters.remove(id) {
            granted.changes.push(Change::After(id, None));
        }
        self.schedule_input(ScheduleInput::CancelAfter(id), now);
    }

    fn mark(&mut self, cue: &CueKey, mark: CueMark, by: FiredBy, granted: &mut Granted, now: Now) {
        let Phase::Playing(playing) = &self.phase else { return };
        let why = match playing.schedule.standing(cue) {
            Some(Standing::Armed | Standing::Disarmed) => None,
            Some(Standing::Cancelled) => Some(NotRun::Cancelled),
            None => Some(NotRun::Unknown),
        };
        if let Some(why) = why {
            return granted.events.push(What::NotRun { cue: cue.clone(), why });
        }
        let to = match mark {
            CueMark::Armed => CueSetTo::Armed,
            CueMark::Disarmed => CueSetTo::Disarmed,
            CueMark::Cancelled => CueSetTo::Cancelled,
        };
        granted.events.push(What::CueSet { cue: cue.to_string(), to, by });
        self.schedule_input(ScheduleInput::Mark(cue.clone(), mark), now);
    }

    /// What the operator sets of a cue: a step of its own.
    pub(super) fn mark_by_operator(&mut self, cue: &CueKey, mark: CueMark, now: Now) {
        let mut granted = Granted::default();
        self.mark(cue, mark, FiredBy::Operator, &mut granted, now);
        self.loose.append(&mut granted.changes);
        self.commit_loose();
        self.let_out(granted, now);
    }
}

pub(super) fn waiting(delivery: &Delivery) -> Box<WaitingDelivery> {
    Box::new(WaitingDelivery { kept: KeptDelivery::from(delivery), attempting: false })
}
