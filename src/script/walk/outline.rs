//! What a look before air wants to know beside mistakes.

use std::collections::BTreeSet;

use rhai::{AST, ASTNode, Array, Dynamic, Expr, ImmutableString, Map};

use super::tree::{Script, call};
use super::{Found, Notes};
use crate::model::trigger::AtTime;
use crate::script::errors::Sources;
use crate::script::outline::Outline;

/// What a script reads and names, and its `seconds_until`s that name no zone.
pub(in crate::script) fn outline(file: &str, sources: &Sources, ast: &AST) -> Outline {
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
    Outline {
        functions: 0,
        fields: fields.into_iter().collect(),
        names: names(&script),
        times_without_zone: found.warnings,
    }
}

/// The keys of its maps, then its other texts.
fn names(script: &Script<'_>) -> Vec<String> {
    let (mut keys, mut texts) = (Vec::new(), Vec::new());
    script.each(&mut |_, path| match path.last() {
        Some(ASTNode::Expr(Expr::Map(map, _))) => {
            keys.extend(map.0.iter().map(|(key, _)| key.name.to_string()));
        }
        Some(ASTNode::Expr(Expr::StringConstant(text, _))) => texts.push(text.to_string()),
        Some(ASTNode::Expr(Expr::DynamicConstant(value, _))) => {
            names_of(value, &mut keys, &mut texts);
        }
        _ => {}
    });
    [keys, texts].concat()
}

/// Those of a list or a map that is written out whole.
fn names_of(value: &Dynamic, keys: &mut Vec<String>, texts: &mut Vec<String>) {
    if let Some(map) = value.read_lock::<Map>() {
        keys.extend(map.keys().map(ToString::to_string));
        map.values().for_each(|value| names_of(value, keys, texts));
    } else if let Some(list) = value.read_lock::<Array>() {
        list.iter().for_each(|value| names_of(value, keys, texts));
    } else if let Some(text) = value.read_lock::<ImmutableString>() {
        texts.push(text.to_string());
    }
}

/// A text that says its own offset from UTC.
fn is_instant(time: &Expr) -> bool {
    let Expr::StringConstant(text, _) = time else { return false };
    matches!(text.parse(), Ok(AtTime::Instant(_)))
}
