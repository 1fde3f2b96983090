//! What a script's text holds, without running it: for a look before air.

use rhai::AST;

use super::show_host::Host;
use super::walk;
use crate::model::script_error::ScriptError;

/// What a text holds. Empty for one that does not compile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// How many functions with a name it defines.
    pub functions: usize,
    /// The names of all properties it reads: what its handlers may look for in their data.
    pub fields: Vec<String>,
    /// The keys of the maps that are written out in it, then its other texts, each as it stands:
    /// what the data of its handlers may name.
    pub names: Vec<String>,
    /// Times of day that are reckoned in no zone of their own, each where it stands.
    pub times_without_zone: Vec<ScriptError>,
}

impl Host {
    /// What a text holds. `script_file` is its name for messages.
    pub fn outline(&self, script_file: &str, text: &str) -> Outline {
        let setup = self.stage.get().setup.clone();
        let Ok(parsed) = setup.shelf.parse(script_file, text) else {
            return Outline::default();
        };
        let functions = functions(&parsed.ast);
        Outline { functions, ..walk::outline(script_file, &parsed.sources, &parsed.ast) }
    }
}

/// Closures do not count: they have no name.
fn functions(ast: &AST) -> usize {
    ast.iter_functions().filter(|function| !function.name.starts_with("anon$")).count()
}
