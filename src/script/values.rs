//! Values between scripts and JSON.

use rhai::{Array, Dynamic, FLOAT, FnPtr, ImmutableString, Map};
use serde_json::{Number, Value};

use super::errors::{ScriptFault, kind};
use super::right_answer::RightAnswer;
use super::secret_text::SecretText;
use super::time_value::TimeValue;
use crate::model::limits::NESTING_MAX;

/// A JSON value as scripts see it.
pub(super) fn from_json(value: &Value) -> Dynamic {
    match value {
        Value::Null => Dynamic::UNIT,
        Value::Bool(flag) => (*flag).into(),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => whole.into(),
            (None, Some(fraction)) => fraction.into(),
            (None, None) => Dynamic::UNIT,
        },
        Value::String(text) => text.as_str().into(),
        Value::Array(list) => Dynamic::from_array(list.iter().map(from_json).collect()),
        Value::Object(map) => Dynamic::from_map(map_from_json(map)),
    }
}

/// How many values a JSON value holds, itself included.
pub(super) fn weight(value: &Value) -> u64 {
    match value {
        Value::Array(list) => 1 + list.iter().map(weight).sum::<u64>(),
        Value::Object(map) => 1 + map.values().map(weight).sum::<u64>(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 1,
    }
}

/// A JSON object as scripts see it.
pub(super) fn map_from_json(map: &serde_json::Map<String, Value>) -> Map {
    map.iter().map(|(key, value)| (key.as_str().into(), from_json(value))).collect()
}

/// A script's value as JSON. `what` names it in errors: "the payload", "`state`". A number
/// without fraction is a whole one; keys come out sorted.
pub(super) fn to_json(value: &Dynamic, what: &str) -> Result<Value, ScriptFault> {
    json(value, 0).map_err(|refused| refused.fault(what))
}

/// The exact text of a JSON value.
pub(super) fn written(json: &Value) -> String {
    serde_json::to_string(json).expect("its keys are texts, and a text takes everything")
}

/// Why a value is no JSON, and where it lies: told from the inside out.
struct Refused {
    met: Met,
    /// Keys and indexes, the innermost first.
    path: Vec<String>,
}

enum Met {
    /// A value of a kind that JSON has not, and what to do.
    Value(String, &'static str),
    /// Too many values inside one another.
    Depth,
}

impl Refused {
    fn value(met: &str, hint: &'static str) -> Self {
        Self { met: Met::Value(met.to_owned(), hint), path: Vec::new() }
    }

    /// In this entry of a map or list.
    fn inside(mut self, entry: String) -> Self {
        self.path.push(entry);
        self
    }

    fn fault(self, what: &str) -> ScriptFault {
        let (met, hint) = match self.met {
            Met::Depth => {
                let says = format!("{what} nests deeper than {NESTING_MAX} levels");
                return ScriptFault::says(says);
            }
            Met::Value(met, hint) => (met, hint),
        };
        let place: String = self.path.into_iter().rev().collect();
        let place = place.trim_start_matches('.');
        let at = if place.is_empty() { String::new() } else { format!(" at `{place}`") };
        ScriptFault::hints(format!("{what} holds {met}{at}, which is no JSON"), hint)
    }
}

fn json(value: &Dynamic, depth: usize) -> Result<Value, Refused> {
    if value.is_shared() {
        let content = value.read_lock::<Dynamic>();
        return content.map_or(Ok(Value::Null), |content| json(&content, depth));
    }
    if depth > NESTING_MAX {
        return Err(Refused { met: Met::Depth, path: Vec::new() });
    }
    if let Some(text) = value.read_lock::<ImmutableString>() {
        return Ok(Value::String(text.as_str().to_owned()));
    }
    if let Some(items) = value.read_lock::<Array>() {
        return list(&items, depth);
    }
    if let Some(entries) = value.read_lock::<Map>() {
        return map(&entries, depth);
    }
    leaf(value)
}

fn list(list: &Array, depth: usize) -> Result<Value, Refused> {
    let mut items = Vec::with_capacity(list.len());
    for (index, item) in list.iter().enumerate() {
        let item = json(item, depth + 1);
        items.push(item.map_err(|refused| refused.inside(format!("[{index}]")))?);
    }
    Ok(Value::Array(items))
}

fn map(map: &Map, depth: usize) -> Result<Value, Refused> {
    let mut entries = serde_json::Map::with_capacity(map.len());
    for (key, item) in map {
        let item = json(item, depth + 1);
        let item = item.map_err(|refused| refused.inside(format!(".{key}")))?;
        entries.insert(key.as_str().to_owned(), item);
    }
    Ok(Value::Object(entries))
}

fn leaf(value: &Dynamic) -> Result<Value, Refused> {
    if value.is_unit() {
        return Ok(Value::Null);
    }
    if let Ok(whole) = value.as_int() {
        return Ok(whole.into());
    }
    if let Ok(flag) = value.as_bool() {
        return Ok(flag.into());
    }
    if let Ok(letter) = value.as_char() {
        return Ok(letter.to_string().into());
    }
    if let Ok(number) = value.as_float() {
        return number_json(number)
            .ok_or_else(|| Refused::value(&number.to_string(), "check what it was divided by"));
    }
    Err(if value.is::<FnPtr>() {
        Refused::value("a function", "call it first, `f.call()`, or give its name")
    } else if value.is::<TimeValue>() {
        Refused::value("a time", "write `now().unix` or `now().format(\"%H:%M\")`")
    } else if value.is::<SecretText>() {
        let hint = "it goes into the url and the headers of `fetch_json`, nowhere else";
        Refused::value("a secret", hint)
    } else if value.is::<RightAnswer>() {
        let hint = "a quiz goes to `ask` or `put_metadata`: keep its question and answers";
        Refused::value("the right answer of a quiz", hint)
    } else {
        Refused::value(kind(value.type_name()), "text, numbers, lists and maps go in")
    })
}

/// A float as JSON; none for what is not a number.
fn number_json(number: FLOAT) -> Option<Value> {
    /// Up to here every whole number has a float of its own.
    const WHOLE_MAX: FLOAT = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() <= WHOLE_MAX {
        return format!("{number:.0}").parse::<i64>().ok().map(Value::from);
    }
    Number::from_f64(number).map(Value::Number)
}
