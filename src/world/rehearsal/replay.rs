//! A past evening's inputs, played to the script as it is now: what would have been different.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};

use super::differences::{Compared, Difference, Sent, compare};
use super::error::SimulateError;
use super::past::{Input, Past};
use super::simulate::budget;
use super::{Options, Rehearsal, Start, prepare};
use crate::model::delivery::DeliveryId;
use crate::model::error::ModelError;
use crate::model::event::{CueSetTo, Event, PollSetTo, What};
use crate::model::fetch::Answers;
use crate::model::io::{OperatorAction, PollAction, ShowInput};
use crate::model::limits::{CALL_TIMEOUT, REHEARSAL_TOLD_EVERY, REPLAY_MISTAKES_MAX, STOP_WAIT};
use crate::model::poll::AskingId;
use crate::rules::digest::sha256_hex;
use crate::show::evening::Overrun;

/// What is replayed.
#[derive(Debug, Clone)]
pub struct Replay {
    /// The script, as it is now.
    pub script: PathBuf,
    /// `--facts`.
    pub facts: Option<PathBuf>,
    /// The journal.
    pub journal: PathBuf,
    /// The run of the show; the last one when none is named.
    pub run: Option<u32>,
}

/// What came of it.
#[derive(Debug)]
pub struct Replayed {
    /// The evening as it was.
    pub past: Past,
    /// Whether the script is the same as then.
    pub same_script: bool,
    /// The payloads of both, compared.
    pub compared: Compared,
    /// The script's mistakes now, in their order.
    pub mistakes: Vec<Event>,
    /// What used the budget up.
    pub overrun: Option<Overrun>,
}

/// An evening that is played again.
struct Played {
    rehearsal: Rehearsal,
    sent: Vec<Sent>,
    mistakes: Vec<Event>,
    jumped: SignedDuration,
    requests: u64,
}

/// Plays the evening of a journal again.
pub fn replay(replay: &Replay) -> Result<Replayed, SimulateError> {
    let script = super::script_name(&replay.script);
    let mut past = Past::read(&replay.journal, &script, replay.run)?;
    let mut prepared = prepare(&options(replay, &past)?)?;
    let same_script = sha256_hex(&prepared.text) == past.began.script_hash;
    prepared.evening.set_budget(budget(past.lasts));
    prepared.evening.answer_no_questions(&prepared.channel);
    for (n, refusals) in &past.refusals {
        let delivery = DeliveryId { run: 1, n: *n };
        prepared.evening.refuse(&prepared.channel, delivery, refusals.clone());
    }
    let mut rehearsal = prepared.begin();
    rehearsal.evening.play_recorded(rehearsal.show, std::mem::take(&mut past.recorded));
    let jumped = SignedDuration::ZERO;
    let mut played =
        Played { rehearsal, sent: Vec::new(), mistakes: Vec::new(), jumped, requests: 0 };
    played.play(&past);
    let overrun = played.rehearsal.evening.overrun();
    let mut compared = compare(past.sent.clone(), played.sent);
    if !past.ended {
        // The journal was cut: what was on its way then is not held against the script.
        let known = past.lasts - CALL_TIMEOUT;
        let is_known = |it: &Difference| !matches!(it, Difference::New(_)) || it.at() <= known;
        compared.different.retain(is_known);
    }
    Ok(Replayed { past, same_script, compared, mistakes: played.mistakes, overrun })
}

fn options(replay: &Replay, past: &Past) -> Result<Options, SimulateError> {
    let zone = past.began.zone.parse().map_err(|error: ModelError| SimulateError::Journal {
        path: replay.journal.clone(),
        problem: error.to_string(),
    })?;
    Ok(Options {
        script: replay.script.clone(),
        facts: replay.facts.clone(),
        zone: Some(zone),
        seed: past.began.seed,
        args: past.began.args.clone(),
        answers: Answers::new(),
        start: Start::At(past.began.at),
    })
}

impl Played {
    fn play(&mut self, past: &Past) {
        for (up, input) in &past.inputs {
            self.advance_to(*up, past);
            self.give(input);
            self.take(past);
        }
        self.advance_to(past.lasts, past);
        if past.ended {
            self.rehearsal.evening.input(self.rehearsal.show, ShowInput::Stop);
        }
        // What was on its way still arrives.
        self.rehearsal.evening.advance(STOP_WAIT);
        self.take(past);
    }

