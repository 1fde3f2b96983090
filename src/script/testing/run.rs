//! Runs one test.

use std::sync::Arc;

use jiff::SignedDuration;
use rhai::{AST, EvalAltResult, FnPtr};

use super::suite::Suite;
use super::{Assertion, Failure, Tested};
use crate::model::limits::TEST_MAX_OPERATIONS;
use crate::model::time::Now;
use crate::rules::polls::Book;
use crate::script::api::{Files, Metered, Setup, View};
use crate::script::errors::Sources;
use crate::script::generation::{Handler, HandlerInner, Takes};
use crate::script::imports::Imported;
use crate::script::pulse::Halt;
use crate::script::rehearsal::Rehearsal;
use crate::script::show_host::Host;
use crate::script::stage::Phase;

impl Suite {
    /// Runs a test on a show of its own.
    pub fn run(&self, test: &str, setup: Arc<Setup>, rehearsal: Box<dyn Rehearsal>) -> Tested {
        let host = Host::of_test(setup, rehearsal);
        let failure = host.run_test(self, test).err();
        let story = host.stage.get().rehearsing().take_story();
        Tested { failure, story }
    }
}

impl Host {
    /// Runs a script's top level, as far as tests need it: its constants, imports and functions.
    pub(super) fn run_top_level_of_test(
        &self,
        ast: &AST,
    ) -> (Result<(), Box<EvalAltResult>>, Imported) {
        let now = self.stage.get().rehearsing().now();
        self.run_top_level(ast, &view(now, &Files::new(), &Arc::default()))
    }

    fn run_test(&self, suite: &Suite, test: &str) -> Result<(), Box<Failure>> {
        let (ran, imported) = self.run_top_level_of_test(&suite.placed);
        ran.map_err(|error| self.failure(suite, &imported, &error, None))?;
        let handler = self.handler_of(test).ok_or_else(|| {
            let says = "the top level ends before its last line\nhint: tests need all of it";
            let error = suite.sources.error(&suite.file, rhai::Position::NONE, says);
            Box::new(Failure { error, sides: None })
        })?;
        let mut stage = self.stage.get();
        let (zone, now) = (stage.zone.clone(), stage.rehearsing().now());
        stage.begin(Phase::Test, zone, &view(now, &Files::new(), &Arc::default()));
        drop(stage);
        self.stage.pulse.begin(Metered::TopLevel);
        self.stage.pulse.allow(TEST_MAX_OPERATIONS);
        let ran = self.run(&handler, Vec::new());
        ran.map_err(|error| self.failure(suite, &imported, &error, Some(&handler)))
    }

    /// A test's function, called from where its script's top level ended.
    fn handler_of(&self, test: &str) -> Option<Handler> {
        let context = self.stage.get().draft.context.take()?;
        let function = FnPtr::new(test).ok()?;
        let inner = HandlerInner { function, takes: Takes::Nothing, context, spread: false };
        Some(Handler { inner: inner.into() })
    }

    /// Why a test ended before its time.
    fn failure(
        &self,
        suite: &Suite,
        imported: &Imported,
        error: &EvalAltResult,
        handler: Option<&Handler>,
    ) -> Box<Failure> {
        let sources = suite.sources.with(imported).with(&self.imports.take());
        if let EvalAltResult::ErrorTerminated(token, _) = error
            && let Some(assertion) = token.clone().try_cast::<Assertion>()
        {
            return assertion.failure(&sources, &suite.file).into();
        }
        let begins = || handler.and_then(|handler| handler.inner.begins(&self.engine));
        let error = match begins().filter(|_| handler.is_some() && is_endless(error)) {
            Some((file, position)) => sources.error(&file, position, &endless()),
            None => sources.of_call(&suite.file, error, begins),
        };
        Failure { error, sides: None }.into()
    }
}

/// What a test's script sees of the world itself: the moment. All else it asks the show for.
fn view<'a>(now: Now, files: &'a Files, polls: &'a Arc<Book>) -> View<'a> {
    View { now, clock: now, on_air: None, elapsed: SignedDuration::ZERO, files, afters: 0, polls }
}

impl Assertion {
    fn failure(self, sources: &Sources, own: &str) -> Failure {
        let file = if self.file.is_empty() { own } else { &self.file };
        Failure { error: sources.error(file, self.position, &self.says), sides: self.sides }
    }
}

fn is_endless(error: &EvalAltResult) -> bool {
    if let EvalAltResult::ErrorTerminated(token, _) = error {
        return token.clone().try_cast::<Halt>() == Some(Halt::Operations);
    }
    matches!(error, EvalAltResult::ErrorTooManyOperations(_))
}

fn endless() -> String {
    format!(
        "a test may take {TEST_MAX_OPERATIONS} operations, and this one takes more\nhint: is there \
         a loop without an end? `advance` lets time pass, and takes none of yours"
    )
}
