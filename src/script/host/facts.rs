//! Facts: `random_fact`, `next_fact`, `facts`.

use rhai::{Dynamic, NativeCallContext};

use super::arguments::text;
use crate::script::errors::ScriptFault;
use crate::script::imports::inside;
use crate::script::stage::{Stage, StageRef};
use crate::script::words::Word;

type Said = Result<Dynamic, ScriptFault>;

pub(super) static WORDS: [Word; 3] = [
    Word {
        name: "random_fact",
        forms: &["random_fact(name)"],
        doc: r#"A line of `facts/<name>.txt`, none repeated until all were drawn, also across edits
and restarts. Blank lines and `#` comments do not count.

Gives: text

Limits: a facts file has {DATA_FILE_MAX_BYTES} at most

Errors:
- `on("start", || random_fact("../secrets"));`

```rhai
every("10s", || put_metadata(poll(random_fact("cats"), ["True", "False"])));
```"#,
        run: |context, arguments| of(context, arguments, Stage::random_fact),
    },
    Word {
        name: "next_fact",
        forms: &["next_fact(name)"],
        doc: r#"The next line of `facts/<name>.txt` in order; after the last comes the first. Its
place survives edits and restarts.

Gives: text

Limits: a facts file has {DATA_FILE_MAX_BYTES} at most

```rhai
every("10s", || put_metadata(notice(next_fact("cats"))));
```"#,
        run: |context, arguments| of(context, arguments, Stage::next_fact),
    },
    Word {
        name: "facts",
        forms: &["facts(name)"],
        doc: r#"All lines of `facts/<name>.txt`.

Gives: a list

Limits: a facts file has {DATA_FILE_MAX_BYTES} at most

```rhai
every("1m", || put_metadata(notice(`${facts("cats").len()} facts about cats`)));
```"#,
        run: |context, arguments| of(context, arguments, Stage::facts),
    },
];

fn of(
    context: &NativeCallContext<'_>,
    arguments: &[Dynamic],
    ask: fn(&mut Stage, &str) -> Said,
) -> Said {
    let name = text(&arguments[0], "the name of a facts file")?;
    let name = name.strip_suffix(".txt").unwrap_or(&name);
    inside(name, "facts")?;
    ask(&mut StageRef::of(context).get(), name)
}
