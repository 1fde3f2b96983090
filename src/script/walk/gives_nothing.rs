//! Methods that change what they are called on and give nothing, where what they give is used.

use std::collections::BTreeSet;

use rhai::{ASTNode, Expr, FnCallExpr, Position, Stmt};

use super::Notes;
use super::calls::given;
use super::tree::{Path, Place, Script, Turn, closure, variable};

/// What each of them changes.
const CHANGING: [(&str, &str); 18] = [
    ("trim", "the text"),
    ("replace", "the text"),
    ("crop", "the text"),
    ("make_upper", "the text"),
    ("make_lower", "the text"),
    ("push", "the list"),
    ("insert", "the list"),
    ("sort", "the list"),
    ("sort_by", "the list"),
    ("sort_desc", "the list"),
    ("reverse", "the list"),
    ("dedup", "the list"),
    ("chop", "the list"),
    ("splice", "the list"),
    ("append", "what it is called on"),
    ("pad", "what it is called on"),
    ("truncate", "what it is called on"),
    ("mixin", "the map"),
];

/// Those that have another beside them, which gives what they make.
const GIVING: [(&str, &str); 5] = [
    ("make_upper", "to_upper"),
    ("make_lower", "to_lower"),
    ("sort", "order"),
    ("sort_by", "order_by"),
    ("sort_desc", "order_desc"),
];

/// Methods that make something of what their closure gives.
const ASKING: [&str; 7] = ["map", "filter", "reduce", "find", "find_map", "some", "all"];

pub(super) fn look(script: &Script<'_>, notes: &mut Notes<'_>) {
    let (keys, asked) = (given(script).keys, asked(script));
    script.each(&mut |place, path| {
        let Some((call, position)) = called(path) else { return };
        let name = call.name.as_str();
        let Some((_, what)) = CHANGING.iter().find(|(known, _)| *known == name) else { return };
        let is_own = script.functions.contains_key(name) || keys.contains(name);
        if is_own || !is_used(place, path, &asked) {
            return;
        }
        let rest = if call.args.is_empty() { "" } else { "…" };
        let giving = GIVING.iter().find(|(changes, _)| *changes == name);
        let hint = match (giving, receiver(path)) {
            (Some((_, gives)), _) => format!("`.{gives}({rest})` gives it so, and changes nothing"),
            (None, Some(of)) => {
                format!("`{of}.{name}({rest});` on a line of its own first, then `{of}`")
            }
            (None, None) => format!("keep it first: `let x = …; x.{name}({rest});`, then `x`"),
        };
        notes.warning(
            position,
            &format!("`{name}` changes {what} itself and gives nothing\nhint: {hint}"),
        );
    });
}

/// The method call that a path ends at.
fn called<'p>(path: Path<'p, '_>) -> Option<(&'p FnCallExpr, Position)> {
    match path.last()? {
        ASTNode::Expr(Expr::MethodCall(call, position)) => Some((call, *position)),
        _ => None,
    }
}

/// The variable that the method at a path's end is called on, where no other stands between.
fn receiver<'p>(path: Path<'p, '_>) -> Option<&'p str> {
    let (last, above) = path.split_last()?;
    let (ASTNode::Expr(call), ASTNode::Expr(Expr::Dot(parts, ..))) = (last, above.last()?) else {
        return None;
    };
    // A chain goes on to the right: `s.trim().len()` is `s` and then `trim().len()`.
    let parts = match above {
        [.., ASTNode::Expr(Expr::Dot(outer, ..)), _]
            if std::ptr::eq(&raw const parts.lhs, &raw const **call) =>
        {
            outer
        }
        _ => parts,
    };
    variable(&parts.lhs).map(|(name, _)| name)
}

/// The closures that are asked for what they give.
fn asked(script: &Script<'_>) -> BTreeSet<String> {
    let mut asked = BTreeSet::new();
    script.each(&mut |_, path| {
        if let Some((call, _)) = called(path)
            && ASKING.contains(&call.name.as_str())
        {
            asked.extend(call.args.iter().filter_map(closure).map(|(name, _)| name));
        }
    });
    asked
}

/// Whether what the call at a path's end gives goes anywhere.
fn is_used(place: Place<'_>, path: Path<'_, '_>, asked: &BTreeSet<String>) -> bool {
    let Some((ASTNode::Expr(call), above)) = path.split_last() else { return false };
    let (mut below, mut above) = (*call, above);
    // Up to the chain that the call ends; one that goes on uses it.
    while let Some((ASTNode::Expr(Expr::Dot(parts, ..) | Expr::Index(parts, ..)), rest)) =
        above.split_last()
    {
        if std::ptr::eq(&raw const parts.lhs, &raw const *below) {
            return true;
        }
        let Some(ASTNode::Expr(chain)) = above.last() else { return false };
        (below, above) = (*chain, rest);
    }
    match above.last() {
        Some(ASTNode::Stmt(Stmt::Expr(_))) => match place {
            Place::Function(function, turn) => {
                turn == Turn::Last && above.len() == 1 && asked.contains(function.name.as_str())
            }
            Place::TopLevel => false,
        },
        Some(ASTNode::Expr(Expr::Coalesce(..) | Expr::Stmt(..))) => false,
        Some(ASTNode::Expr(_)) => true,
        Some(ASTNode::Stmt(statement)) => matches!(
            statement,
            Stmt::Var(..) | Stmt::Assignment(..) | Stmt::FnCall(..) | Stmt::For(..)
        ),
        _ => false,
    }
}
