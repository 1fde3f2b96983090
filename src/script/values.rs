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

/// A JSON object as scripts see it.
pub(super) fn map_from_json(map: &serde_json::Map<String, Value>) -> Map {
    map.iter().map(|(key, value)| (key.as_str().into(), from_json(value))).collect()
}

/// A script's value as JSON. `what` names it in errors: "the payload", "`state`". A number
/// without fraction is a whole one; keys come out sorted.
pub(super) fn to_json(value: &Dynamic, what: &str) -> Result<Value, ScriptFault> {
    Walk { what, path: Vec::new() }.json(value)
}

struct Walk<'a> {
    what: &'a str,
    /// Keys and indexes from the outermost value to this one.
    path: Vec<String>,
}

impl Walk<'_> {
    fn json(&mut self, value: &Dynamic) -> Result<Value, ScriptFault> {
        if value.is_shared() {
            let content = value.read_lock::<Dynamic>();
            return content.map_or(Ok(Value::Null), |content| self.json(&content));
        }
        if self.path.len() > NESTING_MAX {
            return Err(ScriptFault::says(format!(
                "{} nests deeper than {NESTING_MAX} levels",
                self.what
            )));
        }
        if let Some(list) = value.read_lock::<Array>() {
            return self.list(&list);
        }
        if let Some(map) = value.read_lock::<Map>() {
            return self.map(&map);
        }
        self.leaf(value)
    }

    fn list(&mut self, list: &Array) -> Result<Value, ScriptFault> {
        let mut items = Vec::with_capacity(list.len());
        for (index, item) in list.iter().enumerate() {
            self.path.push(format!("[{index}]"));
            items.push(self.json(item)?);
            self.path.pop();
        }
        Ok(Value::Array(items))
    }

    fn map(&mut self, map: &Map) -> Result<Value, ScriptFault> {
        let mut entries = serde_json::Map::new();
        for (key, item) in map {
            self.path.push(format!(".{key}"));
            entries.insert(key.to_string(), self.json(item)?);
            self.path.pop();
        }
        Ok(Value::Object(entries))
    }

    fn leaf(&self, value: &Dynamic) -> Result<Value, ScriptFault> {
        if value.is_unit() {
            return Ok(Value::Null);
        }
        if let Some(text) = value.read_lock::<ImmutableString>() {
            return Ok(Value::String(text.to_string()));
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
                .ok_or_else(|| self.refuse(&number.to_string(), "check what it was divided by"));
        }
        if value.is::<FnPtr>() {
            return Err(self.refuse("a function", "call it first, `f.call()`, or give its name"));
        }
        if value.is::<TimeValue>() {
            return Err(self.refuse("a time", "write `now().unix` or `now().format(\"%H:%M\")`"));
        }
        if value.is::<SecretText>() {
            let hint = "it goes into the url and the headers of `fetch_json`, nowhere else";
            return Err(self.refuse("a secret", hint));
        }
        if value.is::<RightAnswer>() {
            let hint = "a quiz goes to `ask` or `put_metadata`: keep its question and answers";
            return Err(self.refuse("the right answer of a quiz", hint));
        }
        Err(self.refuse(kind(value.type_name()), "text, numbers, lists and maps go in"))
    }

    fn refuse(&self, met: &str, hint: &str) -> ScriptFault {
        let place = self.path.concat();
        let place = place.trim_start_matches('.');
        let at = if place.is_empty() { String::new() } else { format!(" at `{place}`") };
        ScriptFault::hints(format!("{} holds {met}{at}, which is no JSON", self.what), hint)
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
