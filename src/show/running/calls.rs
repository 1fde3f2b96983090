//! Handler calls: one after the other, each one step, all or nothing.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::model::cue::{AfterId, CueKey, CuePlan};
use crate::model::event::{FiredBy, LogLevel, NotRun, Skipped, What};
use crate::model::file::FileRef;
use crate::model::io::{OperatorReply, ShowOutput};
use crate::model::limits::CALLS_WAITING_MAX;
use crate::model::saved::{Broadcast, Change};
use crate::model::script_error::ScriptError;
use crate::model::time::Now;
use crate::model::trigger::{Happening, Trigger};
use crate::rules::polls::Book;
use crate::rules::schedule::io::{
    Edited, Input as ScheduleInput, Output as ScheduleOutput, Standing,
};
use crate::script::api::{Call, Called, Files, View};
use crate::script::{Generation, Handler};

use super::version::{AfterTarget, Verdict};
use super::{Act, AirState, Phase, Show};

/// A call that waits for its turn.
pub(super) struct QueuedCall {
    pub(super) target: Target,
    pub(super) due: Timestamp,
    pub(super) late: SignedDuration,
    pub(super) data: Value,
    pub(super) by: FiredBy,
    /// The operator's request that is answered when it has run.
    pub(super) request: Option<u64>,
    /// The moment it began, which stays the same when it has to run again.
    begun: Option<Now>,
    /// What is committed with the call's step, whether it succeeds or not.
    pub(super) changes: Vec<Change>,
    /// Files it met that were not read yet; how far it got is what the next try repeats.
    pub(super) needed: Vec<FileRef>,
    /// How often it began anew to read votes.
    pub(super) tally_reads: usize,
    /// Its `cue_fired` event is out.
    announced: bool,
    /// Its time has come, rather than something that it waits for happened.
    pub(super) timed: bool,
}

/// What a call calls.
#[derive(Debug, Clone)]
pub(super) enum Target {
    /// A cue of the version that plays when its turn comes.
    Cue(CueKey),
    /// A waiting `after`.
    After(AfterId),
}

/// A target made out: what to call, as which cue, in which version.
pub(super) struct Resolved {
    pub(super) generation: Arc<Generation>,
    handler: Handler,
    pub(super) cue: CueKey,
    pub(super) version: u64,
}

impl QueuedCall {
    /// The moment it began, once it has.
    pub(super) fn begun(&self) -> Option<Now> {
        self.begun
    }

    /// The same call, without an event of its own when it begins.
    pub(super) fn told_by_another_event(self) -> Self {
        Self { announced: true, ..self }
    }

    pub(super) fn new(target: Target, by: FiredBy, data: Value, now: Now) -> Self {
        Self {
            target,
            due: now.wall,
            late: SignedDuration::ZERO,
            data,
            by,
            request: None,
            begun: None,
            changes: Vec::new(),
            needed: Vec::new(),
            tally_reads: 0,
            announced: false,
            timed: false,
        }
    }
}

/// What a call sees now; how many `after`s wait is for a handler to add.
pub(super) fn view<'a>(
    air: &'a AirState,
    broadcast: Option<&Broadcast>,
    files: &'a Files,
    polls: &'a Arc<Book>,
    now: Now,
) -> View<'a> {
    let on_air = match air {
        AirState::On(stream) => Some(stream.as_ref()),
        AirState::Unasked | AirState::Off => None,
    };
    let since = broadcast.filter(|_| on_air.is_some()).map(|broadcast| broadcast.started);
    let elapsed = since.map_or(SignedDuration::ZERO, |since| now.wall.duration_since(since));
    View { now, clock: now, on_air, elapsed, files, afters: 0, polls }
}

impl Show {
    /// Tells the schedule, and turns what it decides into calls and events. Returns what an edit
    /// came to.
    pub(super) fn schedule_input(&mut self, input: ScheduleInput, now: Now) -> Option<Edited> {
        let Phase::Playing(playing) = &mut self.phase else { return None };
        if playing.act != Act::On {
            return None;
        }
        playing.schedule.handle(input, now);
        let (mut place, mut came_to) = (None, None);
        for output in playing.schedule.take_outputs() {
            match output {
                ScheduleOutput::Change(change) => self.loose.extend(place.replace(change)),
                ScheduleOutput::Fire { cue, due, late } => {
                    let moved = self.place_of(&cue, place.take());
                    self.queue_due(Target::Cue(cue), due, late, moved, now);
                }
                ScheduleOutput::FireAfter { id, due, late } => {
                    self.queue_due(Target::After(id), due, late, None, now);
                }
                ScheduleOutput::Missed { cue, due, late, count } => {
                    let late_ms = millis(late);
                    self.event(now, What::Missed { cue, due, late_ms, count });
                }
                ScheduleOutput::Skipped { why, count } => {
                    self.event(now, What::Skipped { why, count });
                }
                ScheduleOutput::SkippedHeld { cue, count, only } => {
                    self.skipped_held(cue, count, only, now);
                }
                ScheduleOutput::PutOff { id, due } => self.put_off(id, due),
                ScheduleOutput::Edited(edited) => came_to = Some(edited),
            }
        }
        self.loose.extend(place);
        came_to
    }

