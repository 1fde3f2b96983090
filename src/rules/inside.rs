//! A value inside another, named by its path.

use serde_json::{Map, Value};

/// Puts a value where the path leads, from the outside in: names of maps, places in lists. Null
/// takes a map's entry away. Maps that are missing on the way are made. Answers what was there,
/// null for nothing, or why it cannot be put there; then nothing has changed.
pub fn put_at(root: &mut Value, path: &[String], value: Value) -> Result<Value, String> {
    let Some((last, way)) = path.split_last() else {
        if !value.is_object() {
            return Err("all of it is a map, and what is to take its place is none".to_owned());
        }
        return Ok(std::mem::replace(root, value));
    };
    check(root, path)?;
    let mut at = root;
    for (n, step) in way.iter().enumerate() {
        let before = &path[..n];
        at = match at {
            Value::Array(items) => {
                let count = items.len();
                let item = place(step).and_then(|place| items.get_mut(place));
                item.ok_or_else(|| no_place(before, step, count))?
            }
            Value::Object(map) if !map.contains_key(step) && value.is_null() => {
                return Ok(Value::Null);
            }
            Value::Object(map) => {
                map.entry(step.clone()).or_insert_with(|| Value::Object(Map::new()))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                return Err(no_map(before, at));
            }
        };
    }
    match at {
        Value::Object(map) if value.is_null() => Ok(map.remove(last).unwrap_or(Value::Null)),
        Value::Object(map) => Ok(map.insert(last.clone(), value).unwrap_or(Value::Null)),
        Value::Array(items) => {
            let count = items.len();
            let item = place(last).and_then(|place| items.get_mut(place));
            item.map(|item| std::mem::replace(item, value))
                .ok_or_else(|| no_place(way, last, count))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Err(no_map(way, at)),
    }
}

/// Whether the path can be gone as far as it exists.
fn check(root: &Value, path: &[String]) -> Result<(), String> {
    let mut at = root;
    for (n, step) in path.iter().enumerate() {
        let before = &path[..n];
        at = match at {
            Value::Array(items) => {
                let item = place(step).and_then(|place| items.get(place));
                item.ok_or_else(|| no_place(before, step, items.len()))?
            }
            Value::Object(map) => match map.get(step) {
                Some(next) => next,
                None => return Ok(()),
            },
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                return Err(no_map(before, at));
            }
        };
    }
    Ok(())
}

fn place(step: &str) -> Option<usize> {
    step.parse().ok()
}

fn no_place(before: &[String], step: &str, count: usize) -> String {
    let list = dotted(before);
    let wanted = match count {
        0 => "it is empty".to_owned(),
        1 => "wanted 0, its only place".to_owned(),
        more => format!("wanted 0 to {}", more - 1),
    };
    format!("the list `{list}` has no place `{step}`, {wanted}")
}

fn no_map(before: &[String], met: &Value) -> String {
    let there = dotted(before);
    let met = match met {
        Value::Null => "nothing",
        Value::Bool(_) => "a bool",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    };
    format!(
        "`{there}` is {met}, and nothing lies inside of that\n\
         hint: end the path at `{there}`, or set that to a map first"
    )
}

/// A path as scripts write it.
fn dotted(path: &[String]) -> String {
    path.join(".")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn put(root: Value, path: &[&str], value: Value) -> (Value, Result<Value, String>) {
        let (mut root, path) = (root, path.iter().map(|&it| it.to_owned()).collect::<Vec<_>>());
        let was = put_at(&mut root, &path, value);
        (root, was)
    }

    #[test]
    fn what_was_there_comes_back() {
        let root = json!({"a": {"b": 1}, "l": [1, 2]});
        for (path, value, wanted, was) in [
            (&["a", "b"][..], json!(2), json!({"a": {"b": 2}, "l": [1, 2]}), json!(1)),
            (&["a", "c"], json!(2), json!({"a": {"b": 1, "c": 2}, "l": [1, 2]}), json!(null)),
            (
                &["x", "y"],
                json!(2),
                json!({"a": {"b": 1}, "l": [1, 2], "x": {"y": 2}}),
                json!(null),
            ),
            (&["l", "1"], json!("z"), json!({"a": {"b": 1}, "l": [1, "z"]}), json!(2)),
            (&["a"], json!(null), json!({"l": [1, 2]}), json!({"b": 1})),
            (&["x", "y"], json!(null), root.clone(), json!(null)),
            (&[], json!({"n": 1}), json!({"n": 1}), root.clone()),
        ] {
            let (changed, met) = put(root.clone(), path, value);
            assert_eq!((changed, met), (wanted, Ok(was)), "{path:?}");
        }
    }

    #[test]
    fn what_cannot_be_changes_nothing() {
        let root = json!({"a": 3, "l": [1]});
        for path in [&["a", "b"][..], &["a", "b", "c"], &["l", "1"], &["l", "x", "y"], &[]] {
            let (changed, met) = put(root.clone(), path, json!(1));
            assert_eq!(changed, root, "{path:?}");
            assert!(met.is_err(), "{path:?}");
        }
    }

    #[test]
    fn why_not_names_where_on_the_way() {
        let root = json!({"a": {"b": 3}, "l": [1, 2]});
        for (path, words) in [
            (&["a", "b", "c"][..], "`a.b` is a number, and nothing lies inside of that\nhint: "),
            (&["l", "2"], "the list `l` has no place `2`, wanted 0 to 1"),
            (&["l", "x", "y"], "the list `l` has no place `x`, wanted 0 to 1"),
        ] {
            let (_, met) = put(root.clone(), path, json!(1));
            let why = met.expect_err("it cannot be put there");
            assert!(why.starts_with(words), "{why}");
        }
    }
}
