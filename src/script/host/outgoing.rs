//! A payload on its way out: its exact text, and what its fields say of it.

use std::borrow::Cow;

use rhai::{Array, Dynamic, ImmutableString, Map};
use serde_json::Value;

use crate::model::limits::PAYLOAD_MAX_BYTES;
use crate::model::payload::{Payload, Slot};
use crate::model::poll::Form;
use crate::script::errors::ScriptFault;
use crate::script::values::{to_json, to_json_text, written};

/// A payload, its place on the screen, and what it asks.
pub(super) struct Outgoing {
    /// Its exact text.
    pub(super) payload: Payload,
    pub(super) slot: Slot,
    /// None for one that is no poll.
    pub(super) form: Option<Form>,
}

impl Outgoing {
    /// What a script's value goes out as: a text as it is, anything else as JSON.
    pub(super) fn of(value: &Dynamic) -> Result<Self, ScriptFault> {
        if value.is_unit() {
            return Err(ScriptFault::hints(
                "the payload is nothing, `()`",
                "a function whose last line ends without a value gives `()`",
            ));
        }
        if let Some(text) = value.read_lock::<ImmutableString>() {
            let payload = fitting(&text, || Value::Null)?;
            let (slot, form) = (Slot::of(&payload), Form::of_payload(&payload));
            return Ok(Self { payload, slot, form });
        }
        let text = to_json_text(value, "the payload")?;
        let payload = fitting(&text, || to_json(value, "the payload").unwrap_or_default())?;
        let Some(map) = value.read_lock::<Map>() else {
            return Ok(Self { slot: Slot(Slot::DATA.to_owned()), payload, form: None });
        };
        Ok(Self { payload, slot: slot(&map), form: form(&map) })
    }

    /// The same of JSON that the program itself made.
    pub(super) fn of_json(json: &Value) -> Result<Self, ScriptFault> {
        let payload = fitting(&written(json), || json.clone())?;
        Ok(Self { payload, slot: Slot::of_json(json), form: None })
    }
}

fn slot(map: &Map) -> Slot {
    let text = |name| map.get(name).and_then(text);
    let asks = map.contains_key("question") && map.contains_key("answers");
    Slot::of_fields(text("slot").as_deref(), text("type").as_deref(), asks)
}

fn form(map: &Map) -> Option<Form> {
    let kind = map.get("type").and_then(text);
    let owned = |name| map.get(name).and_then(text).map(Cow::into_owned);
    let (poll_id, current_time) = (owned("poll_id")?, owned("current_time")?);
    let (kind, question) = (kind.as_deref(), owned("question")?);
    let answers = map.get("answers")?;
    let of = |answer| text(answer).map(Cow::into_owned);
    if let Some(list) = answers.read_lock::<Array>() {
        let answers = Form::numbered(list.iter().map(of));
        return Form::of_fields(kind, poll_id, current_time, question, answers);
    }
    let answers = answers.read_lock::<Map>()?;
    let answers = answers.iter().map(|(key, answer)| (key.to_string(), of(answer)));
    Form::of_fields(kind, poll_id, current_time, question, answers)
}

/// What goes out as a JSON text.
fn text(value: &Dynamic) -> Option<Cow<'_, str>> {
    if let Some(text) = value.read_lock::<ImmutableString>() {
        return Some(text.as_str().to_owned().into());
    }
    value.as_char().ok().map(|letter| letter.to_string().into())
}

/// A payload of this text, if it is not too long.
pub(super) fn fitting(text: &str, json: impl Fn() -> Value) -> Result<Payload, ScriptFault> {
    if text.len() <= PAYLOAD_MAX_BYTES {
        return Ok(text.parse()?);
    }
    let says = format!("the payload has {} bytes, {PAYLOAD_MAX_BYTES} fit", text.len());
    Err(match largest(&json()) {
        Some((name, bytes)) => ScriptFault::hints(
            format!("{says}; its largest field is `{name}` with {bytes} bytes"),
            "`fit(text, bytes)` cuts a text",
        ),
        None => ScriptFault::hints(says, "`fit(text, bytes)` cuts a text"),
    })
}

/// The field that takes the most bytes, and how many.
fn largest(json: &Value) -> Option<(String, usize)> {
    let fields = json.as_object()?.iter();
    fields
        .map(|(name, value)| (name.clone(), value.to_string().len()))
        .max_by_key(|(_, bytes)| *bytes)
}
