//! What goes wrong in a script, and how it is told to its author: where, what was met, what to do.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "rhai's enums are open: what is not named here is not looked at"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use rhai::{Dynamic, EvalAltResult, Position};

use super::habits;
use super::imports::Imported;
use super::pulse::Halt;
use crate::model::error::ModelError;
use crate::model::limits::{
    CALL_DEPTH_MAX, HANDLER_CPU, HANDLER_MAX_OPERATIONS, LIST_MAX_ITEMS, MAP_MAX_ENTRIES,
    NESTING_MAX, STRINGS_MAX_BYTES, TOP_LEVEL_MAX_OPERATIONS,
};
use crate::model::script_error::ScriptError;

/// How it is told that something belongs in a handler.
pub(super) const FOR_HANDLERS: &str = " at the top level, it belongs in a handler";

/// Why a host function refuses; its text ends up at the script's line.
#[derive(Debug, thiserror::Error)]
pub enum ScriptFault {
    /// A value that is not one of the model's words.
    #[error(transparent)]
    Word(#[from] ModelError),
    /// What was met and what was wanted.
    #[error("{0}")]
    Says(String),
    /// The same, and what to do about it.
    #[error("{says}\nhint: {hint}")]
    Hints {
        /// What was met and what was wanted.
        says: String,
        /// What to do about it.
        hint: String,
    },
    /// A file is not in the view yet: the call ends, and runs again when it is.
    #[error("a file is not read yet")]
    Needs,
    /// A function of the script that was called failed.
    #[error(transparent)]
    Script(#[from] Box<EvalAltResult>),
}

impl ScriptFault {
    /// A fault without a hint.
    pub(super) fn says(says: impl Into<String>) -> Self {
        Self::Says(says.into())
    }

    /// A fault with a hint.
    pub(super) fn hints(says: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Hints { says: says.into(), hint: hint.into() }
    }

    /// The same with this hint, where it is one that says what was met.
    pub(super) fn with_hint(self, hint: impl Into<String>) -> Self {
        match self {
            Self::Says(says) | Self::Hints { says, .. } => Self::hints(says, hint),
            other @ (Self::Word(_) | Self::Needs | Self::Script(_)) => other,
        }
    }
}

impl From<ScriptFault> for Box<EvalAltResult> {
    fn from(fault: ScriptFault) -> Self {
        match fault {
            ScriptFault::Needs => Halt::Needs.into(),
            ScriptFault::Script(error) => error,
            ScriptFault::Word(_) | ScriptFault::Says(_) | ScriptFault::Hints { .. } => {
                EvalAltResult::ErrorRuntime(fault.to_string().into(), Position::NONE).into()
            }
        }
    }
}

/// A mistake in a timeline file that stands in the place of a script.
#[derive(Debug, Clone)]
pub(super) struct InTimeline {
    /// The line, from 1.
    pub(super) line: usize,
    /// What stands there.
    pub(super) source: String,
    /// What was met and what was wanted.
    pub(super) says: String,
}

impl InTimeline {
    /// What ends the top level.
    pub(super) fn fault(self) -> ScriptFault {
        ScriptFault::Script(EvalAltResult::ErrorRuntime(Dynamic::from(self), Position::NONE).into())
    }

    fn error(&self, mut error: ScriptError) -> ScriptError {
        error.line = self.line;
        error.column = 1;
        error.width = self.source.chars().count().max(1);
        error.source.clone_from(&self.source);
        error
    }
}

/// The texts of a script and its imports, by file name: for showing the line at fault.
#[derive(Debug, Clone, Default)]
pub(super) struct Sources(pub(super) BTreeMap<String, Arc<str>>);

impl Sources {
    /// With the texts of what was imported.
    pub(super) fn with(&self, imported: &Imported) -> Self {
        let mut all = self.clone();
        let texts = imported.scripts.iter().map(|(name, (text, _))| (name.clone(), text.clone()));
        all.0.extend(texts);
        all
    }

    /// An error at a place in `file`. `told` may end with a hint.
    pub(super) fn error(&self, file: &str, position: Position, told: &str) -> ScriptError {
        let mut error = ScriptError::told(file, told);
        if let Some(line) = position.line() {
            error.line = line;
            error.column = position.position().unwrap_or(1);
            error.source = self.line(file, line);
            error.width = token_width(&error.source, error.column);
        }
        error
    }

    /// An error that ended a call.
    pub(super) fn of_runtime(&self, file: &str, error: &EvalAltResult) -> ScriptError {
        let (file, inner) = innermost(file, error);
        if let EvalAltResult::ErrorRuntime(value, _) = inner
            && let Some(mistake) = value.read_lock::<InTimeline>()
        {
            return mistake.error(self.error(file, Position::NONE, &mistake.says));
        }
        let mut mistake = self.error(file, inner.position(), &told(inner));
        if let EvalAltResult::ErrorInFunctionCall(name, _, _, call) = error
            && let (Some(line), true) = (call.line(), is_for_handlers(&mistake))
        {
            mistake.hint = Some(format!(
                "`{name}(…)` in line {line} runs at once: a handler is `{name}` alone, or `|| \
                 {name}(…)`"
            ));
        }
        mistake
    }

    /// An error that ended a handler's call. Where a limit ended it, rhai says only where the
    /// handler was registered, for every function on the way out puts its own caller's place over
    /// that of the loop: where the handler begins is nearer to it.
    pub(super) fn of_call(
        &self,
        file: &str,
        error: &EvalAltResult,
        begins: impl FnOnce() -> Option<(String, Position)>,
    ) -> ScriptError {
        let (_, inner) = innermost(file, error);
        match inner.is_system_exception().then(begins).flatten() {
            Some((file, position)) => self.error(&file, position, &told(inner)),
            None => self.of_runtime(file, error),
        }
    }

    fn line(&self, file: &str, line: usize) -> String {
        let text = self.0.get(file).and_then(|text| text.lines().nth(line - 1));
        text.unwrap_or_default().to_owned()
    }
}

/// Whether something was done at the top level that only handlers may do.
fn is_for_handlers(mistake: &ScriptError) -> bool {
    mistake.message.ends_with(FOR_HANDLERS)
}

/// The error at the heart of a chain of calls, and the file it happened in.
fn innermost<'e>(file: &'e str, error: &'e EvalAltResult) -> (&'e str, &'e EvalAltResult) {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, source, inner, _) => {
            innermost(if source.is_empty() { file } else { source }, inner)
        }
        EvalAltResult::ErrorInModule(path, inner, _) => {
            innermost(if path.is_empty() { file } else { path }, inner)
        }
        _ => (file, error),
    }
}