    fn advance_to(&mut self, up: SignedDuration, past: &Past) {
        while self.rehearsal.evening.now().up < up && self.rehearsal.evening.overrun().is_none() {
            let left = up - self.rehearsal.evening.now().up;
            self.rehearsal.evening.advance(left.min(REHEARSAL_TOLD_EVERY));
            self.take(past);
        }
    }

    fn give(&mut self, input: &Input) {
        let Rehearsal { evening, channel, show, .. } = &mut self.rehearsal;
        match input {
            Input::OnAir(viewers) => {
                evening.set_viewers(channel, viewers.unwrap_or(0));
                evening.go_live(channel);
                evening.learn_air(channel);
            }
            Input::OffAir => {
                evening.go_offline(channel);
                evening.learn_air(channel);
            }
            Input::Fired { cue, data } => {
                self.operate(OperatorAction::Fire { cue: cue.clone(), data: data.clone() });
            }
            Input::Set { cue, to } => self.operate(match to {
                CueSetTo::Armed => OperatorAction::Arm(cue.clone()),
                CueSetTo::Disarmed => OperatorAction::Disarm(cue.clone()),
                CueSetTo::Cancelled => OperatorAction::Cancel(cue.clone()),
            }),
            Input::StateSet { path, is } => {
                let (path, value) = (path.clone(), is.clone());
                self.operate(OperatorAction::SetState { path, value });
            }
            Input::PollSet { asking, to, closes_at } => {
                self.set_poll(asking, *to, *closes_at);
            }
            Input::Put(payload) => self.operate(OperatorAction::Put(payload.clone())),
            Input::Held => self.operate(OperatorAction::Hold),
            Input::Panicked => self.operate(OperatorAction::Panic),
            Input::Released => self.operate(OperatorAction::Resume),
            Input::StoodStill => evening.stand_still(*show),
            Input::WentOn => evening.no_longer_still(*show),
            Input::ClockJumped(by) => {
                self.jumped += *by;
                evening.jump_wall(*by);
            }
        }
    }

    fn operate(&mut self, action: OperatorAction) {
        self.requests += 1;
        let request = self.requests;
        let input = ShowInput::Operator { request, action };
        self.rehearsal.evening.input(self.rehearsal.show, input);
    }

    /// A poll that was put by hand may have another `current_time` now.
    fn set_poll(&mut self, asking: &AskingId, to: PollSetTo, closes_at: Timestamp) {
        let ballots = self.rehearsal.evening.ballots(self.rehearsal.show);
        let Some(poll) = ballots.and_then(|ballots| ballots.nearest(asking)) else { return };
        let asking = poll.asking.clone();
        let action = match to {
            PollSetTo::Closed => PollAction::Close,
            PollSetTo::Void => PollAction::Void,
            PollSetTo::Shown => PollAction::Results,
            PollSetTo::Extended => PollAction::Extend(closes_at.duration_since(poll.closes_at)),
        };
        self.operate(OperatorAction::Poll { asking, action });
    }

    fn take(&mut self, past: &Past) {
        drop(self.rehearsal.evening.take_delivered());
        for event in self.rehearsal.evening.take_events() {
            if let What::Sent { of, waited_ms, took_ms, repeat: false, .. } = &event.what {
                let before = SignedDuration::from_millis(waited_ms.saturating_add(*took_ms));
                let put = event.at.duration_since(past.began.at) - self.jumped - before;
                let (cue, text) = (of.cue.to_string(), of.payload.as_str().to_owned());
                self.sent.push(Sent { put, cue, text });
            } else if let What::ScriptError(_) | What::ReloadFailed(_) = &event.what
                && self.mistakes.len() < REPLAY_MISTAKES_MAX
            {
                self.mistakes.push(event);
            }
        }
    }
}

impl Replayed {
    /// Whether viewers would have got the same, and the script did not fail.
    pub fn is_same(&self) -> bool {
        self.compared.different.is_empty() && self.mistakes.is_empty() && self.overrun.is_none()
    }
}
