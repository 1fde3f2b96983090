//! Closures over a loop's variable: kept for later, they would all see its last value.

use rhai::{ASTNode, Stmt};

use super::tree::{Path, Script, call, closure};
use super::{Notes, REGISTRATIONS};

pub(super) fn look(script: &Script<'_>, notes: &mut Notes<'_>) {
    script.each(&mut |_, path| {
        let Some((call, _)) = call(path) else { return };
        if !REGISTRATIONS.contains(&call.name.as_str()) {
            return;
        }
        let captured = call.args.iter().filter_map(closure).flat_map(|(_, captured)| captured);
        for (name, position) in captured {
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
