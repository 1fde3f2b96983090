//! When: `every`, `cron`, `at`, `stream_at`, `after`, `on`.

use rhai::{Dynamic, FnPtr, ImmutableString, Map, NativeCallContext};

use super::arguments::{duration_text, span, text, wanted};
use super::options::Options;
use crate::model::cue::{AfterId, CueKey, CueOptions, CuePlan, Naming};
use crate::model::limits::CUES_MAX;
use crate::model::trigger::Trigger;
use crate::model::zone::Zone;
use crate::script::api::Wish;
use crate::script::errors::ScriptFault;
use crate::script::generation::{Cue, Handler};
use crate::script::stage::{Phase, StageRef};
use crate::script::words::Word;

type Said = Result<Dynamic, ScriptFault>;

/// A trigger without its handler, on its way to `cue`.
#[derive(Clone)]
pub(super) struct Loose {
    pub(super) trigger: Trigger,
    pub(super) number: usize,
}

pub(super) static WORDS: [Word; 7] = [
    Word {
        name: "every",
        forms: &[
            "every(gap)",
            "every(gap, options)",
            "every(gap, handler)",
            "every(gap, options, handler)",
        ],
        doc: r#"Calls `handler` at once when the show starts (or after `first`), then every `gap` on
a grid that never drifts; `"20s..40s"` draws each gap anew. Without a handler it is a trigger for
`cue`.

Options:
- `first`: a duration; the first fire comes that long after the start instead of at once

Gives: a trigger without a handler, else the cue's name

Limits: a gap is {EVERY_MIN} at least and {SPAN_MAX} at most; a fire over {LATE_SKIP} late is
skipped

Errors:
- `every("100ms", || 1);`
- `every(10, || 1);`
- `every("40s..20s", || 1);`

```rhai
every("10s", || put_metadata(notice("ten seconds more")));
every("1m30s", #{first: "5s"}, |e| log_info(`due ${e.due}`));
cue("facts", every("20s..40s"), || put_metadata(notice(pick(["one", "two"]))));
```"#,
        run: every,
    },
    Word {
        name: "cron",
        forms: &[
            "cron(spec)",
            "cron(spec, zone)",
            "cron(spec, handler)",
            "cron(spec, zone, handler)",
        ],
        doc: r#"Calls `handler` at the times of a cron expression: five fields (minute, hour, day of
month, month, day of week), six with the second first, seven with the year last, or `@hourly` and
its like. Day of month and day of week both given: either will do. `zone` wins over the show's. A
time that the spring gap swallows is skipped, one in the repeated hour of autumn fires twice.

Gives: a trigger without a handler, else the cue's name

Limits: a fire at most {LATE_MISSED} late still runs, a later one is missed

Errors:
- `cron("61 * * * *", || 1);`
- `cron("0 0 31 2 *", || 1);`
- `cron("@hourly", "Europe/Pariss", || 1);`

```rhai
cron("*/5 * * * *", || put_metadata(notice("five more minutes")));
cron("0 30 20 * * Fri", "Europe/Paris", || put_metadata(notice("bonsoir")));
```"#,
        run: cron,
    },
    Word {
        name: "at",
        forms: &["at(time)", "at(time, zone)", "at(time, handler)", "at(time, zone, handler)"],
        doc: r#"Calls `handler` once: at the next `20:30`, or at a date and time. One that is past
is missed, and the journal says so.

Gives: a trigger without a handler, else the cue's name

Limits: a fire at most {LATE_MISSED} late still runs, a later one is missed

Errors:
- `at("half past eight", || 1);`

```rhai
at("20:30", || put_metadata(notice("we begin")));
at("2026-12-31T23:59:50", "Europe/Paris", || put_metadata(timer("new year", "10s")));
```"#,
        run: at,
    },
    Word {
        name: "stream_at",
        forms: &["stream_at(wait)", "stream_at(wait, handler)"],
        doc: r#"Calls `handler` once, that long after this broadcast went live. A short gap off
air is the same broadcast.

Gives: a trigger without a handler, else the cue's name

Limits: `wait` is {SPAN_MAX} at most; a gap off air counts as short below {SAME_SHOW_DEFAULT},
unless `--same-show` says otherwise

Errors:
- `stream_at("later", || 1);`

```rhai
stream_at("5m", || put_metadata(notice("five minutes in")));
```"#,
        run: stream_at,
    },
    Word {
        name: "after",
        forms: &[
            "after(wait)",
            "after(wait, handler)",
            "after(wait, cue)",
            "after(wait, cue, data)",
        ],
        doc: r#"Calls a function once, that long from now. With a cue's name it fires that cue, in
whatever version runs then, and survives a crash. At the top level it counts from the start of the
show.

Gives: in a handler an id that `cancel` takes; at the top level what `every` gives

Limits: {AFTERS_MAX} wait at most; after an edit those of the version before still run, for
{OLD_AFTERS_FOR} and of the last {OLD_GENERATIONS_MAX} versions

Errors:
- `on("start", || after(30, || 1));`
- `after("40s", "rest");`

```rhai
cue("rest", || put_metadata(clear()));
every("1m", || {
    put_metadata(notice("back in a moment"));
    after("5s", || put_metadata(clear("notice")));
    after("40s", "rest");
});
```"#,
        run: after,
    },
    Word {
        name: "on",
        forms: &["on(happening)", "on(happening, handler)"],
        doc: r#"Calls `handler` when something happens: `on_air` (also at the start, if the stream
is live already), `off_air`, `start`, `resume` (in place of `start`, soon after a crash), `stop`,
`reloaded`, `refused` (a payload was given up; `e.data` has `delivery`, `cue`,
`refusal`, `message`, `payload`) and
`poll_closed` (`e` has `total`, `counts`, `winner`, `ranking` as `tally` tells them, and `poll`,
`question`, `correct`, `late`, `voided`).

