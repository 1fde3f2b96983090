//! Files a show reads: part of what it is told, never fetched by the script itself.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A file by what a script calls it; where it lies is for the world to find.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileRef {
    /// What it is read as.
    pub kind: FileKind,
    /// The name as the script gives it: `cats`, `lib`, `data/scores.json`.
    pub name: String,
}

impl fmt::Display for FileRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            FileKind::Facts => write!(f, "facts `{}`", self.name),
            FileKind::Script => write!(f, "script `{}`", self.name),
            FileKind::Data => write!(f, "file `{}`", self.name),
        }
    }
}

/// What a file is read as, which decides where it is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// `facts/<name>.txt`: in `--facts`, else beside the script's folder, else in it.
    Facts,
    /// `<name>.rhai` in the script's folder, by `import`.
    Script,
    /// Any other file in the show's folders, by `read_json`, `read_lines`, `read_csv`.
    Data,
}

/// What was found under a file's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileAnswer {
    /// Its text, without a byte order mark.
    Text(Arc<str>),
    /// Why there is none: what was met, what was wanted, with a hint.
    Problem(String),
}

/// The facts of a facts file's text, each with its line from 1: blank lines and `#` comments are
/// none.
pub fn facts_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(before, line)| (before + 1, line.trim()));
    lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}
