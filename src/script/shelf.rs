//! The script that was compiled last: the shows of one run play the same one, and share it.

use std::sync::{Arc, Mutex, PoisonError};

use rhai::{AST, Engine};

use super::errors::Sources;
use crate::model::script_error::ScriptError;

/// Keeps what was compiled last for whoever asks for the same text next. Cheap to clone; clones
/// keep the same.
#[derive(Clone, Default)]
pub struct Shelf(Arc<Mutex<Option<Arc<Parsed>>>>);

/// What a script's text compiles to, in any show's engine.
pub(super) struct Parsed {
    file: String,
    text: Arc<str>,
    pub(super) ast: AST,
    /// The script's own, before it imports any other.
    pub(super) sources: Arc<Sources>,
}

impl Shelf {
    /// The script compiled: by this engine, unless another did so just before. Who asks meanwhile
    /// waits, because it is mostly for the same.
    pub(super) fn parse(
        &self,
        engine: &Engine,
        file: &str,
        text: &str,
    ) -> Result<Arc<Parsed>, ScriptError> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(same) = last.as_ref().filter(|last| last.file == file && *last.text == *text) {
            return Ok(Arc::clone(same));
        }
        let (file, text): (String, Arc<str>) = (file.to_owned(), text.into());
        let sources = Arc::new(Sources([(file.clone(), Arc::clone(&text))].into()));
        let mut ast = engine.compile(&*text).map_err(|error| sources.of_parse(&file, &error))?;
        ast.set_source(&file);
        let parsed = Arc::new(Parsed { file, text, ast, sources });
        *last = Some(Arc::clone(&parsed));
        Ok(parsed)
    }
}
