//! Scripts that do not parse: rhai's place, our words.

use rhai::ParseError;

use super::errors::{Sources, lower_first};
use crate::model::script_error::ScriptError;

impl Sources {
    /// An error that kept `file` from compiling.
    pub(super) fn of_parse(&self, file: &str, error: &ParseError) -> ScriptError {
        self.error(file, error.position(), &lower_first(&error.err_type().to_string()))
    }
}
