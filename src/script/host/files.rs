//! Files of the show's folders: `read_json`, `read_lines`, `read_csv`.

use std::sync::Arc;

use rhai::{Dynamic, NativeCallContext};

use super::arguments::text;
use crate::model::file::FileKind;
use crate::script::data;
use crate::script::errors::ScriptFault;
use crate::script::imports::inside;
use crate::script::stage::StageRef;
use crate::script::values::from_json;
use crate::script::words::Word;

type Said = Result<Dynamic, ScriptFault>;

pub(super) static WORDS: [Word; 3] = [
    Word {
        name: "read_json",
        forms: &["read_json(path)"],
        doc: r#"What a JSON file of the show's folder holds. The file is watched: saved anew, it
is read anew.

Gives: what the JSON is

Limits: a file has {DATA_FILE_MAX_BYTES} at most; one handler asks for {FILES_PER_CALL_MAX} files
not yet read, a show for {FILES_MAX}

Errors:
- `on("start", || read_json("/etc/passwd"));`

```rhai
every("1m", || put_metadata(board("Final", read_json("scores.json").rows)));
```"#,
        run: read_json,
    },
    Word {
        name: "read_lines",
        forms: &["read_lines(path)"],
        doc: r#"The lines of a file of the show's folder.

Gives: a list

Limits: a file has {DATA_FILE_MAX_BYTES} at most; one handler asks for {FILES_PER_CALL_MAX} files
not yet read, a show for {FILES_MAX}

Errors:
- `on("start", || read_lines(5));`

```rhai
every("1m", || put_metadata(notice(pick(read_lines("greetings.txt")))));
```"#,
        run: read_lines,
    },
    Word {
        name: "read_csv",
        forms: &["read_csv(path)"],
        doc: r#"The rows of a CSV file of the show's folder as maps, named by its first row. All
values are texts.

Gives: a list

Limits: a file has {DATA_FILE_MAX_BYTES} at most; one handler asks for {FILES_PER_CALL_MAX} files
not yet read, a show for {FILES_MAX}

Errors:
- `on("start", || read_csv("../scores.csv"));`

```rhai
each(read_csv("run_sheet.csv"), |row| stream_at(row.at, || put_metadata(notice(row.text))));
```"#,
        run: read_csv,
    },
];

pub(super) fn read(
    context: &NativeCallContext<'_>,
    arguments: &[Dynamic],
) -> Result<(String, Arc<str>), ScriptFault> {
    let path = text(&arguments[0], "the path of a file")?;
    inside(&path, "a file")?;
    let found = StageRef::of(context).get().file(FileKind::Data, &path)?;
    Ok((path.to_string(), found))
}

fn read_json(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let (path, found) = read(context, arguments)?;
    Ok(from_json(&data::json(&path, &found)?))
}

fn read_lines(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let (path, found) = read(context, arguments)?;
    Ok(Dynamic::from_array(data::lines(&path, &found)?))
}

fn read_csv(context: &NativeCallContext<'_>, arguments: &[Dynamic]) -> Said {
    let (path, found) = read(context, arguments)?;
    Ok(Dynamic::from_array(data::csv(&path, &found)?))
}
