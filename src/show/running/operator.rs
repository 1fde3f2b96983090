//! What the operator asks: GO, arm, disarm, cancel, and how the cues stand.

use serde_json::Value;

use crate::model::cue::CueKey;
use crate::model::event::{FiredBy, NotRun, What};
use crate::model::io::{OperatorAction, OperatorReply, ShowOutput};
use crate::model::limits::{FIRE_DATA_MAX_BYTES, JSON_NESTING_MAX};
use crate::model::near::nearest;
use crate::model::saved::CueMark;
use crate::model::time::Now;
use crate::rules::inside::is_deeper_than;
use crate::rules::schedule::io::Standing;

use super::calls::{QueuedCall, Target};
use super::{Act, Phase, Playing, Show};

impl Show {
    pub(super) fn operator(&mut self, request: u64, action: OperatorAction, now: Now) {
        let reply = match action {
            OperatorAction::Fire { cue, data } => self.go(request, cue, data, now),
            OperatorAction::Arm(cue) => Some(self.set_cue(&cue, CueMark::Armed, now)),
            OperatorAction::Disarm(cue) => Some(self.set_cue(&cue, CueMark::Disarmed, now)),
            OperatorAction::Cancel(cue) => Some(self.set_cue(&cue, CueMark::Cancelled, now)),
            OperatorAction::Hold => Some(self.hold(now)),
            OperatorAction::Panic => Some(self.panic(now)),
            OperatorAction::Resume => Some(self.release(now)),
            OperatorAction::Poll { asking, action } => {
                Some(self.poll_by_operator(asking, action, now))
            }
            OperatorAction::SetState { path, value } => Some(self.set_state(path, value, now)),
            OperatorAction::UndoState => Some(self.undo_state(now)),
            OperatorAction::Put(payload) => Some(self.put_by_operator(payload, now)),
            OperatorAction::View => Some(OperatorReply::View(Box::new(self.view(now)))),
            OperatorAction::Preview { cue, data } => self.preview(request, cue, data, now),
            OperatorAction::List => Some(OperatorReply::Cues(self.list(now))),
        };
        if let Some(reply) = reply {
            self.outputs.push_back(ShowOutput::Reply { request, reply });
        }
    }

    /// Queues GO before what is only due; answered when it has run, unless it cannot.
    fn go(&mut self, request: u64, cue: CueKey, data: Value, now: Now) -> Option<OperatorReply> {
        if let Some(refused) = refuse_data(&data) {
            return Some(refused);
        }
        let (why, reply) = match self.standing(&cue) {
            None => return Some(self.unknown(&cue)),
            Some(Standing::Armed) if self.playing().is_none_or(|on| on.act != Act::On) => {
                return Some(OperatorReply::NotPlaying);
            }
            Some(Standing::Armed) if self.in_panic() => {
                self.event(now, What::NotRun { cue, why: NotRun::Panic });
                return Some(OperatorReply::Panicked);
            }
            Some(Standing::Armed) => {
                let mut go = QueuedCall::new(Target::Cue(cue), FiredBy::Operator, data, now);
                go.request = Some(request);
                self.queue.push_front(go);
                return None;
            }
            Some(Standing::Disarmed) => (NotRun::Disarmed, OperatorReply::NotArmed),
            Some(Standing::Cancelled) => (NotRun::Cancelled, OperatorReply::Cancelled),
        };
        self.event(now, What::NotRun { cue, why });
        Some(reply)
    }

    /// What a cue asks for that is not in the data it was fired with.
    pub(super) fn missing(&self, cue: &CueKey, data: &Value) -> Vec<String> {
        let cues = self.playing().map(|playing| &playing.versions.current.cues);
        let plan = cues.and_then(|cues| cues.iter().find(|plan| plan.key == *cue));
        let asks = plan.map(|plan| plan.options.input.as_slice()).unwrap_or_default();
        asks.iter().filter(|name| data.get(name).is_none()).cloned().collect()
    }

    fn set_cue(&mut self, cue: &CueKey, mark: CueMark, now: Now) -> OperatorReply {
        match self.standing(cue) {
            None => self.unknown(cue),
            Some(Standing::Cancelled) => OperatorReply::Cancelled,
            Some(Standing::Armed | Standing::Disarmed) => {
                self.mark_by_operator(cue, mark, now);
                OperatorReply::Done
            }
        }
    }

    pub(super) fn playing(&self) -> Option<&Playing> {
        match &self.phase {
            Phase::Playing(playing) => Some(playing),
            Phase::Waiting | Phase::Beginning(_) | Phase::Over => None,
        }
    }

    fn standing(&self, cue: &CueKey) -> Option<Standing> {
        self.playing()?.schedule.standing(cue)
    }

    pub(super) fn unknown(&self, cue: &CueKey) -> OperatorReply {
        let known = self.playing().map(|playing| &playing.versions.current.cues);
        let names = known.into_iter().flat_map(|cues| cues.iter().map(|plan| plan.key.as_str()));
        OperatorReply::Unknown { near: nearest(cue.as_str(), names) }
    }

    fn list(&self, now: Now) -> Value {
        let Some(playing) = self.playing() else { return Value::Array(Vec::new()) };
        let plans = &playing.versions.current.cues;
        plans.iter().map(|plan| playing.describe(plan, now)).collect()
    }
}

/// Why a handler cannot be given that.
pub(super) fn refuse_data(data: &Value) -> Option<OperatorReply> {
    let bytes = data.to_string().len();
    if bytes > FIRE_DATA_MAX_BYTES {
        return Some(OperatorReply::TooLarge { bytes, most: FIRE_DATA_MAX_BYTES });
    }
    refuse_deep("the data", data)
}

/// Why that cannot be kept or told.
pub(super) fn refuse_deep(what: &str, value: &Value) -> Option<OperatorReply> {
    is_deeper_than(value, JSON_NESTING_MAX).then(|| {
        let why = format!("{what} would nest deeper than {JSON_NESTING_MAX} levels");
        OperatorReply::NotNow { why }
    })
}
