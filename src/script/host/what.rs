//! What: notices, cards, timers, meters, boards, `clear`.

use rhai::{Array, Dynamic, Map, NativeCallContext};

use super::arguments::{list, map, number, span, text, wanted};
use super::options::Options;
use crate::script::errors::ScriptFault;
use crate::script::stage::StageRef;
use crate::script::words::Word;

type Said = Result<Dynamic, ScriptFault>;

pub(super) static WORDS: [Word; 6] = [
    Word {
        name: "notice",
        forms: &["notice(text)", "notice(text, options)"],
        doc: r#"A text, for `put_metadata`. It leaves after ten seconds unless `show_for` says
otherwise.

Options:
- `show_for`: a duration, after which it leaves the screen by itself
- `slot`: a text, its place on the screen; what comes into the same slot takes it away

Gives: a map

Errors:
- `on("start", || put_metadata(notice(5)));`
- `on("start", || put_metadata(notice(" ")));`
- `on("start", || put_metadata(notice("Back in five", #{show: "20s"})));`

```rhai
on("start", || put_metadata(notice("Back in five", #{show_for: "20s"})));
```"#,
        run: notice,
    },
    Word {
        name: "card",
        forms: &["card(fields)"],
        doc: r#"A product or a picture with its words. All its fields are optional.

Options:
- `title`: a text, the head of the card
- `text`: a text below it
- `image`: the `https://` address of a picture
- `url`: where its button leads
- `price`: a text
- `show_for`: a duration, after which it leaves the screen by itself
- `slot`: a text, its place on the screen; what comes into the same slot takes it away

Gives: a map

Errors:
- `on("start", || put_metadata(card(#{titel: "Mug"})));`
- `on("start", || put_metadata(card("Mug")));`

```rhai
on("start", || put_metadata(card(#{title: "Mug", price: "12 €", show_for: "40s"})));
```"#,
        run: card,
    },
    Word {
        name: "timer",
        forms: &["timer(text, wait)", "timer(text, wait, options)"],
        doc: r#"A countdown that the player runs by itself, in the stream's own time.

Options:
- `show_for`: a duration, after which it leaves the screen by itself
- `slot`: a text, its place on the screen; what comes into the same slot takes it away

Gives: a map

Errors:
- `on("start", || put_metadata(timer("we begin in", 40)));`

```rhai
on("start", || put_metadata(timer("we begin in", "40s")));
```"#,
        run: timer,
    },
    Word {
        name: "meter",
        forms: &["meter(text, value, goal)", "meter(text, value, goal, options)"],
        doc: r#"How far something has come: a bar from nothing to `goal`.

Options:
- `show_for`: a duration, after which it leaves the screen by itself
- `slot`: a text, its place on the screen; what comes into the same slot takes it away

Gives: a map

Errors:
- `on("start", || put_metadata(meter("donations", "350", 1000)));`

```rhai
on("start", || put_metadata(meter("donations", 350, 1000)));
```"#,
        run: meter,
    },
    Word {
        name: "board",
        forms: &["board(title, rows)", "board(title, rows, options)"],
        doc: r#"A score board: a title, and rows of a name and a value. It takes what
`leaderboard` gives, too.

Options:
- `show_for`: a duration, after which it leaves the screen by itself
- `slot`: a text, its place on the screen; what comes into the same slot takes it away

Gives: a map

Errors:
- `on("start", || put_metadata(board("Final", ["Reds", 2])));`

```rhai
on("start", || put_metadata(board("Final", [["Reds", 2], ["Blues", 1]])));
on("poll_closed", || put_metadata(board("The best", leaderboard(5))));
```"#,
        run: board,
    },
    Word {
        name: "clear",
        forms: &["clear()", "clear(slot)"],
        doc: r#"Takes everything off the viewer's screen, or what is in one slot: `poll`, `card`,
`notice`, `timer`, `meter`, `board` or one of your own. Lists and maps have a `clear` of their own.

Gives: a map

Errors:
- `on("start", || clear("poll"));`

```rhai
on("off_air", || {
    put_metadata(clear("poll"));
    put_metadata(clear());
});
```"#,
        run: clear,
    },
];

