//! Tables: a row for each entry, named by the first row.

use csv::{ReaderBuilder, StringRecord, Trim};

use super::{Entry, TimelineError, between, time};
use crate::model::near::nearest;

const COLUMNS: [&str; 4] = ["at", "text", "until", "show_for"];

pub(super) fn read(text: &str) -> Result<Vec<Entry>, TimelineError> {
    let mut reader = ReaderBuilder::new().trim(Trim::All).from_reader(text.as_bytes());
    let names = reader.headers().map_err(|error| problem(&error))?.clone();
    if let Some(unknown) = names.iter().find(|name| !COLUMNS.contains(name)) {
        let near = nearest(unknown, COLUMNS);
        let near = near.map(|near| format!(", did you mean `{near}`?")).unwrap_or_default();
        let wanted = "wanted `at`, `text`, `until` or `show_for`";
        return Err(TimelineError::new(
            1,
            format!("a column is called `{unknown}`{near} {wanted}"),
        ));
    }
    for needed in ["at", "text"] {
        if !names.iter().any(|name| name == needed) {
            return Err(TimelineError::new(1, format!("no column is called `{needed}`")));
        }
    }
    let mut entries = Vec::new();
    for row in reader.records() {
        entries.push(entry(&names, &row.map_err(|error| problem(&error))?)?);
    }
    Ok(entries)
}

fn entry(names: &StringRecord, row: &StringRecord) -> Result<Entry, TimelineError> {
    let line = row.position().map_or(1, |at| usize::try_from(at.line()).unwrap_or(usize::MAX));
    let cell = |name: &str| {
        let place = names.iter().position(|known| known == name)?;
        row.get(place).filter(|text| !text.is_empty())
    };
    let read = |name: &str| {
        let Some(text) = cell(name) else { return Ok(None) };
        let unreadable = || {
            let problem = format!("`{name}` is `{text}`, wanted a time like `5m` or `1:02:03`");
            TimelineError::new(line, problem)
        };
        time(text).map(Some).ok_or_else(unreadable)
    };
    let at = read("at")?.ok_or_else(|| TimelineError::new(line, "`at` is empty"))?;
    let show_for = match (read("until")?, read("show_for")?) {
        (Some(_), Some(_)) => {
            return Err(TimelineError::new(line, "it has both `until` and `show_for`"));
        }
        (Some(until), None) => Some(
            between(at, until)
                .ok_or_else(|| TimelineError::new(line, "it ends before it begins"))?,
        ),
        (None, show_for) => show_for,
    };
    Ok(Entry { line, at, show_for, text: cell("text").unwrap_or_default().to_owned() })
}

fn problem(error: &csv::Error) -> TimelineError {
    let line = error.position().map_or(1, |at| usize::try_from(at.line()).unwrap_or(usize::MAX));
    TimelineError::new(line, format!("it is no table: {error}"))
}
