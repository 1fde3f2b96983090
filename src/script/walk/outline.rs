//! What a look before air wants to know beside mistakes.

use std::collections::BTreeSet;

use rhai::{AST, ASTNode, Expr};

use super::tree::{Script, call};
use super::{Found, Notes};
use crate::model::script_error::ScriptError;
use crate::model::trigger::AtTime;
use crate::script::errors::Sources;

/// The properties a script reads, and its `seconds_until`s that name no zone.
pub(in crate::script) fn outline(
    file: &str,
    sources: &Sources,
    ast: &AST,
) -> (Vec<String>, Vec<ScriptError>) {
    let script = Script::new(ast);
    let (mut fields, mut found) = (BTreeSet::new(), Found::default());
    let mut notes = Notes { found: &mut found, file, sources };
    script.each(&mut |_, path| {
        if let Some(ASTNode::Expr(Expr::Property(property, _))) = path.last() {
            fields.insert(property.2.to_string());
        }
        if let Some((call, position)) = call(path)
            && call.name == "seconds_until"
            && let [time] = call.args.as_slice()
            && !is_instant(time)
        {
            notes.warning(
                position,
                "`seconds_until` a time of day, and no zone is named: it is reckoned in UTC\nhint: \
                 write `timezone(\"Europe/Paris\")` at the top, or start with `--timezone`",
            );
        }
    });
    (fields.into_iter().collect(), found.warnings)
}

/// A text that says its own offset from UTC.
fn is_instant(time: &Expr) -> bool {
    let Expr::StringConstant(text, _) = time else { return false };
    matches!(text.parse(), Ok(AtTime::Instant(_)))
}
