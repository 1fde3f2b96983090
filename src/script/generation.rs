//! One compiled version of a script: its functions, its cues and what they are called through.

use std::sync::Arc;

#[allow(deprecated, reason = "the word means `volatile` here, and rhai is pinned")]
use rhai::NativeCallContextStore;
use rhai::{Engine, FnPtr, GlobalRuntimeState, NativeCallContext, Position, Shared};

use super::errors::{ScriptFault, Sources};
use super::words::words;
use crate::model::cue::{CueKey, CuePlan};
use crate::model::file::FileRef;
use crate::model::zone::Zone;

/// One compiled version of a script. Cheap to clone.
#[derive(Clone)]
pub struct Generation {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    /// The script's file name.
    pub(super) file: String,
    pub(super) sources: Arc<Sources>,
    pub(super) zone: Zone,
    /// Every file it names outright: once one of them is missing, the others are asked for too.
    pub(super) files: Vec<FileRef>,
    /// Those that its top level read: its cues may come from them.
    pub(super) shaped_by: Vec<FileRef>,
    /// In the order of their keys.
    pub(super) handlers: Box<[(CueKey, Handler)]>,
}

impl Generation {
    /// Whether it reads a file: by a name that is written out in it, or that was met as it began.
    pub fn reads(&self, file: &FileRef) -> bool {
        self.inner.files.contains(file)
    }

    /// Whether its top level read a file, so that its cues may come from there.
    pub fn is_shaped_by(&self, file: &FileRef) -> bool {
        self.inner.shaped_by.contains(file)
    }

    /// What a cue calls; none for a cue this version does not have.
    pub fn handler(&self, cue: &CueKey) -> Option<Handler> {
        let handlers = &self.inner.handlers;
        let at = handlers.binary_search_by(|(key, _)| key.cmp(cue)).ok()?;
        handlers.get(at).map(|(_, handler)| handler.clone())
    }
}

/// A cue as its script declares it.
pub(super) struct Cue {
    pub(super) plan: CuePlan,
    pub(super) position: Position,
    pub(super) handler: Handler,
}

/// The place in a script that a function was made at: its imports, constants and functions.
#[allow(deprecated, reason = "the word means `volatile` here, and rhai is pinned")]
pub(super) type SharedContext = Arc<NativeCallContextStore>;

/// How many arguments a handler takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// None.
    Nothing,
    /// `#{cue, due, now, late_ms, data}`.
    Argument,
    /// What was fetched.
    Data,
    /// What was fetched, or why nothing was.
    DataAndError,
}

/// A script's function, ready to be called long after the place it was written at has ended.
/// Cheap to clone.
#[derive(Clone)]
pub struct Handler {
    pub(super) inner: Arc<HandlerInner>,
}

impl std::fmt::Debug for Handler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Handler({})", self.inner.function.fn_name())
    }
}

pub(super) struct HandlerInner {
    pub(super) function: FnPtr,
    pub(super) takes: Takes,
    pub(super) context: SharedContext,
    /// Whether what it gets as `data` also stands beside it: `e.question` of `poll_closed`.
    pub(super) spread: bool,
}

impl Handler {
    /// A handler of `function`, called from where `context` is. Refused when it wants more than
    /// one argument or does not exist.
    pub(super) fn new(
        context: &NativeCallContext<'_>,
        function: FnPtr,
        shared: &mut Option<SharedContext>,
        spread: bool,
    ) -> Result<Self, ScriptFault> {
        let takes = arity(context, &function)?;
        let context = share_context(context, shared);
        Ok(Self { inner: HandlerInner { function, takes, context, spread }.into() })
    }
}

impl Handler {
    /// What `fetch_json` calls: a function of `data`, or of `data` and `error`.
    pub(super) fn of_answer(
        context: &NativeCallContext<'_>,
        function: FnPtr,
        shared: &mut Option<SharedContext>,
    ) -> Result<Self, ScriptFault> {
        let captured = function.curry().len();
        let takes = if exists(context, &function, captured + 1) {
            Takes::Data
        } else if exists(context, &function, captured + 2) {
            Takes::DataAndError
        } else {
            return Err(ScriptFault::hints(
                "the handler of `fetch_json` takes one argument or two",
                "write `|data| …`, or `|data, error| …` to hear of failures, too",
            ));
        };
        let context = share_context(context, shared);
        Ok(Self { inner: HandlerInner { function, takes, context, spread: false }.into() })
    }

