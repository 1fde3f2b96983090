//! Read: `now`, `seconds_until`, `stream`, `channel`; and what is said to the log.

use jiff::Timestamp;
use rhai::{Dynamic, Map, NativeCallContext};

use super::arguments::text;
use crate::model::event::LogLevel;
use crate::model::trigger::AtTime;
use crate::model::zone::Zone;
use crate::script::errors::ScriptFault;
use crate::script::secret_text::{self, SecretText};
use crate::script::stage::StageRef;
use crate::script::time_value::TimeValue;
use crate::script::words::Word;

type Said = Result<Dynamic, ScriptFault>;

pub(super) static WORDS: [Word; 7] = [
    Word {
        name: "now",
        forms: &["now()"],
        doc: r#"The time, in the show's zone. Its parts are properties, `now().hour`: see *time*.

Gives: a time

```rhai
every("1m", || put_metadata(notice(`it is ${now().format("%H:%M")}`)));
```"#,
        run: |context, _| Ok(now(context)),
    },
    Word {
        name: "format",
        forms: &["format(time, format)"],
        doc: r#"A time as text: `%H:%M`, `%d %B %Y`, as `strftime` writes it.

Gives: text

Errors:
- `on("start", || now().format("100%"));`
- `on("start", || format("20:30", "%H"));`

```rhai
every("1m", |e| put_metadata(notice(e.due.format("%H:%M:%S"))));
```"#,
        run: format,
    },
    Word {
        name: "seconds_until",
        forms: &["seconds_until(time)", "seconds_until(time, zone)"],
        doc: r#"Whole seconds left until a time, negative when it is past. A time of day is
today's.

Gives: a whole number

Errors:
- `on("start", || seconds_until("midnight"));`

```rhai
every("10s", || put_metadata(notice(`${mmss(seconds_until("23:59:59"))} of today left`)));
```"#,
        run: seconds_until,
    },
    Word {
        name: "stream",
        forms: &["stream()"],
        doc: r#"The channel's stream, `#{live, viewers, health, started_at, elapsed_s}`: whether it
is live, how many watch, what the service says of it (`()` where it does not tell), when it began (a
time) and for how many seconds this broadcast has run.

Gives: a map

Limits: asked every {ASK_ON_AIR} on air and every {ASK_OFF_AIR} off air, so it may be that old

```rhai
every("1m", || if stream().live { put_metadata(notice(`${stream().elapsed_s} s on air`)) });
```"#,
        run: |context, _| stream(context),
    },
    Word {
        name: "channel",
        forms: &["channel()"],
        doc: r#"The channel, `#{arn, name, region, local}`: three texts, and whether it is the
local one.

Gives: a map

```rhai
on("start", || if channel().local { put_metadata(notice("a rehearsal")) });
```"#,
        run: |context, _| Ok(channel(context)),
    },
    Word {
        name: "log_info",
        forms: &["log_info(value)"],
        doc: r#"Says something on the screen and in the journal.

Gives: nothing

Limits: {LOGS_PER_CALL_MAX} lines of one handler call; the rest is left out

```rhai
on("on_air", || log_info("we are live"));
```"#,
        run: |context, arguments| log(context, &arguments[0], LogLevel::Info),
    },
    Word {
        name: "log_warn",
        forms: &["log_warn(value)"],
        doc: r#"Says that something is not as it should be.

Gives: nothing

Limits: {LOGS_PER_CALL_MAX} lines of one handler call; the rest is left out

```rhai
on("off_air", || log_warn("the stream is gone"));
```"#,
        run: |context, arguments| log(context, &arguments[0], LogLevel::Warn),
    },
];

fn log(context: &NativeCallContext<'_>, said: &Dynamic, level: LogLevel) -> Said {
    if said.is::<SecretText>() {
        return Err(secret_text::refused());
    }
    StageRef::of(context).get().log(level, &said.to_string());
    Ok(Dynamic::UNIT)
}

fn now(context: &NativeCallContext<'_>) -> Dynamic {
    let stage = StageRef::of(context);
    let stage = stage.get();
    Dynamic::from(TimeValue::new(stage.now.wall, &stage.zone))
}

fn format(_: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let time = arguments[0]
        .read_lock::<TimeValue>()
        .ok_or_else(|| ScriptFault::hints("`format` writes a time", "`now().format(\"%H:%M\")`"))?;
    let format = text(&arguments[1], "the format")?;
    let written = time.format(&format).ok_or_else(|| {
        ScriptFault::hints(
            format!("`{format}` is no format of a time"),
            "write `%H:%M`, `%d %B %Y`",
        )
    })?;
    Ok(written.into())
}

fn seconds_until(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let time = text(&arguments[0], "the time of `seconds_until`")?.parse()?;
    let zone = arguments.get(1).map(|zone| text(zone, "the zone")).transpose()?;
    let stage = StageRef::of(context);
    let stage = stage.get();
    let zone = zone.map_or(Ok(stage.zone.clone()), |zone| zone.parse())?;
    let then = instant(time, &zone, stage.now.wall)
        .ok_or_else(|| ScriptFault::says("this time is out of range"))?;
    Ok(then.duration_since(stage.now.wall).as_secs().into())
}

/// The instant of a time; a time of day is today's.
fn instant(time: AtTime, zone: &Zone, now: Timestamp) -> Option<Timestamp> {
    let local = match time {
        AtTime::Instant(instant) => return Some(instant),
        AtTime::Local(local) => local,
        AtTime::OfDay(of_day) => now.to_zoned(zone.rules().clone()).date().to_datetime(of_day),
    };
    local.to_zoned(zone.rules().clone()).ok().map(|zoned| zoned.timestamp())
}

fn stream(context: &NativeCallContext<'_>) -> Said {
    let stage = StageRef::of(context);
    let stage = stage.get();
    stage.not_in_test("stream")?;
    let mut map = Map::new();
    let info = stage.stream.as_ref();
    let viewers = info.map(|info| i64::try_from(info.viewers).unwrap_or(i64::MAX));
    let started = info.map(|info| Dynamic::from(TimeValue::new(info.started_at, &stage.zone)));
    map.insert("live".into(), stage.live.into());
    map.insert("viewers".into(), viewers.map_or(Dynamic::UNIT, Dynamic::from));
    map.insert("health".into(), info.map_or(Dynamic::UNIT, |info| info.health.as_str().into()));
    map.insert("started_at".into(), started.unwrap_or_default());
    map.insert("elapsed_s".into(), stage.elapsed.as_secs().into());
    Ok(Dynamic::from_map(map))
}

fn channel(context: &NativeCallContext<'_>) -> Dynamic {
    let stage = StageRef::of(context);
    let stage = stage.get();
    let arn = &stage.setup.id.channel;
    let name = stage.setup.channel_name.as_deref().unwrap_or(arn.id());
    let mut map = Map::new();
    map.insert("arn".into(), arn.as_str().into());
    map.insert("name".into(), name.into());
    map.insert("region".into(), arn.region().into());
    map.insert("local".into(), arn.is_local().into());
    Dynamic::from_map(map)
}
