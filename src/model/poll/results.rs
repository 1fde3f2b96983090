//! The results of a poll as viewers receive them.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{AskingId, Form, Poll, Tally, closing_time};
use crate::model::limits::PAYLOAD_MAX_BYTES;
use crate::model::payload::{Payload, Slot};

impl AskingId {
    /// The asking that a payload puts to viewers.
    pub fn asked_by(payload: &Payload) -> Option<Self> {
        Form::of_payload(payload).map(|form| form.asking)
    }

    /// The asking whose right answer a payload tells: results with `correct`.
    pub fn revealed_by(payload: &Payload) -> Option<Self> {
        // Hardly any payload does, and those that cannot are not read. JSON may write a letter in
        // other ways, all of them with a backslash.
        let text = payload.as_str();
        if !text.contains("\"correct\"") && !text.contains('\\') {
            return None;
        }
        let results: Value = serde_json::from_str(text).ok()?;
        let field = |name| results.get(name).and_then(Value::as_str).map(str::to_owned);
        results.get("correct").filter(|_| field("type").as_deref() == Some("results"))?;
        Some(Self { poll_id: field("poll_id")?, current_time: field("current_time")? })
    }
}

impl Poll {
    /// The `results` payload. `reveal` is whether it says which answer was right; the answers'
    /// texts are in it where they fit, and the question after them.
    pub fn results(&self, tally: &Tally, reveal: bool) -> Value {
        let mut fields = Map::new();
        let counts = self.answers.iter();
        let counts: Map<String, Value> =
            counts.map(|choice| (choice.key.clone(), tally.of(&choice.key).into())).collect();
        fields.insert("counts".to_owned(), Value::Object(counts));
        fields.insert("current_time".to_owned(), self.asking.current_time.clone().into());
        fields.insert("poll_id".to_owned(), self.asking.poll_id.clone().into());
        fields.insert("total".to_owned(), tally.total().into());
        fields.insert("type".to_owned(), "results".into());
        if let Some(correct) = self.correct.as_ref().filter(|_| reveal) {
            fields.insert("correct".to_owned(), correct.0.clone().into());
        }
        if self.slot.0 != Slot::POLL {
            fields.insert("slot".to_owned(), self.slot.0.clone().into());
        }
        let mut results = Value::Object(fields);
        Self::insert_fitting(&mut results, "answers", self.answers_by_key());
        Self::insert_fitting(&mut results, "question", json!(self.question));
        results
    }

    /// What was sent of it, with another moment at which it closes; of one whose text was not kept,
    /// what it asks.
    pub fn asked_anew(&self, closes_at: Timestamp) -> Value {
        let kept = self.payload.as_ref();
        let kept = kept.and_then(|payload| serde_json::from_str(payload.as_str()).ok());
        let mut asked: Value = kept.unwrap_or_else(|| self.in_short());
        asked["closes_at"] = closing_time(closes_at).into();
        asked
    }

    fn in_short(&self) -> Value {
        let mut payload = self.named();
        if self.correct.is_some() {
            payload["type"] = "quiz".into();
        }
        if self.slot.0 != Slot::POLL {
            payload["slot"] = self.slot.0.clone().into();
        }
        payload
    }

    /// The answers' texts by their keys.
    pub fn answers_by_key(&self) -> Value {
        let answers = self.answers.iter();
        answers.map(|choice| (choice.key.clone(), Value::from(&*choice.text))).collect()
    }

    fn insert_fitting(results: &mut Value, name: &str, value: Value) {
        let Some(fields) = results.as_object_mut() else { return };
        fields.insert(name.to_owned(), value);
        if results.to_string().len() > PAYLOAD_MAX_BYTES
            && let Some(fields) = results.as_object_mut()
        {
            fields.remove(name);
        }
    }

    /// What names this asking and says what was asked: what a script is given for it, and may hand
    /// to `tally` and `results`.
    pub fn named(&self) -> Value {
        json!({
            "answers": self.answers_by_key(),
            "current_time": self.asking.current_time,
            "poll_id": self.asking.poll_id,
            "question": self.question,
        })
    }
}
