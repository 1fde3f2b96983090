//! What a cue is fired with when nobody is there to fire it: data as an operator, a script or the
//! show itself might give it.

use serde_json::{Map, Value, json};

use crate::model::cue::CuePlan;
use crate::model::limits::FIRE_DATA_MAX_BYTES;
use crate::model::trigger::{Happening, Trigger};

/// Texts that an operator may type, each as good as another where the field's meaning is unknown.
/// The first is a number and a text.
const TYPED: [&str; 3] = ["1", "one", "20:30"];

/// The data to fire a cue with, the likeliest first; the first that its handler takes is enough.
/// `fields`: the properties that the script reads of anything.
pub(super) fn tries(plan: &CuePlan, fields: &[String]) -> Vec<Value> {
    let happens = |happening| plan.triggers.contains(&Trigger::On(happening));
    if happens(Happening::PollClosed) {
        return vec![poll_closed()];
    }
    if happens(Happening::Refused) {
        return vec![refused()];
    }
    let input = &plan.options.input;
    if !input.is_empty() {
        return TYPED.iter().map(|typed| filled(input, typed)).collect();
    }
    vec![Value::Null, json!("1"), filled(fields, "1")]
}

/// A map that has all these fields, as far as the data of a fire may be long.
fn filled(fields: &[String], typed: &str) -> Value {
    let (mut map, mut bytes) = (Map::new(), 2);
    for field in fields {
        // Quotes, colon and comma; a field's name is seldom one that must be escaped.
        bytes += 2 * field.len() + typed.len() + 6;
        if bytes > FIRE_DATA_MAX_BYTES {
            break;
        }
        map.insert(field.clone(), typed.into());
    }
    Value::Object(map)
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
