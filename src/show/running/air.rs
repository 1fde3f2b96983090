//! On air and off air: broadcasts, and what a script hears of them.

use serde_json::{Value, json};

use crate::model::channel::StreamInfo;
use crate::model::event::What;
use crate::model::io::GivenUp;
use crate::model::limits::FIRST_ANSWER_WAIT;
use crate::model::saved::{Broadcast, Change};
use crate::model::time::Now;
use crate::model::trigger::Happening;
use crate::rules::schedule::io::Input as ScheduleInput;

use super::{AirState, Phase, Show};

impl Show {
    pub(super) fn on_air(&mut self, stream: Option<StreamInfo>, now: Now) {
        if stream.is_none() && self.waits_for_answer(now) {
            // A send was quicker than the question: its answer will say since when.
            return;
        }
        let was_on = matches!(self.air, AirState::On(_));
        // What was only taken to be live turns out to be: the same broadcast, with its numbers.
        let learned = matches!(self.air, AirState::On(None)) && stream.is_some();
        let known = stream.or_else(|| self.stream().cloned());
        self.air = AirState::On(known);
        if !matches!(self.phase, Phase::Playing(_)) || (was_on && !learned) {
            return;
        }
        let (stream, viewers) = (
            self.stream().map(|stream| stream.stream_id.clone()),
            self.stream().map(|stream| stream.viewers),
        );
        self.event(now, What::OnAir { stream, viewers });
        if was_on {
            return self.correct_start(now);
        }
        let began = self.join_broadcast(now);
        if let Some(broadcast) = self.broadcast.clone() {
            self.schedule_input(ScheduleInput::OnAir(broadcast), now);
        }
        if began {
            self.queue_happening(Happening::OnAir, &Value::Null, now);
        }
    }

    /// Whether the first answer about the stream may still come in time.
    fn waits_for_answer(&self, now: Now) -> bool {
        matches!(self.air, AirState::Unasked) && now.up < self.started.up + FIRST_ANSWER_WAIT
    }

    /// The stream says since when it is live, where that was only guessed.
    fn correct_start(&mut self, now: Now) {
        let Some(started) = self.stream().map(|stream| stream.started_at.min(now.wall)) else {
            return;
        };
        if std::mem::take(&mut self.start_guessed) {
            let broadcast = Broadcast { started, seen: now.wall };
            self.keep_broadcast(broadcast.clone());
            self.schedule_input(ScheduleInput::OnAir(broadcast), now);
        }
    }

    fn stream(&self) -> Option<&StreamInfo> {
        match &self.air {
            AirState::On(stream) => stream.as_ref(),
            AirState::Unasked | AirState::Off => None,
        }
    }

    /// Whether the channel going live began a new broadcast; after a short gap it is the same.
    fn join_broadcast(&mut self, now: Now) -> bool {
        let live_since = self.stream().map_or(now.wall, |stream| stream.started_at.min(now.wall));
        let same_show = self.setup.same_show;
        let same = self
            .broadcast
            .as_ref()
            .filter(|broadcast| live_since.duration_since(broadcast.seen) < same_show);
        let began = same.is_none();
        self.start_guessed = began && self.stream().is_none();
        let started = same.map_or(live_since, |broadcast| broadcast.started);
        self.keep_broadcast(Broadcast { started, seen: now.wall });
        began
    }

    pub(super) fn note_broadcast_seen(&mut self, now: Now) {
        if let (AirState::On(_), Some(broadcast)) = (&self.air, self.broadcast.clone()) {
            self.keep_broadcast(Broadcast { seen: now.wall, ..broadcast });
        }
    }

    fn keep_broadcast(&mut self, broadcast: Broadcast) {
        self.loose.push(Change::Broadcast(broadcast.clone()));
        self.broadcast = Some(broadcast);
    }

    pub(super) fn off_air(&mut self, now: Now) {
        if matches!(self.air, AirState::Off) {
            return;
        }
        let was_on = matches!(self.air, AirState::On(_));
        self.note_broadcast_seen(now);
        self.air = AirState::Off;
        if !matches!(self.phase, Phase::Playing(_)) {
            return;
        }
        self.event(now, What::OffAir);
        self.schedule_input(ScheduleInput::OffAir, now);
        if was_on {
            self.queue_happening(Happening::OffAir, &Value::Null, now);
        }
    }

    pub(super) fn given_up(&mut self, given_up: &GivenUp, now: Now) {
        let payload: Value = serde_json::from_str(given_up.payload.as_str())
            .unwrap_or_else(|_| Value::from(given_up.payload.as_str()));
        let data = json!({
            "delivery": given_up.delivery.to_string(),
            "cue": given_up.cue.as_str(),
            "refusal": given_up.refusal,
            "message": given_up.message,
            "payload": payload,
        });
        self.queue_happening(Happening::Refused, &data, now);
    }
}
