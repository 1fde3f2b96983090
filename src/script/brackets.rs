//! Which bracket of a script is not closed, for one who counts them in vain.

use rhai::Position;

/// A bracket that was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Opened {
    pub(super) bracket: char,
    /// Its line, from 1.
    pub(super) line: usize,
}

/// The last bracket that is open where rhai gave up; none where all are closed.
pub(super) fn unclosed(text: &str, until: Position) -> Option<Opened> {
    let (last_line, last_column) = match until.line() {
        Some(line) => (line, until.position().unwrap_or(usize::MAX)),
        None => (usize::MAX, usize::MAX),
    };
    let mut open: Vec<Opened> = Vec::new();
    let mut within = Within::Code;
    for (number, content) in text.lines().enumerate().take(last_line) {
        let line = number + 1;
        let chars: Vec<char> = content.chars().collect();
        let mut at = 0;
        while at < chars.len() && (line < last_line || at + 1 < last_column) {
            let (here, next) = (chars[at], chars.get(at + 1).copied());
            within = match (within, here, next) {
                (Within::Code, '/', Some('/')) => break,
                (Within::Code, '/', Some('*')) => Within::Comment,
                (Within::Comment, '*', Some('/')) => Within::Code,
                (Within::Code, '"' | '`' | '\'', _) => Within::Text(here),
                (Within::Text(quote), _, _) if here == quote => Within::Code,
                (Within::Code, '(' | '[' | '{', _) => {
                    open.push(Opened { bracket: here, line });
                    Within::Code
                }
                (Within::Code, ')' | ']' | '}', _) => {
                    open.pop();
                    Within::Code
                }
                (same, _, _) => same,
            };
            let is_escape = matches!(within, Within::Text('"' | '\'')) && here == '\\';
            at += if is_escape { 2 } else { 1 };
        }
        if let Within::Text('"' | '\'') = within {
            within = Within::Code;
        }
    }
    open.pop()
}

/// What a place of a script lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Code,
    /// A text that ends with this quote.
    Text(char),
    /// A comment over several lines.
    Comment,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_comments_have_no_brackets() {
        let end = Position::NONE;
        let opened = |bracket, line| Some(Opened { bracket, line });
        assert_eq!(unclosed("f(1, [2], #{a: 3})", end), None);
        assert_eq!(unclosed("f(\"(\", `[`, '{')", end), None);
        assert_eq!(unclosed("f(\"\\\"(\")", end), None);
        assert_eq!(unclosed("// (\n/* [\n { */ f(", end), opened('(', 3));
        assert_eq!(
            unclosed("every(\"1s\", || {\n  f(1;\n});", Position::new(2, 6)),
            opened('(', 2)
        );
        assert_eq!(
            unclosed("every(\"1s\", || {\n  f(1);\n);", Position::new(3, 1)),
            opened('{', 1)
        );
    }
}
