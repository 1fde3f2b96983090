//! What earlier calls left, and the next ones go on from: `state`, draws, randomness.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::model::saved::{Change, FactsPlace, Saved};

/// Of all that a show keeps, what is its script's.
pub(in crate::script) struct ScriptKept {
    /// `state`: always an object.
    pub(in crate::script) state: Value,
    /// Facts by file name.
    pub(super) facts: BTreeMap<String, FactsPlace>,
    /// How many numbers the show's randomness has given.
    pub(super) random: u64,
}

impl ScriptKept {
    pub(in crate::script) fn of(saved: &Saved) -> Self {
        let state = saved.state.as_ref().map(|kept| kept.value.clone());
        Self {
            state: state.unwrap_or_else(|| Value::Object(Map::new())),
            facts: saved.facts.clone(),
            random: saved.random,
        }
    }

    /// A change that a call made is kept.
    pub(in crate::script) fn apply(&mut self, change: &Change) {
        if let Change::State(kept) = change {
            self.state = kept.value.clone();
        } else if let Change::Random(position) = change {
            self.random = *position;
        } else if let Some(facts) = change.facts() {
            self.facts.entry(facts.to_owned()).or_default().apply(change);
        }
    }
}
