//! What a look at a script before air found.

use serde::Serialize;

use super::file::FileRef;
use super::script_error::ScriptError;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Gravity {
    /// The show cannot go on air with it, or a handler of it fails.
    Error,
    /// It runs, but seldom as it was meant.
    Warning,
}

/// One thing that was found, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How grave it is.
    pub gravity: Gravity,
    /// What was met, what was wanted, and at which line.
    pub mistake: ScriptError,
    /// The file that the line is of, where that is none of the show's scripts.
    pub file: Option<FileRef>,
}

impl Finding {
    /// A finding in a script.
    pub fn new(gravity: Gravity, mistake: ScriptError) -> Self {
        Self { gravity, mistake, file: None }
    }
}
