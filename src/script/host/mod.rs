//! The show language's own functions, one file per subject.

mod arguments;
mod ask;
mod asserting;
mod choose;
mod control;
mod facts;
mod files;
mod numbers;
mod options;
mod poll;
mod read;
mod send;
pub(super) mod testing;
mod votes;
mod voting;
mod what;
mod when;

use rhai::{Array, FLOAT, FuncRegistration, INT, ImmutableString, Map, Module};

use super::time_value::TimeValue;
use super::words::Word;

/// Every function, by subject.
pub(super) static ALL: [&[Word]; 12] = [
    &when::WORDS,
    &control::WORDS,
    &facts::WORDS,
    &poll::WORDS,
    &ask::WORDS,
    &votes::WORDS,
    &what::WORDS,
    &send::WORDS,
    &choose::WORDS,
    &numbers::WORDS,
    &files::WORDS,
    &read::WORDS,
];

/// Those that only tests have.
pub(super) static OF_TESTS: [&[Word]; 3] = [&testing::WORDS, &voting::WORDS, &asserting::WORDS];

/// The parts of a time as properties: `now().hour`.
pub(super) fn properties(module: &mut Module) {
    type Answer = Result<INT, Box<rhai::EvalAltResult>>;
    module.set_custom_type::<TimeValue>("time");
    for part in TimeValue::PARTS {
        module.set_getter_fn(part, move |time: &mut TimeValue| -> Answer { Ok(time.part(part)) });
    }
    let written = FuncRegistration::new("to_string").in_global_namespace();
    written.set_into_module(module, |time: &mut TimeValue| time.to_string());
    let debugged = FuncRegistration::new("to_debug").in_global_namespace();
    debugged.set_into_module(module, |time: &mut TimeValue| time.to_string());
}

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
