//! Habits from other languages, each with a hint in Rhai's own words.

use super::words::words;
use crate::model::near::nearest;

/// What to say of a call that found no function; the signature is `name (type, type)`.
pub(super) fn no_function(signature: &str) -> String {
    let (name, types) = signature.split_once(" (").unwrap_or((signature, ""));
    let name = name.trim();
    let has_unset = types.contains("()");
    let operator = !name.chars().any(|c| c.is_alphanumeric() || c == '_');
    if operator && has_unset {
        return format!(
            "`{name}` with something that is not set yet\nhint: give it a first value: \
             `state.round = (state.round ?? 0) + 1`, or `defaults(#{{round: 0}})` at the top"
        );
    }
    if let Some(word) = words().find(|word| word.name == name) {
        return format!(
            "`{name}` does not take these arguments: ({types}\nhint: it is {}",
            word.forms.iter().map(|form| format!("`{form}`")).collect::<Vec<_>>().join(", ")
        );
    }
    if operator {
        return format!("`{name}` does not go with these: ({types}");
    }
    let near = nearest(name, words().map(|word| word.name));
    match near {
        Some(near) => {
            format!("`{name}` is not part of the show language\nhint: did you mean `{near}`?")
        }
        None => format!("`{name}` with these arguments is not known: ({types}"),
    }
}
