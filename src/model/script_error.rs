//! A mistake in a script, for its author: where, what was met, what was wanted.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::limits::MISTAKE_MAX_BYTES;

/// A mistake in a script. Shown with the source line and a caret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptError {
    /// The script's path as the show knows it: `cat_facts.rhai`, an import's file name.
    pub script: String,
    /// The line, from 1; 0 when no line is to blame.
    pub line: usize,
    /// The column in characters, from 1; 0 when none is to blame.
    pub column: usize,
    /// How many characters the caret underlines, at least 1.
    pub width: usize,
    /// The cue whose handler failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cue: Option<String>,
    /// What was met, and what was wanted.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The source line, without its end.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub source: String,
}

impl ScriptError {
    /// An error that no line is to blame for.
    pub fn of_script(script: &str, message: impl Into<String>) -> Self {
        Self {
            script: script.to_owned(),
            line: 0,
            column: 0,
            width: 1,
            cue: None,
            message: within(&message.into(), MISTAKE_MAX_BYTES),
            hint: None,
            source: String::new(),
        }
    }

    /// The same, of words that may end with a hint.
    pub fn told(script: &str, told: &str) -> Self {
        let (message, hint) = match told.split_once("\nhint: ") {
            Some((message, hint)) => (message, Some(hint.replace('\n', " "))),
            None => (told, None),
        };
        let mut error = Self::of_script(script, message);
        error.hint = hint.map(|hint| within(&hint, MISTAKE_MAX_BYTES));
        error
    }
}

/// The text, cut at a character with `…` where it has more bytes than that.
pub fn within(text: &str, bytes: usize) -> String {
    if text.len() <= bytes {
        return text.to_owned();
    }
    let room = bytes.saturating_sub('…'.len_utf8());
    format!("{}…", &text[..text.floor_char_boundary(room)])
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.script)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        write!(f, ": {}", self.message)?;
        self.hint.iter().try_for_each(|hint| write!(f, "\nhint: {hint}"))
    }
}
