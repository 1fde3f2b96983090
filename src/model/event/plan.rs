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
    /// Shows that end and begin anew, as soon as they can, because something of theirs is not as it
    /// was.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<String>,
    /// Shows whose change still waited, and that the plan wants as they play again.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stays: Vec<String>,
}

impl PlanChanged {
    /// Whether every show goes on as if nothing had been saved.
    pub fn is_nothing(&self) -> bool {
        let Self { added, removed, changed, stays, .. } = self;
        [added, removed, changed, stays].iter().all(|shows| shows.is_empty())
    }
}
