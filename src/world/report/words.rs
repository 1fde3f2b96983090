//! Payloads, durations and counts as a person says them.

use jiff::SignedDuration;
use serde_json::{Map, Value};

use super::text::clean;
use crate::model::cue::{CuePlan, Naming};
use crate::model::payload::Payload;
use crate::model::trigger::Happening;

/// What a viewer reads of a payload: its question, text or title, the counts of results, a plain
/// string; else its first text, else the JSON itself.
pub(super) fn of_payload(payload: &Payload) -> String {
    match serde_json::from_str(payload.as_str()) {
        Ok(Value::Object(map)) => of_map(&map).unwrap_or_else(|| payload.as_str().to_owned()),
        Ok(Value::String(text)) => text,
        Ok(_) | Err(_) => payload.as_str().to_owned(),
    }
}

fn of_map(map: &Map<String, Value>) -> Option<String> {
    let text = |key: &str| map.get(key).and_then(Value::as_str);
    match text("type") {
        Some("results") => Some(of_results(map)),
        Some("clear") => Some(match text("slot") {
            Some(slot) => format!("clear {slot}"),
            None => "clear".to_owned(),
        }),
        Some("meter") => {
            let number = |key: &str| map.get(key).map(ToString::to_string).unwrap_or_default();
            let words = text("text").unwrap_or("meter");
            Some(format!("{words} · {} of {}", number("value"), number("goal")))
        }
        _ => {
            let known = text("question").or_else(|| text("text")).or_else(|| text("title"));
            known.or_else(|| map.values().find_map(Value::as_str)).map(str::to_owned)
        }
    }
}

/// `results True 3, False 1`: by the answers' words where they are in the payload.
fn of_results(map: &Map<String, Value>) -> String {
    let answers = map.get("answers").and_then(Value::as_object);
    let counts = map.get("counts").and_then(Value::as_object);
    let counts = counts.into_iter().flatten().map(|(choice, count)| {
        let answer = answers.and_then(|answers| answers.get(choice)?.as_str());
        format!("{} {count}", answer.unwrap_or(choice))
    });
    format!("results {}", counts.collect::<Vec<_>>().join(", "))
}

/// `210 ms`, `7.6 s`, `4 min`, `2 h 5 min`; never negative.
pub(super) fn duration(duration: SignedDuration) -> String {
    let millis = duration.as_millis().max(0);
    let (seconds, minutes) = (millis / 1_000, millis / 60_000);
    match millis {
        0..1_000 => format!("{millis} ms"),
        1_000..60_000 => format!("{seconds}.{} s", millis % 1_000 / 100),
        60_000..3_600_000 => format!("{minutes} min"),
        _ if minutes % 60 == 0 => format!("{} h", minutes / 60),
        _ => format!("{} h {} min", minutes / 60, minutes % 60),
    }
}

/// [`duration`] of milliseconds.
pub(super) fn millis(millis: i64) -> String {
    duration(SignedDuration::from_millis(millis))
}

/// `1 key`, `6 keys`.
pub(super) fn count(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(count), if count == 1 { one } else { many })
}

/// `12,345`: a whole number in groups of three digits.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy);
    groups.collect::<Vec<_>>().join(",")
}

/// How a cue is called: one that its author did not name by its line.
pub(super) fn of_cue(plan: &CuePlan) -> String {
    match plan.naming {
        Naming::Named => clean(plan.key.as_str()),
        Naming::Unnamed => format!("line {}", plan.line),
    }
}

/// How a cue is called of which only the key is known: an unnamed one by what it waits for,
/// `on air` and not `on on_air`.
pub(super) fn of_key(key: &str) -> String {
    let waits = key.strip_prefix("on ").filter(|waits| {
        let name = waits.split(' ').next().unwrap_or_default();
        Happening::ALL.iter().any(|happening| happening.name() == name)
    });
    waits.map_or_else(|| clean(key), |waits| waits.replace('_', " "))
}

/// `second attempt`, `attempt 4`; nothing for the first.
pub(super) fn attempt(attempts: u32) -> Option<String> {
    match attempts {
        0 | 1 => None,
        2 => Some("second attempt".to_owned()),
        3 => Some("third attempt".to_owned()),
        more => Some(format!("attempt {more}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_a_viewer_reads() {
        for (payload, wanted) in [
            (
                r#"{"answers":{"1":"True"},"poll_id":"f0","question":"Do cats sleep?"}"#,
                "Do cats sleep?",
            ),
            (r#"{"text":"Back in 5","type":"notice"}"#, "Back in 5"),
            (r#"{"image":"x.png","price":"9 €","title":"Mug","type":"card"}"#, "Mug"),
            (
                r#"{"answers":{"1":"True","2":"False"},"counts":{"1":3,"2":1},"type":"results"}"#,
                "results True 3, False 1",
            ),
            (r#"{"counts":{"1":3,"2":1},"type":"results"}"#, "results 1 3, 2 1"),
            (r#"{"type":"clear"}"#, "clear"),
            (r#"{"slot":"poll","type":"clear"}"#, "clear poll"),
            (r#"{"goal":100,"text":"Coffee","type":"meter","value":40}"#, "Coffee · 40 of 100"),
            (r#""plain""#, "plain"),
            ("just words", "just words"),
            (r#"{"n":1,"where":"here"}"#, "here"),
            (r#"{"n":1}"#, r#"{"n":1}"#),
            ("[1,2]", "[1,2]"),
        ] {
            assert_eq!(of_payload(&payload.parse().expect("a small payload")), wanted);
        }
    }

    #[test]
    fn what_waits_for_a_happening_is_called_by_it() {
        let said = ["on on_air", "on poll_closed #2", "on stage", "every 10s", "on"].map(of_key);
        assert_eq!(said, ["on air", "poll closed #2", "on stage", "every 10s", "on"]);
    }

    #[test]
    fn thousands_are_parted() {
        let said = [0, 999, 1_000, 12_345, 1_234_567].map(thousands);
        assert_eq!(said, ["0", "999", "1,000", "12,345", "1,234,567"]);
    }

    #[test]
    fn durations_as_a_person_says_them() {
        let said = [-5, 0, 999, 1_000, 7_640, 59_999, 60_000, 7_200_000, 7_500_000].map(millis);
        let wanted =
            ["0 ms", "0 ms", "999 ms", "1.0 s", "7.6 s", "59.9 s", "1 min", "2 h", "2 h 5 min"];
        assert_eq!(said, wanted);
    }
}
