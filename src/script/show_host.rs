//! The host of one show: its engine and all that outlives a version of its script.

use std::sync::Arc;

use rhai::{Dynamic, Engine, Map};
use serde_json::Value;

use super::api::{Begin, Setup, View};
use super::engine;
use super::errors::{ScriptFault, kind};
use super::imports::Imports;
use super::nesting;
use super::pulse::Pulse;
use super::rehearsal::Rehearsal;
use super::stage::{ScriptKept, Stage, StageRef};
use super::values::{map_from_json, to_json};
use crate::model::cue::AfterId;
use crate::model::event::LogLevel;
use crate::model::limits::{NESTING_MAX, STATE_MAX_BYTES};
use crate::model::saved::{Change, Kept, Saved};
use crate::model::time::Now;

/// One show's engine, `state`, draws, randomness and numbering. What a failed call did to them
/// is undone before it returns.
pub struct Host {
    pub(super) engine: Engine,
    pub(super) stage: StageRef,
    pub(super) imports: Imports,
}

impl Host {
    /// A host with what an earlier run kept.
    pub fn new(setup: Arc<Setup>, begin: &Begin<'_>) -> Self {
        let stage = stage(setup, begin);
        let imports = Imports::new(&stage);
        Self { engine: engine::build(&stage, imports.clone()), stage, imports }
    }

    /// The host of a test, which leads the show of a rehearsal.
    pub(super) fn of_test(setup: Arc<Setup>, rehearsal: Box<dyn Rehearsal>) -> Self {
        let begin = Begin { saved: &Saved::default(), run: 1, next_after: AfterId(1) };
        let stage = stage(setup, &begin);
        stage.get().rehearsal = Some(rehearsal);
        let imports = Imports::new(&stage);
        Self { engine: engine::build_for_test(&stage, imports.clone()), stage, imports }
    }

    /// The number of a delivery that the show puts by itself, between two calls.
    pub fn number_delivery(&self) -> u64 {
        let mut stage = self.stage.get();
        stage.next_delivery += 1;
        stage.next_delivery - 1
    }

    /// The script's `state`.
    pub fn state(&self) -> Value {
        self.stage.get().kept.state.clone()
    }

    /// Puts another map in the place of `state`, between two calls.
    pub fn set_state(&self, value: Value, now: Now) -> Change {
        let change = Change::State(Kept { at: now.wall, value });
        let mut stage = self.stage.get();
        stage.kept.apply(&change);
        self.stage.pulse.reset_state(state_map(&stage.kept.state));
        change
    }

    /// Whether a handler has imported that script, which the version it is of may not name.
    pub fn has_imported(&self, name: &str) -> bool {
        self.imports.holds(name)
    }

    /// The operations that all calls took so far, those of the top level included.
    pub fn operations(&self) -> u64 {
        self.stage.pulse.operations_in_all()
    }

    /// Everything is as it was before the call; what it said stays said.
    pub(super) fn undo(&self) -> Vec<(LogLevel, String)> {
        let mut stage = self.stage.get();
        if self.stage.pulse.state_touched() {
            self.stage.pulse.reset_state(state_map(&stage.kept.state));
        }
        stage.undo()
    }

    /// The change of `state` by the call that ends, if there is one. Not even looked at when the
    /// call did not ask for it.
    pub(super) fn changed_state(&self, view: &View<'_>) -> Result<Option<Change>, ScriptFault> {
        if !self.stage.pulse.state_touched() {
            return Ok(None);
        }
        let state = self.stage.pulse.state();
        if self.stage.pulse.ran_long() && nesting::is_deeper_than(&state, NESTING_MAX) {
            return Err(ScriptFault::says(format!(
                "`state` nests deeper than {NESTING_MAX} levels"
            )));
        }
        if let Some(met) = state.read_lock::<Dynamic>().filter(|state| !state.is_map()) {
            return Err(ScriptFault::hints(
                format!("`state` is {}, wanted a map", kind(met.type_name())),
                "write into it: `state.round = 1`",
            ));
        }
        let value = to_json(&state, "`state`")?;
        if value == self.stage.get().kept.state {
            return Ok(None);
        }
        let bytes = value.to_string().len();
        if bytes > STATE_MAX_BYTES {
            return Err(ScriptFault::hints(
                format!("`state` has {bytes} bytes, {STATE_MAX_BYTES} fit"),
                "keep counts and names in it, not the texts themselves",
            ));
        }
        Ok(Some(Change::State(Kept { at: view.now.wall, value })))
    }
}

/// The stage of a host with what an earlier run kept.
fn stage(setup: Arc<Setup>, begin: &Begin<'_>) -> StageRef {
    let kept = ScriptKept::of(begin.saved);
    let pulse = Pulse::new(&setup, state_map(&kept.state));
    StageRef::new(Stage::new(setup, begin.run, begin.next_after, kept), pulse)
}

/// `state` as it was kept, for the script.
fn state_map(kept: &Value) -> Map {
    kept.as_object().map(map_from_json).unwrap_or_default()
}