Gives: a trigger without a handler, else the cue's name

Limits: a start within {RESUME_WITHIN} of a crash is a resume; what `stop` sends has {STOP_WAIT}

Errors:
- `on("strat", || 1);`

```rhai
on("start", || put_metadata(notice("welcome")));
on("refused", |e| log_warn(`lost: ${e.data.payload.text}, ${e.data.message}`));
```"#,
        run: on,
    },
    Word {
        name: "sleep",
        forms: &["sleep(seconds)"],
        doc: r#"Is refused: a script never waits, or nothing else would happen meanwhile.

Errors:
- `on("start", || sleep(10));`

```rhai
on("start", || after("10s", || put_metadata(notice("ten seconds later"))));
```"#,
        run: |_, _| Err(sleep()),
    },
];

/// Why there is no `sleep`.
pub(super) fn sleep() -> ScriptFault {
    ScriptFault::hints(
        "a script never sleeps",
        "`every(\"10s\", || …)` repeats, `after(\"10s\", || …)` comes back later",
    )
}

fn every(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let (options, handler) = match arguments {
        [_, options, handler] => (Some(options), Some(handler)),
        [_, options] if options.is_map() => (Some(options), None),
        [_, handler] => (None, Some(handler)),
        _ => (None, None),
    };
    let options = Options::read(options, "every", &["first"])?;
    let gap = duration_text(&arguments[0], "the gap of `every`")?.parse()?;
    declare(context, Trigger::Every { gap, first: options.get("first", span)? }, handler)
}

fn cron(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let spec = text(&arguments[0], "the expression of `cron`")?.parse()?;
    let (zone, handler) = zone_and_handler(context, arguments)?;
    declare(context, Trigger::Cron { spec, zone }, handler)
}

fn at(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let when = text(&arguments[0], "the time of `at`")?.parse()?;
    let (zone, handler) = zone_and_handler(context, arguments)?;
    declare(context, Trigger::At { when, zone }, handler)
}

/// After the first argument: a zone, a handler, or both. A text is a handler only when the
/// script has a function of that name.
fn zone_and_handler<'a>(
    context: &NativeCallContext<'_>,
    arguments: &'a [Dynamic],
) -> Result<(Option<Zone>, Option<&'a Dynamic>), ScriptFault> {
    let zone = |value| Ok::<_, ScriptFault>(text(value, "the zone")?.parse::<Zone>()?);
    match arguments {
        [_, of, handler] => Ok((Some(zone(of)?), Some(handler))),
        [_, one] => match one.read_lock::<ImmutableString>() {
            Some(name) if !is_function(context, &name) => Ok((Some(zone(one)?), None)),
            _ => Ok((None, Some(one))),
        },
        _ => Ok((None, None)),
    }
}

fn is_function(context: &NativeCallContext<'_>, name: &str) -> bool {
    context
        .iter_namespaces()
        .any(|module| (0..=1).any(|count| module.get_script_fn(name, count).is_some()))
}

fn stream_at(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let wait = span(&arguments[0], "the wait of `stream_at`")?;
    declare(context, Trigger::StreamAt { wait }, arguments.get(1))
}

fn on(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let happening = text(&arguments[0], "what `on` waits for")?.parse()?;
    declare(context, Trigger::On(happening), arguments.get(1))
}

