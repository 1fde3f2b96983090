//! What does not fire by itself is fired by hand. Where its handler wants data, that is made up,
//! and what fails with made-up data alone is a doubt, and no error.

use serde_json::Value;

use super::notes::Notes;
use super::play::{BETWEEN, Rehearsal};
use super::tries::{is_told_more, tries};
use crate::model::cue::CuePlan;
use crate::model::event::What;
use crate::model::io::{OperatorAction, OperatorReply, ShowInput};
use crate::model::limits::{CHECK_MAX_BY_HAND, CHECK_TRIES_MAX_OPERATIONS};
use crate::model::script_error::ScriptError;

impl Rehearsal<'_> {
    /// Fires the cues that are `wanted`. What failed is fired once more when all have run: one may
    /// prepare another.
    pub(super) fn by_hand(&mut self, wanted: impl Fn(&CuePlan, &Notes) -> bool) {
        let cues = self.ready.cues.iter().filter(|plan| wanted(plan, &self.notes));
        let mut cues: Vec<&CuePlan> = cues.take(CHECK_MAX_BY_HAND).collect();
        cues.retain(|plan| !self.fire(plan).is_empty());
        for plan in cues {
            let failed = self.fire(plan);
            self.settle(plan, failed);
        }
    }

    /// Whether a cue's handler is given data that nobody meant for it.
    fn is_guessed(&self, plan: &CuePlan) -> bool {
        let handler = self.ready.generation.handler(&plan.key);
        let is_fed = plan.triggers.is_empty() || is_told_more(plan);
        is_fed && handler.is_some_and(|handler| handler.takes_argument())
    }

    /// Fires a cue, with one data after another until its handler takes one. Returns how each try
    /// failed, where all of them did.
    fn fire(&mut self, plan: &CuePlan) -> Vec<ScriptError> {
        self.note();
        let cue = || plan.key.clone();
        if plan.options.disarmed {
            self.ask(OperatorAction::Arm(cue()));
        }
        let is_guessed = self.is_guessed(plan);
        let state = self.evening.saved(self.show).and_then(|saved| saved.state.as_ref());
        let tries = if is_guessed {
            tries(plan, self.outline, state.map(|state| &state.value))
        } else {
            vec![Value::Null]
        };
        let (mut failed, before) = (Vec::new(), self.evening.operations());
        for data in tries {
            if self.evening.operations() - before > CHECK_TRIES_MAX_OPERATIONS {
                break;
            }
            let reply = self.ask(OperatorAction::Fire { cue: cue(), data });
            if !matches!(reply, Some(OperatorReply::Failed { .. })) {
                failed.clear();
                break;
            }
            for event in self.evening.take_events() {
                if let What::ScriptError(mistake) = event.what {
                    failed.push(*mistake);
                } else if !matches!(event.what, What::CueFired { .. }) {
                    self.note_one(event);
                }
            }
        }
        self.note_chained(is_guessed);
        if plan.options.disarmed {
            self.ask(OperatorAction::Disarm(cue()));
        }
        self.pass(BETWEEN);
        failed
    }

    /// What a handler fires hands on what the handler was given.
    fn note_chained(&mut self, is_guessed: bool) {
        for event in self.evening.take_events() {
            if let (What::ScriptError(mistake), true) = (&event.what, is_guessed) {
                self.notes.has_failed(mistake);
                self.doubt(vec![(**mistake).clone()]);
            } else {
                self.note_one(event);
            }
        }
    }

    /// A cue failed with all there was to try.
    fn settle(&mut self, plan: &CuePlan, failed: Vec<ScriptError>) {
        if self.is_guessed(plan) {
            self.doubt(failed);
        } else if let Some(mut mistake) = failed.into_iter().next() {
            if is_own_throw(&mistake) && mistake.hint.is_none() {
                mistake.hint = Some("it threw each time it was fired".to_owned());
            }
            self.notes.failed_by_hand(&plan.key, mistake);
        }
    }

    /// A `throw` of the script's own is its answer to data it did not ask for.
    fn doubt(&mut self, failed: Vec<ScriptError>) {
        let own = failed.iter().find(|mistake| is_own_throw(mistake));
        if let Some(own) = own {
            self.notes.refused(own);
        } else if let Some(first) = failed.into_iter().next() {
            self.notes.doubt(first);
        }
    }

    fn ask(&mut self, action: OperatorAction) -> Option<OperatorReply> {
        self.requests += 1;
        let request = self.requests;
        self.evening.input(self.show, ShowInput::Operator { request, action });
        self.evening.reply(request).cloned()
    }
}

/// Whether the script's author let the handler end: at a `throw`.
fn is_own_throw(mistake: &ScriptError) -> bool {
    let at = mistake.source.chars().skip(mistake.column.saturating_sub(1));
    mistake.column > 0 && at.collect::<String>().starts_with("throw")
}
