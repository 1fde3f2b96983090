//! Tests: functions called `test_*`, each run on a fresh show that it leads through an evening.

mod run;
pub(super) mod sides;
mod suite;

use rhai::{Dynamic, EvalAltResult, NativeCallContext, Position};

use super::errors::ScriptFault;
use super::rehearsal::Story;
use crate::model::script_error::ScriptError;
use sides::Sides;
pub use suite::{Home, Mistakes, Suite, TestFunction};

/// How one test ended.
#[derive(Debug)]
pub struct Tested {
    /// Why it failed; none when it did not, and no handler failed unexpectedly either.
    pub failure: Option<Box<Failure>>,
    /// How its show went.
    pub story: Story,
}

impl Tested {
    /// A test that has mistakes, and so did not run.
    pub fn mistaken(mut mistakes: Vec<ScriptError>) -> Self {
        let error = mistakes.pop();
        let failure = error.map(|error| Failure { error, sides: None }.into());
        Self { failure, story: Story { errors: mistakes, ..Story::default() } }
    }

    /// Whether it passed.
    pub fn passed(&self) -> bool {
        self.failure.is_none() && self.story.errors.is_empty()
    }
}

/// Why a test failed.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Where, and what does not hold.
    pub error: ScriptError,
    /// What was compared.
    pub sides: Option<Sides>,
}

/// Whether a function of this name is a test.
pub(super) fn is_test(name: &str) -> bool {
    name.starts_with("test_")
}

/// What does not hold. It ends the test: no script can catch it.
#[derive(Debug, Clone)]
pub(super) struct Assertion {
    /// In which file.
    file: String,
    position: Position,
    says: String,
    sides: Option<Sides>,
}

impl Assertion {
    /// That something does not hold, where a word was called.
    pub(super) fn of(context: &NativeCallContext<'_>, says: &str) -> Self {
        Self {
            file: context.call_source().unwrap_or_default().to_owned(),
            position: context.call_position(),
            says: says.to_owned(),
            sides: None,
        }
    }

    /// With what was compared.
    pub(super) fn with(self, sides: Sides) -> Self {
        Self { sides: Some(sides), ..self }
    }

    /// What ends the test.
    pub(super) fn fails(self) -> ScriptFault {
        let ended = EvalAltResult::ErrorTerminated(Dynamic::from(self), Position::NONE);
        ScriptFault::Script(ended.into())
    }
}
