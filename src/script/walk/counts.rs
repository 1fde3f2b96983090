//! Functions that are there, and are called with another number of arguments.

use std::collections::BTreeSet;

use rhai::{Expr, FnCallExpr};

use super::calls::Style;
use super::tree::{Function, variable};
use crate::script::habits;

/// What to say of a function of the language. `counts`: how many arguments it takes, what stands
/// before the dot of a method among them.
pub(super) fn of_language(call: &FnCallExpr, style: Style, counts: &BTreeSet<usize>) -> String {
    let name = call.name.as_str();
    let before = style.before();
    let counts = counts.iter().filter_map(|count| count.checked_sub(before)).collect();
    habits::wrong_count(name, &counts, call.args.len(), hint(name, &call.args).as_deref())
}

/// What to say of a function of the script's own.
pub(super) fn of_script(call: &FnCallExpr, style: Style, functions: &[Function]) -> String {
    let name = call.name.as_str();
    let counts = functions.iter().map(|function| function.definition.params.len()).collect();
    let forms = functions.iter().map(|function| {
        let params: Vec<&str> = function.definition.params.iter().map(AsRef::as_ref).collect();
        format!("`fn {name}({})`", params.join(", "))
    });
    let forms = forms.collect::<Vec<_>>().join(", ");
    let hint = match style {
        Style::Function => format!("it is {forms}"),
        Style::Method => format!("it is {forms}: what stands before the dot is none of them"),
    };
    habits::wrong_count(name, &counts, call.args.len(), Some(&hint))
}

/// How what was meant is written, of what other languages call otherwise.
fn hint(name: &str, arguments: &[Expr]) -> Option<String> {
    match (name, arguments) {
        ("print" | "debug", [_, _, ..]) => {
            let parts: Vec<String> = arguments.iter().map(in_text).collect();
            Some(format!("write {name}(`{}`)", parts.join(" ")))
        }
        ("range", [to]) => {
            let to = shown(to).unwrap_or_else(|| "n".to_owned());
            Some(format!("write `range(0, {to})` or `0..{to}`"))
        }
        ("max" | "min", _) => Some(format!(
            "it takes two at a time, `{name}(1, 2)`; of a list write `list.reduce(|a, b| \
             {name}(a ?? b, b))`"
        )),
        _ => None,
    }
}

/// An argument as a part of a text between backticks.
fn in_text(argument: &Expr) -> String {
    match argument {
        Expr::StringConstant(text, _) if !text.contains(['`', '$', '\n']) => text.to_string(),
        other => format!("${{{}}}", shown(other).unwrap_or_else(|| "…".to_owned())),
    }
}

/// A short expression as it is written.
fn shown(expression: &Expr) -> Option<String> {
    match expression {
        Expr::IntegerConstant(number, _) => Some(number.to_string()),
        other => variable(other).map(|(name, _)| name.to_owned()),
    }
}
