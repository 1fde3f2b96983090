//! The test functions of one script, compiled once for all of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use rhai::{AST, Position};

use super::is_test;
use crate::model::limits::SCRIPT_MAX_BYTES;
use crate::model::script_error::ScriptError;
use crate::script::api::Setup;
use crate::script::engine;
use crate::script::errors::Sources;
use crate::script::host;
use crate::script::rehearsal::Rehearsal;
use crate::script::show_host::Host;
use crate::script::walk;

/// The tests of one script.
pub struct Suite {
    pub(super) file: String,
    pub(super) home: Home,
    pub(super) sources: Sources,
    /// The script as it was written.
    ast: AST,
    /// The script, and behind it what makes its place known.
    pub(super) placed: AST,
    tests: Vec<TestFunction>,
}

/// Where tests are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home {
    /// In the show's own script: its top level declares the show, too.
    Show,
    /// In a script of their own, beside that of the show.
    Beside,
}

/// One test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestFunction {
    /// The function's name.
    pub name: String,
    /// The line it begins at.
    pub line: usize,
    /// How many arguments it takes. Nobody gives it any.
    arguments: usize,
    /// Where its body ends: line and column.
    ends: (usize, usize),
    /// Where its body begins: line and column.
    begins: (usize, usize),
}

impl TestFunction {
    fn holds(&self, error: &ScriptError) -> bool {
        (self.begins..=self.ends).contains(&(error.line, error.column))
    }
}

/// What is wrong with a script of tests.
#[derive(Debug, Default)]
pub struct Mistakes {
    /// Mistakes inside of tests, by the test's place: it cannot run, all others can.
    pub of_tests: BTreeMap<usize, Vec<ScriptError>>,
    /// All others: none of its tests can run.
    pub others: Vec<ScriptError>,
}

impl Suite {
    /// Compiles a script; `file` is its name for messages. Nothing of it runs.
    pub fn compile(file: &str, text: &Arc<str>, home: Home) -> Result<Self, Box<ScriptError>> {
        if text.len() as u64 > SCRIPT_MAX_BYTES {
            let told =
                format!("the script has {} bytes, {SCRIPT_MAX_BYTES} are allowed", text.len());
            return Err(ScriptError::of_script(file, told).into());
        }
        let sources = Sources([(file.to_owned(), Arc::clone(text))].into());
        let language = engine::language();
        let mut ast = language.compile(&**text).map_err(|error| sources.of_parse(file, &error))?;
        ast.set_source(file);
        let place = language.compile(format!("{}();", host::testing::PLACE));
        let mut placed = ast.merge(&place.expect("a call of a function compiles"));
        placed.set_source(file);
        let tests = tests(&ast);
        Ok(Self { file: file.to_owned(), home, sources, ast, placed, tests })
    }

    /// The tests, in the order written.
    pub fn tests(&self) -> &[TestFunction] {
        &self.tests
    }

    /// Looks for mistakes. Those of a show's own script are found when the show begins.
    pub fn mistakes(&self, setup: Arc<Setup>, rehearsal: Box<dyn Rehearsal>) -> Mistakes {
        let mut mistakes = self.with_arguments();
        if self.home == Home::Show {
            return mistakes;
        }
        let host = Host::of_test(setup, rehearsal);
        let (ran, imported) = host.run_top_level_of_test(&self.placed);
        let sources = self.sources.with(&imported);
        let mut found = walk::find_in_test(&self.file, &sources, &self.ast, &imported);
        if let Some((import, text, error)) = imported.mistake.as_deref() {
            let mut sources = sources.clone();
            sources.0.insert(import.clone(), Arc::clone(text));
            found.errors.push(sources.of_parse(import, error));
        } else if let Err(error) = ran {
            found.add_error(sources.of_runtime(&self.file, &error));
        }
        for error in found.in_order() {
            let own = Some(&error).filter(|error| error.script == self.file);
            let place = own.and_then(|error| self.tests.iter().position(|it| it.holds(error)));
            match place {
                Some(place) => mistakes.of_tests.entry(place).or_default().push(error),
                None => mistakes.others.push(error),
            }
        }
        mistakes
    }

    /// Tests that take arguments.
    fn with_arguments(&self) -> Mistakes {
        let mut mistakes = Mistakes::default();
        let tests = self.tests.iter().enumerate();
        for (place, test) in tests.filter(|(_, test)| test.arguments > 0) {
            let name = &test.name;
            let position = begins(&self.ast, name, test.arguments);
            let says = format!(
                "the test `{name}` takes arguments, and nobody gives it any\nhint: write `fn \
                 {name}() {{ … }}`"
            );
            let error = self.sources.error(&self.file, position, &says);
            mistakes.of_tests.entry(place).or_default().push(error);
        }
        mistakes
    }
}

/// The tests of a script, from the top down.
fn tests(ast: &AST) -> Vec<TestFunction> {
    let functions = ast.iter_functions().filter(|function| is_test(function.name));
    let mut tests: Vec<TestFunction> = functions
        .map(|function| {
            let (name, arguments) = (function.name.to_owned(), function.params.len());
            let (begins, ends) = (begins(ast, &name, arguments), ends(ast, &name, arguments));
            let line = begins.line().unwrap_or(0);
            TestFunction { name, line, arguments, begins: place(begins), ends: place(ends) }
        })
        .collect();
    tests.sort_by(|a, b| (a.line, &a.name).cmp(&(b.line, &b.name)));
    tests
}

/// Where a function's body begins.
fn begins(ast: &AST, name: &str, arguments: usize) -> Position {
    let function = ast.shared_lib().get_script_fn(name, arguments);
    function.map_or(Position::NONE, |function| function.body.start_position())
}

/// Where a function's body ends.
fn ends(ast: &AST, name: &str, arguments: usize) -> Position {
    let function = ast.shared_lib().get_script_fn(name, arguments);
    function.map_or(Position::NONE, |function| function.body.end_position())
}

/// Line and column.
fn place(position: Position) -> (usize, usize) {
    (position.line().unwrap_or_default(), position.position().unwrap_or_default())
}
