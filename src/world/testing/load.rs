//! A show and its tests, read and compiled.

use std::path::Path;
use std::sync::Arc;

use crate::model::file::{FileAnswer, FileKind};
use crate::model::script_error::ScriptError;
use crate::model::zone::Zone;
use crate::script::testing::{Home, Mistakes, Suite, Tested};
use crate::show::testing::Cast;
use crate::world::files::Folders;
use crate::world::rehearsal;
use crate::world::run::RunError;

use super::Options;
use super::find::{Found, beside};
use super::shelf::{BeforeReading, ReadOnce};

/// What became of a show that may have tests.
#[derive(Default)]
pub(super) struct Loaded {
    /// Its tests that can run; none where it has none, or none can.
    pub(super) ready: Option<Box<Ready>>,
    /// Mistakes of its script, or of that of its tests, which keep tests from running.
    pub(super) errors: Vec<ScriptError>,
}

impl Loaded {
    fn broken(errors: Vec<ScriptError>) -> Self {
        Self { ready: None, errors }
    }
}

/// A show whose tests can run.
pub(super) struct Ready {
    cast: Cast<ReadOnce>,
    /// Its own script's tests, and those beside it.
    suites: Vec<(Suite, Mistakes)>,
}

impl Ready {
    /// The zone of the show.
    pub(super) fn zone(&self) -> &Zone {
        self.cast.zone()
    }

    /// Its scripts with tests.
    pub(super) fn suites(&self) -> impl Iterator<Item = &Suite> {
        self.suites.iter().map(|(suite, _)| suite)
    }

    /// Runs one test, unless it has a mistake.
    pub(super) fn run(&self, suite: usize, test: usize) -> Option<Tested> {
        let (suite, mistakes) = self.suites.get(suite)?;
        if let Some(mistakes) = mistakes.of_tests.get(&test) {
            return Some(Tested::mistaken(mistakes.clone()));
        }
        let name = &suite.tests().get(test)?.name;
        Some(suite.run(name, self.cast.setup(), Box::new(self.cast.rehearse())))
    }
}

/// Reads a show and its tests.
pub(super) fn load(
    found: &Found,
    options: &Options,
    before: &BeforeReading,
) -> Result<Loaded, RunError> {
    let folders = Folders::new(&found.show, options.show.facts.as_deref())?;
    let show = match read(&found.show, options, before)? {
        Ok(text) => text,
        Err(error) => return Ok(Loaded::broken(vec![without_show(found).unwrap_or(error)])),
    };
    let (mut suites, mut errors) = (Vec::new(), Vec::new());
    if found.own {
        match Suite::compile(&file_name(&found.show), &show, Home::Show) {
            Ok(own) => suites.push(own),
            Err(error) => return Ok(Loaded::broken(vec![*error])),
        }
    }
    if let Some(path) = &found.beside {
        let text = read(path, options, before)?;
        let compile = |text| Suite::compile(&file_name(path), &text, Home::Beside);
        match text.map_err(Box::new).and_then(compile) {
            Ok(beside) => suites.push(beside),
            Err(error) => errors.push(*error),
        }
    } else {
        // Tests may be written there yet.
        let place = Folders::new(&beside(&found.show), None)?;
        before(FileKind::Script, &[place.script().to_owned()]);
    }
    if found.beside.is_none() && suites.iter().all(|suite| suite.tests().is_empty()) {
        return Ok(Loaded::default());
    }
    let setup = rehearsal::setup(&options.of(&found.show));
    let library = ReadOnce::new(folders, Arc::clone(before));
    Ok(match Cast::new(setup, show, library) {
        Ok(cast) => ready(cast, suites, errors),
        Err(mistakes) => Loaded::broken([errors, mistakes].concat()),
    })
}

/// The scripts of tests that can run: those without a mistake outside of a test.
fn ready(cast: Cast<ReadOnce>, suites: Vec<Suite>, mut errors: Vec<ScriptError>) -> Loaded {
    let mut fit = Vec::new();
    for suite in suites {
        let mut mistakes = suite.mistakes(cast.setup(), Box::new(cast.rehearse()));
        if mistakes.others.is_empty() {
            fit.push((suite, mistakes));
        } else {
            errors.append(&mut mistakes.others);
            errors.extend(mistakes.of_tests.into_values().flatten());
        }
    }
    Loaded { ready: Some(Box::new(Ready { cast, suites: fit })), errors }
}

/// What to say of tests that lie beside no show.
fn without_show(found: &Found) -> Option<ScriptError> {
    let tests = found.beside.as_ref().filter(|_| !found.own && !found.show.exists())?;
    let (tests, show) = (file_name(tests), file_name(&found.show));
    let told = format!(
        "there is no `{show}` beside it\nhint: a script of tests lies beside the show it tests, \
         and is called like it, with `_test` at the end"
    );
    Some(ScriptError::told(&tests, &told))
}

/// A script's text, or why there is none.
fn read(
    path: &Path,
    options: &Options,
    before: &BeforeReading,
) -> Result<Result<Arc<str>, ScriptError>, RunError> {
    let folders = Folders::new(path, options.show.facts.as_deref())?;
    before(FileKind::Script, &[folders.script().to_owned()]);
    Ok(match folders.read_script() {
        FileAnswer::Text(text) => Ok(text),
        FileAnswer::Problem(problem) => Err(ScriptError::told(&file_name(path), &problem)),
    })
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
