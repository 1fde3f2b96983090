//! What an evening may cost: a script that never comes to an end must not take the rehearsal with
//! it. Counted in handler calls and their operations, so that every machine stops at the same one.

use std::collections::{BTreeMap, VecDeque};

use super::Evening;
use crate::model::cue::CueKey;
use crate::model::event::{Event, What};
use crate::model::io::ShowOutput;

/// What the handlers of an evening may cost in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Handler calls.
    pub calls: u64,
    /// Operations of the script engine.
    pub operations: u64,
}

/// What used a budget up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overrun {
    /// The cue that cost the most; none when only the top level ran.
    pub cue: Option<CueKey>,
    /// How often it was called.
    pub calls: u64,
    /// The operations it took in all.
    pub operations: u64,
    /// What the whole evening was allowed.
    pub budget: Budget,
}

impl Evening {
    /// Ends the evening before its time when its handlers have cost more than this.
    pub fn set_budget(&mut self, budget: Budget) {
        self.ledger.budget = Some(budget);
    }

    /// Operations that handlers took since there is a budget.
    pub fn operations(&self) -> u64 {
        self.ledger.operations
    }

    /// What used the budget up; none while there is some left. Time stands still from then on.
    pub fn overrun(&self) -> Option<Overrun> {
        self.ledger.overrun()
    }
}

/// Who cost how much.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) budget: Option<Budget>,
    calls: u64,
    operations: u64,
    by_cue: BTreeMap<CueKey, Spent>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Spent {
    calls: u64,
    operations: u64,
}

impl Ledger {
    /// Enters what one call of a show led to, and the operations it took.
    pub(super) fn enter(&mut self, outputs: &VecDeque<ShowOutput>, operations: u64) {
        if self.budget.is_none() {
            return;
        }
        self.operations += operations;
        // They are those of one call, however many events tell of it.
        let mut left = operations;
        for output in outputs {
            let ShowOutput::Event(Event { what, .. }) = output else { continue };
            let cue = if let What::CueFired { cue, .. } = what {
                cue
            } else if let What::Fetched(told) = what {
                // It calls a handler, and no other event tells of that.
                &told.cue
            } else {
                continue;
            };
            self.calls += 1;
            if !self.by_cue.contains_key(cue) {
                self.by_cue.insert(cue.clone(), Spent::default());
            }
            if let Some(spent) = self.by_cue.get_mut(cue) {
                spent.calls += 1;
                spent.operations += std::mem::take(&mut left);
            }
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.budget
            .is_some_and(|budget| self.calls > budget.calls || self.operations > budget.operations)
    }

    pub(super) fn overrun(&self) -> Option<Overrun> {
        let budget = self.budget.filter(|_| self.is_over())?;
        let is_calls = self.calls > budget.calls;
        let cost = |spent: &Spent| if is_calls { spent.calls } else { spent.operations };
        let most = self.by_cue.iter().max_by_key(|(_, spent)| cost(spent));
        let Spent { calls, operations } = most.map(|(_, spent)| *spent).unwrap_or_default();
        Some(Overrun { cue: most.map(|(cue, _)| cue.clone()), calls, operations, budget })
    }
}
