//! What the desk shows of a show besides what the show needs itself: its last mistake, what the
//! last edit changed, and what of `state` was changed by hand.

use jiff::Timestamp;
use serde_json::{Value, json};
use similar::{ChangeTag, DiffOp, DiffTag, TextDiff};

use crate::model::cue::CueKey;
use crate::model::event::Reloaded;
use crate::model::limits::{DIFF_AROUND, DIFF_COMPARED_MAX_LINES, DIFF_MAX_LINES};
use crate::model::operator::StateEdit;
use crate::model::script_error::ScriptError;

/// What is remembered for the desk.
#[derive(Default)]
pub(super) struct Notes {
    /// The oldest first.
    pub(super) edits: Vec<StateEdit>,
    /// The last script error, until a version takes over or the handler that failed runs again.
    pub(super) mistake: Option<(Timestamp, Box<ScriptError>)>,
    /// The last edit.
    pub(super) reload: Option<Box<Value>>,
}

impl Notes {
    /// A handler failed, or a version was not taken.
    pub(super) fn failed(&mut self, at: Timestamp, error: &ScriptError) {
        self.mistake = Some((at, Box::new(error.clone())));
    }

    /// A handler ran: where it had failed, that is over.
    pub(super) fn ran(&mut self, cue: &CueKey) {
        let is_its_own = |error: &ScriptError| error.cue.as_deref() == Some(cue.as_str());
        if self.mistake.as_ref().is_some_and(|(_, error)| is_its_own(error)) {
            self.mistake = None;
        }
    }

    /// A version took over from one with the text `before`. Fills in how many lines it changes.
    pub(super) fn took_over(
        &mut self,
        at: Timestamp,
        told: &mut Reloaded,
        (before, after): (&str, &str),
    ) {
        let (lines, count) = differences(before, after);
        told.lines = count;
        self.mistake = None;
        self.reload = Some(Box::new(json!({
            "at": at.as_millisecond(),
            "file": told.file,
            "kept": told.kept,
            "added": told.added,
            "removed": told.removed,
            "changed": told.changed,
            "lines": lines,
        })));
    }

    /// The last mistake, as the desk shows it.
    pub(super) fn told_mistake(&self) -> Value {
        let Some((at, error)) = &self.mistake else { return Value::Null };
        json!({
            "at": at.as_millisecond(),
            "script": error.script,
            "line": error.line,
            "column": error.column,
            "width": error.width,
            "cue": error.cue,
            "message": error.message,
            "hint": error.hint,
            "source": error.source,
        })
    }

    /// What was changed of `state`, the newest first.
    pub(super) fn told_edits(&self) -> Value {
        let told = |edit: &StateEdit| {
            json!({
                "at": edit.at.as_millisecond(),
                "path": edit.path,
                "was": edit.was,
                "is": edit.is,
            })
        };
        self.edits.iter().rev().map(told).collect()
    }
}

/// The lines that differ, each with its sign, and a few around them; `…` between two places. And
/// how many they are, one that is another now counting once. None where the texts are too long to
/// be compared while a show waits.
fn differences(before: &str, after: &str) -> (Vec<String>, usize) {
    if before.lines().count() + after.lines().count() > DIFF_COMPARED_MAX_LINES {
        return (Vec::new(), 0);
    }
    let diff = TextDiff::from_lines(before, after);
    let is_other = |op: &&DiffOp| op.tag() != DiffTag::Equal;
    let count = diff.ops().iter().filter(is_other);
    let count = count.map(|op| op.old_range().len().max(op.new_range().len())).sum();
    let mut lines = Vec::new();
    for group in diff.grouped_ops(DIFF_AROUND) {
        if !lines.is_empty() {
            lines.push(" …".to_owned());
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            lines.push(format!("{sign}{}", change.value().trim_end()));
        }
    }
    if lines.len() > DIFF_MAX_LINES {
        lines.truncate(DIFF_MAX_LINES);
        lines.push(" …".to_owned());
    }
    (lines, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_shown_with_what_is_around_it() {
        let before = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n";
        let after = "a\nB\nc\nd\ne\nf\ng\nh\ni\nj\nk\n";
        let wanted = [" a", "-b", "+B", " c", " d", " …", " i", " j", "+k"];
        let (lines, count) = differences(before, after);
        assert_eq!(lines, wanted);
        assert_eq!(count, 2, "one is another, one is new");
        assert_eq!(differences(before, before), (vec![], 0));
    }

    #[test]
    fn it_is_bounded() {
        let (before, after) = ("a\n".repeat(300), "b\n".repeat(300));
        let (lines, count) = differences(&before, &after);
        assert_eq!((lines.len(), count), (DIFF_MAX_LINES + 1, 300));
        let long = "a\n".repeat(DIFF_COMPARED_MAX_LINES);
        assert_eq!(differences(&long, &after), (vec![], 0));
    }
}
