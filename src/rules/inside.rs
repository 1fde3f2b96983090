//! A value inside another, named by its path.

use serde_json::{Map, Value};

/// Puts a value where the path leads, from the outside in: names of maps, places in lists. Null
/// takes a map's entry away. Maps that are missing on the way are made. Answers what was there,
/// null for nothing, and how many of the path's last steps were not; or why it cannot be put there:
/// then nothing has changed.
pub fn put_at(root: &mut Value, path: &[String], value: Value) -> Result<(Value, usize), String> {
    let new_steps = check(root, path)?;
    let was = put(root, path, Some(value).filter(|value| path.is_empty() || !value.is_null()))?;
    Ok((was, new_steps))
}

/// Takes back what [`put_at`] did there: what was there comes back, and maps that were made on the
/// way leave, unless something came into them since. Answers how many steps of the path lead to
/// what changed, and what was there until now.
pub fn put_back(
    root: &mut Value,
    path: &[String],
    was: Value,
    new_steps: usize,
) -> Result<(usize, Value), String> {
    if new_steps == 0 {
        return Ok((path.len(), put(root, path, Some(was))?));
    }
    let outermost = path.len().saturating_sub(new_steps) + 1;
    let mut end = path.len();
    while end > outermost && holds_only(root, &path[..end]) {
        end -= 1;
    }
    Ok((end, put(root, &path[..end], None)?))
}

/// Whether the map that the last step leads into has nothing else in it.
fn holds_only(root: &Value, path: &[String]) -> bool {
    let Some((last, way)) = path.split_last() else { return false };
    let inside = way.iter().try_fold(root, |at, step| match at.as_array() {
        Some(items) => items.get(place(step)?),
        None => at.get(step),
    });
    inside.and_then(Value::as_object).is_some_and(|map| map.len() == 1 && map.contains_key(last))
}

/// Puts a value there; none takes a map's entry away.
fn put(root: &mut Value, path: &[String], value: Option<Value>) -> Result<Value, String> {
    let Some((last, way)) = path.split_last() else {
        return match value.filter(Value::is_object) {
            Some(value) => Ok(std::mem::replace(root, value)),
            None => Err("all of it is a map, and what is to take its place is none".to_owned()),
        };
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
            Value::Object(map) if !map.contains_key(step) && value.is_none() => {
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
        Value::Object(map) => Ok(match value {
            Some(value) => map.insert(last.clone(), value),
            None => map.remove(last),
        }
        .unwrap_or(Value::Null)),
        Value::Array(items) => {
            let count = items.len();
            let item = place(last).and_then(|place| items.get_mut(place));
            item.map(|item| std::mem::replace(item, value.unwrap_or(Value::Null)))
                .ok_or_else(|| no_place(way, last, count))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Err(no_map(way, at)),
    }
}

/// Whether the path can be gone as far as it exists; how many of its last steps do not.
fn check(root: &Value, path: &[String]) -> Result<usize, String> {
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
                None => return Ok(path.len() - n),
            },
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                return Err(no_map(before, at));
            }
        };
    }
    Ok(0)
}

/// Whether more lists and maps lie inside one another than so many.
pub fn is_deeper_than(value: &Value, levels: usize) -> bool {
    let mut inside = |item: &Value| levels == 0 || is_deeper_than(item, levels - 1);
    match value {
        Value::Array(items) => items.iter().any(&mut inside),
        Value::Object(map) => map.values().any(&mut inside),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
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
        let was = put_at(&mut root, &path, value).map(|(was, _)| was);
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
    fn what_is_put_back_is_exactly_as_it_was() {
        let root = json!({"a": {"b": 1, "none": null}, "l": [1, {}], "empty": {}});
        for (path, value) in [
            ("a.b", json!(2)),
            ("a.b", json!(null)),
            ("a.none", json!(3)),
            ("a.none", json!(null)),
            ("new", json!(1)),
            ("new.map.of", json!({"its": "own"})),
            ("new.map.of", json!(null)),
            ("empty.n", json!(1)),
            ("empty.n.m", json!(1)),
            ("l.1.x.y", json!(1)),
            ("l.0", json!("z")),
            ("", json!({"n": 1})),
        ] {
            let steps = path.split('.').filter(|step| !step.is_empty());
            let (path, mut now): (Vec<String>, _) =
                (steps.map(str::to_owned).collect(), root.clone());
            let (was, new_steps) = put_at(&mut now, &path, value).expect("it can be put there");
            put_back(&mut now, &path, was, new_steps).expect("it can be put back");
            assert_eq!(now, root, "{path:?}");
        }
    }

    #[test]
    fn what_came_into_a_new_map_since_stays() {
        let (mut root, path) = (json!({}), ["x", "y", "z"].map(str::to_owned));
        let (was, new_steps) = put_at(&mut root, &path, json!(1)).expect("it can be put there");
        root["x"]["own"] = json!(2);
        let back = put_back(&mut root, &path, was, new_steps);
        assert_eq!((root, back), (json!({"x": {"own": 2}}), Ok((2, json!({"z": 1})))));
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
