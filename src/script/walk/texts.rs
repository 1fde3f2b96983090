//! Texts that viewers would read as no author means them.

use rhai::{ASTNode, Expr};

use super::Notes;
use super::tree::Script;

pub(super) fn look(script: &Script<'_>, notes: &mut Notes<'_>) {
    script.each(&mut |_, path| match path.last() {
        Some(ASTNode::Expr(Expr::StringConstant(text, position))) if is_template(text) => {
            notes.warning(
                *position,
                "`${…}` in double quotes stays as it is\nhint: write this text between backticks",
            );
        }
        Some(ASTNode::Expr(Expr::MethodCall(call, position))) if call.name == "format" => {
            if let [Expr::StringConstant(form, _)] = call.args.as_slice()
                && !form.contains('%')
            {
                let told = format!(
                    "`{form}` has no part of the time in it\nhint: write `%H:%M` for 20:30, \
                     `%d %B` for 31 December"
                );
                notes.warning(*position, &told);
            }
        }
        _ => {}
    });
}

/// Only in double quotes does this stay in a text.
fn is_template(text: &str) -> bool {
    text.split_once("${").is_some_and(|(_, rest)| rest.contains('}'))
}
