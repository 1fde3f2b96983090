//! The show language's own functions: registered with their documentation, listed for the
//! reference and for the test that runs every example.

use std::sync::OnceLock;

use rhai::{Dynamic, FuncRegistration, Module, NativeCallContext, Shared};

use super::errors::ScriptFault;
use super::host;
use super::reference::definitions;

/// One function of the show language.
#[derive(Debug, Clone, Copy)]
pub struct Word {
    /// Its name.
    pub name: &'static str,
    /// How it is called, one line for each form: `every(gap, handler)`.
    pub forms: &'static [&'static str],
    /// What it does, by the convention of [`super::reference::Entry`].
    pub doc: &'static str,
    /// What runs; gets as many arguments as one of its forms has.
    pub(super) run: Run,
}

/// What runs when a script calls a word.
pub(super) type Run = fn(&NativeCallContext<'_>, &[Dynamic]) -> Result<Dynamic, ScriptFault>;

impl Word {
    /// How many arguments each form takes.
    pub(super) fn arities(&self) -> Vec<usize> {
        let mut counts: Vec<usize> = self.forms.iter().map(|form| arity(form)).collect();
        counts.sort_unstable();
        counts.dedup();
        counts
    }

    fn register(&self, module: &mut Module) {
        for count in self.arities() {
            let form = self.forms.iter().find(|form| arity(form) == count).copied();
            let what = FuncRegistration::new(self.name)
                .in_global_namespace()
                .with_volatility(true)
                .with_params_info(parameters(form.unwrap_or_default()))
                .with_comments([self.doc]);
            register_with(count, what, module, self.run);
        }
    }
}

type Answer = Result<Dynamic, Box<rhai::EvalAltResult>>;
type Context<'a> = NativeCallContext<'a>;

fn register_with(count: usize, what: FuncRegistration, module: &mut Module, run: Run) {
    let go = move |context: &Context<'_>, arguments: &[Dynamic]| -> Answer {
        let answer = run(context, arguments)?;
        debug_assert!(
            definitions::gives(context.fn_name(), &answer),
            "`{}` gives {}, and its reference says something else",
            context.fn_name(),
            answer.type_name()
        );
        Ok(answer)
    };
    let what = match count {
        0 => what.set_into_module(module, move |c: Context<'_>| go(&c, &[])),
        1 => what.set_into_module(module, move |c: Context<'_>, a: Dynamic| go(&c, &[a.flatten()])),
        2 => what.set_into_module(module, move |c: Context<'_>, a: Dynamic, b: Dynamic| {
            go(&c, &[a, b].map(Dynamic::flatten))
        }),
        3 => what
            .set_into_module(module, move |c: Context<'_>, a: Dynamic, b: Dynamic, d: Dynamic| {
                go(&c, &[a, b, d])
            }),
        _ => what.set_into_module(
            module,
            move |c: Context<'_>, a: Dynamic, b: Dynamic, d: Dynamic, e: Dynamic| {
                go(&c, &[a, b, d, e].map(Dynamic::flatten))
            },
        ),
    };
    debug_assert!(what.num_params <= 4, "no word has more than four arguments");
}

/// The parameters of a form: what stands between its parentheses.
pub(super) fn parameters(form: &'static str) -> Vec<&'static str> {
    let inside = form.split_once('(').and_then(|(_, rest)| rest.rsplit_once(')'));
    let inside = inside.map_or("", |(inside, _)| inside);
    inside.split(", ").filter(|name| !name.is_empty()).collect()
}

fn arity(form: &'static str) -> usize {
    parameters(form).len()
}

/// Every function of the show language.
pub fn words() -> impl Iterator<Item = &'static Word> {
    words_by_subject().map(|(_, word)| word)
}

/// Every function with the subject it belongs to.
pub(super) fn words_by_subject() -> impl Iterator<Item = (&'static str, &'static Word)> {
    host::ALL.iter().flat_map(|(subject, words)| words.iter().map(move |word| (*subject, word)))
}

/// Every function that only tests have.
pub fn test_words() -> impl Iterator<Item = &'static Word> {
    host::OF_TESTS.iter().copied().flatten()
}

/// The module that holds those: built once, shared by every test.
pub(super) fn test_module() -> Shared<Module> {
    static MODULE: OnceLock<Shared<Module>> = OnceLock::new();
    MODULE
        .get_or_init(|| {
            let mut module = Module::new();
            for word in test_words() {
                word.register(&mut module);
            }
            host::testing::place(&mut module);
            module.build_index();
            module.into()
        })
        .clone()
}

/// The module that holds the words of shows: built once, shared by every show.
pub(super) fn module() -> Shared<Module> {
    static MODULE: OnceLock<Shared<Module>> = OnceLock::new();
    MODULE
        .get_or_init(|| {
            let mut module = Module::new();
            for word in words() {
                word.register(&mut module);
            }
            host::shadow(&mut module);
            host::properties(&mut module);
            module.build_index();
            module.into()
        })
        .clone()
}
