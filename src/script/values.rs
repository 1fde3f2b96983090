//! Values between scripts and JSON.

use rhai::{Array, Dynamic, DynamicReadLock, FLOAT, FnPtr, ImmutableString, Map};
use serde::ser::{Error, Serialize, Serializer};
use serde_json::{Number, Value};

use super::errors::{ScriptFault, kind};
use super::right_answer::RightAnswer;
use super::secret_text::SecretText;
use super::time_value::TimeValue;
use crate::model::limits::JSON_NESTING_MAX;

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
    let json = serde_json::to_value(Json { value, depth: 0 });
    json.map_err(|_| refusal_of(value).fault(what))
}

/// The exact text of a script's value as JSON: that of [`to_json`], without the JSON between.
pub(super) fn to_json_text(value: &Dynamic, what: &str) -> Result<String, ScriptFault> {
    let text = serde_json::to_string(&Json { value, depth: 0 });
    text.map_err(|_| refusal_of(value).fault(what))
}

/// The exact text of a JSON value.
pub(super) fn written(json: &Value) -> String {
    serde_json::to_string(json).expect("its keys are texts, and a text takes everything")
}

/// A script's value on its way to JSON. What is none ends that; [`refusal`] then says why.
struct Json<'a> {
    value: &'a Dynamic,
    depth: usize,
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Self { value, depth } = *self;
        if let Some(content) = shared(value) {
            return Json { value: &content, depth }.serialize(to);
        }
        if let Some(text) = value.read_lock::<ImmutableString>() {
            return to.serialize_str(&text);
        }
        let inside = |value| Json { value, depth: depth + 1 };
        match (value.read_lock::<Array>(), value.read_lock::<Map>()) {
            _ if depth > JSON_NESTING_MAX => Err(S::Error::custom("it nests too deep")),
            (Some(list), _) => to.collect_seq(list.iter().map(inside)),
            (_, Some(map)) => {
                to.collect_map(map.iter().map(|(key, value)| (key.as_str(), inside(value))))
            }
            (None, None) => leaf(value, to),
        }
    }
}

fn leaf<S: Serializer>(value: &Dynamic, to: S) -> Result<S::Ok, S::Error> {
    if let Ok(whole) = value.as_int() {
        to.serialize_i64(whole)
    } else if let Ok(flag) = value.as_bool() {
        to.serialize_bool(flag)
    } else if value.is_unit() {
        to.serialize_unit()
    } else if let Ok(letter) = value.as_char() {
        to.serialize_char(letter)
    } else {
        let number = value.as_float().ok().and_then(number_json);
        number.ok_or_else(|| S::Error::custom("it is no JSON"))?.serialize(to)
    }
}

/// What a shared value holds.
fn shared(value: &Dynamic) -> Option<DynamicReadLock<'_, Dynamic>> {
    if value.is_shared() { value.read_lock::<Dynamic>() } else { None }
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
                let says = format!("{what} nests deeper than {JSON_NESTING_MAX} levels");
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

/// Why a value could not be written.
fn refusal_of(value: &Dynamic) -> Refused {
    let unwritten = || Refused::value("what cannot be written", "text, numbers, lists and maps");
    refusal(value, 0).unwrap_or_else(unwritten)
}

/// The first value in it that JSON has not, or that lies too deep.
fn refusal(value: &Dynamic, depth: usize) -> Option<Refused> {
    if let Some(content) = shared(value) {
        return refusal(&content, depth);
    }
    if depth > JSON_NESTING_MAX {
        return Some(Refused { met: Met::Depth, path: Vec::new() });
    }
    if let Some(list) = value.read_lock::<Array>() {
        return list.iter().enumerate().find_map(|(index, item)| {
            refusal(item, depth + 1).map(|refused| refused.inside(format!("[{index}]")))
        });
    }
    if let Some(map) = value.read_lock::<Map>() {
        return map.iter().find_map(|(key, item)| {
            refusal(item, depth + 1).map(|refused| refused.inside(format!(".{key}")))
        });
    }
    let is_json = value.is_string() || value.is_unit() || value.is_int() || value.is_bool();
    if is_json || value.is_char() {
        return None;
    }
    match value.as_float() {
        Ok(number) if number_json(number).is_some() => None,
        Ok(number) => Some(Refused::value(&number.to_string(), "check what it was divided by")),
        Err(_) => Some(refused_leaf(value)),
    }
}

fn refused_leaf(value: &Dynamic) -> Refused {
    if value.is::<FnPtr>() {
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
    }
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
