//! What will fire, without playing it.

use jiff::{SignedDuration, Timestamp};

use super::Schedule;
use super::io::{Input, Output, Setup};
use crate::model::cue::{CueKey, CuePlan};
use crate::model::limits::AHEAD_STEPS_MAX;
use crate::model::saved::Broadcast;
use crate::model::time::Now;

/// A fire that is to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fire {
    /// When.
    pub at: Timestamp,
    /// Of which cue.
    pub cue: CueKey,
}

/// The first `count` fires of a show that begins at `start`, on air from then on, were nothing to
/// happen but time passing. A cue that begins disarmed does not fire.
pub fn ahead(cues: &[CuePlan], setup: Setup, start: Timestamp, count: usize) -> Vec<Fire> {
    let armed = cues.iter().filter(|plan| !plan.options.disarmed).cloned().collect();
    let mut now = Now { up: SignedDuration::ZERO, wall: start };
    let mut schedule = Schedule::new(setup);
    schedule.handle(Input::Begin { cues: armed, resume: None }, now);
    schedule.handle(Input::OnAir(Broadcast { started: start, seen: start }), now);
    let mut fires = Vec::new();
    for _ in 0..AHEAD_STEPS_MAX {
        for output in schedule.take_outputs() {
            if let Output::Fire { cue, due, .. } = output {
                fires.push(Fire { at: due, cue });
            }
        }
        let next = schedule.next_deadline().map(|deadline| deadline.at);
        let Some(next) = next.filter(|_| fires.len() < count) else { break };
        let Ok(wall) = start.checked_add(next) else { break };
        now = Now { up: next.max(now.up), wall };
        schedule.handle(Input::Tick, now);
    }
    fires.truncate(count);
    fires
}