/// How many characters the token at `column` has.
pub(super) fn token_width(line: &str, column: usize) -> usize {
    let mut rest = line.chars().skip(column.saturating_sub(1));
    let is_word = |c: &char| c.is_alphanumeric() || *c == '_';
    match rest.next() {
        Some('"') => rest.take_while(|c| *c != '"').count() + 2,
        Some(first) if is_word(&first) => 1 + rest.take_while(is_word).count(),
        _ => 1,
    }
}

/// An error in our words, with a hint after a line break where there is one to give.
fn told(error: &EvalAltResult) -> String {
    use EvalAltResult as E;
    match error {
        E::ErrorRuntime(value, _) if value.is_unit() => {
            "thrown, without a word why\nhint: say it: `throw \"no team\"`".to_owned()
        }
        E::ErrorRuntime(value, _) => value.to_string(),
        E::ErrorTerminated(token, _) => halted(token.clone().try_cast::<Halt>()),
        E::ErrorTooManyOperations(_) => halted(Some(Halt::Operations)),
        E::ErrorVariableNotFound(name, _) => {
            let hint = habits::foreign(name).unwrap_or(
                "a function sees its arguments, `state`, `args` and the constants of the top level",
            );
            format!("`{name}` is not known here\nhint: {hint}")
        }
        E::ErrorFunctionNotFound(signature, _) => habits::no_function(signature),
        E::ErrorModuleNotFound(path, _) => format!("`{path}` is not imported here"),
        E::ErrorStackOverflow(_) => {
            format!("functions call each other more than {CALL_DEPTH_MAX} deep")
        }
        E::ErrorDataTooLarge(what, _) => too_large(what),
        E::ErrorAssignmentToConstant(name, _) => {
            format!("`{name}` is a constant\nhint: `let` makes a variable")
        }
        E::ErrorForbiddenVariable(name, _) => own_name(name),
        E::ErrorMismatchDataType(wanted, met, _) => habits::another_kind(wanted, met),
        E::ErrorDotExpr(says, _) => habits::no_property(says).unwrap_or_else(|| lower_first(says)),
        E::ErrorIndexingType(of, _) => habits::no_items(of),
        E::ErrorArrayBounds(len, index, _) => {
            format!("the list has {len} items, there is no item {index}\nhint: the first is 0")
        }
        E::ErrorArithmetic(says, _) => no_number(says).unwrap_or_else(|| lower_first(says)),
        E::ErrorUnboundThis(_) => {
            "`this` is not known here\nhint: what is to last is in `state`".to_owned()
        }
        E::ErrorFor(_) => {
            "this cannot be looped over, wanted a list, a range or a text\nhint: for a map write \
             `for key in map.keys()`"
                .to_owned()
        }
        _ => plain(error),
    }
}

