//! The show language's own functions, one file per subject.

mod arguments;
mod control;
mod facts;
mod options;
mod poll;
mod send;
mod what;
mod when;

use rhai::{Array, FLOAT, FuncRegistration, INT, ImmutableString, Map, Module};

use super::words::Word;

/// Every function, by subject.
pub(super) static ALL: [&[Word]; 6] =
    [&when::WORDS, &control::WORDS, &facts::WORDS, &poll::WORDS, &what::WORDS, &send::WORDS];

/// What must hide a function of rhai's own library with the same types.
pub(super) fn shadow(module: &mut Module) {
    type Refused = Result<(), Box<rhai::EvalAltResult>>;
    let word = |name| FuncRegistration::new(name).in_global_namespace().with_volatility(true);
    word("sleep").set_into_module(module, |_: INT| -> Refused { Err(when::sleep().into()) });
    word("sleep").set_into_module(module, |_: FLOAT| -> Refused { Err(when::sleep().into()) });
    word("clear").set_into_module(module, |slot: ImmutableString| what::clear_slot(&slot));
    // Lists and maps keep theirs, which the call with one argument of ours would hide.
    word("clear").set_into_module(module, |list: &mut Array| list.clear());
    word("clear").set_into_module(module, |map: &mut Map| map.clear());
}
