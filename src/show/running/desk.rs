//! What the operator does besides cues: polls, `state`, and payloads by hand. Each is a step of its
//! own.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::operator::refuse_deep;
use super::polls::Told;
use super::wishes::waiting;
use super::{Act, Phase, Show};
use crate::model::cue::CueKey;
use crate::model::delivery::{Delivery, InDoubt, Sticky};
use crate::model::error::ModelError;
use crate::model::event::{FiredBy, PollSet, PollSetTo, What};
use crate::model::io::{OperatorReply, PollAction, ShowOutput};
use crate::model::limits::{
    SENT_POLL_OPEN_MAX, STATE_EDITS_MAX, STATE_EDITS_MAX_BYTES, STATE_MAX_BYTES, STICKY_REPEAT_MAX,
    VALID_FOR_DEFAULT,
};
use crate::model::operator::StateEdit;
use crate::model::payload::{Clears, Payload, Priority, Slot};
use crate::model::poll::{AskingId, Form, Kind, Phase as PollPhase, Poll};
use crate::model::saved::Change;
use crate::model::time::Now;
use crate::rules::inside::{put_at, put_back};
use crate::rules::polls::Input as PollsInput;
use crate::script::api::{Put, PutPoll};

/// What became of `state`, as its event tells it.
struct StateChange {
    path: Vec<String>,
    was: Value,
    is: Value,
    undo: bool,
}

impl Show {
    /// Something of a poll. Answers why it cannot be done where it cannot.
    pub(super) fn poll_by_operator(
        &mut self,
        asking: AskingId,
        action: PollAction,
        now: Now,
    ) -> OperatorReply {
        if let Some(refused) = self.cannot_act() {
            return refused;
        }
        let known = self.playing().and_then(|playing| playing.polls.book().get(&asking));
        let Some((poll, phase)) = known.map(|entry| (&entry.kept.poll, &entry.kept.phase)) else {
            return OperatorReply::UnknownPoll;
        };
        if let Err(why) = allowed(action, poll, phase) {
            return OperatorReply::NotNow { why: why.to_owned() };
        }
        if self.in_panic() && matches!(action, PollAction::Extend(_) | PollAction::Results) {
            return OperatorReply::Panicked;
        }
        let (poll, phase) = (Arc::clone(poll), phase.clone());
        let (to, input) = match action {
            PollAction::Close => (PollSetTo::Closed, PollsInput::Close(asking.clone())),
            PollAction::Void => (PollSetTo::Void, PollsInput::Void(asking.clone())),
            PollAction::Extend(by) => {
                let asking = asking.clone();
                (PollSetTo::Extended, PollsInput::Extend { asking, by })
            }
            PollAction::Results => (PollSetTo::Shown, PollsInput::Shown(asking.clone())),
        };
        let mut told = self.polls_input(input, now);
        let poll = self.poll_now(&asking).unwrap_or(poll);
        let sends = match (action, phase) {
            (PollAction::Close, _) => poll.is_asked().then(|| poll.asked_anew(now.wall)),
            (PollAction::Extend(_), _) => Some(poll.asked_anew(poll.closes_at)),
            // What came into its slot since stays there.
            (PollAction::Void, _) => {
                let clear = || json!({ "slot": poll.slot, "type": "clear" });
                (!self.is_taken(&poll.slot)).then(clear)
            }
            (PollAction::Results, PollPhase::Final(tally)) => Some(poll.results(&tally, true)),
            (PollAction::Results, _) => None,
        };
        let put = sends.and_then(|value| self.put_of_poll(&poll, action, &value, now));
        self.commit_loose();
        let (question, closes_at) = (poll.question.clone(), poll.closes_at);
        let delivery = put.as_ref().map(|(delivery, _)| delivery.id);
        let set = PollSet { asking, question, to, closes_at, delivery };
        self.event(now, What::PollSet(Box::new(set)));
        if let Some((delivery, revealed)) = put {
            self.outputs.push_back(ShowOutput::Put(delivery));
            told.extend(revealed);
        }
        self.tell_polls(told, now);
        OperatorReply::Done
    }

    /// Whether a poll is open in a slot.
    fn is_taken(&self, slot: &Slot) -> bool {
        self.playing().is_some_and(|playing| playing.polls.book().open_in(slot).is_some())
    }

