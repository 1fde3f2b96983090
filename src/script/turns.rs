//! Turns of other languages that are known by what stands where a script does not parse.

use rhai::{ParseErrorType, Position};

use super::errors::token_width;

const IMPORT: &str =
    "there are no modules but other scripts, `import \"name\" as name;`; the time is `now()`";

/// What is written here in the place of what stands at `position` of `line`.
pub(super) fn hint(error: &ParseErrorType, line: &str, position: Position) -> Option<String> {
    let column = position.position()?;
    let before: String = line.chars().take(column.checked_sub(1)?).collect();
    let from: String = line.chars().skip(column - 1).collect();
    let missing = if let ParseErrorType::MissingToken(_, why) = error { Some(why) } else { None };
    let missing = missing.map(String::as_str);
    let at = first_word(&from);
    let last = last_word(&before);
    let hint = match (last, at) {
        ("elif" | "elseif", _) | (_, "elif" | "elseif") => "write `else if`",
        ("lambda", _) | (_, "lambda") => "a function without a name is written `|y| y + 1`",
        ("export", "default") => "leave out `export default`: every `fn` can be imported",
        ("from", _) if line.trim_start().starts_with("from ") => IMPORT,
        (_, "and") => "write `&&`",
        (_, "or") => "write `||`; what stands in for `()` is `x ?? other`",
        ("not", _) | (_, "not") => "write `!x`",
        (_, "is") => "write `==`, and `x == ()` for what is not there",
        (_, "for") if missing.is_some() && before.contains(['[', '(']) => {
            "write a loop, `for i in 0..3 { list.push(i); }`, or of a list `list.map(|i| …)`"
        }
        (_, "if") if missing.is_some() && from.contains(" else ") => {
            "write `if x { \"a\" } else { \"b\" }`: it has a value too"
        }
        ("f" | "F", _) if from.starts_with('"') => {
            "a text with values in it stands between backticks: `round ${n}`"
        }
        _ if from.starts_with("...") && before.trim_end().ends_with('{') => {
            "one map with another over it is `p + #{a: 1}`"
        }
        _ if from.starts_with(':') && is_in_brackets(&before, missing) => {
            "from where, and how many: `s.sub_string(0, 2)`, of a list `list.extract(0, 2)`"
        }
        _ => return named_option(line, &before, &from, missing),
    };
    Some(hint.to_owned())
}

/// What to say where the line before, of this number, does not end as it was meant.
pub(super) fn hint_for_line_before(number: usize, line: &str) -> Option<String> {
    let rest = line.trim_start().strip_prefix("import ");
    if rest.is_some_and(|rest| !rest.trim_start().starts_with(['"', '`'])) {
        return Some(IMPORT.to_owned());
    }
    let (code, comment) = line.split_once("//")?;
    let comment = comment.trim();
    let ends = comment.trim_end_matches([';', ')', ',']);
    let is_operand = |c: char| c.is_alphanumeric() || "_.()".contains(c);
    let is_divided = !ends.is_empty()
        && ends.chars().all(is_operand)
        && code.trim_end().ends_with(|c: char| c.is_alphanumeric() || "_)]".contains(c))
        && (ends.len() < comment.len() || ends.parse::<f64>().is_ok());
    is_divided.then(|| {
        format!("the `//` of line {number} begins a comment; whole numbers are divided by `/`")
    })
}

/// `label="GO"` among arguments.
fn named_option(line: &str, before: &str, from: &str, missing: Option<&str>) -> Option<String> {
    let rest = from.strip_prefix('=').filter(|rest| !rest.starts_with(['=', '>']))?;
    let name = last_word(before);
    missing.filter(|why| why.contains("arguments") && !name.is_empty())?;
    let blanks = rest.chars().take_while(|c| c.is_whitespace()).count();
    let column = before.chars().count() + 2 + blanks;
    let value = line.chars().skip(column - 1).take(token_width(line, column));
    Some(format!("options are a map: `#{{{name}: {}}}`", value.collect::<String>()))
}

/// Whether a colon stands between the brackets of an item: `s[0:2]`, `s[:2]`.
fn is_in_brackets(before: &str, missing: Option<&str>) -> bool {
    before.trim_end().ends_with('[') || missing.is_some_and(|why| why.contains("index"))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn first_word(text: &str) -> &str {
    text.split(|c| !is_word(c)).next().unwrap_or_default()
}

/// The word that a text ends with, blanks after it aside.
fn last_word(text: &str) -> &str {
    text.trim_end().rsplit(|c| !is_word(c)).next().unwrap_or_default()
}
