//! A show and its tests, read and compiled.

use std::path::Path;
use std::sync::Arc;

use crate::model::file::{FileAnswer, FileKind};
use crate::model::script_error::ScriptError;
use crate::model::zone::Zone;
use crate::script::testing::{Home, Suite, Tested};
use crate::show::testing::Cast;
use crate::world::files::Folders;
use crate::world::rehearsal;
use crate::world::run::RunError;

use super::Options;
use super::find::{Found, beside};
use super::shelf::{BeforeReading, ReadOnce};

/// What became of a show that has tests.
pub(super) enum Loaded {
    /// Its tests can run.
    Ready(Box<Ready>),
    /// It has no tests.
    Nothing,
    /// It, or a script of its tests, has mistakes.
    Broken(Vec<ScriptError>),
}

/// A show whose tests can run.
pub(super) struct Ready {
    cast: Cast<ReadOnce>,
    /// Its own script's tests, and those beside it.
    pub(super) suites: Vec<Suite>,
}

impl Ready {
    /// The zone of the show.
    pub(super) fn zone(&self) -> &Zone {
        self.cast.zone()
    }

    /// Runs one test.
    pub(super) fn run(&self, suite: usize, test: usize) -> Option<Tested> {
        let suite = self.suites.get(suite)?;
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
        Err(error) => return Ok(Loaded::Broken(vec![error])),
    };
    let own = found.own.then(|| Suite::compile(&file_name(&found.show), &show, Home::Show));
    let mut suites: Vec<Suite> = Vec::new();
    match own.transpose() {
        Ok(own) => suites.extend(own),
        Err(error) => return Ok(Loaded::Broken(vec![*error])),
    }
    if let Some(path) = &found.beside {
        let text = match read(path, options, before)? {
            Ok(text) => text,
            Err(error) => return Ok(Loaded::Broken(vec![error])),
        };
        match Suite::compile(&file_name(path), &text, Home::Beside) {
            Ok(suite) => suites.push(suite),
            Err(error) => return Ok(Loaded::Broken(vec![*error])),
        }
    } else {
        // Tests may be written there yet.
        let place = Folders::new(&beside(&found.show), None)?;
        before(FileKind::Script, &[place.script().to_owned()]);
    }
    if found.beside.is_none() && suites.iter().all(|suite| suite.tests().is_empty()) {
        return Ok(Loaded::Nothing);
    }
    let setup = rehearsal::setup(&options.of(&found.show));
    let library = ReadOnce::new(folders, Arc::clone(before));
    Ok(match Cast::new(setup, show, library) {
        Err(errors) => Loaded::Broken(errors),
        Ok(cast) => {
            let mistakes = |suite: &Suite| suite.mistakes(cast.setup(), Box::new(cast.rehearse()));
            let mistakes: Vec<ScriptError> = suites.iter().flat_map(mistakes).collect();
            if mistakes.is_empty() {
                Loaded::Ready(Box::new(Ready { cast, suites }))
            } else {
                Loaded::Broken(mistakes)
            }
        }
    })
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
        FileAnswer::Problem(problem) => Err(ScriptError::of_script(&file_name(path), problem)),
    })
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
