//! The walk over a script's tree: mistakes that rhai itself lets pass until they are on air.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "rhai's enums are open: what is not named here is not looked at"
)]

mod calls;
mod closures;
mod copies;
mod counts;
mod cues;
mod doubts;
mod events;
mod fields;
mod files;
mod fired;
mod gives_nothing;
mod names;
mod outline;
mod tested;
mod texts;
mod thrown_away;
mod tree;
mod typed_in;

use std::collections::BTreeSet;

use rhai::{AST, Position};

use super::errors::Sources;
use super::imports::Imported;
use crate::model::file::FileRef;
use crate::model::script_error::ScriptError;
use tested::Tests;
use tree::Script;

pub(super) use cues::find as cue_mistakes;
pub(super) use files::imports;
pub(super) use outline::outline;

/// The words that keep a function for later.
const REGISTRATIONS: [&str; 8] =
    ["every", "cron", "at", "stream_at", "after", "on", "cue", "fetch_json"];

/// What the walk found.
#[derive(Default, Clone)]
pub(super) struct Found {
    pub(super) errors: Vec<ScriptError>,
    pub(super) warnings: Vec<ScriptError>,
    pub(super) files: BTreeSet<FileRef>,
    /// Cues that the show's own script names: whether they are there shows once it has run.
    named: Vec<fired::Named>,
}

impl Found {
    /// One more error, unless one at the same line is known already: it tells the same twice.
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

/// Takes down what is found in one script.
struct Notes<'a> {
    found: &'a mut Found,
    file: &'a str,
    sources: &'a Sources,
}

impl Notes<'_> {
    fn error(&mut self, position: Position, told: &str) {
        let error = self.sources.error(self.file, position, told);
        self.found.add_error(error);
    }

    /// The line of the script from there on.
    fn source_from(&self, position: Position) -> Option<&str> {
        let line = self.sources.0.get(self.file)?.lines().nth(position.line()?.checked_sub(1)?)?;
        let (start, _) = line.char_indices().nth(position.position()?.checked_sub(1)?)?;
        line.get(start..)
    }

    fn warning(&mut self, position: Position, told: &str) {
        self.warning_of(None, position, told);
    }

    /// A warning of one cue's handler.
    fn warning_of(&mut self, cue: Option<&str>, position: Position, told: &str) {
        let mut warning = self.sources.error(self.file, position, told);
        warning.cue = cue.map(str::to_owned);
        self.found.warnings.push(warning);
    }
}

/// Every mistake in a show's script and in what it imports.
pub(super) fn find(file: &str, sources: &Sources, ast: &AST, imported: &Imported) -> Found {
    find_in(Whose::Show, file, sources, ast, imported)
}

/// Every mistake in a script of tests and in what it imports.
pub(super) fn find_in_test(file: &str, sources: &Sources, ast: &AST, imported: &Imported) -> Found {
    let mut found = find_in(Whose::Tests, file, sources, ast, imported);
    let notes = &mut Notes { found: &mut found, file, sources };
    tested::look_for_cues(&Script::new(ast), notes);
    found
}

/// Whose script is looked at: who may use the words of tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// A show's: only what its tests alone call may.
    Show,
    /// That of tests: all may.
    Tests,
}

fn find_in(whose: Whose, file: &str, sources: &Sources, ast: &AST, imported: &Imported) -> Found {
    let mut found = Found::default();
    let own = [(file, ast)];
    let others = imported.scripts.iter().map(|(file, (_, ast))| (file.as_str(), ast));
    for (number, (file, ast)) in own.into_iter().chain(others).enumerate() {
        let script = Script::new(ast);
        if number == 0 {
            found.named = fired::named(&script);
        }
        found.files.extend(files::named(&script));
        let mut notes = Notes { found: &mut found, file, sources };
        let tests = Tests::of(whose, &script);
        calls::look(&tests, &script, imported, &mut notes);
        names::look(&script, &mut notes);
        closures::look(&script, &mut notes);
        tested::look(&tests, &script, &mut notes);
        fields::look(&tests, &script, &mut notes);
        thrown_away::look(&script, &mut notes);
        doubts::look(&script, &mut notes);
        copies::look(&script, &mut notes);
        events::look(&script, &mut notes);
        gives_nothing::look(&script, &mut notes);
        typed_in::look(&script, &mut notes);
        texts::look(&script, &mut notes);
    }
    found
}
