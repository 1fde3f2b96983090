//! Everything the desk shows of the show itself.

use serde_json::{Value, json};

use super::calls::millis;
use super::{AirState, Playing, Show};
use crate::model::cue::CuePlan;
use crate::model::poll::{Kind, Phase as PollPhase};
use crate::model::time::Now;
use crate::rules::polls::Entry;
use crate::rules::schedule::io::Standing;

impl Show {
    /// What only the show knows; counts, viewers' screens and live votes are known elsewhere.
    pub(super) fn view(&self, now: Now) -> Value {
        let script = &self.setup.script;
        let playing = self.playing();
        let zone = playing.map(|playing| playing.versions.current.zone.clone());
        let offset = zone.as_ref().map(|zone| zone.rules().to_offset(now.wall).seconds());
        let held = playing.and_then(|playing| playing.held.as_ref());
        let plans = playing.map(|playing| &*playing.versions.current.cues).unwrap_or_default();
        let cues: Value = plans
            .iter()
            .filter_map(|plan| playing.map(|playing| playing.cue_view(plan, now)))
            .collect();
        let polls: Value = playing.map_or_else(|| json!([]), Playing::polls_view);
        json!({
            "at": now.wall.as_millisecond(),
            "version": env!("CARGO_PKG_VERSION"),
            "show": &*script.id.script,
            "channel": script.id.channel,
            "name": script.channel_name,
            "zone": zone.map_or_else(|| "UTC".to_owned(), |zone| zone.to_string()),
            "offset_s": offset.unwrap_or(0),
            "air": self.air_view(),
            "held": held.map(|held| {
                json!({ "since": held.since.as_millisecond(), "skipped": held.skipped })
            }),
            "panic": self.in_panic(),
            "cues": cues,
            "polls": polls,
            "state": playing.map_or_else(|| json!({}), |playing| playing.host.state()),
            "undo": playing.map_or_else(|| json!([]), |playing| playing.notes.told_edits()),
            "mistake": playing.map_or(Value::Null, |playing| playing.notes.told_mistake()),
            "saved_plays": playing.is_none_or(|playing| !playing.refused),
            "reload": playing.and_then(|playing| playing.notes.reload.as_deref()),
        })
    }

    fn air_view(&self) -> Value {
        let (state, stream) = match &self.air {
            AirState::Unasked | AirState::On(None) => ("assumed", None),
            AirState::On(stream) => ("on", stream.as_ref()),
            AirState::Off => ("off", None),
        };
        json!({
            "state": state,
            "stream": stream.map(|stream| &stream.stream_id),
            "viewers": stream.map(|stream| stream.viewers),
            "health": stream.map(|stream| &stream.health),
            "started_at": stream.map(|stream| stream.started_at.as_millisecond()),
        })
    }
}

impl Playing {
    fn cue_view(&self, plan: &CuePlan, now: Now) -> Value {
        let next = self.schedule.fires_of(&plan.key);
        let triggers: Vec<String> = plan.triggers.iter().map(ToString::to_string).collect();
        json!({
            "cue": plan.key,
            "label": plan.options.label,
            "note": plan.options.note,
            "key": plan.options.key,
            "input": plan.options.input,
            "confirm": plan.options.confirm,
            "standing": self.standing_word(plan),
            "triggers": triggers,
            "next_at": next.map(|at| now.wall_at(at).as_millisecond()),
            "line": plan.line,
        })
    }

    fn standing_word(&self, plan: &CuePlan) -> &'static str {
        match self.schedule.standing(&plan.key) {
            Some(Standing::Armed) => "armed",
            Some(Standing::Disarmed) => "disarmed",
            Some(Standing::Cancelled) | None => "cancelled",
        }
    }

    /// A cue as `/api/cues` lists it.
    pub(super) fn describe(&self, plan: &CuePlan, now: Now) -> Value {
        let next_ms = self.schedule.fires_of(&plan.key).map(|at| millis(at - now.up));
        let triggers: Vec<String> = plan.triggers.iter().map(ToString::to_string).collect();
        json!({
            "cue": plan.key,
            "standing": self.standing_word(plan),
            "triggers": triggers,
            "next_ms": next_ms,
            "options": plan.options,
            "line": plan.line,
        })
    }

    /// The newest first.
    fn polls_view(&self) -> Value {
        self.polls.book().entries().rev().map(poll_view).collect()
    }
}

/// A poll. Which answer is right is told when its votes are final, as everywhere.
fn poll_view(entry: &Entry) -> Value {
    let (poll, phase) = (entry.poll(), &entry.kept.phase);
    let standing = match phase {
        PollPhase::Open => "open",
        PollPhase::Closed { .. } => "counting",
        PollPhase::Final(_) => "closed",
        PollPhase::Void => "void",
    };
    let (asked, tally) = (poll.kind != Kind::Sent, entry.last_tally());
    let counts = poll.answers.iter();
    let counts: serde_json::Map<String, Value> =
        counts.map(|choice| (choice.key.clone(), tally.of(&choice.key).into())).collect();
    json!({
        "poll_id": poll.asking.poll_id,
        "current_time": poll.asking.current_time,
        "question": poll.question,
        "type": if poll.correct.is_some() { "quiz" } else { "poll" },
        "answers": poll.answers_by_key(),
        "slot": poll.slot,
        "standing": standing,
        "opened_at": poll.opened.as_millisecond(),
        "closes_at": asked.then(|| poll.closes_at.as_millisecond()),
        "correct": poll.correct.as_ref().filter(|_| entry.is_final()).map(|correct| &correct.0),
        "total": tally.total(),
        "counts": counts,
        "asked": asked,
        "unsent": entry.kept.unsent,
    })
}
