//! Variables that a function cannot see.

use std::collections::BTreeSet;

use rhai::{ASTNode, Expr, Position, Stmt};

use super::Notes;
use super::tree::{self, Function, Script};
use crate::script::engine::OWN_NAMES;
use crate::script::errors::own_name;
use crate::script::habits;

pub(super) fn look(script: &Script<'_>, notes: &mut Notes<'_>) {
    let top_level = script.top_level();
    for function in script.functions.values().flatten() {
        let own = declared(function);
        function.each(&mut |_, path| {
            let Some(ASTNode::Expr(Expr::Variable(variable, _, position))) = path.last() else {
                return;
            };
            let name = variable.1.as_str();
            let is_known = !variable.2.is_empty()
                || own.contains(name)
                || OWN_NAMES.contains(&name)
                || script.functions.contains_key(name);
            if !is_known {
                look_at(name, top_level.get(name).copied(), *position, notes);
            }
        });
        let taken = OWN_NAMES.iter().find(|name| own.contains(**name));
        if let Some(name) = taken.filter(|_| !function.is_closure()) {
            let position = function.definition.body.start_position();
            notes.error(position, &own_name(name));
        }
    }
}

/// The names a function gives to anything: arguments, what it captured, variables.
fn declared(function: &Function) -> BTreeSet<String> {
    let mut names: BTreeSet<String> =
        function.definition.params.iter().map(ToString::to_string).collect();
    function.each(&mut |_, path| match path.last() {
        Some(ASTNode::Stmt(Stmt::Var(variable, ..))) => {
            names.insert(variable.0.name.to_string());
        }
        Some(ASTNode::Stmt(Stmt::For(parts, _))) => {
            names.insert(parts.0.name.to_string());
            names.extend(parts.1.iter().map(|counter| counter.name.to_string()));
        }
        Some(ASTNode::Stmt(Stmt::TryCatch(flow, _))) => {
            names.extend(tree::variable(&flow.expr).map(|(name, _)| name.to_owned()));
        }
        Some(ASTNode::Stmt(Stmt::Import(import, _))) => {
            names.insert(import.1.name.to_string());
        }
        _ => {}
    });
    names
}

/// `constant`: whether the top level declares it as one, if it does.
fn look_at(name: &str, constant: Option<bool>, position: Position, notes: &mut Notes<'_>) {
    match constant {
        Some(true) => {}
        Some(false) => notes.error(
            position,
            &format!(
                "`{name}` is a `let` of the top level, which a `fn` cannot see\nhint: make it \
             `const`, keep it in `state`, or pass it"
            ),
        ),
        None => {
            let hint = habits::foreign(name).unwrap_or(
                "a function sees its arguments, `state`, `args` and the constants of the top level",
            );
            notes.error(position, &format!("`{name}` is not known here\nhint: {hint}"));
        }
    }
}
