//! Choosing: `pick`, `shuffle`, `random`, and `each`, the loop for closures.

use rhai::{Dynamic, FnPtr, NativeCallContext};

use super::arguments::{list, wanted, whole};
use crate::model::limits::LIST_MAX_ITEMS;
use crate::script::errors::ScriptFault;
use crate::script::stage::StageRef;
use crate::script::words::Word;

type Said = Result<Dynamic, ScriptFault>;

pub(super) static WORDS: [Word; 4] = [
    Word {
        name: "pick",
        forms: &["pick(list)"],
        doc: r#"One item of a list, each as likely. The same `--seed` picks the same.

Gives: the item

Errors:
- `on("start", || pick([]));`

```rhai
every("10s", || put_metadata(notice(pick(["Maybe", "Perhaps", "Feasible"]))));
```"#,
        run: pick,
    },
    Word {
        name: "shuffle",
        forms: &["shuffle(list)"],
        doc: r#"The list in another order; the list itself stays as it is.

Gives: a list

Errors:
- `on("start", || shuffle("abc"));`

```rhai
every("10s", || put_metadata(poll("2 + 2?", shuffle(["3", "4", "5"]))));
```"#,
        run: shuffle,
    },
    Word {
        name: "random",
        forms: &["random(least, most)"],
        doc: r#"A whole number between two, both included, each as likely.

Gives: a whole number

Errors:
- `on("start", || random(6, 1));`

```rhai
every("10s", || put_metadata(notice(`the die shows ${random(1, 6)}`)));
```"#,
        run: random,
    },
    Word {
        name: "each",
        forms: &["each(list, action)"],
        doc: r#"Calls a function with each item of a list. Closures made in it keep their own item;
in a `for` loop they would all share the last one.

Gives: nothing

Errors:
- `on("start", || each(#{a: 1}, |key| print(key)));`
- `for row in ["a", "b"] { on("start", || print(row)); }`

```rhai
each([#{at: "5m", text: "one"}, #{at: "6m", text: "two"}], |row| {
    stream_at(row.at, || put_metadata(notice(row.text)));
});
```"#,
        run: each,
    },
];

fn pick(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let items = list(&arguments[0], "what `pick` chooses from")?;
    let drawn = below(context, items.len());
    items.get(drawn).cloned().ok_or_else(|| {
        ScriptFault::hints("`pick` from an empty list", "check `list.len() > 0` before")
    })
}

fn shuffle(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let mut items = list(&arguments[0], "what `shuffle` mixes")?.clone();
    for last in (1..items.len()).rev() {
        items.swap(last, below(context, last + 1));
    }
    Ok(Dynamic::from_array(items))
}

fn below(context: &NativeCallContext<'_>, count: usize) -> usize {
    let drawn = StageRef::of(context).get().random.below(count as u64);
    usize::try_from(drawn).expect("what is below a list's length is an index")
}

fn random(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let least = whole(&arguments[0], "the least of `random`")?;
    let most = whole(&arguments[1], "the most of `random`")?;
    if most < least {
        return Err(ScriptFault::hints(
            format!("`random({least}, {most})` runs backwards"),
            format!("write the smaller first: `random({most}, {least})`"),
        ));
    }
    Ok(StageRef::of(context).get().random.between(least, most).into())
}

fn each(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    if arguments[0].is_map() {
        return Err(ScriptFault::hints(
            "what `each` goes through is a map, wanted a list",
            "write `each(map.keys(), |key| … map[key] …)`",
        ));
    }
    let items = list(&arguments[0], "what `each` goes through")?;
    debug_assert!(items.len() <= LIST_MAX_ITEMS, "the engine bounds every list");
    let action = arguments[1]
        .read_lock::<FnPtr>()
        .ok_or_else(|| wanted("what `each` calls", "a closure, `|row| …`", &arguments[1]))?;
    for item in items.iter() {
        let _answer = action.call_raw(context, None, [item.clone()])?;
    }
    Ok(Dynamic::UNIT)
}
