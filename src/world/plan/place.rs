//! Where in a plan something stands.

use std::ops::Range;

use crate::model::limits::MISTAKE_MAX_BYTES;
use crate::model::script_error::{ScriptError, within};

/// A mistake at these bytes of a text. Words may end with `\nhint: …`.
pub(super) fn mistake(text: &str, name: &str, at: &Range<usize>, words: &str) -> ScriptError {
    let start = text.floor_char_boundary(at.start.min(text.len()));
    let end = text.floor_char_boundary(at.end.clamp(start, text.len()));
    let from = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[from..].lines().next().unwrap_or_default();
    let marked = text[start..end].lines().next().unwrap_or_default();
    let (message, hint) = match words.split_once("\nhint: ") {
        Some((message, hint)) => (message, Some(hint.to_owned())),
        None => (words, None),
    };
    ScriptError {
        line: line_of(text, start),
        column: text[from..start].chars().count() + 1,
        width: marked.chars().count().max(1),
        hint,
        source: within(line, MISTAKE_MAX_BYTES),
        ..ScriptError::of_script(name, message)
    }
}

/// The line, from 1, that a byte of a text is in.
pub(super) fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}
