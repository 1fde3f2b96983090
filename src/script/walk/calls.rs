//! Calls of functions that do not exist.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use rhai::{ASTNode, Engine, Expr, FnCallExpr, Position, Stmt};

use super::Notes;
use super::tree::{Place, Script, call};
use crate::model::near::nearest;
use crate::script::habits;
use crate::script::imports::{Imported, script_name};
use crate::script::words::words;

/// What rhai answers itself, by any number of arguments.
const BUILT_IN: [&str; 12] = [
    "print",
    "debug",
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

/// How many arguments each registered function takes, by name.
type Known = BTreeMap<String, BTreeSet<usize>>;

pub(super) fn look(
    engine: &Engine,
    script: &Script<'_>,
    imported: &Imported,
    notes: &mut Notes<'_>,
) {
    let known = known(engine);
    let variables = variables(script);
    let aliases = aliases(script, imported);
    script.each(&mut |_, path| {
        if let Some((call, position)) = call(path) {
            look_at(call, position, Style::Function, (known, script, &variables, &aliases), notes);
        }
        if let Some(ASTNode::Expr(Expr::MethodCall(call, position))) = path.last() {
            look_at(call, *position, Style::Method, (known, script, &variables, &aliases), notes);
        }
    });
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Function,
    Method,
}

type Names<'a> =
    (&'a Known, &'a Script<'a>, &'a BTreeSet<String>, &'a BTreeMap<String, BTreeSet<String>>);

fn look_at(
    call: &FnCallExpr,
    position: Position,
    style: Style,
    (known, script, variables, aliases): Names<'_>,
    notes: &mut Notes<'_>,
) {
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
    if script.functions.contains_key(name) {
        return;
    }
    let count = call.args.len() + usize::from(style == Style::Method);
    match known.get(name) {
        Some(counts) if counts.contains(&count) => {}
        Some(_) => notes.error(position, &habits::wrong_count(name, count)),
        None if style == Style::Method && variables.contains(name) => {}
        None if variables.contains(name) => notes.error(position, &habits::closure_call(name)),
        None => {
            let own = script.functions.keys().map(String::as_str);
            notes.error(position, &unknown(name, own.chain(words().map(|word| word.name))));
        }
    }
}

fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let says = format!("`{name}` is not part of the show language");
    match habits::renamed(name) {
        Some(hint) => format!("{says}\nhint: {hint}"),
        None => match nearest(name, known.filter(|name| !name.starts_with("anon$"))) {
            Some(near) => format!("{says}\nhint: did you mean `{near}`?"),
            None => format!("{says}\nhint: a function of this script is written `fn {name}()`"),
        },
    }
}

/// The functions every engine has; the same for all, so collected once.
fn known(engine: &Engine) -> &'static Known {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let mut known = Known::new();
        let all = engine.collect_fn_metadata(
            None,
            |function| Some((function.metadata.name.to_string(), function.metadata.num_params)),
            true,
        );
        for (name, count) in all {
            known.entry(name).or_default().insert(count);
        }
        known
    })
}

/// Every name that the script gives to a variable anywhere; map keys that are called are values
/// of maps and cannot be known.
fn variables(script: &Script<'_>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    script.each(&mut |place, path| {
        if let Place::Function(function, _) = place {
            names.extend(function.params.iter().map(ToString::to_string));
        }
        match path.last() {
            Some(ASTNode::Stmt(Stmt::Var(variable, ..))) => {
                names.insert(variable.0.name.to_string());
            }
            Some(ASTNode::Stmt(Stmt::For(parts, _))) => {
                names.insert(parts.0.name.to_string());
            }
            _ => {}
        }
    });
    names
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
