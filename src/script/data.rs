//! What the files of a show's folders hold, as scripts read them.

use rhai::{Array, Dynamic, Map};
use serde_json::Value;

use super::errors::ScriptFault;
use crate::model::file::{FileKind, FileRef, facts_of};
use crate::model::limits::{LIST_MAX_ITEMS, MAP_MAX_ENTRIES};

/// Why a file cannot be read as what its name says that it is; none for one of another name.
pub fn unreadable(file: &FileRef, text: &str) -> Option<ScriptFault> {
    let FileRef { kind, name: path } = file;
    let ends = |ending: &str| path.to_ascii_lowercase().ends_with(ending);
    match kind {
        FileKind::Facts if facts_of(text).next().is_none() => {
            Some(ScriptFault::says(format!("{file} holds no facts")))
        }
        FileKind::Data if ends(".json") => json(path, text).err(),
        FileKind::Data if ends(".csv") => csv(path, text).err(),
        FileKind::Data | FileKind::Facts | FileKind::Script => None,
    }
}

pub(super) fn json(path: &str, text: &str) -> Result<Value, ScriptFault> {
    serde_json::from_str(text)
        .map_err(|error| ScriptFault::says(format!("`{path}` is no JSON: {error}")))
}

pub(super) fn lines(path: &str, text: &str) -> Result<Array, ScriptFault> {
    let lines: Array = text.lines().take(LIST_MAX_ITEMS + 1).map(Into::into).collect();
    if lines.len() > LIST_MAX_ITEMS {
        return Err(ScriptFault::says(format!("`{path}` has more than {LIST_MAX_ITEMS} lines")));
    }
    Ok(lines)
}

/// Its rows as maps, named by its first row.
pub(super) fn csv(path: &str, text: &str) -> Result<Array, ScriptFault> {
    let refuse = |error: ::csv::Error| ScriptFault::says(format!("`{path}` is no CSV: {error}"));
    let mut reader =
        ::csv::ReaderBuilder::new().trim(::csv::Trim::All).from_reader(text.as_bytes());
    let names = reader.headers().map_err(refuse)?.clone();
    let mut rows = Array::new();
    for record in reader.records() {
        let record = record.map_err(refuse)?;
        let cells = names.iter().zip(record.iter());
        let row: Map = cells.map(|(name, cell)| (name.into(), cell.into())).collect();
        rows.push(Dynamic::from_map(row));
        if rows.len() * names.len() > MAP_MAX_ENTRIES {
            return Err(ScriptFault::says(format!(
                "`{path}` has more than {MAP_MAX_ENTRIES} cells"
            )));
        }
    }
    Ok(rows)
}
