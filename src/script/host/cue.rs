//! `cue`: a handler with a name, for the operator, `fire` and `after`.

use rhai::{Array, Dynamic, NativeCallContext};

use super::arguments::{flag, list, owned, text, wanted};
use super::options::Options;
use super::when::{Loose, register};
use crate::model::cue::{CueKey, CueOptions, Naming};
use crate::model::limits::TRIGGERS_MAX;
use crate::model::trigger::Trigger;
use crate::script::errors::ScriptFault;
use crate::script::stage::StageRef;
use crate::script::words::Word;

type Said = Result<Dynamic, ScriptFault>;

pub(super) static WORDS: [Word; 1] = [Word {
    name: "cue",
    forms: &[
        "cue(name, handler)",
        "cue(name, handler, options)",
        "cue(name, trigger, handler)",
        "cue(name, trigger, handler, options)",
    ],
    doc: r#"Names a handler, so that the operator, `fire` and `after` can call it. A trigger (or
a list of them) also fires it. Named, it keeps its place in time through every edit.

Options:
- `armed`: `false` keeps it from firing until it is armed
- `label`: a text for the operator
- `note`: a text for the operator, what to look out for
- `key`: a text, the key that fires it on the desk
- `input`: a list of names; the operator fills them in, and the handler finds them in `e.data`
- `confirm`: `true` asks the operator once more

Gives: nothing

Limits: {CUES_MAX} cues in one script, {TRIGGERS_MAX} triggers of one cue, {CUE_NAME_MAX_CHARS}
characters in a name

Errors:
- `cue("a", || 1); cue("a", || 2);`
- `cue("facts", every("10s"));`
- `cue("facts", || 1, #{lable: "Facts"});`

```rhai
cue("intro", || put_metadata(notice("hello")));
cue("facts", [every("10s"), on("on_air")], || put_metadata(notice("a fact")));
cue("goal", |e| put_metadata(notice(`${e.data}`)), #{label: "Goal", key: "1", input: ["team"]});
```"#,
    run: cue,
}];

fn cue(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let name = text(&arguments[0], "the name of a cue")?;
    let (trigger, handler, options) = match arguments {
        [_, handler] => (None, Some(handler), None),
        [_, handler, options] if options.is_map() => (None, Some(handler), Some(options)),
        [_, trigger, handler] => (Some(trigger), Some(handler), None),
        [_, trigger, handler, options] => (Some(trigger), Some(handler), Some(options)),
        _ => (None, None, None),
    };
    let triggers = trigger.map(|t| triggers(context, t)).transpose()?.unwrap_or_default();
    let handler = handler.filter(|handler| !handler.is::<Loose>()).ok_or_else(|| {
        ScriptFault::hints(
            format!("the cue `{name}` has a trigger, but no handler"),
            format!("write `cue(\"{name}\", every(\"10s\"), || …)`"),
        )
    })?;
    let key = CueKey::named(&name)?;
    register(context, key, Naming::Named, triggers, handler, cue_options(options)?)?;
    Ok(Dynamic::UNIT)
}

fn cue_options(value: Option<&Dynamic>) -> Result<CueOptions, ScriptFault> {
    let known = ["armed", "label", "note", "key", "input", "confirm"];
    let options = Options::read(value, "cue", &known)?;
    let input = options.get("input", |value, what| {
        list(value, what)?.iter().map(|field| owned(field, what)).collect()
    })?;
    Ok(CueOptions {
        disarmed: options.get("armed", flag)? == Some(false),
        label: options.get("label", owned)?,
        note: options.get("note", owned)?,
        key: options.get("key", owned)?,
        input: input.unwrap_or_default(),
        confirm: options.get("confirm", flag)?.unwrap_or_default(),
    })
}

/// The triggers of a cue: one or a list of them.
fn triggers(context: &NativeCallContext<'_>, value: &Dynamic) -> Result<Vec<Trigger>, ScriptFault> {
    let one = vec![value.clone()];
    let values = value.read_lock::<Array>().map_or(one, |list| list.clone());
    if values.len() > TRIGGERS_MAX {
        return Err(ScriptFault::says(format!("a cue has at most {TRIGGERS_MAX} triggers")));
    }
    let stage = StageRef::of(context);
    let mut stage = stage.get();
    let take = |value: &Dynamic| {
        let loose = value.read_lock::<Loose>().ok_or_else(|| {
            wanted("the trigger of a cue", "one like `every(\"10s\")` or a list of them", value)
        })?;
        stage.draft.loose.remove(&loose.number);
        Ok(loose.trigger.clone())
    };
    values.iter().map(take).collect()
}