fn after(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let wait = span(&arguments[0], "the wait of `after`")?;
    let stage = StageRef::of(context);
    if stage.get().phase == Phase::TopLevel {
        let handler = arguments.get(1);
        if handler.is_some_and(Dynamic::is_string) && arguments.len() == 2 || arguments.len() == 3 {
            return Err(ScriptFault::hints(
                "`after` with a cue's name at the top level",
                "name the trigger instead: `cue(\"rest\", after(\"40s\"), || …)`",
            ));
        }
        return declare(context, Trigger::After { wait }, handler);
    }
    let what = arguments.get(1).ok_or_else(|| {
        ScriptFault::hints("`after` without a function", "write `after(\"30s\", || …)`")
    })?;
    let target = match what.read_lock::<ImmutableString>() {
        Some(cue) => Err(CueKey::named(&cue)?),
        None => Ok(handler_of(context, what, false)?),
    };
    let data = super::control::data(arguments.get(2))?;
    let mut stage = stage.get();
    stage.room_for_after()?;
    let draft = &mut stage.draft;
    let id = AfterId(draft.next_after);
    draft.next_after += 1;
    draft.wish(match target {
        Ok(handler) => Wish::After { id, wait, handler },
        Err(cue) => Wish::AfterCue { id, wait, cue, data },
    })?;
    i64::try_from(id.0).map(Dynamic::from).map_err(|_| ScriptFault::says("too many `after`s"))
}

/// A trigger with its handler is a cue; without, it is on its way to `cue`.
pub(super) fn declare(
    context: &NativeCallContext<'_>,
    trigger: Trigger,
    handler: Option<&Dynamic>,
) -> Said {
    let stage = StageRef::of(context);
    let Some(handler) = handler else {
        let mut stage = stage.get();
        stage.only_in(Phase::TopLevel, context.fn_name())?;
        let number = stage.draft.made;
        stage.draft.made += 1;
        let made = (context.fn_name().to_owned(), context.call_position());
        stage.draft.loose.insert(number, made);
        return Ok(Dynamic::from(Loose { trigger, number }));
    };
    let ordinal = {
        let mut stage = stage.get();
        let count = stage.draft.ordinals.entry(trigger.to_string()).or_default();
        *count += 1;
        *count
    };
    let key = CueKey::unnamed(&trigger, ordinal);
    let name = Dynamic::from(key.as_str().to_owned());
    register(context, key, Naming::Unnamed, vec![trigger], handler, CueOptions::default())?;
    Ok(name)
}

pub(super) fn register(
    context: &NativeCallContext<'_>,
    key: CueKey,
    naming: Naming,
    triggers: Vec<Trigger>,
    handler: &Dynamic,
    options: CueOptions,
) -> Result<(), ScriptFault> {
    let stage = StageRef::of(context);
    stage.get().only_in(Phase::TopLevel, context.fn_name())?;
    let spread = triggers.iter().any(|trigger| matches!(trigger, Trigger::On(_)));
    let handler = handler_of(context, handler, spread)?;
    let position = context.call_position();
    let line = position.line().unwrap_or_default();
    let mut stage = stage.get();
    if let Some(other) = stage.draft.lines.insert(key.clone(), line) {
        let lines = if other == line {
            format!("both in line {line}")
        } else {
            format!("in lines {other} and {line}")
        };
        return Err(ScriptFault::hints(
            format!("two cues are called `{key}`, {lines}"),
            "each cue has a name of its own",
        ));
    }
    if stage.draft.cues.len() >= CUES_MAX {
        return Err(ScriptFault::says(format!("a script has at most {CUES_MAX} cues")));
    }
    let plan = CuePlan { key, naming, triggers, options, line };
    stage.draft.cues.push(Cue { plan, position, handler });
    Ok(())
}

/// A handler: a closure, or the name of a function.
fn handler_of(
    context: &NativeCallContext<'_>,
    value: &Dynamic,
    spread: bool,
) -> Result<Handler, ScriptFault> {
    let function = match value.read_lock::<FnPtr>() {
        Some(function) => function.clone(),
        None => match value.read_lock::<ImmutableString>() {
            Some(name) => FnPtr::new(name.clone())?,
            None => return Err(no_handler(value)),
        },
    };
    let stage = StageRef::of(context);
    let mut stage = stage.get();
    Handler::new(context, function, &mut stage.draft.context, spread)
}

fn no_handler(value: &Dynamic) -> ScriptFault {
    let hint = if value.is::<Map>() {
        "options come before the handler: `every(\"10s\", #{first: \"5s\"}, || …)`"
    } else {
        "write `|| …` around it: what stands there now runs at once"
    };
    wanted("the handler", "a closure, `|| …`", value).with_hint(hint)
}
