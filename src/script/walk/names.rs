//! Variables that a function cannot see.

use rhai::{ASTNode, Expr, Position};

use super::Notes;
use super::tree::{Place, Script};
use crate::script::engine::OWN_NAMES;

pub(super) fn look(script: &Script<'_>, notes: &mut Notes<'_>) {
    let top_level = script.top_level();
    script.each(&mut |place, path| {
        let Place::Function(function, _) = place else { return };
        let Some(ASTNode::Expr(Expr::Variable(variable, short, position))) = path.last() else {
            return;
        };
        let name = variable.1.as_str();
        let is_local = short.is_some() || variable.0.is_some() || !variable.2.is_empty();
        let is_known = is_local
            || function.params.iter().any(|parameter| parameter == name)
            || OWN_NAMES.contains(&name)
            || script.functions.contains_key(name);
        if !is_known {
            look_at(name, top_level.get(name).copied(), *position, notes);
        }
    });
    for function in script.functions.values().flatten() {
        let own = function.definition.params.iter().find(|name| OWN_NAMES.contains(&name.as_str()));
        if let Some(name) = own.filter(|_| !function.is_closure()) {
            let position = function.definition.body.start_position();
            notes.error(
                position,
                &format!(
                    "`{name}` is a word of the show language and cannot name an argument\nhint: \
                 choose another name"
                ),
            );
        }
    }
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
        None => notes.error(
            position,
            &format!(
                "`{name}` is not known here\nhint: a function sees its arguments, `state`, `args` \
             and the constants of the top level"
            ),
        ),
    }
}
