//! What happens as JSON lines: what `--json` prints and the journal keeps.

use std::fmt::Write;

use serde::Serialize;

/// One event, or whatever else is plain JSON, as one line with its end.
pub fn line(event: &impl Serialize) -> String {
    let mut line = harmless(serde_json::to_string(event).expect("it is plain JSON"));
    line.push('\n');
    line
}

/// The JSON with nothing in it that a terminal may obey.
pub(super) fn harmless(line: String) -> String {
    if line.contains(is_raw_control) { escape(&line) } else { line }
}

/// JSON lets these stand as they are, but a terminal may obey them. They only occur in strings.
fn is_raw_control(c: char) -> bool {
    matches!(c, '\u{7f}'..='\u{9f}')
}

fn escape(line: &str) -> String {
    line.chars().fold(String::with_capacity(line.len() + 8), |mut escaped, c| {
        if is_raw_control(c) {
            write!(escaped, "\\u{:04x}", u32::from(c)).expect("a string takes everything");
        } else {
            escaped.push(c);
        }
        escaped
    })
}
