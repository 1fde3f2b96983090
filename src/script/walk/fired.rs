//! Cues that are fired, armed or ended by a name that no cue has.

use std::collections::BTreeSet;

use rhai::{Expr, Position};

use super::Notes;
use super::tree::{Place, Script, call};
use crate::model::near::nearest;

/// The words that take a cue's name, and at which place.
const NAMING: [(&str, usize); 5] =
    [("fire", 0), ("arm", 0), ("disarm", 0), ("cancel", 0), ("after", 1)];

/// A cue that a script names.
#[derive(Clone)]
pub(super) struct Named {
    word: &'static str,
    name: String,
    position: Position,
}

/// The cues that a script names outright.
pub(super) fn named(script: &Script<'_>) -> Vec<Named> {
    let mut named = Vec::new();
    script.each(&mut |place, path| {
        let Some((call, _)) = call(path) else { return };
        let Some((word, at)) = NAMING.iter().find(|(word, _)| call.name == *word) else { return };
        let Some(Expr::StringConstant(name, position)) = call.args.get(*at) else { return };
        if !is_test(place) {
            named.push(Named { word, name: name.to_string(), position: *position });
        }
    });
    named
}

/// `cues`: the names of all there are.
pub(super) fn look(named: &[Named], cues: &BTreeSet<&str>, notes: &mut Notes<'_>) {
    for Named { word, name, position } in named {
        if cues.contains(name.as_str()) {
            continue;
        }
        let hint = match nearest(name, cues) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write `cue(\"{name}\", || …)` at the top level"),
        };
        let says = format!("`{word}` names `{name}`, and no cue is called so");
        notes.warning(*position, &format!("{says}\nhint: {hint}"));
    }
}

/// A test may well try a name that no cue has.
fn is_test(place: Place<'_>) -> bool {
    matches!(place, Place::Function(function, _) if function.name.starts_with("test_"))
}
