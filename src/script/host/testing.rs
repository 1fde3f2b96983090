//! The words of tests: they lead a show through its evening and look at what came of it.

use jiff::Timestamp;
use rhai::{Dynamic, FuncRegistration, Map, Module, NativeCallContext};
use serde_json::Value;

use super::arguments::{span, text, wanted};
use crate::model::cue::CueKey;
use crate::model::io::Air;
use crate::model::payload::Payload;
use crate::model::trigger::AtTime;
use crate::model::zone::Zone;
use crate::script::errors::ScriptFault;
use crate::script::generation::share_context;
use crate::script::rehearsal::{Fired, Rehearsal, RehearsalFault, START, Sent};
use crate::script::stage::{Phase, Stage, StageRef};
use crate::script::time_value::TimeValue;
use crate::script::values::{from_json, to_json};
use crate::script::words::Word;

type Said = Result<Dynamic, ScriptFault>;

/// Operations that looking at one payload counts as.
const LOOK_OPERATIONS: u64 = 10;

pub(super) static WORDS: [Word; 10] = [
    Word {
        name: "advance",
        forms: &["advance(time)"],
        doc: r#"Lets time pass for the show: whatever is due in it happens.

Gives: nothing

Limits: {TEST_ADVANCE_MAX} at a time and {TEST_SPAN_MAX} in one test; in that time the show's
handlers may be called {TEST_CALLS_MAX} times and take {TEST_CALLS_MAX_OPERATIONS} operations, the
test itself {TEST_MAX_OPERATIONS}

```rhai
every("10s", || put_metadata(notice("still here")));

fn test_sends_every_ten_seconds() {
    advance("30s");
    assert_eq(sent().len(), 4);
}
```"#,
        run: |context, arguments| {
            let time = span(&arguments[0], "the time of `advance`")?.get();
            lead(context, |show| show.advance(time))?;
            Ok(Dynamic::UNIT)
        },
    },
    Word {
        name: "sent",
        forms: &["sent()"],
        doc: r#"What the show has sent so far, the oldest first: a list of
`#{at, cue, bytes, payload}`. What is repeated for those who join late is not in it.

Gives: a list

```rhai
on("start", || put_metadata(notice("hello")));

fn test_says_hello() {
    assert_eq(sent()[0].payload.text, "hello");
    assert_eq(sent()[0].at.format("%H:%M"), "20:00");
}
```"#,
        run: |context, _| sent(context),
    },
    Word {
        name: "last",
        forms: &["last()"],
        doc: r#"What the show sent last, as in `sent()`; `()` when it sent nothing.

Gives: a map, or `()`

```rhai
on("start", || put_metadata(notice("hello")));

fn test_says_hello() {
    assert_eq(last().payload, notice("hello"));
}
```"#,
        run: |context, _| last(context),
    },
    Word {
        name: "screen",
        forms: &["screen()"],
        doc: r#"What a viewer sees now: the newest payload of each slot, by the slot's name. What
was cleared or has run out is not in it.

Gives: a map

```rhai
on("start", || put_metadata(notice("hello"), #{show_for: "5s"}));

fn test_the_notice_leaves() {
    assert_eq(screen().notice.text, "hello");
    advance("5s");
    assert_eq(screen(), #{});
}
```"#,
        run: |context, _| screen(context),
    },
    Word {
        name: "printed",
        forms: &["printed()"],
        doc: r#"What the show has printed and logged so far: a list of texts.

Gives: a list

```rhai
on("start", || print("we begin"));

fn test_prints() {
    assert_eq(printed(), ["we begin"]);
}
```"#,
        run: |context, _| printed(context),
    },
    Word {
        name: "go_offline",
        forms: &["go_offline()"],
        doc: r#"Ends the stream. The show hears of it as on air: when it asks next, within ten
seconds. As the first word of a test: the show begins off air.

Gives: nothing

```rhai
on("on_air", || put_metadata(notice("welcome")));

fn test_waits_for_the_stream() {
    go_offline();
    advance("1m");
    assert_eq(sent(), []);
}
```"#,
        run: |context, _| set_air(context, Air::Off),
    },
    Word {
        name: "go_live",
        forms: &["go_live()"],
        doc: r#"Begins a stream, with a screen that is empty. The show hears of it when it asks
next, within two seconds.

Gives: nothing

```rhai
on("on_air", || put_metadata(notice("welcome")));

fn test_welcomes() {
    go_offline();
    advance("1m");
    go_live();
    advance("2s");
    assert_eq(last().payload.text, "welcome");
}
```"#,
        run: |context, _| set_air(context, Air::On),
    },
    Word {
        name: "set_viewers",
        forms: &["set_viewers(count)"],
        doc: r#"How many viewers the service counts from now on. The show hears of it when it asks
next, within ten seconds.

Gives: nothing

```rhai
every("1m", || put_metadata(meter("viewers", stream().viewers ?? 0, 100)));

fn test_counts_viewers() {
    set_viewers(40);
    advance("1m");
    assert_eq(last().payload.value, 40);
}
```"#,
        run: set_viewers,
    },
    Word {
        name: "respond",
        forms: &["respond(url, data)"],
        doc: r#"Says what an address answers a `fetch_json` from now on, instead of the net. Any
other fails, and `error` says so. An answer takes a moment, 20 ms: `advance` lets it come.

Gives: nothing

```rhai
on("start", || fetch_json("https://example.com/score.json", |score| {
    put_metadata(board("Score", [["Reds", score.reds]]));
}));

fn test_shows_the_score() {
    respond("https://example.com/score.json", #{reds: 3});
    advance("1s");
    assert_eq(last().payload.rows[0][1], 3);
}
```"#,
        run: |context, arguments| {
            let url = text(&arguments[0], "the address of `respond`")?;
            let data = to_json(&arguments[1], "the data of `respond`")?;
            lead(context, |show| show.respond(&url, data))?;
            Ok(Dynamic::UNIT)
        },
    },
    Word {
        name: "start_at",
        forms: &["start_at(time)"],
        doc: r#"When the show begins, in its own zone; 2026-01-01T20:00:00 unless a test says
otherwise. A time of day is one of that day. Comes before all that needs the show; at the top level
of a `_test.rhai` it holds for every test there.

Gives: nothing

```rhai
at("2026-12-31T23:59:50", || put_metadata(timer("Midnight in", "10s")));

fn test_counts_down_to_midnight() {
    start_at("2026-12-31T23:59");
    advance("50s");
    assert_eq(last().payload.ends_at, "2027-01-01T00:00:00Z");
}
```"#,
        run: start_at,
    },
];