    /// The change that belongs to a cue's fire, the cue's new place in time: both are one step.
    /// Any other is not held up by it.
    fn place_of(&mut self, fired: &CueKey, change: Option<Change>) -> Option<Change> {
        match change {
            Some(Change::Place(key, place)) if key.cue == *fired => Some(Change::Place(key, place)),
            other => {
                self.loose.extend(other);
                None
            }
        }
    }

    fn queue_due(
        &mut self,
        target: Target,
        due: Timestamp,
        late: SignedDuration,
        moved: Option<Change>,
        now: Now,
    ) {
        let changes = moved.into_iter().collect();
        if self.queue.len() >= CALLS_WAITING_MAX {
            let skipped = QueuedCall::new(target, FiredBy::Trigger, Value::Null, now);
            let mut skipped = QueuedCall { changes, ..skipped };
            self.settle_target(&mut skipped);
            self.loose.append(&mut skipped.changes);
            return self.event(now, What::Skipped { why: Skipped::Busy, count: Some(1) });
        }
        let data = self.after_data(&target);
        let call = QueuedCall::new(target, FiredBy::Trigger, data, now);
        self.queue.push_back(QueuedCall { due, late, changes, timed: true, ..call });
    }

    /// The data that an `after` by a cue's name was given.
    fn after_data(&self, target: &Target) -> Value {
        match (target, &self.phase) {
            (Target::After(id), Phase::Playing(playing)) => match playing.afters.get(*id) {
                Some(AfterTarget::Cue { data, .. }) => data.clone(),
                Some(AfterTarget::Function { .. }) | None => Value::Null,
            },
            _ => Value::Null,
        }
    }

    /// Queues the cues that wait for a happening.
    pub(super) fn queue_happening(&mut self, happening: Happening, data: &Value, now: Now) {
        self.queue_happening_with(happening, || data.clone(), now);
    }

    /// The same, with data that is put together only where a cue waits for it.
    pub(super) fn queue_happening_with(
        &mut self,
        happening: Happening,
        data: impl Fn() -> Value,
        now: Now,
    ) {
        let Phase::Playing(playing) = &self.phase else { return };
        let ends = happening == Happening::Stop;
        if playing.act != if ends { Act::Stopping } else { Act::On } {
            return;
        }
        let waits = |plan: &&CuePlan| {
            plan.triggers.iter().any(|trigger| *trigger == Trigger::On(happening))
                && playing.schedule.standing(&plan.key) == Some(Standing::Armed)
        };
        let plans = playing.versions.current.cues.iter().filter(waits);
        let cues: Vec<CueKey> = plans.map(|plan| plan.key.clone()).collect();
        for cue in cues {
            let call = QueuedCall::new(Target::Cue(cue), FiredBy::Trigger, data(), now);
            self.queue.push_back(call);
        }
    }

    /// Runs the next call of the queue, unless calls wait for files or votes. Whether one ran, or
    /// none had to.
    pub(super) fn run_next(&mut self, now: Now) -> bool {
        if !self.awaited.is_empty() || !self.counting.is_empty() {
            return false;
        }
        let Some(call) = self.queue.pop_front() else {
            self.queue.shrink_to_fit();
            return false;
        };
        self.run_call(call, now);
        true
    }

    fn run_call(&mut self, mut call: QueuedCall, now: Now) {
        let begun = *call.begun.get_or_insert(now);
        let Some(resolved) = self.resolve(&call, now) else {
            self.loose.append(&mut call.changes);
            return;
        };
        if !call.announced {
            call.announced = true;
            self.event(
                now,
                What::CueFired {
                    cue: resolved.cue.clone(),
                    due: call.due,
                    late_ms: millis(call.late),
                    by: call.by,
                    data: call.data.clone(),
                },
            );
        }
        let told = Call {
            cue: resolved.cue.clone(),
            due: call.due,
            late: call.late,
            data: call.data.clone(),
        };
        let Phase::Playing(playing) = &mut self.phase else { return };
        // One that runs waits no more.
        let own = usize::from(matches!(call.target, Target::After(_)));
        let polls = Arc::clone(playing.polls.book());
        let view = view(&self.air, self.broadcast.as_ref(), &self.files, &polls, begun);
        let afters = playing.afters.len().saturating_sub(own);
        let view = View { afters, clock: now, ..view };
        let called = playing.host.call(&resolved.generation, &resolved.handler, &told, &view);
        // Nobody else holds the polls: what follows from the call changes them in place.
        drop(polls);
        match called {
            Called::Done(asked) => {
                playing.notes.ran(&resolved.cue);
                self.settle_target(&mut call);
                self.answer(&call, OperatorReply::Done);
                self.grant(call, asked, &resolved, now);
            }
            Called::Failed(error, logs) => self.fail_call(call, *error, logs, &resolved, now),
            Called::Needs(files) => self.wait_for_files(call, files, &resolved, now),
            Called::NeedsCounts(counts) => self.wait_for_counts(call, counts, &resolved, now),
        }
    }

