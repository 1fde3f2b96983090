//! Habits from other languages, each with a hint in Rhai's own words.

use std::collections::BTreeSet;

use super::errors::kind;
use super::functions::functions;
use super::words::{test_words, words};
use crate::model::near::nearest;

/// What only a list that is there can be called with.
const LIST_CHANGES: [&str; 5] = ["push", "insert", "pop", "shift", "sort"];

/// What to say of a call that found no function; the signature is `name (type, type)`.
pub(super) fn no_function(signature: &str) -> String {
    let (name, types) = signature.split_once(" (").unwrap_or((signature, ""));
    let name = name.trim();
    let has_unset = types.contains("()");
    let operator = !name.chars().any(|c| c.is_alphanumeric() || c == '_');
    let of_unset = types.starts_with("()");
    if operator && has_unset {
        return format!(
            "`{name}` with something that is not set yet\nhint: give it a first value: \
             `state.round = (state.round ?? 0) + 1`, or `defaults(#{{round: 0}})` at the top"
        );
    }
    if test_words().any(|word| word.name == name) {
        return of_tests(name);
    }
    let word = words().find(|word| word.name == name);
    if of_unset && LIST_CHANGES.contains(&name) {
        return format!(
            "there is nothing here to have `{name}`, it is `()`\nhint: what is not set yet is \
             `()`: make it a list first, `defaults(#{{list: []}})` at the top"
        );
    }
    if of_unset && !operator && word.is_none() {
        return of_nothing(&format!("`{name}`"), Some(&format!("x?.{name}(…)")));
    }
    if operator {
        return no_operator(name, types);
    }
    let types = kinds(types);
    if let Some(word) = word {
        return format!("`{name}` does not take {types}\nhint: it is {}", forms(word));
    }
    if name.starts_with("anon$") {
        return format!("this function is given {types}, and takes another number of arguments");
    }
    let says = format!("there is no `{name}` that takes {types}");
    // What is there, or was imported, takes something else.
    let is_there = functions().contains_key(name) || name.contains("::");
    match nearest(name, words().map(|word| word.name)).filter(|_| !is_there) {
        Some(near) => format!("{says}\nhint: did you mean `{near}`?"),
        None => says,
    }
}

/// What to say of a value of another kind than the one wanted.
pub(super) fn another_kind(wanted: &str, met: &str) -> String {
    let says = format!("this is {}, wanted {}", kind(met), kind(wanted));
    let hint = match (wanted, kind(met)) {
        ("bool", "nothing, `()`") => {
            "ask for it: `x != ()` is whether it is set, `x ?? false` stands in for it"
        }
        ("bool", "a trigger") => {
            "the handler stands between the brackets, too: `every(\"10s\", || …)`"
        }
        ("bool", _) => "ask for it: `x != 0`, `text != \"\"`, `list.len() > 0`",
        _ => return says,
    };
    format!("{says}\nhint: {hint}")
}

/// Arguments as scripts call them; `types` is `type, type)`.
fn kinds(types: &str) -> String {
    let types = types.trim_end_matches(')').split(", ").filter(|it| !it.is_empty());
    let kinds: Vec<&str> = types.map(kind).collect();
    if kinds.is_empty() { "no arguments".to_owned() } else { kinds.join(" and ") }
}

/// What to say of an operator between what it does not go with; `types` is `type, type)`.
fn no_operator(name: &str, types: &str) -> String {
    let kinds = kinds(types);
    let says = format!("`{name}` does not go with {kinds}");
    if kinds.split(" and ").any(|kind| kind == "text") {
        format!("{says}\nhint: `number(text)` makes a number, `${{…}}` in backticks a text")
    } else {
        says
    }
}

/// What to say of a property that a value does not have, from rhai's words for it; none when they
/// are about something else.
pub(super) fn no_property(says: &str) -> Option<String> {
    let read = says.strip_prefix("Unknown property '");
    let written = says.strip_prefix("No writable property '");
    let (name, rest) = read.or(written)?.split_once('\'')?;
    let (of, _) = rest.split_once("for type '")?.1.split_once('\'')?;
    if of == "()" {
        let like = written.is_none().then(|| format!("x?.{name}"));
        return Some(of_nothing(&format!("`{name}`"), like.as_deref()));
    }
    let says = format!("{} has no `{name}`", kind(of));
    let hint = match (name, of) {
        ("length" | "size" | "count", _) => "write `.len()`",
        (_, "string" | "&str | ImmutableString | String") => {
            "only what is in a map has a name: `#{team: \"reds\"}.team`"
        }
        (_, time) if time.ends_with("::TimeValue") || time == "time" => {
            "it has year, month, day, hour, minute, second and unix"
        }
        (_, "array") => "one item is `list[0]`; for all of them write `for item in list { … }`",
        _ => return Some(says),
    };
    Some(format!("{says}\nhint: {hint}"))
}

/// What to say of an item that is taken of what has none.
pub(super) fn no_items(of: &str) -> String {
    match of.split_once(" [") {
        Some(("()", _)) => of_nothing("an item", Some("x?[0]")),
        Some((of, _)) => format!("{} has no items", kind(of)),
        None => format!("{of} has no items"),
    }
}

