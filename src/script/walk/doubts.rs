//! What is no mistake, but seldom meant: warned of.

use std::collections::BTreeSet;

use rhai::{ASTNode, Expr, FnCallExpr, Stmt};

use super::Notes;
use super::tree::{self, Path, Place, Script, call, closure, variable};

pub(super) fn look(script: &Script<'_>, notes: &mut Notes<'_>) {
    let copies = copies_of_state(script);
    script.each(&mut |place, path| {
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
        if let Some(name) = written(path).filter(|name| copies.contains(*name)) {
            let position = path.last().map_or(rhai::Position::NONE, ASTNode::position);
            notes.warning(
                position,
                &format!(
                    "`{name}` is a copy of `state`: what is written into it is lost\nhint: write \
                 into `state` itself"
                ),
            );
        }
    });
}

/// `part / whole * 100` with nothing that has a fraction in it.
fn is_cut_short(call: &FnCallExpr) -> bool {
    let has_fraction = |e: &Expr| matches!(e, Expr::FloatConstant(..));
    let [left, right] = call.args.as_slice() else { return false };
    let Expr::FnCall(division, _) = left else { return false };
    call.op_token.is_some()
        && call.name == "*"
        && matches!(right, Expr::IntegerConstant(..))
        && division.name == "/"
        && division.op_token.is_some()
        && !division.args.iter().any(has_fraction)
}

fn reaches_itself(call: &FnCallExpr, place: Place<'_>, script: &Script<'_>) -> bool {
    let (Place::Function(function, _), "after", Some(handler)) =
        (place, call.name.as_str(), call.args.get(1))
    else {
        return false;
    };
    let own = function.name.as_str();
    if variable(handler).is_some_and(|(name, _)| name == own) {
        return true;
    }
    let Some((name, _)) = closure(handler) else { return false };
    let mut reaches = false;
    for closure in script.functions.get(&name).into_iter().flatten() {
        closure.each(&mut |_, path| {
            reaches |= tree::call(path).is_some_and(|(call, _)| call.name == own);
        });
    }
    reaches
}

/// The variables that are made as copies of `state`.
fn copies_of_state(script: &Script<'_>) -> BTreeSet<String> {
    let mut copies = BTreeSet::new();
    script.each(&mut |_, path| {
        if let Some(ASTNode::Stmt(Stmt::Var(declared, ..))) = path.last()
            && variable(&declared.1).is_some_and(|(of, _)| of == "state")
        {
            copies.insert(declared.0.name.to_string());
        }
    });
    copies
}

/// The variable that the assignment a path ends at writes into.
pub(super) fn written<'p>(path: Path<'p, '_>) -> Option<&'p str> {
    let Some(ASTNode::Stmt(Stmt::Assignment(parts))) = path.last() else { return None };
    let (Expr::Dot(target, ..) | Expr::Index(target, ..)) = &parts.1.lhs else { return None };
    variable(&target.lhs).map(|(name, _)| name)
}
