//! What a viewer receives, the place it has on their screen, and how urgent it is.

mod marks;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::marks::Marks;
use super::error::ModelError;
use super::limits::PAYLOAD_MAX_BYTES;

/// The exact text that goes into the stream: 1 to 1,024 bytes of UTF-8.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Payload(Arc<str>);

impl Payload {
    /// The text as it goes out.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What a person typed: what begins like JSON has to be some, anything else is a text.
    pub fn typed(text: &str) -> Result<Self, ModelError> {
        let payload = text.parse()?;
        if text.trim_start().starts_with(['{', '[']) {
            serde_json::from_str::<IgnoredAny>(text)
                .map_err(|error| ModelError::PayloadNoJson { problem: error.to_string() })?;
        }
        Ok(payload)
    }

    /// Its size in bytes.
    pub fn bytes(&self) -> usize {
        self.0.len()
    }
}

impl FromStr for Payload {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, ModelError> {
        match text.len() {
            0 => Err(ModelError::PayloadEmpty),
            bytes if bytes > PAYLOAD_MAX_BYTES => Err(ModelError::PayloadTooLarge { bytes }),
            _ => Ok(Self(text.into())),
        }
    }
}

impl TryFrom<String> for Payload {
    type Error = ModelError;

    fn try_from(text: String) -> Result<Self, ModelError> {
        text.parse()
    }
}

impl From<Payload> for String {
    fn from(payload: Payload) -> Self {
        payload.as_str().to_owned()
    }
}

/// The place of a payload on the viewer's screen; a newer payload of the same slot replaces it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Slot(pub String);

impl Slot {
    /// The slot of a payload that names none.
    pub const DATA: &'static str = "data";
    /// The slot of polls, quizzes and their results.
    pub const POLL: &'static str = "poll";

    /// The rule of slots: the payload's `slot` field, else `poll` for a question with answers or
    /// for results, else its `type`, else `data`. Text that is no JSON is shown as a `notice`.
    pub fn of(payload: &Payload) -> Self {
        match serde_json::from_str::<Marks>(payload.as_str()) {
            Ok(marks) => Self::by(marks),
            Err(_) => Self("notice".to_owned()),
        }
    }

    /// The same of a payload whose JSON is at hand.
    pub fn of_json(payload: &Value) -> Self {
        Self::by(Marks::deserialize(payload).unwrap_or(Marks::None))
    }

    fn by(marks: Marks) -> Self {
        let Marks::Map { slot, kind, question, answers } = marks else {
            return Self(Self::DATA.to_owned());
        };
        Self::of_fields(slot.as_deref(), kind.as_deref(), question && answers)
    }

    /// The same of a map's fields: its `slot` and its `type`, where those are texts, and whether it
    /// `asks`, with a `question` and `answers`.
    pub fn of_fields(slot: Option<&str>, kind: Option<&str>, asks: bool) -> Self {
        let is_poll = asks || kind == Some("results");
        let poll = is_poll.then_some(Self::POLL);
        Self(slot.or(poll).or(kind).unwrap_or(Self::DATA).to_owned())
    }
}

/// What a `clear` payload ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clears {
    /// Nothing: it is no `clear`.
    Nothing,
    /// One slot.
    Slot(Slot),
    /// Every slot.
    All,
}

impl Clears {
    /// The payload that ends every slot.
    pub const ALL: &'static str = r#"{"type":"clear"}"#;

    /// Reads it off a payload: `{"type":"clear"}` ends all, with `slot` that one.
    pub fn of(payload: &Payload) -> Self {
        let text = payload.as_str();
        // Hardly any payload is one, and those that cannot be are not read. JSON may write a
        // letter in other ways, all of them with a backslash.
        if !text.contains("clear") && !text.contains('\\') {
            return Self::Nothing;
        }
        match serde_json::from_str::<Marks>(text) {
            Ok(Marks::Map { slot, kind: Some(kind), .. }) if kind == "clear" => {
                slot.map_or(Self::All, |slot| Self::Slot(Slot(slot)))
            }
            Ok(Marks::Map { .. } | Marks::None) | Err(_) => Self::Nothing,
        }
    }
}

/// Who goes first among a channel's waiting payloads; the greater goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// Repeats of a sticky payload.
    Repeat,
    /// Whatever says nothing else.
    Normal,
    /// `priority: "high"`.
    High,
    /// What the operator's GO sent.
    Go,
    /// What takes everything off the screen in a panic: even beside a GO.
    Panic,
}

impl Priority {
    /// Whether it may use the fifth send of a second and go beside a call in flight.
    pub fn is_urgent(self) -> bool {
        self >= Self::High
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Repeat => "repeat",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Go => "go",
            Self::Panic => "panic",
        })
    }
}
