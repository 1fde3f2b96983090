//! The reference for a terminal.

use std::fmt::Write;

use super::{Entry, subjects};

/// Columns of running text.
const COLUMNS: usize = 80;

/// All of it.
pub fn whole() -> String {
    let mut page = String::new();
    for subject in subjects() {
        // Writing into a text cannot fail.
        let _ = writeln!(page, "{}\n{}\n", subject.title, "=".repeat(subject.title.len()));
        for told in &subject.entries {
            let _ = writeln!(page, "{}\n", entry(told));
        }
    }
    page.trim_end().to_owned()
}

/// One word.
pub fn entry(entry: &Entry) -> String {
    let mut page = entry.forms.join("\n");
    page.push('\n');
    for paragraph in &entry.text {
        page.push('\n');
        wrap(&mut page, "  ", "  ", paragraph);
    }
    if !entry.options.is_empty() {
        page.push_str("\n  options\n");
    }
    for option in &entry.options {
        wrap(&mut page, "    ", "      ", &format!("{}: {}", option.name, option.text));
    }
    let notes = [("gives", &entry.gives), ("limits", &entry.limits)];
    for (head, note) in notes {
        if let Some(note) = note {
            page.push('\n');
            wrap(&mut page, &format!("  {head:<8}"), "          ", note);
        }
    }
    for example in &entry.examples {
        page.push_str("\n  example\n");
        indented(&mut page, example.script);
        let played = example.played();
        for (head, lines) in [("sends", &played.sent), ("says", &played.said)] {
            if !lines.is_empty() {
                let _ = writeln!(page, "\n  {head}");
                for line in lines {
                    indented(&mut page, line);
                }
            }
        }
    }
    for mistake in &entry.errors {
        let Some(answer) = mistake.answer() else { continue };
        page.push_str("\n  mistake\n");
        indented(&mut page, &mistake.script);
        wrap(&mut page, "      ", "      ", answer);
    }
    page.trim_end().to_owned()
}

fn indented(page: &mut String, lines: &str) {
    for line in lines.lines() {
        let _ = writeln!(page, "    {line}");
    }
}

/// Running text, without the marks of code.
fn wrap(page: &mut String, first: &str, then: &str, text: &str) {
    let mut line = first.to_owned();
    let mut begun = false;
    for word in text.split_whitespace() {
        if begun && line.chars().count() + 1 + word.chars().count() > COLUMNS {
            let _ = writeln!(page, "{line}");
            then.clone_into(&mut line);
            begun = false;
        }
        if begun {
            line.push(' ');
        }
        line.push_str(word);
        begun = true;
    }
    let _ = writeln!(page, "{line}");
}
