//! What a cue is fired with when nobody is there to fire it: data as an operator, a script or the
//! show itself might give it.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::model::cue::CuePlan;
use crate::model::limits::{CHECK_NAME_MAX_BYTES, CHECK_TRIES_MAX, FIRE_DATA_MAX_BYTES};
use crate::model::trigger::{Happening, Trigger};
use crate::script::Outline;

/// Texts that an operator may type, each as good as another where the field's meaning is unknown.
/// The first is a number and a text.
const TYPED: [&str; 3] = ["1", "one", "20:30"];

/// Whether the show tells the cue's handler more than its time: of a poll, of a payload.
pub(super) fn is_told_more(plan: &CuePlan) -> bool {
    happens(plan, Happening::PollClosed) || happens(plan, Happening::Refused)
}

fn happens(plan: &CuePlan, happening: Happening) -> bool {
    plan.triggers.contains(&Trigger::On(happening))
}

/// The data to fire a cue with, the likeliest first; the first that its handler takes is enough.
/// Where a field names something, it is a name that the show's `state` or its script holds.
pub(super) fn tries(plan: &CuePlan, outline: &Outline, state: Option<&Value>) -> Vec<Value> {
    if happens(plan, Happening::PollClosed) {
        return vec![poll_closed()];
    }
    if happens(plan, Happening::Refused) {
        return vec![refused()];
    }
    let input = &plan.options.input;
    let is_asked = !input.is_empty();
    let fields = if is_asked { input } else { &outline.fields };
    let first: Vec<Value> = if is_asked {
        TYPED.iter().map(|typed| filled(fields, |_| typed)).collect()
    } else {
        vec![Value::Null, json!(TYPED[0]), filled(fields, |_| TYPED[0])]
    };
    let names = names(outline, state);
    let whole = names.iter().flat_map(|name| {
        let all = filled(fields, |_| name);
        (!is_asked).then(|| json!(name)).into_iter().chain([all]).collect::<Vec<_>>()
    });
    let one = names.iter().flat_map(|name| {
        let one = |of: &String| filled(fields, |field| if field == of { name } else { TYPED[0] });
        fields.iter().map(one).collect::<Vec<_>>()
    });
    first.into_iter().chain(whole).chain(one).take(CHECK_TRIES_MAX).collect()
}

/// A map that has all these fields, as far as the data of a fire may be long.
fn filled<'a>(fields: &[String], typed: impl Fn(&str) -> &'a str) -> Value {
    let (mut map, mut bytes) = (Map::new(), 2);
    for field in fields {
        let typed = typed(field);
        // Quotes, colon and comma; what must be escaped is seldom met.
        bytes += 2 * (field.len() + typed.len()) + 6;
        if bytes > FIRE_DATA_MAX_BYTES {
            break;
        }
        map.insert(field.clone(), typed.into());
    }
    Value::Object(map)
}

/// What data may name, the likeliest first: the keys of `state`, then those of the script's maps,
/// then its other texts.
fn names(outline: &Outline, state: Option<&Value>) -> Vec<String> {
    let mut names = Vec::new();
    keys(state.unwrap_or(&Value::Null), &mut names);
    names.extend(outline.names.iter().cloned());
    let mut met = BTreeSet::new();
    names.retain(|name| name.len() <= CHECK_NAME_MAX_BYTES && met.insert(name.clone()));
    names
}

fn keys(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            into.extend(map.keys().cloned());
            map.values().for_each(|value| keys(value, into));
        }
        Value::Array(list) => list.iter().for_each(|value| keys(value, into)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn poll_closed() -> Value {
    json!({
        "poll": {
            "answers": {"1": "True", "2": "False"},
            "current_time": "2026-Nov-22-170501",
            "poll_id": "0cc175b9c0f1b6a831c399e269772661",
            "question": "Do cats dream?",
        },
        "question": "Do cats dream?",
        "correct": null,
        "late": false,
        "total": 3,
        "counts": {"True": 2, "False": 1},
        "winner": "True",
        "ranking": [
            {"answer": "True", "votes": 2, "percent": 67},
            {"answer": "False", "votes": 1, "percent": 33},
        ],
    })
}

fn refused() -> Value {
    json!({
        "delivery": "1-1",
        "cue": "facts",
        "refusal": "rejected",
        "message": "the channel does not exist",
        "payload": {"text": "hello", "type": "notice"},
    })
}
