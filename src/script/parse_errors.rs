//! Scripts that do not parse: rhai's place, our words, and habits of other languages recognised.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "rhai's enums are open: what is not named here is not looked at"
)]

use rhai::{LexError, ParseError, ParseErrorType, Position};

use super::brackets::{self, Opened};
use super::errors::{Sources, lower_first, own_name};
use super::turns;
use crate::model::script_error::ScriptError;

/// How the loops of other languages begin, and how they are written here.
const LOOPS: [&str; 5] = ["for (", "for(", "for let ", "for const ", "for var "];
const LOOP: &str = "write `for item in list { … }` or `for i in 0..10 { … }`";

/// A turn of another language: how it looks, and how it is written here.
const HABITS: [(&str, &str); 26] = [
    ("|_", "an argument has a name, `|e| …`; where none is needed, write `|| …`"),
    ("function(", "a function without a name is written `|a, b| …`"),
    ("function (", "a function without a name is written `|a, b| …`"),
    (" finally", "what is to be done in any case stands after the `catch { … }`"),
    ("import {", "write `import \"file\" as file;`, then `file::name(…)`"),
    ("let {", "one variable at a time: `let a = map.a;`"),
    ("let [", "one variable at a time: `let a = list[0];`"),
    ("const {", "one at a time: `const A = map.a;`"),
    ("const [", "one at a time: `const A = list[0];`"),
    ("=>", "a function is written `|a, b| …`, without `=>`"),
    ("...", "`a + b` is one list after the other"),
    ("case ", "write `switch x { 1 => …, _ => … }`"),
    ("class ", "what belongs together is a map, `#{a: 1}`"),
    ("def ", "write `fn name(a) { … }`"),
    ("export ", "every `fn` of a script can be imported, without a word before it"),
    ("typeof ", "write `type_of(x)`"),
    ("struct ", "what belongs together is a map, `#{a: 1}`"),
    ("===", "write `==`"),
    ("!==", "write `!=`"),
    ("??=", "write `x = x ?? 1`"),
    ("++", "write `x += 1`"),
    ("--", "write `x -= 1`"),
    (" ? ", "write `if a { b } else { c }`: it has a value too"),
    ("null", "what is not there is `()`"),
    ("for [", "write `for key in map.keys()` and `map[key]`"),
    ("function ", "write `fn name(a) { … }`"),
];

/// What other programs make of the quotes that are typed.
const QUOTES: &str = "“”„‟‘’‚«»";

/// Words that rhai keeps for itself, though it does not use them.
const RESERVED: [&str; 5] = ["go", "new", "match", "default", "with"];

impl Sources {
    /// An error that kept `file` from compiling.
    pub(super) fn of_parse(&self, file: &str, error: &ParseError) -> ScriptError {
        let position = error.position();
        let line = self.error(file, position, "").source;
        let says = says(error.err_type());
        let hint = hint(error.err_type(), &line, position);
        let hint = self.of_line_before(file, error).or(hint);
        let hint =
            hint.or_else(|| self.unclosed(file, error)).or_else(|| self.unended(file, error));
        match hint {
            Some(hint) => self.error(file, position, &format!("{says}\nhint: {hint}")),
            None => self.error(file, position, &says),
        }
    }
}

impl Sources {
    /// Where the bracket was opened that is not closed, when rhai misses or does not expect one.
    fn unclosed(&self, file: &str, error: &ParseError) -> Option<String> {
        use ParseErrorType as P;
        let is_about_brackets = match error.err_type() {
            P::MissingToken(token, _) => ["}", ")", "]", ","].contains(&token.as_str()),
            P::BadInput(LexError::UnexpectedInput(met)) => ["}", ")", "]"].contains(&met.as_str()),
            P::UnexpectedEOF => true,
            _ => false,
        };
        let text = self.0.get(file).filter(|_| is_about_brackets)?;
        let Opened { bracket, line } = brackets::unclosed(text, error.position())?;
        Some(format!("the `{bracket}` of line {line} is not closed"))
    }
}

impl Sources {
    /// The line that ends without `;`, when rhai misses one only where the next line begins.
    fn unended(&self, file: &str, error: &ParseError) -> Option<String> {
        let is_missed =
            matches!(error.err_type(), ParseErrorType::MissingToken(token, _) if token == ";");
        let (last, _) = self.line_before(file, error.position()).filter(|_| is_missed)?;
        Some(format!("end the statement of line {last} with `;`"))
    }

    /// What the line before was meant to be, when rhai misses something only where the next begins.
    fn of_line_before(&self, file: &str, error: &ParseError) -> Option<String> {
        use ParseErrorType as P;
        let is_missed = matches!(error.err_type(), P::MissingToken(..) | P::UnexpectedEOF);
        let (number, line) = self.line_before(file, error.position()).filter(|_| is_missed)?;
        turns::hint_for_line_before(number, line)
    }

    /// The number of the last line with code in it, and that line, where an error stands at the
    /// beginning of a later one.
    fn line_before(&self, file: &str, position: Position) -> Option<(usize, &str)> {
        let text = self.0.get(file)?;
        let (line, column) = (position.line()?, position.position()?);
        let met: String = text.lines().nth(line - 1)?.chars().take(column - 1).collect();
        let is_text = |line: &str| !line.trim().is_empty() && !line.trim().starts_with("//");
        let before = text.lines().take(line - 1).enumerate().filter(|(_, line)| is_text(line));
        before.last().filter(|_| met.trim().is_empty()).map(|(last, line)| (last + 1, line))
    }
}

