//! Two values that are compared, and how they are shown where they differ.

use rhai::{Array, Dynamic, Map};
use serde_json::Value;

use crate::model::limits::TEST_VALUE_MAX_LINES;
use crate::script::errors::ScriptFault;
use crate::script::time_value::TimeValue;
use crate::script::values::to_json;

/// The two sides of a comparison, as they are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sides {
    /// What stands first.
    pub left: String,
    /// What stands second.
    pub right: String,
}

/// A value that is shown on one line when it takes no more characters than this.
const ONE_LINE_MAX_CHARS: usize = 60;

/// The sides, unless they are equal. Numbers are compared by their value, times by their instant.
pub(in crate::script) fn compare(
    left: &Dynamic,
    right: &Dynamic,
) -> Result<Option<Sides>, ScriptFault> {
    let (left, right) = (plain(left, "the left side")?, plain(right, "the right side")?);
    Ok((left != right).then(|| Sides { left: shown(&left), right: shown(&right) }))
}

/// A value as JSON, times in it as text.
fn plain(value: &Dynamic, what: &str) -> Result<Value, ScriptFault> {
    to_json(&without_times(value.flatten_clone()), what)
}

fn without_times(value: Dynamic) -> Dynamic {
    if let Some(time) = value.read_lock::<TimeValue>() {
        return time.to_string().into();
    }
    if let Some(list) = value.read_lock::<Array>() {
        let items = list.iter().map(|item| without_times(item.flatten_clone()));
        return Dynamic::from_array(items.collect());
    }
    if let Some(map) = value.read_lock::<Map>() {
        let entries =
            map.iter().map(|(key, item)| (key.clone(), without_times(item.flatten_clone())));
        return Dynamic::from_map(entries.collect());
    }
    value
}

fn shown(value: &Value) -> String {
    if value.is_null() {
        return "()".to_owned();
    }
    let one_line = value.to_string();
    let is_simple = !(value.is_array() || value.is_object());
    if is_simple || one_line.chars().count() <= ONE_LINE_MAX_CHARS {
        return one_line;
    }
    let all = format!("{value:#}");
    let lines: Vec<&str> = all.lines().collect();
    match lines.get(..TEST_VALUE_MAX_LINES) {
        Some(first) if lines.len() > TEST_VALUE_MAX_LINES => {
            let more = lines.len() - first.len();
            format!("{}\n… and {more} lines more", first.join("\n"))
        }
        _ => all,
    }
}
