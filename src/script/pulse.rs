//! What every step of a running script touches: the count of operations, the clock that stops
//! it, the look at how deep its values nest, and `state`. Kept apart from the stage, because
//! here nothing may wait for a lock that a host function holds.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, PoisonError, RwLock};

use rhai::{Dynamic, EvalAltResult, EvalContext, Map, Position};
use serde_json::Value;

use super::api::{Meter, Metered, Setup};
use super::nesting;
use super::values::from_json;
use crate::model::limits::{
    HANDLER_MAX_OPERATIONS, NESTING_LEAK, NESTING_LOOK_AFTER_OPERATIONS, TOP_LEVEL_MAX_OPERATIONS,
};

/// The meter is asked whenever this many operations have passed: it costs more than one does.
const METER_EVERY_OPERATIONS: u64 = 128;

/// Why a call was ended from outside; a script cannot catch these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Halt {
    /// A file is not in the view yet.
    Needs,
    /// More operations than a call may take.
    Operations,
    /// More time than a call may take.
    Time,
    /// Values nest deeper than can be dropped safely.
    Nesting,
}

impl From<Halt> for Box<EvalAltResult> {
    fn from(halt: Halt) -> Self {
        EvalAltResult::ErrorTerminated(Dynamic::from(halt), Position::NONE).into()
    }
}

/// One show's pulse.
pub(super) struct Pulse {
    meter: Option<Arc<dyn Meter>>,
    operations: AtomicU64,
    /// Those of the calls before this one.
    operations_before: AtomicU64,
    operations_max: AtomicU64,
    look_at: AtomicU64,
    touched: AtomicBool,
    /// Always a shared map, so that a script writes into it wherever it meets it.
    state: RwLock<Dynamic>,
    /// What `args` is made of, whenever a script reads it.
    args: Arc<[(String, Value)]>,
}

impl Pulse {
    pub(super) fn new(setup: &Setup, state: Map) -> Self {
        Self {
            meter: setup.meter.clone(),
            operations: AtomicU64::new(0),
            operations_before: AtomicU64::new(0),
            operations_max: AtomicU64::new(0),
            look_at: AtomicU64::new(0),
            touched: AtomicBool::new(false),
            state: RwLock::new(Dynamic::from_map(state).into_shared()),
            args: Arc::clone(&setup.args),
        }
    }

    /// A call begins.
    pub(super) fn begin(&self, what: Metered) {
        let most = match what {
            Metered::Handler => HANDLER_MAX_OPERATIONS,
            Metered::TopLevel => TOP_LEVEL_MAX_OPERATIONS,
        };
        self.operations_before.store(self.operations_in_all(), Relaxed);
        self.operations.store(0, Relaxed);
        self.operations_max.store(most, Relaxed);
        self.look_at.store(NESTING_LOOK_AFTER_OPERATIONS, Relaxed);
        self.touched.store(false, Relaxed);
        if let Some(meter) = &self.meter {
            meter.begin(what);
        }
    }

    /// One operation passed. Counted here, because the engine's own count starts anew in every
    /// closure that a native function calls.
    pub(super) fn beat(&self) -> Option<Dynamic> {
        let count = self.operations.load(Relaxed) + 1;
        self.operations.store(count, Relaxed);
        if count > self.operations_max.load(Relaxed) {
            return Some(Dynamic::from(Halt::Operations));
        }
        let over = count.is_multiple_of(METER_EVERY_OPERATIONS)
            && self.meter.as_ref().is_some_and(|meter| meter.is_over());
        over.then(|| Dynamic::from(Halt::Time))
    }

    /// What a host function did counts as so many operations more.
    pub(super) fn charge(&self, operations: u64) {
        self.operations.fetch_add(operations, Relaxed);
    }

    /// The call that began last may take so many operations.
    pub(super) fn allow(&self, operations: u64) {
        self.operations_max.store(operations, Relaxed);
    }

    /// The operations of all calls so far.
    pub(super) fn operations_in_all(&self) -> u64 {
        self.operations_before.load(Relaxed) + self.operations.load(Relaxed)
    }

    /// Whether the call ran long enough to have built something deep.
    pub(super) fn ran_long(&self) -> bool {
        self.operations.load(Relaxed) > NESTING_LOOK_AFTER_OPERATIONS
    }

    /// What a variable's name stands for where the script itself does not say: `state`, `args`,
    /// and inside functions the constants of the top level.
    pub(super) fn resolve(
        &self,
        name: &str,
        index: usize,
        mut context: EvalContext<'_, '_, '_, '_, '_, '_>,
    ) -> Result<Option<Dynamic>, Box<EvalAltResult>> {
        self.look(&mut context)?;
        match name {
            "state" => {
                self.touched.store(true, Relaxed);
                Ok(Some(self.state()))
            }
            "args" => Ok(Some(self.args())),
            _ if index == 0 && !context.scope().contains(name) => Ok(constant(name, &context)),
            _ => Ok(None),
        }
    }

    fn args(&self) -> Dynamic {
        let args = self.args.iter().map(|(name, value)| (name.into(), from_json(value)));
        args.collect::<Map>().into()
    }

    /// Now and then, measures the variables in sight. One that is too deep is forgotten instead
    /// of dropped: dropping it would overflow the stack.
    fn look(
        &self,
        context: &mut EvalContext<'_, '_, '_, '_, '_, '_>,
    ) -> Result<(), Box<EvalAltResult>> {
        if self.operations.load(Relaxed) < self.look_at.load(Relaxed) {
            return Ok(());
        }
        let next = self.operations.load(Relaxed) + NESTING_LOOK_AFTER_OPERATIONS;
        self.look_at.store(next, Relaxed);
        let deep: Vec<String> = context
            .scope()
            .iter_raw()
            .filter(|(_, _, value)| nesting::is_deeper_than(value, NESTING_LEAK))
            .map(|(name, ..)| name.to_owned())
            .collect();
        for name in &deep {
            if let Some(value) = context.scope_mut().get_mut(name) {
                std::mem::forget(std::mem::take(value));
            }
        }
        if deep.is_empty() { Ok(()) } else { Err(Halt::Nesting.into()) }
    }

    /// The script's `state`: shared, what is written into it stays.
    pub(super) fn state(&self) -> Dynamic {
        self.state.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether the call that began last asked for `state`.
    pub(super) fn state_touched(&self) -> bool {
        self.touched.load(Relaxed)
    }

    /// `state` is read or written by a host function.
    pub(super) fn touch_state(&self) {
        self.touched.store(true, Relaxed);
    }

    /// Puts another map in the place of `state`; where the old one nests too deep to be dropped,
    /// it is forgotten.
    pub(super) fn reset_state(&self, map: Map) {
        let fresh = Dynamic::from_map(map).into_shared();
        let old = std::mem::replace(
            &mut *self.state.write().unwrap_or_else(PoisonError::into_inner),
            fresh,
        );
        if nesting::is_deeper_than(&old, NESTING_LEAK) {
            std::mem::forget(old);
        }
    }
}

fn constant(name: &str, context: &EvalContext<'_, '_, '_, '_, '_, '_>) -> Option<Dynamic> {
    let constants = context.global_runtime_state().constants.as_ref()?;
    constants.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
}