/// What to say of `()` that is used as if something were there. `like` is how it may be asked for
/// all the same; none where it is written into.
fn of_nothing(what: &str, like: Option<&str>) -> String {
    let hint = match like {
        Some(like) => format!(
            "what is not set or not found is `()`: `{like}` is `()` then too, and `x ?? other` \
             stands in for it"
        ),
        None => "what is not set yet is `()`: make it a map first, `state.team = #{}`, or write \
                 `defaults(#{team: #{}})` at the top"
            .to_owned(),
    };
    format!("there is nothing here to have {what}, it is `()`\nhint: {hint}")
}

/// What to say of a word of tests where a show calls it.
pub(super) fn of_tests(name: &str) -> String {
    format!(
        "`{name}` is a word of tests, a show on air does not have it\nhint: call it in a function \
         whose name begins with `test_`"
    )
}

/// What to say of a known function called with a number of arguments it does not take; `counts`
/// are those it takes. Without a `hint` its forms are named.
pub(super) fn wrong_count(
    name: &str,
    counts: &BTreeSet<usize>,
    given: usize,
    hint: Option<&str>,
) -> String {
    // Rhai's own `print` takes nothing, too, to print an empty line.
    let is_print = ["print", "debug"].contains(&name);
    let noun = if is_print { "value" } else { "argument" };
    let some: Vec<&usize> = counts.iter().filter(|count| **count > 0).collect();
    let numbers: Vec<String> = some.iter().map(|count| number(**count)).collect();
    let plural = if some.last() == Some(&&1) { "" } else { "s" };
    let takes = match (numbers.is_empty(), counts.contains(&0) && !is_print) {
        (true, _) => format!("no {noun}s"),
        (false, true) => format!("{} {noun}{plural} or none", numbers.join(" or ")),
        (false, false) => format!("{} {noun}{plural}", numbers.join(" or ")),
    };
    let says = match given {
        0 => format!("`{name}` is given no {noun}s, and takes {takes}"),
        given => format!("`{name}` takes {takes}, and is given {}", number(given)),
    };
    let word = || words().chain(test_words()).find(|word| word.name == name);
    match (hint, word()) {
        (Some(hint), _) => format!("{says}\nhint: {hint}"),
        (None, Some(word)) => format!("{says}\nhint: it is {}", forms(word)),
        (None, None) => says,
    }
}

fn number(count: usize) -> String {
    if count == 1 { "one".to_owned() } else { count.to_string() }
}

fn forms(word: &super::words::Word) -> String {
    word.forms.iter().map(|form| format!("`{form}`")).collect::<Vec<_>>().join(", ")
}

/// What to say of a variable that is called like a function.
pub(super) fn closure_call(name: &str) -> String {
    format!("`{name}` is a variable, not a function\nhint: call what it holds: `{name}.call()`")
}

/// What a name of another language is here.
pub(super) fn foreign(name: &str) -> Option<&'static str> {
    Some(match name {
        "undefined" | "None" | "nil" | "NULL" => "what is not there is `()`",
        "True" | "TRUE" => "write `true`",
        "False" | "FALSE" => "write `false`",
        "JSON" => "a map or a list goes out as JSON by itself; `read_json(path)` reads a file",
        "Math" => "write `random(1, 6)`, `x.floor()`, `max(a, b)`",
        "Date" | "time" | "datetime" => "write `now()`",
        "Object" => "write `map.keys()`, `map.values()`",
        "data" => "what a cue is fired with is in its handler's argument: `|e| … e.data …`",
        _ => return renamed(name),
    })
}

/// What something is called here that other languages call otherwise.
pub(super) fn renamed(name: &str) -> Option<&'static str> {
    Some(match name {
        "setInterval" => "write `every(\"10s\", || …)`",
        "setTimeout" => "write `after(\"10s\", || …)`",
        "length" | "size" | "count" => "write `.len()`",
        "console" | "println" | "log" => "write `print(…)` or `log_info(…)`",
        "forEach" => "write `each(list, |item| …)`",
        "toString" | "str" => "write `.to_string()`",
        "append" => "write `.push(…)`",
        "getHours" | "getMinutes" | "getSeconds" | "getFullYear" | "getTime" => {
            "a time has `.hour`, `.minute`, `.second`, `.year` and `.unix`"
        }
        "join" => "write a loop: `let text = \"\"; for item in list { text += item; }`",
        "slice" => "write `.extract(from, count)`, of a text `.sub_string(from, count)`",
        "substring" | "substr" => "write `.sub_string(from, count)`",
        "includes" => "write `.contains(…)`",
        "toFixed" => "write `fixed(x, 2)`",
        "fetch" => "write `fetch_json(url, |data, error| …)`",
        "alert" => "write `put_metadata(notice(…))`",
        "parseInt" | "int" => "write `number(text)`",
        "send" | "put" | "publish" => "write `put_metadata(…)`",
        "timestamp" => "write `now()`",
        "range" => "write `0..10`",
        "repeat" => "`text.pad(length, \"ab\")` fills a text up to a length",
        _ => return None,
    })
}
