//! Which functions of a script only its tests call: they may use the words of tests.

use std::collections::{BTreeMap, BTreeSet};

use rhai::{ASTNode, Expr, FnPtr, Position};

use super::doubts::written;
use super::tree::{Path, Place, Script, call, variable};
use super::{Notes, REGISTRATIONS, Whose};
use crate::script::testing::is_test;

/// Tests that write into `state`, which they can only look at.
pub(super) fn look(tests: &Tests<'_>, script: &Script<'_>, notes: &mut Notes<'_>) {
    script.each(&mut |place, path| {
        if tests.hold(place) && written(path) == Some("state") {
            let position = path.last().map_or(Position::NONE, ASTNode::position);
            notes.error(
                position,
                "a test looks at the show's `state`, and cannot change it\nhint: `fire` a cue \
                 whose handler does",
            );
        }
    });
}

/// Cues in a script of tests: they belong in the show it tests.
pub(super) fn look_for_cues(script: &Script<'_>, notes: &mut Notes<'_>) {
    script.each(&mut |place, path| {
        if let (Place::TopLevel, Some((call, position))) = (place, call(path))
            && REGISTRATIONS.contains(&call.name.as_str())
        {
            let says = format!("`{}` in a script of tests, it belongs in the show", call.name);
            notes.error(position, &format!("{says}\nhint: the show is the script beside this one"));
        }
    });
}

/// What the functions of a script, and its top level, mention of one another.
#[derive(Default)]
struct Mentions<'a> {
    by_top_level: BTreeSet<&'a str>,
    by_function: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

/// Where in a script the words of tests can be used.
pub(super) struct Tests<'a> {
    whose: Whose,
    functions: BTreeSet<&'a str>,
}

impl<'a> Tests<'a> {
    pub(super) fn of(whose: Whose, script: &'a Script<'_>) -> Self {
        Self { whose, functions: only_tests(script) }
    }

    /// Whether a place is in a test, or in what only tests call.
    pub(super) fn hold(&self, place: Place<'_>) -> bool {
        let function = |name: &str| self.functions.contains(name);
        self.whose == Whose::Tests
            || matches!(place, Place::Function(definition, _) if function(&definition.name))
    }
}

/// The functions that only tests reach, the tests among them.
fn only_tests<'a>(script: &'a Script<'_>) -> BTreeSet<&'a str> {
    let names = || script.functions.keys().map(String::as_str);
    let tests: Vec<&str> = names().filter(|name| is_test(name)).collect();
    if tests.is_empty() {
        return BTreeSet::new();
    }
    let mentions = mentions(script);
    let by_tests = mentions.reached(tests);
    let others = names().filter(|name| !by_tests.contains(name));
    let by_show = mentions.reached(others.chain(mentions.by_top_level.iter().copied()).collect());
    by_tests.difference(&by_show).copied().collect()
}

fn mentions<'a>(script: &'a Script<'_>) -> Mentions<'a> {
    let mut mentions = Mentions::default();
    script.each(&mut |place, path| {
        let Some(mentioned) = mentioned(path) else { return };
        let Some((mentioned, _)) = script.functions.get_key_value(mentioned.as_str()) else {
            return;
        };
        match place {
            Place::TopLevel => {
                mentions.by_top_level.insert(mentioned);
            }
            Place::Function(function, _) => {
                let Some((by, _)) = script.functions.get_key_value(function.name.as_str()) else {
                    return;
                };
                mentions.by_function.entry(by).or_default().insert(mentioned);
            }
        }
    });
    mentions
}

/// The name that may be a function's at the end of a path: called, kept as a closure, or handed on.
fn mentioned(path: Path<'_, '_>) -> Option<String> {
    if let Some((call, _)) = call(path) {
        return match call.args.first() {
            Some(Expr::StringConstant(name, _)) if call.name == "Fn" => Some(name.to_string()),
            _ => Some(call.name.to_string()),
        };
    }
    match path.last()? {
        ASTNode::Expr(Expr::MethodCall(call, _)) => Some(call.name.to_string()),
        ASTNode::Expr(Expr::DynamicConstant(value, _)) => {
            value.read_lock::<FnPtr>().map(|function| function.fn_name().to_owned())
        }
        ASTNode::Expr(expression) => variable(expression).map(|(name, _)| name.to_owned()),
        _ => None,
    }
}

impl<'a> Mentions<'a> {
    /// All that is reached from these, themselves included.
    fn reached(&self, mut from: Vec<&'a str>) -> BTreeSet<&'a str> {
        let mut reached = BTreeSet::new();
        while let Some(name) = from.pop() {
            if reached.insert(name) {
                from.extend(self.by_function.get(name).into_iter().flatten());
            }
        }
        reached
    }
}
