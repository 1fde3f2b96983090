//! What a handler asks of its argument, and the argument does not have: rhai takes it for `()`.

use std::collections::BTreeSet;

use rhai::{ASTNode, Expr, FnCallExpr, Position, Stmt};

use super::Notes;
use super::calls::given;
use super::doubts::written;
use super::tree::{Function, Path, Script, call, closure, variable};
use super::typed_in::input;
use crate::model::near::nearest;

/// What the argument of every handler has.
const OF_EVENT: [&str; 5] = ["cue", "due", "now", "late_ms", "data"];
/// The words whose handlers have no more than that; `on` tells some of them more.
const PLAIN: [&str; 6] = ["cue", "every", "cron", "at", "stream_at", "after"];

/// A handler, and what is known of what it is given.
struct Event<'a> {
    /// Its cue, where that is named outright.
    cue: Option<String>,
    /// What the handler calls its argument.
    name: &'a str,
    /// The fields that the desk shows beside GO.
    input: Vec<String>,
}

pub(super) fn look(script: &Script<'_>, notes: &mut Notes<'_>) {
    let keys = given(script).written;
    script.each(&mut |_, path| {
        let Some((call, _)) = call(path).filter(|(call, _)| is_plain(call)) else { return };
        for (handler, captured) in call.args.iter().filter_map(closure) {
            let Some([function]) = script.functions.get(&handler).map(Vec::as_slice) else {
                continue;
            };
            let params = &function.definition.params;
            if let Some(name) = params.get(captured.len())
                && params.len() == captured.len() + 1
            {
                let cue = match call.args.first() {
                    Some(Expr::StringConstant(cue, _)) if call.name == "cue" => {
                        Some(cue.to_string())
                    }
                    _ => None,
                };
                let input = call.args.iter().flat_map(input).collect();
                look_at(function, &Event { cue, name, input }, &keys, notes);
            }
        }
    });
}

/// Whether a call registers a handler that is told no more than its time and its data.
fn is_plain(call: &FnCallExpr) -> bool {
    let is_known = |argument: &Expr| match argument {
        Expr::FnCall(trigger, _) => {
            trigger.name == "curry" || PLAIN.contains(&trigger.name.as_str())
        }
        other => variable(other).is_none(),
    };
    PLAIN.contains(&call.name.as_str()) && call.args.iter().all(is_known)
}

fn look_at(function: &Function, event: &Event<'_>, keys: &BTreeSet<String>, notes: &mut Notes<'_>) {
    let (mut found, mut is_changed) = (Vec::new(), false);
    function.each(&mut |_, path| {
        is_changed |= written(path) == Some(event.name) || is_made_anew(path, event.name);
        let Some(ASTNode::Expr(Expr::Dot(parts, ..))) = path.last() else { return };
        if !is_called(&parts.lhs, event.name) {
            return;
        }
        let (first, next) = match &parts.rhs {
            Expr::Dot(rest, ..) => (property(&rest.lhs), property(begin(&rest.rhs))),
            other => (property(begin(other)), None),
        };
        let told = match (first, next) {
            (Some(("data", _)), Some((field, at))) => {
                of_data(field, event, keys).map(|told| (told, at))
            }
            (Some((field, at)), _) => of_event(field, event).map(|told| (told, at)),
            (None, _) => None,
        };
        found.extend(told);
    });
    for (told, at) in found.into_iter().filter(|_| !is_changed) {
        notes.warning_of(event.cue.as_deref(), at, &told);
    }
}

/// Whether a path's end gives this name to something else: `let e = e.data`, `catch (e)`.
fn is_made_anew(path: Path<'_, '_>, name: &str) -> bool {
    match path.last() {
        Some(ASTNode::Stmt(Stmt::Var(declared, ..))) => declared.0.name == name,
        Some(ASTNode::Stmt(Stmt::For(parts, _))) => parts.0.name == name,
        Some(ASTNode::Stmt(Stmt::TryCatch(flow, _))) => is_called(&flow.expr, name),
        Some(ASTNode::Stmt(Stmt::Assignment(parts))) => is_called(&parts.1.lhs, name),
        _ => false,
    }
}

fn is_called(expression: &Expr, name: &str) -> bool {
    variable(expression).is_some_and(|(met, _)| met == name)
}

/// The first link of a chain.
fn begin(chain: &Expr) -> &Expr {
    match chain {
        Expr::Dot(parts, ..) | Expr::Index(parts, ..) => &parts.lhs,
        alone => alone,
    }
}

fn property(expression: &Expr) -> Option<(&str, Position)> {
    match expression {
        Expr::Property(property, position) => Some((property.2.as_str(), *position)),
        _ => None,
    }
}

fn of_event(field: &str, event: &Event<'_>) -> Option<String> {
    if OF_EVENT.contains(&field) {
        return None;
    }
    let name = event.name;
    let hint = if let Some(typed) = nearest(field, &event.input) {
        format!("did you mean `{name}.data.{typed}`?")
    } else if let Some(near) = nearest(field, OF_EVENT) {
        format!("did you mean `{name}.{near}`?")
    } else {
        let has = OF_EVENT.join(", ");
        format!("it has {has}; what the cue is fired with is `{name}.data`")
    };
    Some(format!("`{name}` has no `{field}`\nhint: {hint}"))
}

/// A field of what the operator types that is none, and is like one.
fn of_data(field: &str, event: &Event<'_>, keys: &BTreeSet<String>) -> Option<String> {
    if keys.contains(field) || event.input.iter().any(|typed| typed == field) {
        return None;
    }
    let near = nearest(field, &event.input)?;
    Some(format!("`{}.data` has no `{field}`\nhint: did you mean `{near}`?", event.name))
}