    /// Whether it is told why it is called, and with what data.
    pub fn takes_argument(&self) -> bool {
        self.inner.takes == Takes::Argument
    }

    /// Whether it is called only when something was fetched.
    pub fn wants_success(&self) -> bool {
        self.inner.takes == Takes::Data
    }
}

impl HandlerInner {
    /// In which file the body of its function begins, and where; nowhere for one that is not a
    /// script's own.
    pub(super) fn begins(&self, engine: &Engine) -> Option<(String, Position)> {
        let context = context_of(&self.context, engine);
        let taken = match self.takes {
            Takes::Nothing => 0,
            Takes::Argument | Takes::Data => 1,
            Takes::DataAndError => 2,
        };
        let (name, count) = (self.function.fn_name(), self.function.curry().len() + taken);
        context.iter_namespaces().find_map(|module| {
            let function = module.get_script_fn(name, count)?;
            Some((module.id()?.to_owned(), function.body.start_position()))
        })
    }
}

/// How many arguments a script function takes, beside what it captured.
fn arity(context: &NativeCallContext<'_>, function: &FnPtr) -> Result<Takes, ScriptFault> {
    /// No handler has more parameters than this; it is looked for only to say so.
    const LOOKED_FOR_MAX: usize = 16;
    let captured = function.curry().len();
    let exists = |count: usize| exists(context, function, count);
    if exists(captured) || (captured > 0 && is_word(function.fn_name(), captured)) {
        return Ok(Takes::Nothing);
    }
    if exists(captured + 1) {
        return Ok(Takes::Argument);
    }
    match (captured + 2..LOOKED_FOR_MAX).find(|count| exists(*count)) {
        Some(count) => Err(ScriptFault::hints(
            format!("this handler takes {} arguments, wanted none or one", count - captured),
            "write `|| …` or `|e| …`: `e` is `#{cue, due, now, late_ms, data}`",
        )),
        None => Err(ScriptFault::hints(
            format!("there is no function `{}` in this script", function.fn_name()),
            "a handler is a closure, `|| …`, or the name of a function of this script",
        )),
    }
}

/// Whether the language has that function with so many parameters.
fn is_word(name: &str, count: usize) -> bool {
    words().any(|word| word.name == name && word.arities().contains(&count))
}

/// Whether the script has that function with so many parameters.
fn exists(context: &NativeCallContext<'_>, function: &FnPtr, count: usize) -> bool {
    let name = function.fn_name();
    context.iter_namespaces().any(|module| module.get_script_fn(name, count).is_some())
}

/// The context to call through later. Thousands of handlers made at one place share one.
#[allow(deprecated, reason = "the word means `volatile` here, and rhai is pinned")]
pub(super) fn share_context(
    context: &NativeCallContext<'_>,
    shared: &mut Option<SharedContext>,
) -> SharedContext {
    if let Some(known) = shared
        && is_same_place(&known.global, context.global_runtime_state())
    {
        return Arc::clone(known);
    }
    let mut store = context.store_data();
    // A handler begins anew: what led to its registration does not count against it.
    store.global.level = 0;
    store.global.scope_level = 0;
    store.global.num_operations = 0;
    let store = Arc::new(store);
    *shared = Some(Arc::clone(&store));
    store
}

fn is_same_place(a: &GlobalRuntimeState, b: &GlobalRuntimeState) -> bool {
    let same_constants = match (&a.constants, &b.constants) {
        (Some(a), Some(b)) => Shared::ptr_eq(a, b),
        (None, None) => true,
        _ => false,
    };
    same_constants
        && a.source() == b.source()
        && a.num_imports() == b.num_imports()
        && a.lib.len() == b.lib.len()
        && a.lib.iter().zip(&b.lib).all(|(a, b)| Shared::ptr_eq(a, b))
        && a.iter_imports()
            .zip(b.iter_imports())
            .all(|((a_name, a), (b_name, b))| a_name == b_name && std::ptr::eq(a, b))
}

/// The context again, to call through.
#[allow(deprecated, reason = "the word means `volatile` here, and rhai is pinned")]
pub(super) fn context_of<'a>(
    shared: &'a SharedContext,
    engine: &'a Engine,
) -> NativeCallContext<'a> {
    shared.create_context(engine)
}
