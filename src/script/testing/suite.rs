//! The test functions of one script, compiled once for all of them.

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
    pub fn mistakes(&self, setup: Arc<Setup>, rehearsal: Box<dyn Rehearsal>) -> Vec<ScriptError> {
        let mut mistakes = self.with_arguments();
        if self.home == Home::Show || !mistakes.is_empty() {
            return mistakes;
        }
        let host = Host::of_test(setup, rehearsal);
        let (ran, imported) = host.run_top_level_of_test(&self.placed);
        let sources = self.sources.with(&imported);
        let mut found =
            walk::find_in_test(&host.engine, &self.file, &sources, &self.ast, &imported);
        if let Some((import, text, error)) = &imported.mistake {
            let mut sources = sources.clone();
            sources.0.insert(import.clone(), Arc::clone(text));
            found.errors.push(sources.of_parse(import, error));
        } else if let Err(error) = ran {
            found.add_error(sources.of_runtime(&self.file, &error));
        }
        mistakes.extend(found.in_order());
        mistakes
    }

    /// Tests that take arguments, which nobody would give them.
    fn with_arguments(&self) -> Vec<ScriptError> {
        let functions = self.ast.iter_functions();
        let wrong =
            functions.filter(|function| is_test(function.name) && !function.params.is_empty());
        let told = wrong.map(|function| {
            let position = begins(&self.ast, function.name, function.params.len());
            let says =
                format!("the test `{}` takes arguments, and nobody gives it any", function.name);
            let hint = format!("write `fn {}() {{ … }}`", function.name);
            self.sources.error(&self.file, position, &format!("{says}\nhint: {hint}"))
        });
        told.collect()
    }
}

/// The tests of a script, from the top down.
fn tests(ast: &AST) -> Vec<TestFunction> {
    let functions = ast.iter_functions().filter(|function| is_test(function.name));
    let mut tests: Vec<TestFunction> = functions
        .filter(|function| function.params.is_empty())
        .map(|function| TestFunction {
            name: function.name.to_owned(),
            line: begins(ast, function.name, 0).line().unwrap_or(0),
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
