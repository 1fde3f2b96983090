//! The walk over a script's tree: mistakes that rhai itself lets pass.

use std::collections::BTreeSet;

use rhai::{AST, Engine};

use super::errors::Sources;
use super::imports::Imported;
use super::stage::Stage;
use crate::model::file::FileRef;
use crate::model::script_error::ScriptError;

/// What the walk found.
#[derive(Default)]
pub(super) struct Found {
    pub(super) errors: Vec<ScriptError>,
    pub(super) warnings: Vec<ScriptError>,
    pub(super) files: BTreeSet<FileRef>,
}

impl Found {
    /// One more error, unless the walk has found one at the same place already.
    pub(super) fn add_error(&mut self, error: ScriptError) {
        let same = |other: &ScriptError| {
            (&other.script, other.line) == (&error.script, error.line) && error.line > 0
        };
        if !self.errors.iter().any(same) {
            self.errors.push(error);
        }
    }

    /// The errors, from the top of the script down.
    pub(super) fn in_order(mut self) -> Vec<ScriptError> {
        self.errors.sort_by_key(|error| (error.script.clone(), error.line, error.column));
        self.errors
    }
}

pub(super) fn imports(_ast: &AST) -> Vec<FileRef> {
    Vec::new()
}

pub(super) fn find(
    _engine: &Engine,
    _file: &str,
    _sources: &Sources,
    _ast: &AST,
    _imported: &Imported,
) -> Found {
    Found::default()
}

pub(super) fn cue_mistakes(
    _found: &mut Found,
    _file: &str,
    _sources: &Sources,
    _ast: &AST,
    _stage: &Stage,
) {
}
