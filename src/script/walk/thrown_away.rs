//! Payloads that are built and never sent.

use std::collections::BTreeSet;

use rhai::{ASTNode, Expr, FnCallExpr, Position, Stmt};

use super::Notes;
use super::tree::{Path, Place, Script, Turn, variable};

/// The words that build a payload.
const PAYLOADS: [&str; 9] =
    ["poll", "quiz", "results", "notice", "card", "timer", "meter", "board", "clear"];

pub(super) fn look(script: &Script<'_>, notes: &mut Notes<'_>) {
    let used = used(script);
    script.each(&mut |place, path| {
        if let Some(ASTNode::Stmt(Stmt::Var(declared, ..))) = path.last()
            && let Expr::FnCall(call, position) = &declared.1
            && PAYLOADS.contains(&call.name.as_str())
            && !used.contains(declared.0.name.as_str())
        {
            let (name, kept) = (&call.name, &declared.0.name);
            notes.warning(
                *position,
                &format!(
                    "this `{name}` is built, and never sent\nhint: send it: `put_metadata({kept})`"
                ),
            );
        }
        if let Some((call, position)) = statement_call(path)
            && PAYLOADS.contains(&call.name.as_str())
            && is_thrown_away(place, path, script)
        {
            let name = &call.name;
            notes.error(
                position,
                &format!(
                    "this `{name}` is built and thrown away\nhint: send it: \
                 `put_metadata({name}(…))`"
                ),
            );
        }
    });
}

/// The variables that anything asks for.
fn used(script: &Script<'_>) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    script.each(&mut |_, path| {
        if let Some(ASTNode::Expr(expression)) = path.last() {
            used.extend(variable(expression).map(|(name, _)| name.to_owned()));
        }
    });
    used
}

/// A call that is a statement of its own.
fn statement_call<'p>(path: Path<'p, '_>) -> Option<(&'p FnCallExpr, Position)> {
    match path.last()? {
        ASTNode::Stmt(Stmt::FnCall(call, position)) => Some((call, *position)),
        ASTNode::Stmt(Stmt::Expr(expression)) => match &**expression {
            Expr::FnCall(call, position) => Some((call, *position)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether nothing gets the value of the statement a path ends at.
fn is_thrown_away(place: Place<'_>, path: Path<'_, '_>, script: &Script<'_>) -> bool {
    let Some((ASTNode::Stmt(statement), above)) = path.split_last() else { return false };
    let last_of = |list: &[Stmt]| list.last().is_some_and(|last| std::ptr::eq(last, *statement));
    match above.last() {
        None => match place {
            Place::TopLevel => true,
            Place::Function(function, turn) => {
                turn == Turn::Early || script.handlers.contains(function.name.as_str())
            }
        },
        Some(ASTNode::Stmt(Stmt::Block(block))) => {
            !last_of(block.statements()) || is_thrown_away(place, above, script)
        }
        Some(ASTNode::Stmt(Stmt::If(flow, _))) => {
            let last = last_of(flow.body.statements()) || last_of(flow.branch.statements());
            !last || is_thrown_away(place, above, script)
        }
        Some(ASTNode::Stmt(Stmt::For(..) | Stmt::While(..) | Stmt::Do(..))) => true,
        Some(ASTNode::Expr(Expr::Stmt(block))) => !last_of(block.statements()),
        _ => false,
    }
}