/// Registers what makes a script's place known to its tests, called once its top level has run.
pub(in crate::script) fn place(module: &mut Module) {
    let word = FuncRegistration::new(PLACE).in_global_namespace().with_volatility(true);
    word.set_into_module(module, |context: NativeCallContext<'_>| {
        let stage = StageRef::of(&context);
        let draft = &mut stage.get().draft;
        share_context(&context, &mut draft.context);
    });
}

/// The name of what [`place`] registers.
pub(in crate::script) const PLACE: &str = "this_is_the_end_of_the_top_level";

/// GO, where a test calls `fire`; none where a show does.
pub(super) fn fire(
    context: &NativeCallContext<'_>,
    cue: &CueKey,
    data: &Value,
) -> Result<Option<Dynamic>, ScriptFault> {
    if StageRef::of(context).get().phase != Phase::Test {
        return Ok(None);
    }
    let fired = lead(context, |show| show.fire(cue.clone(), data.clone()))?;
    Ok(Some((fired == Fired::Ran).into()))
}

/// Asks something of the show.
pub(super) fn lead<T>(
    context: &NativeCallContext<'_>,
    ask: impl FnOnce(&mut (dyn Rehearsal + 'static)) -> Result<T, RehearsalFault>,
) -> Result<T, ScriptFault> {
    let stage = StageRef::of(context);
    let mut stage = stage.get();
    stage.only_in(Phase::Test, context.fn_name())?;
    stage.rehearse(ask)
}

fn sent(context: &NativeCallContext<'_>) -> Said {
    let zone = StageRef::of(context).get().zone.clone();
    let all: rhai::Array =
        lead(context, |show| Ok(show.sent()?.iter().map(|sent| seen(sent, &zone)).collect()))?;
    look_at(context, all.len());
    Ok(Dynamic::from_array(all))
}

fn last(context: &NativeCallContext<'_>) -> Said {
    let zone = StageRef::of(context).get().zone.clone();
    let last = lead(context, |show| Ok(show.sent()?.last().map(|sent| seen(sent, &zone))))?;
    look_at(context, 1);
    Ok(last.unwrap_or_default())
}

/// `#{at, cue, bytes, payload}`.
fn seen(sent: &Sent, zone: &Zone) -> Dynamic {
    let mut map = Map::new();
    let bytes = i64::try_from(sent.payload.bytes()).unwrap_or(i64::MAX);
    map.insert("at".into(), Dynamic::from(TimeValue::new(sent.at, zone)));
    map.insert("cue".into(), sent.cue.as_str().into());
    map.insert("bytes".into(), bytes.into());
    map.insert("payload".into(), parsed(&sent.payload));
    Dynamic::from_map(map)
}

fn parsed(payload: &Payload) -> Dynamic {
    let value: Option<Value> = serde_json::from_str(payload.as_str()).ok();
    value.map_or_else(|| payload.as_str().into(), |value| from_json(&value))
}

fn screen(context: &NativeCallContext<'_>) -> Said {
    let screen = lead(context, Rehearsal::screen)?;
    look_at(context, screen.len());
    let slots = screen.iter().map(|(slot, payload)| (slot.0.as_str().into(), parsed(payload)));
    Ok(Dynamic::from_map(slots.collect::<Map>()))
}

fn printed(context: &NativeCallContext<'_>) -> Said {
    let all: rhai::Array = lead(context, |show| {
        Ok(show.printed()?.iter().map(|text| text.as_str().into()).collect())
    })?;
    look_at(context, all.len());
    Ok(Dynamic::from_array(all))
}

/// What a look copies counts, or a loop of looks would never come to its end.
fn look_at(context: &NativeCallContext<'_>, count: usize) {
    StageRef::of(context).pulse.charge(LOOK_OPERATIONS.saturating_mul(count as u64));
}

fn set_air(context: &NativeCallContext<'_>, air: Air) -> Said {
    lead(context, |show| show.set_air(air))?;
    Ok(Dynamic::UNIT)
}

fn set_viewers(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let count = arguments[0].as_int().ok().and_then(|count| u64::try_from(count).ok());
    let count =
        count.ok_or_else(|| wanted("how many viewers there are", "0 or more", &arguments[0]))?;
    lead(context, |show| show.set_viewers(count))?;
    Ok(Dynamic::UNIT)
}

fn start_at(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let time = text(&arguments[0], "the time of `start_at`")?.parse()?;
    let stage = StageRef::of(context);
    let mut stage = stage.get();
    let at = instant(time, &stage).ok_or_else(|| ScriptFault::says("this time is out of range"))?;
    stage.rehearse(|show| show.start_at(at))?;
    Ok(Dynamic::UNIT)
}

fn instant(time: AtTime, stage: &Stage) -> Option<Timestamp> {
    let local = match time {
        AtTime::Instant(instant) => return Some(instant),
        AtTime::Local(local) => local,
        AtTime::OfDay(of_day) => START.date().to_datetime(of_day),
    };
    Some(local.to_zoned(stage.zone.rules().clone()).ok()?.timestamp())
}
