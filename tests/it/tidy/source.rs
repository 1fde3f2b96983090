//! A source file cut into tokens. Comments and the insides of texts are not code and fall away.

/// One source file, as the laws read it.
pub(super) struct Source {
    /// Where it lies in the package, with `/` between folders.
    pub(super) path: String,
    /// All of it.
    pub(super) text: String,
    /// Its code.
    pub(super) tokens: Vec<Token>,
}

/// A word, a number, `::`, or one character of anything else.
pub(super) struct Token {
    /// The token.
    pub(super) text: String,
    /// Its line, from 1.
    pub(super) line: usize,
}

impl Source {
    /// Reads a file.
    pub(super) fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned(), tokens: tokens(text) }
    }
}

impl Token {
    /// Whether it is a name or a keyword.
    pub(super) fn is_word(&self) -> bool {
        self.text.starts_with(|first: char| first.is_alphabetic() || first == '_')
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let (mut rest, mut line, mut tokens) = (text, 1, Vec::new());
    while let Some(first) = rest.chars().next() {
        let (length, is_code) = match not_code(rest) {
            Some(length) => (length, false),
            None if is_of_word(first) => {
                (rest.find(|c| !is_of_word(c)).unwrap_or(rest.len()), true)
            }
            None if rest.starts_with("::") => (2, true),
            None => (first.len_utf8(), !first.is_whitespace()),
        };
        let (head, tail) = rest.split_at(length);
        if is_code {
            tokens.push(Token { text: head.to_owned(), line });
        }
        line += head.matches('\n').count();
        rest = tail;
    }
    tokens
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The length of the comment, text or character that `rest` begins with; none for code.
fn not_code(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(block_comment(rest));
    }
    text_literal(rest).or_else(|| character(rest))
}

/// Block comments may lie inside one another.
fn block_comment(rest: &str) -> usize {
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(here) = rest.get(at..).filter(|here| !here.is_empty()) {
        let step = if here.starts_with("/*") {
            depth += 1;
            2
        } else if here.starts_with("*/") {
            depth -= 1;
            2
        } else {
            here.chars().next().map_or(1, char::len_utf8)
        };
        at += step;
        if depth == 0 {
            break;
        }
    }
    at
}

/// `"…"`, `b"…"`, `c"…"`, `r"…"`, `r#"…"#` and their mixtures.
fn text_literal(rest: &str) -> Option<usize> {
    let opened = rest.strip_prefix(['b', 'c']).unwrap_or(rest);
    if let Some(raw) = opened.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let inside = raw[hashes..].strip_prefix('"')?;
        let end = format!("\"{}", "#".repeat(hashes));
        let length = inside.find(&end).map_or(inside.len(), |at| at + end.len());
        return Some(rest.len() - inside.len() + length);
    }
    let inside = opened.strip_prefix('"')?;
    let mut escaped = false;
    let last = inside.char_indices().find(|(_, c)| {
        let ends = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    let length = last.map_or(inside.len(), |(at, _)| at + 1);
    Some(rest.len() - inside.len() + length)
}

/// `'a'`, `'\n'`, `'\u{1F408}'`; not the `'a` of a lifetime.
fn character(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('\'')?;
    if let Some(escape) = inside.strip_prefix('\\') {
        // The first character after the backslash may itself be a quote.
        let first = escape.chars().next()?.len_utf8();
        return Some(2 + first + escape[first..].find('\'')? + 1);
    }
    let first = inside.chars().next()?.len_utf8();
    inside[first..].starts_with('\'').then_some(1 + first + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        tokens(text).iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_and_texts_are_not_code() {
        assert_eq!(code("a // b\nc /* d /* e */ f */ g"), "a c g");
        assert_eq!(code(r#"a("b \" c", d)"#), "a ( , d )");
        assert_eq!(code(r##"a(r#"b " c"#, br"\", d)"##), "a ( , , d )");
        assert_eq!(code(r"a('b', '\'', '\\', '\u{1F408}', c)"), "a ( , , , , c )");
        assert_eq!(code("/// b\n//! c\na"), "a");
    }

    #[test]
    fn lifetimes_and_raw_names_are_code() {
        assert_eq!(code("a<'b, 'c>(d)"), "a < ' b , ' c > ( d )");
        assert_eq!(code("r#type::a"), "r # type :: a");
    }

    #[test]
    fn lines_are_counted_through_everything() {
        let tokens = tokens("a\n/*\n*/ \"\n\n\"\nb // c\nd");
        let lines: Vec<(&str, usize)> =
            tokens.iter().map(|token| (token.text.as_str(), token.line)).collect();
        assert_eq!(lines, [("a", 1), ("b", 6), ("d", 7)]);
    }

    #[test]
    fn what_is_never_closed_ends_with_the_file() {
        for text in ["a \"b", "a /* b", "a r#\"b"] {
            assert_eq!(code(text), "a", "{text}");
        }
    }
}