/// What to say of a variable that has the name of one of ours.
pub(super) fn own_name(name: &str) -> String {
    format!(
        "`{name}` is a word of the show language and cannot be defined\nhint: choose another name"
    )
}

fn halted(halt: Option<Halt>) -> String {
    match halt {
        Some(Halt::Operations) => format!(
            "took more than its operations ({HANDLER_MAX_OPERATIONS} for a handler, \
             {TOP_LEVEL_MAX_OPERATIONS} for the top level)\nhint: is there a loop without an \
             end? `every` and `after` come back later"
        ),
        Some(Halt::Time) => format!(
            "took too long: a handler has {} ms\nhint: is there a loop without an end? `every` \
             and `after` come back later",
            HANDLER_CPU.as_millis()
        ),
        Some(Halt::Nesting) => {
            format!("values nest too deep, at most {NESTING_MAX} levels are allowed")
        }
        Some(Halt::Needs) | None => "was ended".to_owned(),
    }
}

fn too_large(what: &str) -> String {
    let limit = match what {
        "Length of string" => format!("{STRINGS_MAX_BYTES} bytes of text"),
        "Size of object map" => format!("{MAP_MAX_ENTRIES} map entries"),
        _ => format!("{LIST_MAX_ITEMS} list items"),
    };
    format!("a value grew too large, at most {limit} fit into one")
}

/// The kind of a value as scripts call it.
pub(super) fn kind(type_name: &str) -> &str {
    match type_name {
        "i64" | "INT" | "int" => "a whole number",
        "f64" | "FLOAT" | "float" => "a number with a fraction",
        "string" | "&str" | "ImmutableString" | "&str | ImmutableString | String" => "text",
        "bool" => "true or false",
        "array" => "a list",
        "map" => "a map",
        "()" => "nothing, `()`",
        "Fn" => "a function",
        "char" => "a character",
        "time" => "a time",
        "secret" => "a secret",
        trigger if trigger.ends_with("::Loose") => "a trigger",
        "range" | "range=" => "a range",
        range if range.starts_with("core::ops::range::") => "a range",
        secret if secret.ends_with("::SecretText") => "a secret",
        time if time.ends_with("::TimeValue") => "a time",
        other if other.contains("::") => "a value of another kind",
        other => other,
    }
}

/// What to say of a text that rhai was to read a number from; none of other arithmetic.
fn no_number(says: &str) -> Option<String> {
    let (_, rest) = says.split_once("number '").filter(|(begin, _)| begin.contains("parsing"))?;
    let (met, _) = rest.rsplit_once("': ")?;
    Some(format!("`{met}` is not a number"))
}

/// Rhai's own words, lower case and without the position that is shown beside them.
fn plain(error: &EvalAltResult) -> String {
    let text = error.to_string();
    let text = text.rsplit_once(" (line ").map_or(text.as_str(), |(text, _)| text);
    lower_first(text)
}

/// The text with its first letter in lower case.
pub(super) fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
