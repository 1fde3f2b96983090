//! Calls a handler: all of it takes effect, or nothing.

use rhai::{Dynamic, EvalAltResult};

use super::api::{Call, Called, Metered, View};
use super::generation::{Generation, Handler, Takes, context_of};
use super::nesting;
use super::pulse::Halt;
use super::secret_text;
use super::show_host::Host;
use super::stage::Phase;
use super::time_value::TimeValue;
use super::values::{from_json, map_from_json};
use crate::model::file::FileRef;
use crate::model::limits::NESTING_LEAK;
use crate::model::script_error::ScriptError;
use crate::model::zone::Zone;

impl Host {
    /// Calls a handler of a generation. What it asks for comes back; what it changed is adopted.
    pub fn call(
        &mut self,
        generation: &Generation,
        handler: &Handler,
        call: &Call,
        view: &View<'_>,
    ) -> Called {
        let ran = self.attempt(generation, handler, call, view);
        let needs = self.needs(generation);
        if !needs.is_empty() {
            self.undo();
            return Called::Needs(needs);
        }
        let counts = std::mem::take(&mut self.stage.get().draft.counts);
        if !counts.is_empty() {
            self.undo();
            return Called::NeedsCounts(counts.into_iter().collect());
        }
        let ran = ran.and_then(|()| secret_text::check(&self.stage));
        let state = ran.and_then(|()| Ok(self.changed_state(view)?));
        match state {
            Ok(state) => Called::Done(self.stage.get().commit(state).0),
            Err(error) => {
                let logs = self.undo();
                Called::Failed(self.told(generation, handler, call, &error), logs)
            }
        }
    }

    /// Sets the stage and runs a handler on it; whether that takes effect is another question.
    pub(super) fn attempt(
        &self,
        generation: &Generation,
        handler: &Handler,
        call: &Call,
        view: &View<'_>,
    ) -> Result<(), Box<EvalAltResult>> {
        let zone = &generation.inner.zone;
        self.stage.get().begin(Phase::Handler, zone.clone(), view);
        self.stage.get().cue = Some(call.cue.clone());
        self.stage.pulse.begin(Metered::Handler);
        let arguments = match handler.inner.takes {
            Takes::Nothing => Vec::new(),
            Takes::Argument => vec![argument(call, view, zone, handler.inner.spread)],
            Takes::Data => vec![fetched(call, "data")],
            Takes::DataAndError => vec![fetched(call, "data"), fetched(call, "error")],
        };
        self.run(handler, arguments)
    }

    /// Why a handler failed, for its author.
    pub(super) fn told(
        &self,
        generation: &Generation,
        handler: &Handler,
        call: &Call,
        error: &EvalAltResult,
    ) -> Box<ScriptError> {
        let inner = &generation.inner;
        let begins = || handler.inner.begins(&self.engine);
        let mut told = inner.sources.of_call(&inner.file, error, begins);
        told.cue = Some(call.cue.to_string());
        Box::new(told)
    }

    /// The files the call met that are not read yet, and with them the others of its script.
    pub(super) fn needs(&self, generation: &Generation) -> Vec<FileRef> {
        let mut stage = self.stage.get();
        if !stage.draft.needs.is_empty() {
            for file in &generation.inner.files {
                stage.expect_file(file.clone());
            }
        }
        std::mem::take(&mut stage.draft.needs).into_iter().collect()
    }

    pub(super) fn run(
        &self,
        handler: &Handler,
        arguments: Vec<Dynamic>,
    ) -> Result<(), Box<EvalAltResult>> {
        let inner = &handler.inner;
        let context = context_of(&inner.context, &self.engine);
        let result = inner.function.call_raw(&context, None, arguments)?;
        if !self.stage.pulse.ran_long() {
            return Ok(());
        }
        let captured = inner.function.iter_curry();
        let deep = captured.chain([&result]).any(|v| nesting::is_deeper_than(v, NESTING_LEAK));
        if deep {
            // Neither what it captured nor what it answered may ever be dropped.
            std::mem::forget((handler.clone(), result));
            return Err(Halt::Nesting.into());
        }
        Ok(())
    }
}

/// A part of what was fetched; `()` where there is none.
fn fetched(call: &Call, part: &str) -> Dynamic {
    call.data.get(part).map_or(Dynamic::UNIT, from_json)
}

/// `#{cue, due, now, late_ms, data}`.
fn argument(call: &Call, view: &View<'_>, zone: &Zone, spread: bool) -> Dynamic {
    let beside = call.data.as_object().filter(|_| spread);
    let mut map = beside.map(map_from_json).unwrap_or_default();
    let late_ms = i64::try_from(call.late.as_millis()).unwrap_or(i64::MAX);
    map.insert("cue".into(), call.cue.as_str().into());
    map.insert("due".into(), Dynamic::from(TimeValue::new(call.due, zone)));
    map.insert("now".into(), Dynamic::from(TimeValue::new(view.now.wall, zone)));
    map.insert("late_ms".into(), late_ms.into());
    map.insert("data".into(), from_json(&call.data));
    Dynamic::from_map(map)
}