fn says(error: &ParseErrorType) -> String {
    use ParseErrorType as P;
    match error {
        P::Reserved(word) => format!("`{word}` is a reserved word"),
        P::BadInput(LexError::UnterminatedString) => "this text does not end".to_owned(),
        P::BadInput(LexError::MalformedChar(text)) => {
            format!("`'{text}'` is not one character")
        }
        P::BadInput(LexError::UnexpectedInput(met)) => format!("`{met}` is not expected here"),
        P::ForbiddenVariable(name) => own_name(name),
        P::BadInput(LexError::ImproperSymbol(symbol, _)) => {
            format!("`{symbol}` is not an operator here")
        }
        P::MissingToken(token, why) => format!("`{token}` is missing {why}"),
        P::UnknownOperator(operator) => format!("`{operator}` is not an operator here"),
        P::UnexpectedEOF => "the script ends in the middle".to_owned(),
        P::MismatchedType(wanted, met) => {
            format!("this is {}, wanted {}", literal(met), literal(wanted))
        }
        P::ExprTooDeep => "this expression nests too deep".to_owned(),
        _ => lower_first(&error.to_string()),
    }
}

/// What rhai calls a kind of value where it parses, as scripts call it.
fn literal(kind: &str) -> &str {
    match kind {
        "a boolean expression" => "true or false",
        "an iterable value" => "a list, a range or a text",
        "a string" | "string" | "an interpolated string" => "text",
        "an object map" | "object map" => "a map",
        "an array" | "array" => "a list",
        "a floating-point number" | "a floating point number" => "a number with a fraction",
        other => other,
    }
}

fn hint(error: &ParseErrorType, line: &str, position: Position) -> Option<String> {
    use ParseErrorType as P;
    match error {
        P::BadInput(LexError::ImproperSymbol(word, _)) if word == "eval" => {
            return Some("a script runs only what its author wrote".to_owned());
        }
        P::Reserved(word)
            if line.trim_start().starts_with(word) && ["#", "--"].contains(&&**word) =>
        {
            return Some("a comment begins with `//`".to_owned());
        }
        P::BadInput(LexError::UnexpectedInput(met)) if met.chars().all(|c| QUOTES.contains(c)) => {
            return Some("a text stands between straight quotes: `\"text\"`".to_owned());
        }
        _ if let Some(hint) = turns::hint(error, line, position) => return Some(hint),
        P::Reserved(word) if RESERVED.contains(&word.as_str()) => {
            return Some(reserved(word));
        }
        P::BadInput(LexError::MalformedChar(_)) => {
            return Some("a text stands between double quotes: `\"text\"`".to_owned());
        }
        P::MissingToken(_, why) if why.contains("iteration variable") => {
            return Some(LOOP.to_owned());
        }
        P::VariableExpected if LOOPS.iter().any(|begins| line.contains(begins)) => {
            return Some(LOOP.to_owned());
        }
        P::MismatchedType(wanted, _) if wanted.contains("iterable") => {
            return Some("of a map write `for key in map.keys()` and `map[key]`".to_owned());
        }
        P::BadInput(LexError::UnterminatedString) => {
            return Some("a text over several lines stands between backticks".to_owned());
        }
        _ => {}
    }
    let habit = HABITS.iter().find(|(turn, _)| outside_texts(line).contains(turn));
    let habit = habit.map(|(_, hint)| (*hint).to_owned());
    habit.or_else(|| map_without_hash(line, position)).or_else(|| last_resort(error))
}

/// What is said where no habit was recognised.
fn last_resort(error: &ParseErrorType) -> Option<String> {
    use ParseErrorType as P;
    match error {
        P::Reserved(word) if word.chars().all(char::is_alphabetic) => Some(reserved(word)),
        P::MismatchedType(wanted, _) if wanted.contains("bool") => Some(
            "what may be `()` has a stand-in by `??`; of others ask `x != 0`, `text == \"\"`"
                .to_owned(),
        ),
        P::MissingToken(token, why) if token == "{" && why.contains("statement block") => {
            Some("what follows `if`, `for` and `while` has braces: `if x { return; }`".to_owned())
        }
        P::BadInput(LexError::ImproperSymbol(symbol, _)) if symbol == "=" => {
            Some("whether two are equal asks `==`".to_owned())
        }
        P::UnknownOperator(operator) if operator == "?" => {
            Some("write `if a { b } else { c }`: it has a value too".to_owned())
        }
        _ => None,
    }
}

fn reserved(word: &str) -> String {
    match word {
        "var" => "write `let`".to_owned(),
        "async" | "await" => "no function waits: what comes later calls a closure, \
                              `after(\"10s\", || …)`, `fetch_json(url, |data, error| …)`"
            .to_owned(),
        "match" => "write `switch x { 1 => …, _ => … }`".to_owned(),
        "new" => "values are made without `new`: `#{a: 1}`, `[1, 2]`".to_owned(),
        "default" => "the other cases of a `switch` are `_ => …`".to_owned(),
        _ => format!("choose another name than `{word}`"),
    }
}

/// `{a: 1}` where a map was meant: a colon after a key.
fn map_without_hash(line: &str, position: Position) -> Option<String> {
    let before: String = line.chars().take(position.position()?.checked_sub(1)?).collect();
    let at = line.chars().nth(before.chars().count());
    let key = before.trim_end().ends_with(|c: char| c.is_alphanumeric() || "_\"".contains(c));
    (at == Some(':') && key).then(|| "a map is written `#{a: 1}`".to_owned())
}

/// The line without its comment, and with what stands in double quotes left out.
fn outside_texts(line: &str) -> String {
    let line = line.split('"').step_by(2).collect::<Vec<_>>().join("\"\"");
    line.split("//").next().unwrap_or_default().to_owned()
}
