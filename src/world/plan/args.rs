//! The arguments of a show, as JSON.

use serde_json::{Map, Number, Value};
use toml::de::{DeInteger, DeTable, DeValue};

/// A value of a plan as the script reads it. A date or a time is its text.
pub(super) fn json(value: &DeValue<'_>) -> Result<Value, String> {
    Ok(match value {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Integer(number) => integer(number)?,
        DeValue::Float(number) => {
            let read = number.as_str().parse().ok().and_then(Number::from_f64);
            let read = read.ok_or_else(|| format!("`{number}` is no number that JSON has"))?;
            Value::Number(read)
        }
        DeValue::Boolean(truth) => Value::from(*truth),
        DeValue::Datetime(time) => Value::from(time.to_string()),
        DeValue::Array(items) => {
            Value::Array(items.iter().map(|item| json(item.get_ref())).collect::<Result<_, _>>()?)
        }
        DeValue::Table(table) => Value::Object(object(table)?),
    })
}

/// A table of a plan as the script reads it.
pub(super) fn object(table: &DeTable<'_>) -> Result<Map<String, Value>, String> {
    let entries = table.iter();
    entries.map(|(key, value)| Ok((key.get_ref().to_string(), json(value.get_ref())?))).collect()
}

fn integer(number: &DeInteger<'_>) -> Result<Value, String> {
    let (text, radix) = (number.as_str(), number.radix());
    let signed = i64::from_str_radix(text, radix).map(Value::from);
    let read = signed.or_else(|_| u64::from_str_radix(text, radix).map(Value::from));
    read.map_err(|_| format!("`{number}` does not fit 64 bits"))
}
