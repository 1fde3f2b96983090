//! Calls of functions that do not exist.

use std::collections::{BTreeMap, BTreeSet};

use rhai::{ASTNode, Expr, FnCallExpr, Map, Position, Stmt};

use super::counts;
use super::tested::Tests;
use super::tree::{Path, Place, Script, call, variable};
use super::{Notes, REGISTRATIONS};
use crate::model::near::nearest;
use crate::script::engine::OWN_NAMES;
use crate::script::functions::{Functions, functions, of_tests};
use crate::script::habits;
use crate::script::imports::{Imported, script_name};

/// What rhai answers itself, by any number of arguments.
const BUILT_IN: [&str; 10] = [
    "type_of",
    "call",
    "curry",
    "Fn",
    "is_def_var",
    "is_def_fn",
    "is_shared",
    "this",
    "eval",
    "import",
];

pub(super) fn look(
    tests: &Tests<'_>,
    script: &Script<'_>,
    imported: &Imported,
    notes: &mut Notes<'_>,
) {
    let known = functions();
    let given = given(script);
    let aliases = aliases(script, imported);
    script.each(&mut |place, path| {
        let in_test = tests.hold(place);
        let names = Names { known, in_test, script, given: &given, aliases: &aliases };
        if let Some((call, position)) = call(path) {
            look_at(call, position, Style::Function, &names, notes);
            if let (Place::TopLevel, Some((name, position))) = (place, named_handler(call)) {
                look_at_handler(name, position, &names, notes);
            }
        }
        if let Some((name, position, hint)) = called_on_foreign(path) {
            notes.error(position, &format!("`{name}` is not known here\nhint: {hint}"));
        } else if let Some(ASTNode::Expr(Expr::MethodCall(call, position))) = path.last() {
            look_at(call, *position, Style::Method, &names, notes);
        }
    });
}

/// The variable that a registration is given as its handler: a function's name.
fn named_handler(call: &FnCallExpr) -> Option<(&str, Position)> {
    let is_kept = REGISTRATIONS.contains(&call.name.as_str()) && call.args.len() > 1;
    variable(call.args.last().filter(|_| is_kept)?)
}

fn look_at_handler(name: &str, position: Position, names: &Names<'_>, notes: &mut Notes<'_>) {
    let Names { known, script, given, .. } = names;
    let is_known = script.functions.contains_key(name)
        || given.variables.contains(name)
        || OWN_NAMES.contains(&name);
    if !is_known {
        let own = script.functions.keys().map(String::as_str).filter(|own| !own.contains('$'));
        let hint = match nearest(name, own) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.contains_key(name) => format!("write `|| {name}(…)`, a closure"),
            None => format!("write `fn {name}() {{ … }}`, or `|| …` in its place"),
        };
        notes.error(position, &format!("this script has no function `{name}`\nhint: {hint}"));
    }
}

/// What another language keeps its functions in, where one of them is called: `Math.floor(x)`.
fn called_on_foreign<'p>(path: Path<'p, '_>) -> Option<(&'p str, Position, &'static str)> {
    let [.., ASTNode::Expr(Expr::Dot(parts, ..)), ASTNode::Expr(Expr::MethodCall(..))] = path
    else {
        return None;
    };
    let (name, position) = variable(&parts.lhs)?;
    let is_foreign = ["Math", "Date", "JSON", "Object", "console"].contains(&name);
    Some((name, position, habits::foreign(name).filter(|_| is_foreign)?))
}

/// How a function is called.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Function,
    Method,
}

impl Style {
    /// How many arguments stand before its name.
    pub(super) fn before(self) -> usize {
        usize::from(self == Self::Method)
    }
}

/// What can be called at some place.
struct Names<'a> {
    known: &'static Functions,
    /// Whether the words of tests can.
    in_test: bool,
    script: &'a Script<'a>,
    given: &'a Given,
    aliases: &'a BTreeMap<String, BTreeSet<String>>,
}

