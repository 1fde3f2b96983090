//! A script's mistake for its author: the line, a caret below it, and what to do.

use super::screen::Colours;
use super::text::{clean, cut, width};
use super::tone::Tone;
use crate::model::finding::Gravity;
use crate::model::script_error::ScriptError;

/// Columns a line takes where the screen has no bound.
const COLUMNS_DEFAULT: usize = 100;

/// Draws a mistake, with an end of line. `folder` is where scripts lie, as the operator wrote it.
pub(super) fn draw(
    error: &ScriptError,
    gravity: Gravity,
    folder: &str,
    colours: Colours,
    columns: Option<usize>,
) -> String {
    let (word, tone) = match gravity {
        Gravity::Error => ("error", Tone::Bad),
        Gravity::Warning => ("warning", Tone::Watch),
    };
    format!("{}: {}", colours.paint(tone, word), under_in(error, tone, folder, colours, columns))
}

/// The same without the word before it, for who says one of their own.
pub(super) fn under(
    error: &ScriptError,
    folder: &str,
    colours: Colours,
    columns: Option<usize>,
) -> String {
    under_in(error, Tone::Bad, folder, colours, columns)
}

fn under_in(
    error: &ScriptError,
    tone: Tone,
    folder: &str,
    colours: Colours,
    columns: Option<usize>,
) -> String {
    let mut drawn = vec![lines(&error.message), format!("  --> {}", place(error, folder))];
    let columns = columns.unwrap_or(COLUMNS_DEFAULT);
    let mut hint = error.hint.as_deref();
    if let Some((source, blanks, underlined)) = source(error, columns) {
        let number = error.line.to_string();
        let margin = " ".repeat(number.len());
        let caret = colours.paint(tone, &"^".repeat(underlined));
        let room = columns.saturating_sub(margin.len() + 3 + blanks + underlined + 1);
        let beside = hint.take_if(|hint| !hint.contains('\n') && width(hint) <= room);
        let label = beside.map(|hint| format!(" {}", clean(hint))).unwrap_or_default();
        drawn.push(format!("{number} | {source}"));
        drawn.push(format!("{margin} | {}{caret}{label}", " ".repeat(blanks)));
    }
    drawn.extend(hint.map(|hint| format!("hint: {}", lines(hint))));
    drawn.join("\n") + "\n"
}

/// `scripts/cat_facts.rhai:3:16`
pub(super) fn place(error: &ScriptError, folder: &str) -> String {
    let separator = if folder.is_empty() || folder.ends_with('/') { "" } else { "/" };
    let path = clean(&format!("{folder}{separator}{}", error.script));
    if error.line == 0 { path } else { format!("{path}:{}:{}", error.line, error.column) }
}

/// Each line by itself made harmless.
fn lines(text: &str) -> String {
    text.lines().map(clean).collect::<Vec<_>>().join("\n")
}

/// The source line as it is shown, the blanks before its caret, and the caret's length. A line too
/// wide for the screen is shown from near the caret on.
fn source(error: &ScriptError, columns: usize) -> Option<(String, usize, usize)> {
    if error.line == 0 || error.column == 0 || error.source.is_empty() {
        return None;
    }
    let room = columns.saturating_sub(error.line.to_string().len() + 4).max(1);
    let before: String = error.source.chars().take(error.column - 1).collect();
    let at: String = error.source.chars().skip(error.column - 1).collect();
    let marked: String = at.chars().take(error.width.max(1)).collect();
    let mut before = show_tabs(&before);
    if width(&before) + width(&show_tabs(&marked)) > room {
        let keep = room / 3;
        let mut tail = before.chars().rev().take(keep).collect::<Vec<_>>();
        tail.reverse();
        before = format!("…{}", tail.into_iter().collect::<String>());
    }
    let blanks = width(&before);
    let underlined = width(&show_tabs(&marked)).clamp(1, room.saturating_sub(blanks).max(1));
    Some((cut(&format!("{before}{}", show_tabs(&at)), room), blanks, underlined))
}

fn show_tabs(text: &str) -> String {
    clean(&text.replace('\t', "    "))
}
