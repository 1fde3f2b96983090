//! An event as a journal has it: read again, by this version or another.

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::model::channel::ShowId;
use crate::model::poll::AskingId;

/// A line of a journal, as far as any has it.
#[derive(Debug, Deserialize)]
pub struct Line {
    /// When; of a simulation's head, when its evening begins.
    #[serde(alias = "start")]
    pub at: Timestamp,
    /// What happened, by its name in JSON.
    pub event: String,
    /// The show's script.
    pub show: Option<String>,
    /// The show's channel.
    pub channel: Option<String>,
    /// What belongs to this kind of event.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

impl Line {
    /// A field as text; empty where it is none.
    pub fn text(&self, name: &str) -> &str {
        self.rest.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// A field as a whole number; 0 where it is none.
    pub fn number(&self, name: &str) -> i64 {
        self.rest.get(name).and_then(Value::as_i64).unwrap_or(0)
    }

    /// Whether a field is `true`.
    pub fn is(&self, name: &str) -> bool {
        self.rest.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// The asking of a poll's event.
    pub fn asking(&self) -> Option<AskingId> {
        let (poll_id, current_time) = (self.text("poll_id"), self.text("current_time"));
        let is_one = !poll_id.is_empty();
        let asking = || AskingId { poll_id: poll_id.into(), current_time: current_time.into() };
        is_one.then(asking)
    }

    /// A field as one of our own words.
    pub fn word<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_value(self.rest.get(name)?.clone()).ok()
    }

    /// Its fields together as some of our own words.
    pub fn all<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_value(Value::Object(self.rest.clone())).ok()
    }

    /// The show it is of.
    pub fn show_id(&self) -> Option<ShowId> {
        let channel = self.channel.as_deref()?.parse().ok()?;
        Some(ShowId { script: self.show.as_deref()?.into(), channel })
    }
}