    /// A call failed: only the place of its cue moves on.
    pub(super) fn fail_call(
        &mut self,
        mut call: QueuedCall,
        error: ScriptError,
        logs: Vec<(LogLevel, String)>,
        resolved: &Resolved,
        now: Now,
    ) {
        self.settle_target(&mut call);
        let missing = self.missing(&resolved.cue, &call.data);
        self.answer(&call, OperatorReply::Failed { message: error.to_string(), missing });
        self.loose.append(&mut call.changes);
        self.commit_loose();
        self.tell_logs(logs, &resolved.cue, now);
        self.call_failed(error, resolved.version, now);
    }

    /// Tells the operator who asked for this call what came of it.
    fn answer(&mut self, call: &QueuedCall, reply: OperatorReply) {
        if let Some(request) = call.request {
            self.outputs.push_back(ShowOutput::Reply { request, reply });
        }
    }

    /// An `after` that ran is gone, and its row with it.
    pub(super) fn settle_target(&mut self, call: &mut QueuedCall) {
        let Target::After(id) = call.target else { return };
        let Phase::Playing(playing) = &mut self.phase else { return };
        if let Some(AfterTarget::Cue { .. }) = playing.afters.remove(id) {
            call.changes.push(Change::After(id, None));
        }
    }
    /// What to call, unless it is gone or may not run; then the screen says why.
    fn resolve(&mut self, call: &QueuedCall, now: Now) -> Option<Resolved> {
        let Phase::Playing(playing) = &mut self.phase else { return None };
        let cue = match &call.target {
            Target::Cue(cue) => cue.clone(),
            Target::After(id) => match playing.afters.get(*id)? {
                AfterTarget::Function { version, generation, handler, by } => {
                    let resolved = Resolved {
                        generation: Arc::clone(generation),
                        handler: handler.clone(),
                        cue: by.clone(),
                        version: *version,
                    };
                    if playing.afters.may_run(*version, now) {
                        return Some(resolved);
                    }
                    playing.afters.remove(*id);
                    let message = format!(
                        "an `after` of `{}` is dropped: its version was replaced over 10 min ago",
                        resolved.cue
                    );
                    self.event(now, What::Warning { message });
                    return None;
                }
                AfterTarget::Cue { cue, .. } => cue.clone(),
            },
        };
        self.resolve_cue(cue, call, now)
    }

    fn resolve_cue(&mut self, cue: CueKey, call: &QueuedCall, now: Now) -> Option<Resolved> {
        let Phase::Playing(playing) = &mut self.phase else { return None };
        let version = &playing.versions.current;
        let refused = match playing.schedule.standing(&cue) {
            None => Some(NotRun::Unknown),
            Some(Standing::Disarmed) => Some(NotRun::Disarmed),
            Some(Standing::Cancelled) => Some(NotRun::Cancelled),
            Some(Standing::Armed) => None,
        };
        if refused.is_none()
            && let Some(handler) = version.generation.handler(&cue)
        {
            return Some(Resolved {
                generation: Arc::clone(&version.generation),
                handler,
                cue,
                version: version.number,
            });
        }
        if let Target::After(id) = call.target {
            playing.afters.remove(id);
            self.loose.push(Change::After(id, None));
        }
        self.event(now, What::NotRun { cue, why: refused.unwrap_or(NotRun::Unknown) });
        None
    }

    pub(super) fn tell_logs(&mut self, logs: Vec<(LogLevel, String)>, cue: &CueKey, now: Now) {
        for (level, message) in logs {
            self.event(now, What::Log { level, cue: Some(cue.clone()), message });
        }
    }

    /// A handler failed: it changed nothing, and may cost its version its place.
    pub(super) fn call_failed(&mut self, error: ScriptError, version: u64, now: Now) {
        if let Phase::Playing(playing) = &mut self.phase {
            playing.notes.failed(now.wall, &error);
        }
        self.event(now, What::ScriptError(Box::new(error)));
        let Phase::Playing(playing) = &mut self.phase else { return };
        match playing.versions.failed(version, now) {
            Verdict::GoesOn => {}
            Verdict::FallBack => self.fall_back(now),
            Verdict::NoneStood => self.event(now, What::RolledBack { to: None, unplayed: false }),
        }
    }
}

/// Whole milliseconds, for events.
pub(super) fn millis(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