    fn poll_now(&self, asking: &AskingId) -> Option<Arc<Poll>> {
        let entry = self.playing()?.polls.book().get(asking)?;
        Some(Arc::clone(&entry.kept.poll))
    }

    /// A payload of a poll, as urgent as a GO; one that takes votes for longer stays as long.
    fn put_of_poll(
        &mut self,
        poll: &Poll,
        action: PollAction,
        value: &Value,
        now: Now,
    ) -> Option<(Box<Delivery>, Vec<Told>)> {
        let payload: Payload = value.to_string().parse().ok()?;
        let left = poll.closes_at.duration_since(now.wall);
        let extends = matches!(action, PollAction::Extend(_));
        let sticky = Sticky { lasts: left, repeat_every: STICKY_REPEAT_MAX };
        let put = Put {
            n: self.playing()?.host.number_delivery(),
            slot: poll.slot.clone(),
            payload,
            priority: Priority::Go,
            // What is not sent in time must not leave buttons open.
            valid_for: if extends { left } else { left.max(VALID_FOR_DEFAULT) },
            sticky: extends.then_some(sticky),
            in_doubt: InDoubt::Drop,
            poll: PutPoll::None,
        };
        Some(self.put_now(put, &poll.cue, now))
    }

    /// The step of a put by the operator, to be committed, and what is let out after that, with
    /// what it means for the polls.
    fn put_now(&mut self, put: Put, cue: &CueKey, now: Now) -> (Box<Delivery>, Vec<Told>) {
        let revealed = AskingId::revealed_by(&put.payload);
        let told = revealed.map(|asking| self.polls_input(PollsInput::Revealing(asking), now));
        let delivery = self.delivery(put, cue, FiredBy::Operator, SignedDuration::ZERO, now);
        self.loose.push(Change::Delivery(delivery.id, Some(waiting(&delivery))));
        (Box::new(delivery), told.unwrap_or_default())
    }

    /// A payload by hand. One that is a poll takes votes, as if a script had sent it.
    pub(super) fn put_by_operator(&mut self, mut payload: Payload, now: Now) -> OperatorReply {
        if let Some(refused) = self.cannot_act() {
            return refused;
        }
        if self.in_panic() {
            return OperatorReply::Panicked;
        }
        let slot = Slot::of(&payload);
        let input = match self.poll_by_hand(&mut payload, &slot, now) {
            Ok(Some(poll)) => PollsInput::Open(poll),
            Ok(None) => PollsInput::Sent(slot.clone(), Clears::of(&payload)),
            Err(why) => return OperatorReply::NotNow { why },
        };
        let mut told = self.polls_input(input, now);
        let Some(playing) = self.playing() else { return OperatorReply::NotPlaying };
        let put = Put {
            n: playing.host.number_delivery(),
            slot,
            payload,
            priority: Priority::Go,
            valid_for: VALID_FOR_DEFAULT,
            sticky: None,
            in_doubt: InDoubt::Drop,
            poll: PutPoll::None,
        };
        let (delivery, revealed) = self.put_now(put, &CueKey::by_hand(), now);
        told.extend(revealed);
        self.commit_loose();
        self.outputs.push_back(ShowOutput::Put(delivery));
        self.tell_polls(told, now);
        OperatorReply::Done
    }

    /// The poll that a payload by hand is; its `current_time` is one that no other asking has.
    fn poll_by_hand(
        &self,
        payload: &mut Payload,
        slot: &Slot,
        now: Now,
    ) -> Result<Option<Arc<Poll>>, String> {
        let Ok(mut json) = serde_json::from_str::<Value>(payload.as_str()) else {
            return Ok(None);
        };
        let (Some(form), Some(playing)) = (Form::of_payload(payload), self.playing()) else {
            return Ok(None);
        };
        let book = playing.polls.book();
        if !book.has_room_for(slot) {
            return Err("as many polls are open as may: close one of them".to_owned());
        }
        if book.owing_results_in(slot).next().is_some() {
            return Err("the poll there still owes its results: they come first".to_owned());
        }
        let Form { mut asking, question, answers } = form;
        asking.current_time = book.fresh_time(&asking.poll_id, now.wall);
        json["current_time"] = asking.current_time.clone().into();
        *payload = json.to_string().parse().map_err(|error: ModelError| error.to_string())?;
        Ok(Some(Arc::new(Poll {
            asking,
            question,
            answers,
            correct: None,
            slot: slot.clone(),
            cue: CueKey::by_hand(),
            kind: Kind::Sent,
            change: false,
            points: 0,
            opened: now.wall,
            closes_at: now.wall + SENT_POLL_OPEN_MAX,
            payload: None,
        })))
    }

