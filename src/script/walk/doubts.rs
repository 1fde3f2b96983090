//! What is no mistake, but seldom meant: warned of.

use std::collections::BTreeSet;

use rhai::{ASTNode, Expr, FnCallExpr, Stmt};

use super::Notes;
use super::tree::{self, Path, Place, Script, call, closure, variable};

/// Methods that change the list or map they are called on.
const CHANGING: [&str; 12] = [
    "push", "append", "insert", "pop", "shift", "remove", "clear", "set", "mixin", "drain",
    "retain", "sort",
];

pub(super) fn look(script: &Script<'_>, notes: &mut Notes<'_>) {
    let lets = top_level_lets(script);
    script.each(&mut |place, path| {
        if let Some(name) = counted(path).filter(|name| lets.contains(*name))
            && let Place::Function(function, _) = place
            && script.handlers.contains(function.name.as_str())
            && function.params.iter().any(|captured| captured == name)
        {
            let position = path.last().map_or(rhai::Position::NONE, ASTNode::position);
            notes.warning(
                position,
                &format!(
                    "`{name}` begins anew at each edit and each start\nhint: what is to last is in \
                     `state`: `state.{name} = (state.{name} ?? 0) + 1`"
                ),
            );
        }
        if let Some((call, position)) = call(path) {
            if is_cut_short(call) {
                notes.warning(
                    position,
                    "whole numbers are divided before they are multiplied: the rest is lost\
                     \nhint: multiply first, or use `percent(part, whole)`",
                );
            }
            if reaches_itself(call, place, script) {
                notes.warning(
                    position,
                    "this `after` calls the function it stands in: an edit never reaches it\
                     \nhint: name the cue and write `after(\"40s\", \"name\")`",
                );
            }
        }
        look_at(place, path, notes);
    });
}

/// What is seldom meant wherever it stands.
fn look_at(place: Place<'_>, path: Path<'_, '_>, notes: &mut Notes<'_>) {
    if let Some(ASTNode::Expr(Expr::Property(property, position))) = path.last()
        && property.2 == "length"
    {
        notes.warning(
            *position,
            "`.length` is what a map keeps under that name\nhint: how long a text or a list is \
             says `.len()`; for a map that has one write `map[\"length\"]`",
        );
    }
    if let (Place::TopLevel, [ASTNode::Stmt(Stmt::Assignment(parts))]) = (place, path)
        && !parts.0.is_op_assignment()
        && root(&parts.1.lhs) == Some("state")
        && !mentions(&parts.1.rhs, "state")
    {
        notes.warning(
            parts.1.lhs.start_position(),
            "this is set anew at each edit and each start\nhint: what is filled in once stands in \
             `defaults(#{round: 0})`",
        );
    }
    if let Some(ASTNode::Expr(Expr::Coalesce(_, position))) = path.last()
        && notes.source_from(*position).is_some_and(takes_in_more)
    {
        notes.warning(
            *position,
            "`??` takes in what is reckoned after it\nhint: write brackets, `(x ?? 0) + 1`",
        );
    }
}

/// `part / whole * 100` or `100 * (part / whole)` with nothing that has a fraction in it.
fn is_cut_short(call: &FnCallExpr) -> bool {
    let [left, right] = call.args.as_slice() else { return false };
    let is_times = call.op_token.is_some() && call.name == "*";
    let is_whole = |e: &Expr| matches!(e, Expr::IntegerConstant(..));
    let cut = |part: &Expr, by: &Expr| is_whole(by) && is_whole_division(part);
    is_times && (cut(left, right) || cut(right, left))
}

fn is_whole_division(expression: &Expr) -> bool {
    let has_fraction = |e: &Expr| matches!(e, Expr::FloatConstant(..));
    let Expr::FnCall(division, _) = expression else { return false };
    division.name == "/" && division.op_token.is_some() && !division.args.iter().any(has_fraction)
}

/// Whether the function an `after` is given comes back to the one the `after` stands in.
fn reaches_itself(call: &FnCallExpr, place: Place<'_>, script: &Script<'_>) -> bool {
    let (Place::Function(function, _), "after", Some(handler)) =
        (place, call.name.as_str(), call.args.get(1))
    else {
        return false;
    };
    let own = function.name.as_str();
    let named = variable(handler).map(|(name, _)| name.to_owned());
    let Some(first) = named.or_else(|| closure(handler).map(|(name, _)| name)) else {
        return false;
    };
    let (mut met, mut ahead) = (BTreeSet::new(), vec![first]);
    while let Some(name) = ahead.pop() {
        if name == own {
            return true;
        }
        if met.insert(name.clone()) {
            for function in script.functions.get(&name).into_iter().flatten() {
                function.each(&mut |_, path| {
                    ahead.extend(tree::call(path).map(|(call, _)| call.name.to_string()));
                });
            }
        }
    }
    false
}

/// Whether a number follows `??`, and is reckoned with: `?? 0 + 1`.
fn takes_in_more(from: &str) -> bool {
    let is_digit = |c: char| c.is_ascii_digit() || c == '.' || c == '_';
    let after = from.strip_prefix("??").unwrap_or_default().trim_start();
    let rest = after.trim_start_matches(is_digit);
    let next = rest.trim_start();
    let is_comment = next.starts_with("//") || next.starts_with("/*");
    rest.len() < after.len() && next.starts_with(['+', '-', '*', '/', '%']) && !is_comment
}

/// Whether a value comes from this variable.
pub(super) fn mentions(value: &Expr, of: &str) -> bool {
    let mut is_met = false;
    value.walk(&mut Vec::new(), &mut |path: &[ASTNode<'_>]| {
        if let Some(ASTNode::Expr(expression)) = path.last() {
            is_met |= variable(expression).is_some_and(|(name, _)| name == of);
        }
        true
    });
    is_met
}

/// The variables that the top level makes with `let`.
fn top_level_lets(script: &Script<'_>) -> BTreeSet<String> {
    let mut lets = BTreeSet::new();
    script.each(&mut |place, path| {
        if let (Place::TopLevel, Some(ASTNode::Stmt(Stmt::Var(declared, ..)))) =
            (place, path.last())
        {
            lets.insert(declared.0.name.to_string());
        }
    });
    lets
}

/// The variable that a path's end gives another value.
fn counted<'p>(path: Path<'p, '_>) -> Option<&'p str> {
    let ASTNode::Stmt(Stmt::Assignment(parts)) = path.last()? else { return None };
    variable(&parts.1.lhs).map(|(name, _)| name)
}

/// The variable that a path's end writes into: by an assignment, or by a method that changes it.
pub(super) fn written<'p>(path: Path<'p, '_>) -> Option<&'p str> {
    match path.last()? {
        ASTNode::Stmt(Stmt::Assignment(parts)) => root(&parts.1.lhs),
        ASTNode::Expr(chain @ (Expr::Dot(..) | Expr::Index(..))) if is_change(chain) => root(chain),
        _ => None,
    }
}

/// The variable that a chain of properties and items begins with.
pub(super) fn root(chain: &Expr) -> Option<&str> {
    let (Expr::Dot(first, ..) | Expr::Index(first, ..)) = chain else { return None };
    variable(&first.lhs).map(|(name, _)| name)
}

/// Whether a chain ends with a call that changes what it is called on.
pub(super) fn is_change(chain: &Expr) -> bool {
    match chain {
        Expr::Dot(parts, ..) | Expr::Index(parts, ..) => is_change(&parts.rhs),
        Expr::MethodCall(call, _) => CHANGING.contains(&call.name.as_str()),
        _ => false,
    }
}
