//! Sizes: a file, a function and a line that a reader can hold, and a first line that says what
//! the file is for.

use super::Breach;
use super::source::{Source, Token};

const FILE_MAX_LINES: usize = 400;
const FUNCTION_MAX_LINES: usize = 60;
const LINE_MAX_CHARS: usize = 100;

/// What of a file is too large.
pub(super) fn check(source: &Source) -> Vec<Breach> {
    let breach = |line, what, instead: &str| Breach {
        path: source.path.clone(),
        line,
        what,
        instead: instead.to_owned(),
    };
    let mut found = Vec::new();
    // The crate's own words are its architecture page.
    if !source.text.starts_with("//!") && !source.text.starts_with("#![doc = include_str!(") {
        found.push(breach(1, "the file opens without `//!`".into(), "say what the file is for"));
    }
    let lines = source.text.lines().count();
    if lines > FILE_MAX_LINES {
        let what = format!("the file has {lines} lines, {FILE_MAX_LINES} are allowed");
        found.push(breach(FILE_MAX_LINES + 1, what, "part it where two concerns meet"));
    }
    for (number, line) in (1..).zip(source.text.lines()) {
        let chars = line.chars().count();
        if chars > LINE_MAX_CHARS {
            let what = format!("the line has {chars} characters, {LINE_MAX_CHARS} are allowed");
            found.push(breach(number, what, "break it"));
        }
    }
    for function in functions(&source.tokens) {
        let lines = function.last_line - function.line + 1;
        if lines > FUNCTION_MAX_LINES {
            let what = format!(
                "the function `{}` has {lines} lines, {FUNCTION_MAX_LINES} are allowed",
                function.name
            );
            found.push(breach(function.line, what, "give one of its steps a name of its own"));
        }
    }
    found
}

struct Function {
    name: String,
    line: usize,
    last_line: usize,
}

/// The functions that have a body, those inside others too.
fn functions(tokens: &[Token]) -> Vec<Function> {
    let mut functions = Vec::new();
    for (at, pair) in tokens.windows(2).enumerate() {
        // `fn(` is a type.
        if pair[0].text != "fn" || !pair[1].is_word() {
            continue;
        }
        if let Some(last_line) = body_end(&tokens[at..]) {
            let (name, line) = (pair[1].text.clone(), pair[0].line);
            functions.push(Function { name, line, last_line });
        }
    }
    functions
}

/// The line of the brace that closes a function's body; none when it has no body.
fn body_end(tokens: &[Token]) -> Option<usize> {
    let mut depth = 0_usize;
    for token in tokens {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" => depth = depth.checked_sub(1)?,
            "}" => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(token.line);
                }
            }
            ";" if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(usize, String)> {
        let found = check(&Source::new("src/model/a.rs", text));
        found.into_iter().map(|breach| (breach.line, breach.what)).collect()
    }

    #[test]
    fn a_file_opens_with_its_purpose() {
        assert_eq!(found("//! A.\n"), []);
        assert_eq!(found("#![doc = include_str!(\"README.md\")]\n"), []);
        assert_eq!(found("\n//! A.\n").len(), 1);
        assert_eq!(found("use a;\n")[0].0, 1);
    }

    #[test]
    fn a_file_has_400_lines_at_most() {
        assert_eq!(found(&format!("//! A.\n{}", "\n".repeat(399))), []);
        assert_eq!(found(&format!("//! A.\n{}", "\n".repeat(400)))[0].0, 401);
    }

    #[test]
    fn a_line_has_100_characters_at_most() {
        assert_eq!(found(&format!("//! {}\n", "ü".repeat(96))), []);
        let long = found(&format!("//! A.\n// {}\n", "ü".repeat(98)));
        assert_eq!(long, [(2, "the line has 101 characters, 100 are allowed".to_owned())]);
    }

    #[test]
    fn a_function_has_60_lines_at_most() {
        let function = |lines: usize| {
            let body = "    a();\n".repeat(lines - 3);
            format!("//! A.\n#[test]\nfn f(\n    b: [u8; 3]) {{\n{body}}}\nfn g() {{}}\n")
        };
        assert_eq!(found(&function(60)), []);
        let long = found(&function(61));
        assert_eq!(long, [(3, "the function `f` has 61 lines, 60 are allowed".to_owned())]);
    }

    #[test]
    fn what_is_no_body_is_not_measured() {
        let space = "\n".repeat(70);
        assert_eq!(found(&format!("//! A.\ntrait T {{\n    fn f(&self);\n{space}}}\n")), []);
        assert_eq!(found(&format!("//! A.\ntype F = fn(u8) -> u8;\n{space}mod m {{}}\n")), []);
        let braces = format!("//! A.\nfn f() {{ g(\"{{\", '{{') }} // {{\n{space}");
        assert_eq!(found(&braces), []);
    }

    #[test]
    fn a_function_inside_another_is_measured_too() {
        let inner = format!("//! A.\nfn f() {{\nfn g() {{\n{}}}\n}}\n", "h();\n".repeat(59));
        let names: Vec<usize> = found(&inner).iter().map(|(line, _)| *line).collect();
        assert_eq!(names, [2, 3]);
    }
}