    /// Changes `state`; the change can be taken back.
    pub(super) fn set_state(&mut self, path: Vec<String>, is: Value, now: Now) -> OperatorReply {
        self.change_state(now, |state, edits| {
            let (was, new_steps) = put_at(state, &path, is.clone())?;
            edits.push(StateEdit {
                at: now.wall,
                path: path.clone(),
                was: was.clone(),
                is: is.clone(),
                new_steps,
            });
            let bytes = |edits: &[StateEdit]| json!(edits).to_string().len();
            while edits.len() > STATE_EDITS_MAX || bytes(edits) > STATE_EDITS_MAX_BYTES {
                edits.remove(0);
            }
            Ok(StateChange { path, was, is, undo: false })
        })
    }

    /// Takes back the last change of `state` that was made at the desk, whatever came since.
    pub(super) fn undo_state(&mut self, now: Now) -> OperatorReply {
        self.change_state(now, |state, edits| {
            let Some(StateEdit { mut path, was: is, new_steps, .. }) = edits.pop() else {
                return Err("nothing of `state` was changed at the desk".to_owned());
            };
            let (steps, was) = put_back(state, &path, is.clone(), new_steps)?;
            path.truncate(steps);
            Ok(StateChange { path, was, is, undo: true })
        })
    }

    fn change_state(
        &mut self,
        now: Now,
        change: impl FnOnce(&mut Value, &mut Vec<StateEdit>) -> Result<StateChange, String>,
    ) -> OperatorReply {
        if let Some(refused) = self.cannot_act() {
            return refused;
        }
        let Phase::Playing(playing) = &mut self.phase else { return OperatorReply::NotPlaying };
        let (mut state, mut edits) = (playing.host.state(), playing.notes.edits.clone());
        let changed = match change(&mut state, &mut edits) {
            Ok(changed) => changed,
            Err(why) => return OperatorReply::NotNow { why },
        };
        let bytes = state.to_string().len();
        if bytes > STATE_MAX_BYTES {
            return OperatorReply::TooLarge { bytes, most: STATE_MAX_BYTES };
        }
        if let Some(refused) = refuse_deep("`state`", &state) {
            return refused;
        }
        let change = playing.host.set_state(state, now);
        playing.notes.edits.clone_from(&edits);
        self.loose.extend([change, Change::StateEdits(edits)]);
        self.commit_loose();
        let StateChange { path, was, is, undo } = changed;
        let (was, is) = (Box::new(was), Box::new(is));
        self.event(now, What::StateSet { path, was, is, undo });
        OperatorReply::Done
    }

    fn cannot_act(&self) -> Option<OperatorReply> {
        let is_on = self.playing().is_some_and(|playing| playing.act == Act::On);
        (!is_on).then_some(OperatorReply::NotPlaying)
    }
}

/// Whether that can be done to a poll, and why not.
fn allowed(action: PollAction, poll: &Poll, phase: &PollPhase) -> Result<(), &'static str> {
    let is_open = *phase == PollPhase::Open;
    let is_final = matches!(phase, PollPhase::Final(_));
    if *phase == PollPhase::Void {
        return Err("it is void");
    }
    match action {
        PollAction::Close | PollAction::Extend(_) if !is_open => Err("it is closed already"),
        PollAction::Extend(_) if poll.kind == Kind::Sent => {
            Err("it was sent without a time to close: it stays open until its slot is sent anew")
        }
        PollAction::Void if is_final => Err("its votes are final, and its points are given"),
        PollAction::Results if !is_final => Err("its votes are not final yet"),
        PollAction::Close | PollAction::Extend(_) | PollAction::Void | PollAction::Results => {
            Ok(())
        }
    }
}