fn look_at(
    call: &FnCallExpr,
    position: Position,
    style: Style,
    names: &Names<'_>,
    notes: &mut Notes<'_>,
) {
    let Names { known, script, given, aliases, .. } = names;
    let name = call.name.as_str();
    let is_word = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    if call.op_token.is_some() || !is_word || BUILT_IN.contains(&name) {
        return;
    }
    if call.is_qualified() {
        let alias = call.namespace.root().to_owned();
        if let Some(functions) = aliases.get(&alias)
            && !functions.contains(name)
        {
            notes.error(position, &unknown(name, functions.iter().map(String::as_str)));
        }
        return;
    }
    let count = call.args.len() + style.before();
    if let Some(own) = script.functions.get(name) {
        let is_one = own.iter().any(|own| own.definition.params.len() == call.args.len());
        let is_other = known.get(name).is_some_and(|counts| counts.contains(&count))
            || style == Style::Method && given.keys.contains(name);
        if !is_one && !is_other {
            notes.error(position, &counts::of_script(call, style, own));
        }
        return;
    }
    if let Some(counts) = of_tests().get(name) {
        match (names.in_test, counts.contains(&count)) {
            (true, true) => {}
            (true, false) => notes.error(position, &counts::of_language(call, style, counts)),
            (false, _) => notes.error(position, &habits::of_tests(name)),
        }
        return;
    }
    match known.get(name) {
        Some(counts) if counts.contains(&count) => {}
        Some(_) | None if style == Style::Method && given.keys.contains(name) => {}
        Some(counts) => notes.error(position, &counts::of_language(call, style, counts)),
        None if given.variables.contains(name) => {
            notes.error(position, &habits::closure_call(name));
        }
        None => {
            let own = script.functions.keys().map(String::as_str);
            let of_tests = of_tests().keys().filter(|_| names.in_test).map(String::as_str);
            let all = own.chain(of_tests).chain(known.keys().map(String::as_str));
            notes.error(position, &unknown(name, all));
        }
    }
}

fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let says = format!("`{name}` is not part of the show language");
    match habits::renamed(name) {
        Some(hint) => format!("{says}\nhint: {hint}"),
        // What rhai names itself has a `$`: closures, properties.
        None => match nearest(name, known.filter(|name| !name.contains('$'))) {
            Some(near) => format!("{says}\nhint: did you mean `{near}`?"),
            None => format!("{says}\nhint: a function of this script is written `fn {name}()`"),
        },
    }
}

/// The names a script gives to values that may be functions.
#[derive(Default)]
pub(super) struct Given {
    variables: BTreeSet<String>,
    /// Keys of maps: what they hold is called like a method, `map.greet(1)`.
    pub(super) keys: BTreeSet<String>,
    /// Those that stand in a map, and are not only asked for.
    pub(super) written: BTreeSet<String>,
}

pub(super) fn given(script: &Script<'_>) -> Given {
    let mut given = Given::default();
    script.each(&mut |place, path| {
        if let Place::Function(function, _) = place {
            given.variables.extend(function.params.iter().map(ToString::to_string));
        }
        match path.last() {
            Some(ASTNode::Stmt(Stmt::Var(variable, ..))) => {
                given.variables.insert(variable.0.name.to_string());
            }
            Some(ASTNode::Stmt(Stmt::For(parts, _))) => {
                given.variables.insert(parts.0.name.to_string());
            }
            Some(ASTNode::Expr(Expr::Map(map, _))) => {
                given.written.extend(map.0.iter().map(|(key, _)| key.name.to_string()));
            }
            Some(ASTNode::Expr(Expr::DynamicConstant(value, _))) => {
                let map = value.read_lock::<Map>();
                let keys = map.iter().flat_map(|map| map.keys().map(ToString::to_string));
                given.written.extend(keys);
            }
            Some(ASTNode::Expr(Expr::Property(property, _))) => {
                given.keys.insert(property.2.to_string());
            }
            _ => {}
        }
    });
    given.keys.extend(given.written.iter().cloned());
    given
}

/// The functions behind each alias of an import.
fn aliases(script: &Script<'_>, imported: &Imported) -> BTreeMap<String, BTreeSet<String>> {
    let imports = script.ast.statements().iter().filter_map(|statement| {
        let Stmt::Import(import, _) = statement else { return None };
        let Expr::StringConstant(path, _) = &import.0 else { return None };
        let file = format!("{}.rhai", script_name(path).ok()?);
        let (_, ast) = imported.scripts.get(&file)?;
        let functions = ast.iter_functions().map(|function| function.name.to_owned());
        Some((import.1.name.to_string(), functions.collect()))
    });
    imports.collect()
}
