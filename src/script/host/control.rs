//! Control: `fire`, `arm`, `disarm`, `cancel`, `timezone`, `defaults`.

use rhai::{Dynamic, Map, NativeCallContext};
use serde_json::Value;

use super::arguments::{map, text, wanted};
use super::testing;
use crate::model::cue::{AfterId, CueKey};
use crate::model::limits::FIRE_DATA_MAX_BYTES;
use crate::model::saved::CueMark;
use crate::script::api::Wish;
use crate::script::errors::ScriptFault;
use crate::script::stage::{Phase, StageRef};
use crate::script::values::to_json;
use crate::script::words::Word;

type Said = Result<Dynamic, ScriptFault>;

pub(super) static WORDS: [Word; 6] = [
    Word {
        name: "fire",
        forms: &["fire(name)", "fire(name, data)"],
        doc: r#"Runs a cue after this handler has ended; its handler finds `data` in its argument.
A cue that is disarmed does not run. In a test it is the operator's GO, and happens at once.

Gives: nothing; in a test, whether the cue's handler ran

Limits: the data is {FIRE_DATA_MAX_BYTES} at most, as JSON; cues may fire one another
{FIRES_AT_ONCE_MAX} times without time passing

Errors:
- `fire("goal");`

```rhai
cue("goal", |e| put_metadata(notice(`Goal for the ${e.data}!`)));
every("10m", || fire("goal", "Reds"));
```"#,
        run: fire,
    },
    Word {
        name: "arm",
        forms: &["arm(name)"],
        doc: r#"Lets a cue fire again, at the next point of its old grid.

Gives: nothing

Errors:
- `on("start", || arm(1));`

```rhai
cue("facts", every("10s"), || put_metadata(notice("a fact")), #{armed: false});
on("on_air", || arm("facts"));
```"#,
        run: |context, arguments| mark(context, arguments, CueMark::Armed),
    },
    Word {
        name: "disarm",
        forms: &["disarm(name)"],
        doc: r#"Keeps a cue from firing, whoever fires it, until it is armed again.

Gives: nothing

Errors:
- `disarm("facts");`

```rhai
cue("facts", every("10s"), || put_metadata(notice("a fact")));
at("22:00", || disarm("facts"));
```"#,
        run: |context, arguments| mark(context, arguments, CueMark::Disarmed),
    },
    Word {
        name: "cancel",
        forms: &["cancel(what)"],
        doc: r#"Ends an `after` by its id, or removes a cue by its name until the show starts
fresh; `disarm` is what one usually wants.

Gives: nothing

Errors:
- `on("start", || cancel(-1));`

```rhai
every("1m", || {
    let id = after("30s", || put_metadata(notice("half a minute")));
    cancel(id);
});
```"#,
        run: cancel,
    },
    Word {
        name: "timezone",
        forms: &["timezone(zone)"],
        doc: r#"The zone of every time that names none. Stands at the top of a script;
`--timezone` wins over it, a call's own zone over both.

Gives: nothing

Errors:
- `timezone("Paris");`
- `on("start", || timezone("Europe/Paris"));`

```rhai
timezone("Europe/Paris");
at("20:30", || put_metadata(notice("bonsoir")));
```"#,
        run: timezone,
    },
    Word {
        name: "defaults",
        forms: &["defaults(values)"],
        doc: r#"Gives `state` what it lacks; what is set already stays.

Gives: nothing

Errors:
- `on("start", || defaults(#{round: 0}));`
- `defaults(1); on("start", || 1);`

```rhai
defaults(#{round: 0});
every("10s", || {
    state.round += 1;
    put_metadata(notice(`round ${state.round}`));
});
```"#,
        run: defaults,
    },
];

/// The data of a `fire` or an `after` as JSON; null for none.
pub(super) fn data(value: Option<&Dynamic>) -> Result<Value, ScriptFault> {
    let json = value.map_or(Ok(Value::Null), |value| to_json(value, "the data"))?;
    let bytes = json.to_string().len();
    if bytes > FIRE_DATA_MAX_BYTES {
        return Err(ScriptFault::hints(
            format!("the data has {bytes} bytes, {FIRE_DATA_MAX_BYTES} fit"),
            "keep it in `state` and hand over its key",
        ));
    }
    Ok(json)
}

fn fire(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let cue = named(&arguments[0])?;
    let data = data(arguments.get(1))?;
    match testing::fire(context, &cue, &data)? {
        Some(fired) => Ok(fired),
        None => wish(context, Wish::Fire { cue, data }),
    }
}

fn mark(context: &NativeCallContext<'_>, arguments: &[Dynamic], mark: CueMark) -> Said {
    wish(context, Wish::Mark(named(&arguments[0])?, mark))
}

fn cancel(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let what = &arguments[0];
    if let Ok(id) = what.as_int() {
        let id = u64::try_from(id).map_err(|_| wanted("what `cancel` ends", "an id", what))?;
        return wish(context, Wish::CancelAfter(AfterId(id)));
    }
    wish(context, Wish::Mark(named(what)?, CueMark::Cancelled))
}

fn named(value: &Dynamic) -> Result<CueKey, ScriptFault> {
    Ok(CueKey::named(&text(value, "the name of a cue")?)?)
}

fn wish(context: &NativeCallContext<'_>, wish: Wish) -> Said {
    let stage = StageRef::of(context);
    let mut stage = stage.get();
    stage.only_in(Phase::Handler, context.fn_name())?;
    stage.draft.wish(wish)?;
    Ok(Dynamic::UNIT)
}

fn timezone(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let zone = text(&arguments[0], "the zone")?.parse()?;
    let stage = StageRef::of(context);
    let mut stage = stage.get();
    stage.only_in(Phase::TopLevel, "timezone")?;
    if stage.setup.zone.is_none() {
        stage.zone = zone;
        stage.zone_is_named = true;
    }
    Ok(Dynamic::UNIT)
}

fn defaults(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let values = map(&arguments[0], "what `defaults` takes")?;
    let stage = StageRef::of(context);
    stage.get().only_in(Phase::TopLevel, "defaults")?;
    stage.pulse.touch_state();
    let mut shared = stage.pulse.state();
    let mut own = shared
        .write_lock::<Map>()
        .ok_or_else(|| ScriptFault::says("`state` is no map any more, wanted one"))?;
    for (key, value) in values.iter() {
        own.entry(key.clone()).or_insert_with(|| value.clone());
    }
    Ok(Dynamic::UNIT)
}
