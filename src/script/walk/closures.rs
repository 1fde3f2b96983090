//! Closures over a loop's variable: kept for later, they would all see its last value.

use std::collections::BTreeSet;

use rhai::{ASTNode, Expr, Stmt};

use super::tree::{Path, Script, call, closure, variable};
use super::{Notes, REGISTRATIONS};

pub(super) fn look(script: &Script<'_>, notes: &mut Notes<'_>) {
    let kept = kept_by_name(script);
    script.each(&mut |_, path| {
        for (name, position) in captured(path, &kept) {
            if is_loop_variable(name, path) {
                notes.error(
                    position,
                    &format!(
                        "this function keeps `{name}`, which will have its last value every time\
                     \nhint: write `let this_{name} = {name};` first and use that, or `each(list, \
                     |{name}| …)` instead of `for`"
                    ),
                );
            }
        }
    });
}

/// What the closures capture that the end of a path keeps for later: as arguments of a call, or as
/// a variable that is one elsewhere.
fn captured<'p>(path: Path<'p, '_>, kept: &BTreeSet<String>) -> Vec<(&'p str, rhai::Position)> {
    let closures: &[Expr] = match (path.last(), call(path)) {
        (_, Some((call, _))) if REGISTRATIONS.contains(&call.name.as_str()) => &call.args,
        (Some(ASTNode::Stmt(Stmt::Var(declared, ..))), _) if kept.contains(&*declared.0.name) => {
            std::slice::from_ref(&declared.1)
        }
        _ => &[],
    };
    closures.iter().filter_map(closure).flat_map(|(_, captured)| captured).collect()
}

/// The variables that are handed to a word that keeps them for later.
fn kept_by_name(script: &Script<'_>) -> BTreeSet<String> {
    let mut kept = BTreeSet::new();
    script.each(&mut |_, path| {
        let Some((call, _)) = call(path) else { return };
        if REGISTRATIONS.contains(&call.name.as_str()) {
            let variables = call.args.iter().filter_map(variable);
            kept.extend(variables.map(|(name, _)| name.to_owned()));
        }
    });
    kept
}

/// Whether `name` is the variable of a loop around, and not declared anew inside.
fn is_loop_variable(name: &str, path: Path<'_, '_>) -> bool {
    path.iter().any(|node| match node {
        ASTNode::Stmt(Stmt::For(parts, _)) => {
            let (variable, counter, flow) = &**parts;
            let counts = counter.as_ref().is_some_and(|counter| counter.name == name);
            let again = flow.body.iter().any(
                |statement| matches!(statement, Stmt::Var(declared, ..) if declared.0.name == name),
            );
            (variable.name == name || counts) && !again
        }
        _ => false,
    })
}
