//! What is told of a plan of shows that changed.

use serde::Serialize;

/// The plan was saved, and what follows from that. Shows are called `<script> on <channel>`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PlanChanged {
    /// The plan's file.
    pub file: String,
    /// Shows that go on untouched.
    pub kept: usize,
    /// Shows that are new, or come back.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<String>,
    /// Shows that end.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
    /// Shows that end and begin anew, because something of theirs is not as it was.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<String>,
}

impl PlanChanged {
    /// Whether every show goes on untouched.
    pub fn is_nothing(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}
