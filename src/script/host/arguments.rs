//! What scripts pass to host functions, read with errors that say what was wanted. What an argument
//! is gets written only for an error: every call reads some.

use std::fmt::Display;

use rhai::{Array, Dynamic, DynamicReadLock, FLOAT, INT, ImmutableString, Map};

use crate::model::time::Span;
use crate::script::errors::{ScriptFault, kind};

/// A fault about an argument: `what` it is, what was `wanted`, what was met.
pub(super) fn wanted(what: &(impl Display + ?Sized), wanted: &str, met: &Dynamic) -> ScriptFault {
    let shown = match met.type_name() {
        "i64" | "f64" | "bool" => format!("`{met}`"),
        name => kind(name).to_owned(),
    };
    let says = format!("{what} is {shown}, wanted {wanted}");
    match hint(wanted, met) {
        Some(hint) => ScriptFault::hints(says, hint),
        None => ScriptFault::says(says),
    }
}

/// How what was met becomes what was wanted.
fn hint(wanted: &str, met: &Dynamic) -> Option<&'static str> {
    match met.type_name() {
        "()" => Some("what is not set or not found is `()`: `x ?? other` stands in for it"),
        "string" if wanted.contains("number") => Some("`number(text)` makes a number of a text"),
        "string" if wanted.contains("list") => Some("brackets around it make a list of it, `[…]`"),
        "i64" | "f64" | "bool" if wanted == "text" => {
            Some("`${x}` in backticks makes a text of it, and so does `x.to_string()`")
        }
        "map" if wanted == "text" => Some("what it holds is `map.name`, or `map[key]`"),
        _ => None,
    }
}

/// A text.
pub(super) fn text(
    value: &Dynamic,
    what: &(impl Display + ?Sized),
) -> Result<ImmutableString, ScriptFault> {
    let text = value.read_lock::<ImmutableString>();
    text.map(|text| text.clone()).ok_or_else(|| wanted(what, "text", value))
}

/// A list.
pub(super) fn list<'a>(
    value: &'a Dynamic,
    what: &(impl Display + ?Sized),
) -> Result<DynamicReadLock<'a, Array>, ScriptFault> {
    value.read_lock::<Array>().ok_or_else(|| wanted(what, "a list, `[…]`", value))
}

/// A map.
pub(super) fn map<'a>(
    value: &'a Dynamic,
    what: &(impl Display + ?Sized),
) -> Result<DynamicReadLock<'a, Map>, ScriptFault> {
    value.read_lock::<Map>().ok_or_else(|| wanted(what, "a map, `#{…}`", value))
}

/// A whole number.
pub(super) fn whole(value: &Dynamic, what: &(impl Display + ?Sized)) -> Result<INT, ScriptFault> {
    value.as_int().map_err(|_| wanted(what, "a whole number", value))
}

/// A number, whole or not.
pub(super) fn number(
    value: &Dynamic,
    what: &(impl Display + ?Sized),
) -> Result<FLOAT, ScriptFault> {
    value
        .as_float()
        .or_else(|_| value.as_int().map(as_float))
        .map_err(|_| wanted(what, "a number", value))
}

/// True or false.
pub(super) fn flag(value: &Dynamic, what: &(impl Display + ?Sized)) -> Result<bool, ScriptFault> {
    value.as_bool().map_err(|_| wanted(what, "true or false", value))
}

/// A duration, written as text.
pub(super) fn span(value: &Dynamic, what: &(impl Display + ?Sized)) -> Result<Span, ScriptFault> {
    Ok(duration_text(value, what)?.parse()?)
}

/// The text of a duration. Numbers are refused: nobody remembers whose seconds they are.
pub(super) fn duration_text(
    value: &Dynamic,
    what: &(impl Display + ?Sized),
) -> Result<ImmutableString, ScriptFault> {
    if value.is_int() || value.is_float() {
        return Err(ScriptFault::hints(
            format!("{what} is the number `{value}`, wanted a duration"),
            format!("write it with its unit, `\"{value}s\"`"),
        ));
    }
    if value.is_bool() {
        return Err(ScriptFault::hints(
            format!("{what} is `{value}`, wanted a duration"),
            "write how long, `\"30s\"`",
        ));
    }
    text(value, what)
}

/// A text, to be kept outside of scripts.
pub(super) fn owned(
    value: &Dynamic,
    what: &(impl Display + ?Sized),
) -> Result<String, ScriptFault> {
    Ok(text(value, what)?.to_string())
}

#[allow(clippy::cast_precision_loss, reason = "past 2^53 the nearest float is good enough")]
fn as_float(whole: INT) -> FLOAT {
    whole as FLOAT
}
