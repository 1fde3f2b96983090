//! Text that fits its columns and cannot harm a terminal.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The text on one line without anything a terminal would obey: blanks for line breaks and tabs,
/// `�` for other control characters and for those that turn the direction of writing.
pub fn clean(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { text.chars().map(clean_char).collect() }
}

/// Whether it is printable ASCII alone, as most texts are: nothing to obey, and a column a byte.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

fn clean_char(c: char) -> char {
    match c {
        '\n' | '\r' | '\t' => ' ',
        '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    }
}

/// How many columns the text takes.
pub(super) fn width(text: &str) -> usize {
    if is_plain(text) { text.len() } else { text.width() }
}

/// The text, cut with `…` where it is wider than `columns`.
pub(super) fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut taken = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > columns {
            break;
        }
        taken.push(c);
    }
    if columns > 0 {
        taken.push('…');
    }
    taken
}

/// The text in exactly `columns`: cut, or blanks after it.
pub(super) fn fit(text: &str, columns: usize) -> String {
    let mut fitted = cut(text, columns);
    let blanks = columns.saturating_sub(width(&fitted));
    fitted.extend(std::iter::repeat_n(' ', blanks));
    fitted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_text_is_cut_by_columns() {
        assert_eq!(cut("日本語です", 5), "日本…");
        assert_eq!(cut("日本語です", 4), "日…");
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
        assert_eq!(cut("abcd", 0), "");
        assert_eq!(fit("日本語です", 4), "日… ");
        assert_eq!(fit("a", 3), "a  ");
    }

    #[test]
    fn nothing_a_terminal_obeys_is_left() {
        let hostile = "a\x1b[2J\u{9b}31m\r\n\tb\u{202e}c\x07\x7f";
        assert_eq!(clean(hostile), "a�[2J�31m   b�c��");
    }
}
