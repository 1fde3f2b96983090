//! Two lines of a timeline that tell the same happening, field by field.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::golden::Difference;
use crate::model::zone::Zone;
use crate::world::report::text::clean;

/// Lines that differ in more fields than this are shown whole.
const FEW: usize = 4;

/// What is different between a line then and now, where the two tell of the same happening and
/// differ in few fields.
pub(super) fn changed(then: &str, now: &str, zone: &Zone) -> Option<Vec<Difference>> {
    let parsed = |line| serde_json::from_str::<Map<String, Value>>(line).ok();
    let (then, now) = (parsed(then)?, parsed(now)?);
    let is_same = |name: &str| then.get(name) == now.get(name);
    if !(is_same("event") && is_same("cue")) {
        return None;
    }
    let text = |name: &str| then.get(name).and_then(Value::as_str).unwrap_or_default();
    let begin = [&clock(text("at"), zone), text("event"), text("cue")];
    let begin: Vec<&str> = begin.into_iter().filter(|part| !part.is_empty()).collect();
    let mut told = vec![Difference::Changed(clean(&begin.join("  ")))];
    let (then, now) = (flat(&then, zone), flat(&now, zone));
    let mut names: Vec<&String> = then.keys().chain(now.keys()).collect();
    names.sort();
    names.dedup();
    names.retain(|name| then.get(*name) != now.get(*name));
    if names.len() > FEW {
        return None;
    }
    for name in names {
        let words = |value: &String| clean(&format!("  {name} {value}"));
        told.extend(then.get(name).map(words).map(Difference::Gone));
        told.extend(now.get(name).map(words).map(Difference::New));
    }
    Some(told)
}

/// The time of day of an instant, or the text itself.
pub(super) fn clock(at: &str, zone: &Zone) -> String {
    at.parse::<jiff::Timestamp>().map_or_else(
        |_| at.to_owned(),
        |at| at.to_zoned(zone.rules().clone()).strftime("%H:%M:%S%.3f").to_string(),
    )
}

/// All fields by their names, those of a payload by `payload.name`.
fn flat(line: &Map<String, Value>, zone: &Zone) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for (name, value) in line {
        match value.as_str() {
            Some(at) if name == "at" => {
                all.insert(name.clone(), clock(at, zone));
            }
            Some(payload) if name == "payload" => {
                let json = serde_json::from_str(payload).unwrap_or_else(|_| value.clone());
                flatten(name, &json, &mut all);
            }
            Some(_) | None => flatten(name, value, &mut all),
        }
    }
    all
}

fn flatten(name: &str, value: &Value, all: &mut BTreeMap<String, String>) {
    if let Value::Object(fields) = value {
        for (field, value) in fields {
            flatten(&format!("{name}.{field}"), value, all);
        }
        return;
    }
    all.insert(name.to_owned(), value.as_str().map_or_else(|| value.to_string(), str::to_owned));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(then: &str, now: &str) -> Option<Vec<String>> {
        let told = changed(then, now, &Zone::UTC)?;
        let words = |it: &Difference| match it {
            Difference::Changed(line) => format!("~ {line}"),
            Difference::Gone(line) => format!("- {line}"),
            Difference::New(line) => format!("+ {line}"),
            Difference::Same(_) | Difference::Skipped(_) | Difference::More(_) => unreachable!(),
        };
        Some(told.iter().map(words).collect())
    }

    #[test]
    fn the_fields_that_differ_are_named() {
        let line = |at: u8, payload: &str| {
            let at = format!("2026-12-31T19:00:0{at}Z");
            json!({"at": at, "event": "sent", "cue": "a", "payload": payload}).to_string()
        };
        let then = line(0, r#"{"text":"old","to":{"a":1,"b":2}}"#);
        assert_eq!(
            told(&then, &line(0, r#"{"text":"new","to":{"a":1,"b":3}}"#)),
            Some(
                [
                    "~ 19:00:00.000  sent  a",
                    "-   payload.text old",
                    "+   payload.text new",
                    "-   payload.to.b 2",
                    "+   payload.to.b 3",
                ]
                .map(str::to_owned)
                .to_vec()
            )
        );
        let later = told(&then, &line(1, r#"{"text":"old","to":{"a":1}}"#)).expect("few fields");
        let wanted = [
            "~ 19:00:00.000  sent  a",
            "-   at 19:00:00.000",
            "+   at 19:00:01.000",
            "-   payload.to.b 2",
        ];
        assert_eq!(later, wanted);
    }

    #[test]
    fn lines_of_other_happenings_are_not_compared() {
        let sent = r#"{"event":"sent","cue":"a","payload":"x"}"#;
        for other in [
            r#"{"event":"refused","cue":"a","payload":"x"}"#,
            r#"{"event":"sent","cue":"b","payload":"x"}"#,
            r#"{"event":"sent","cue":"a","payload":"{\"a\":1,\"b\":1,\"c\":1,\"d\":1}"}"#,
            "no JSON",
        ] {
            assert_eq!(told(sent, other), None, "{other}");
        }
    }
}
