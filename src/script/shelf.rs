//! The script that was compiled last: the shows of one run play the same one, and share it.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rhai::AST;

use super::engine;
use super::errors::Sources;
use super::walk::Found;
use crate::model::script_error::ScriptError;

/// Keeps what was compiled last for whoever asks for the same text next. Cheap to clone; clones
/// keep the same.
#[derive(Clone, Default)]
pub struct Shelf(Arc<Mutex<Option<Kept>>>);

/// A text of a file, and what came of it.
struct Kept {
    file: String,
    text: Arc<str>,
    outcome: Result<Arc<Parsed>, Box<ScriptError>>,
}

/// What a script's text compiles to.
pub(super) struct Parsed {
    pub(super) ast: AST,
    /// The script's own, before it imports any other.
    pub(super) sources: Arc<Sources>,
    /// What the walk finds in it, where it imports nothing: the same in every show.
    pub(super) found: OnceLock<Found>,
}

impl Shelf {
    /// The script compiled, unless it was for another just before. Who asks meanwhile waits,
    /// because it is mostly for the same.
    pub(super) fn parse(&self, file: &str, text: &str) -> Result<Arc<Parsed>, Box<ScriptError>> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(same) = last.as_ref().filter(|last| last.file == file && *last.text == *text) {
            return same.outcome.clone();
        }
        let (file, text): (String, Arc<str>) = (file.to_owned(), text.into());
        let outcome = compile(&file, &text);
        *last = Some(Kept { file, text, outcome: outcome.clone() });
        outcome
    }
}

fn compile(file: &str, text: &Arc<str>) -> Result<Arc<Parsed>, Box<ScriptError>> {
    let sources = Arc::new(Sources([(file.to_owned(), Arc::clone(text))].into()));
    let compiled = engine::language().compile(&**text);
    let mut ast = compiled.map_err(|error| Box::new(sources.of_parse(file, &error)))?;
    ast.set_source(file);
    Ok(Arc::new(Parsed { ast, sources, found: OnceLock::new() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_share_what_was_compiled_last() {
        let shelf = Shelf::default();
        let parse = |text| shelf.clone().parse("show.rhai", text);
        let first = parse("1").expect("it compiles");
        let same = parse("1").expect("it compiles");
        assert!(Arc::ptr_eq(&first, &same));
        let error = parse("1 +").err().expect("it does not compile");
        assert_eq!(error.script, "show.rhai");
        let edited = parse("2").expect("it compiles");
        assert!(!Arc::ptr_eq(&first, &edited));
        assert!(Arc::ptr_eq(&edited, &parse("2").expect("it compiles")));
    }
}