/// A payload with the options that every one of them takes.
pub(super) fn finish(mut payload: Map, options: Option<&Dynamic>, of: &'static str) -> Said {
    let options = Options::read(options, of, &["show_for", "slot"])?;
    if let Some(length) = options.get("show_for", span)? {
        payload.insert("show_for".into(), length.to_string().into());
    }
    if let Some(slot) = options.get("slot", text)? {
        payload.insert("slot".into(), slot.into());
    }
    Ok(Dynamic::from_map(payload))
}

fn of_type(kind: &str) -> Map {
    Map::from([("type".into(), kind.into())])
}

fn notice(_: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let words = text(&arguments[0], "the text of `notice`")?;
    if words.trim().is_empty() {
        return Err(ScriptFault::hints(
            "the text of `notice` is empty, wanted words".to_owned(),
            "`clear(\"notice\")` takes a notice off the screen",
        ));
    }
    let mut payload = of_type("notice");
    payload.insert("text".into(), words.into());
    finish(payload, arguments.get(1), "notice")
}

fn card(_: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let known = ["title", "text", "image", "url", "price", "slot", "show_for"];
    let options = Options::read(Some(&arguments[0]), "card", &known)?;
    let length = options.get("show_for", span)?;
    let mut payload = map(&arguments[0], "what `card` takes")?.clone();
    if let Some(length) = length {
        payload.insert("show_for".into(), length.to_string().into());
    }
    payload.insert("type".into(), "card".into());
    Ok(Dynamic::from_map(payload))
}

fn timer(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let wait = span(&arguments[1], "the wait of `timer`")?;
    let now = StageRef::of(context).get().now.wall;
    let ends = now.saturating_add(wait.get()).unwrap_or(jiff::Timestamp::MAX);
    let mut payload = of_type("timer");
    payload.insert("ends_at".into(), ends.strftime("%Y-%m-%dT%H:%M:%SZ").to_string().into());
    payload.insert("text".into(), text(&arguments[0], "the text of `timer`")?.into());
    finish(payload, arguments.get(2), "timer")
}

fn meter(_: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let mut payload = of_type("meter");
    payload.insert("text".into(), text(&arguments[0], "the text of `meter`")?.into());
    for (name, value) in [("value", &arguments[1]), ("goal", &arguments[2])] {
        number(value, &format_args!("the {name} of `meter`"))?;
        payload.insert(name.into(), value.clone());
    }
    finish(payload, arguments.get(3), "meter")
}

fn board(_: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let title = text(&arguments[0], "the title of `board`")?;
    let rows = list(&arguments[1], "what `board` shows")?;
    let rows = rows.iter().map(row).collect::<Result<Array, _>>()?;
    let mut payload = of_type("board");
    payload.insert("title".into(), title.into());
    payload.insert("rows".into(), rows.into());
    finish(payload, arguments.get(2), "board")
}

/// A name and a value; of one of the best, its points.
fn row(row: &Dynamic) -> Said {
    if let Some(leader) = row.read_lock::<Map>()
        && let (Some(name), Some(points)) = (leader.get("name"), leader.get("points"))
    {
        return Ok(Dynamic::from_array(vec![name.clone(), points.clone()]));
    }
    if row.read_lock::<Array>().is_some_and(|row| row.len() == 2) {
        return Ok(row.clone());
    }
    Err(wanted("a row of `board`", "a name and a value, `[\"Reds\", 2]`", row))
}

fn clear(_: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    arguments.first().map_or_else(
        || Ok(Dynamic::from_map(of_type("clear"))),
        |slot| Ok(clear_slot(&text(slot, "the slot of `clear`")?)),
    )
}

/// `clear(slot)`, for the text that rhai's own `clear` would empty.
pub(super) fn clear_slot(slot: &str) -> Dynamic {
    let mut payload = of_type("clear");
    payload.insert("slot".into(), slot.into());
    Dynamic::from_map(payload)
}
