//! The words of tests that say what has to hold.

use rhai::{Dynamic, Map, NativeCallContext};

use super::arguments::{flag, text};
use super::testing::lead;
use crate::model::script_error::ScriptError;
use crate::script::errors::ScriptFault;
use crate::script::rehearsal::Rehearsal;
use crate::script::stage::{Phase, StageRef};
use crate::script::testing::Assertion;
use crate::script::testing::sides::{self, Sides};
use crate::script::words::Word;

type Said = Result<Dynamic, ScriptFault>;

pub(super) static WORDS: [Word; 3] = [
    Word {
        name: "expect_error",
        forms: &["expect_error()", "expect_error(part)"],
        doc: r#"The oldest error of a handler that was not expected yet, as `#{cue, line, message}`;
with a text, that text is part of its message. An error of a handler that no test expects fails the
test.

Gives: a map

```rhai
cue("next", || throw "that was the last one");

fn test_there_is_no_next() {
    fire("next");
    expect_error("the last one");
}
```"#,
        run: expect_error,
    },
    Word {
        name: "assert",
        forms: &["assert(holds)", "assert(holds, message)"],
        doc: r#"Ends the test where something does not hold.

Gives: nothing

```rhai
on("start", || put_metadata(notice("hello")));

fn test_fits_with_ease() {
    assert(last().bytes < 100, "a notice is short");
}
```"#,
        run: assert,
    },
    Word {
        name: "assert_eq",
        forms: &["assert_eq(left, right)", "assert_eq(left, right, message)"],
        doc: r#"Ends the test where two values are not equal, and shows both. Lists and maps are
compared by what is in them, numbers by their value.

Gives: nothing

```rhai
on("start", || state.round = 1);

fn test_begins_with_round_one() {
    assert_eq(state.round, 1);
}
```"#,
        run: assert_eq,
    },
];

fn expect_error(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let part =
        arguments.first().map(|part| text(part, "the text of `expect_error`")).transpose()?;
    let Some(error) = lead(context, Rehearsal::take_error)? else {
        return Err(Assertion::of(context, "no handler has failed").fails());
    };
    if let Some(part) = part.filter(|part| !error.message.contains(part.as_str())) {
        let sides = Sides { left: error.message.clone(), right: part.to_string() };
        let met = Assertion::of(context, "another error than the one expected");
        return Err(met.with(sides).fails());
    }
    Ok(failed(&error))
}

/// `#{cue, line, message}`.
fn failed(error: &ScriptError) -> Dynamic {
    let mut map = Map::new();
    let cue = error.cue.as_deref().map_or(Dynamic::UNIT, Into::into);
    let line = i64::try_from(error.line).unwrap_or(i64::MAX);
    map.insert("cue".into(), cue);
    map.insert("line".into(), line.into());
    map.insert("message".into(), error.message.as_str().into());
    Dynamic::from_map(map)
}

fn assert(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    StageRef::of(context).get().only_in(Phase::Test, "assert")?;
    let holds = flag(&arguments[0], "what is asserted")?;
    if holds {
        return Ok(Dynamic::UNIT);
    }
    Err(Assertion::of(context, &message(arguments.get(1), "this does not hold")).fails())
}

fn assert_eq(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    StageRef::of(context).get().only_in(Phase::Test, "assert_eq")?;
    match sides::compare(&arguments[0], &arguments[1])? {
        None => Ok(Dynamic::UNIT),
        Some(sides) => {
            let says = message(arguments.get(2), "the two are not equal");
            Err(Assertion::of(context, &says).with(sides).fails())
        }
    }
}

fn message(given: Option<&Dynamic>, otherwise: &str) -> String {
    given.map_or_else(|| otherwise.to_owned(), ToString::to_string)
}
