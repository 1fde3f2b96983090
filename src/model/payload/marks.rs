//! The fields of a payload that say where it belongs, read without the rest: each payload is.

use std::fmt;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// What a payload says of its place on the screen.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Marks {
    /// It is a map.
    Map {
        /// Its `slot`, where that is a text.
        slot: Option<String>,
        /// Its `type`, where that is a text.
        kind: Option<String>,
        /// Whether it has a `question`.
        question: bool,
        /// Whether it has `answers`.
        answers: bool,
    },
    /// It is JSON of another kind.
    None,
}

impl<'de> Deserialize<'de> for Marks {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(OfMarks)
    }
}

struct OfMarks;

impl<'de> Visitor<'de> for OfMarks {
    type Value = Marks;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Marks, A::Error> {
        let (mut slot, mut kind, mut question, mut answers) = (None, None, false, false);
        while let Some(key) = map.next_key::<Key>()? {
            match key {
                Key::Slot => slot = map.next_value::<Text>()?.0,
                Key::Kind => kind = map.next_value::<Text>()?.0,
                Key::Question => question = map.next_value::<IgnoredAny>().map(|_| true)?,
                Key::Answers => answers = map.next_value::<IgnoredAny>().map(|_| true)?,
                Key::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Marks::Map { slot, kind, question, answers })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Marks, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Marks::None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Marks, E> {
        Ok(Marks::None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Marks, E> {
        Ok(Marks::None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Marks, E> {
        Ok(Marks::None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Marks, E> {
        Ok(Marks::None)
    }

    fn visit_str<E>(self, _: &str) -> Result<Marks, E> {
        Ok(Marks::None)
    }

    fn visit_unit<E>(self) -> Result<Marks, E> {
        Ok(Marks::None)
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Key {
    Slot,
    #[serde(rename = "type")]
    Kind,
    Question,
    Answers,
    #[serde(other)]
    Other,
}

/// A value, where it is a text.
struct Text(Option<String>);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(OfText)
    }
}

struct OfText;

impl<'de> Visitor<'de> for OfText {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_str<E>(self, text: &str) -> Result<Text, E> {
        Ok(Text(Some(text.to_owned())))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Text(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Text, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Text(None))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Text, E> {
        Ok(Text(None))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Text, E> {
        Ok(Text(None))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Text, E> {
        Ok(Text(None))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Text, E> {
        Ok(Text(None))
    }

    fn visit_unit<E>(self) -> Result<Text, E> {
        Ok(Text(None))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Clears, Payload, Slot};

    /// The rule of slots, on any payload that scripts may make.
    #[test]
    fn every_payload_has_its_place() {
        for (payload, slot) in [
            (r#"{"answers":{"1":"a"},"question":"b"}"#, "poll"),
            (r#"{"question":"b","type":"quiz"}"#, "quiz"),
            (r#"{"type":"results"}"#, "poll"),
            (r#"{"slot":"mine","type":"results"}"#, "mine"),
            (r#"{"slot":7,"type":"card"}"#, "card"),
            (r#"{"slot":{"a":[1]},"type":[null,true,1.5]}"#, "data"),
            (r#"{"slot":"first","slot":"last"}"#, "last"),
            (r#"{"ty\u0070e":"card"}"#, "card"),
            ("{}", "data"),
            ("[1,{}]", "data"),
            ("\"text\"", "data"),
            ("-1", "data"),
            ("1.5", "data"),
            ("true", "data"),
            ("null", "data"),
            ("not JSON", "notice"),
            (r#"{"type":"card""#, "notice"),
        ] {
            let payload: Payload = payload.parse().expect("a payload");
            assert_eq!(Slot::of(&payload).0, slot, "{}", payload.as_str());
            if let Ok(json) = serde_json::from_str(payload.as_str()) {
                assert_eq!(Slot::of_json(&json).0, slot, "{}", payload.as_str());
            }
        }
    }

    #[test]
    fn what_clears_says_so_however_it_is_written() {
        let slot = |slot: &str| Clears::Slot(Slot(slot.to_owned()));
        for (payload, clears) in [
            (r#"{"type":"clear"}"#, Clears::All),
            (r#"{"slot":"card","type":"clear"}"#, slot("card")),
            (r#"{"type":"cl\u0065ar"}"#, Clears::All),
            (r#"{"text":"clear","type":"notice"}"#, Clears::Nothing),
            (r#"{"type":"notice"}"#, Clears::Nothing),
            ("clear", Clears::Nothing),
        ] {
            let payload: Payload = payload.parse().expect("a payload");
            assert_eq!(Clears::of(&payload), clears, "{}", payload.as_str());
        }
    }
}
