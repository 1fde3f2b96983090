//! The show language's own functions, one file per subject.

mod arguments;
mod ask;
mod asserting;
mod choose;
mod control;
mod cue;
mod facts;
mod fetch;
mod files;
mod numbers;
mod options;
mod outgoing;
mod poll;
mod read;
mod send;
pub(super) mod testing;
mod timeline;
mod votes;
mod voting;
mod what;
mod when;

use rhai::{Array, FLOAT, FuncRegistration, INT, ImmutableString, Map, Module};

use super::secret_text;
use super::time_value::TimeValue;
use super::words::Word;

/// Every function, by subject; those of one subject stand together.
pub(super) static ALL: [(&str, &[Word]); 15] = [
    ("When", &when::WORDS),
    ("When", &timeline::WORDS),
    ("Cues and control", &cue::WORDS),
    ("Cues and control", &control::WORDS),
    ("Lines of facts files", &facts::WORDS),
    ("Polls", &poll::WORDS),
    ("Polls", &ask::WORDS),
    ("Polls", &votes::WORDS),
    ("Notices, cards and other payloads", &what::WORDS),
    ("Sending", &send::WORDS),
    ("Chance and loops", &choose::WORDS),
    ("Numbers and texts", &numbers::WORDS),
    ("Files of the show", &files::WORDS),
    ("From the net", &fetch::WORDS),
    ("What a handler knows", &read::WORDS),
];

/// Those that only tests have.
pub(super) static OF_TESTS: [&[Word]; 3] = [&testing::WORDS, &voting::WORDS, &asserting::WORDS];

/// What scripts can do with values of our own types: `now().hour`.
pub(super) fn properties(module: &mut Module) {
    type Answer = Result<INT, Box<rhai::EvalAltResult>>;
    module.set_custom_type::<TimeValue>("time");
    for part in TimeValue::PARTS {
        module.set_getter_fn(part, move |time: &mut TimeValue| -> Answer { Ok(time.part(part)) });
    }
    secret_text::register(module);
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
