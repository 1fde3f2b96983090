//! Events as JSON objects: which field comes first, and how instants are written.

use jiff::Timestamp;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{Event, What};
use crate::model::script_error::ScriptError;

/// An event as JSON.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(serialize_with = "millis")]
    at: &'a Timestamp,
    event: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    show: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<&'a str>,
    #[serde(flatten)]
    what: &'a What,
}

impl Serialize for Event {
    /// `at`, `event`, `show`, `channel`, then what belongs to this kind of event.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let show = self.show.as_ref();
        let (show, channel) =
            (show.map(|show| &*show.script), show.map(|show| show.channel.as_str()));
        let Self { at, what, .. } = self;
        Told { at, event: what.name(), show, channel, what }.serialize(serializer)
    }
}

impl Event {
    /// The same JSON without `show` and `channel`, for who knows them.
    pub fn unaddressed(&self) -> impl Serialize + '_ {
        let Self { at, what, .. } = self;
        Told { at, event: what.name(), show: None, channel: None, what }
    }
}

/// What is nothing goes without saying.
pub(super) fn is_zero<N: Default + PartialEq>(number: &N) -> bool {
    *number == N::default()
}

/// An instant with exactly three digits of its second, so that columns and lines stay even.
pub(super) fn millis<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{at:.3}"))
}

#[expect(clippy::ref_option, reason = "the shape that serde calls")]
pub(super) fn millis_or_none<S: Serializer>(
    at: &Option<Timestamp>,
    s: S,
) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => millis(at, s),
        None => s.serialize_none(),
    }
}

/// A script's mistake without what only a drawing of it needs.
pub(super) fn mistake<S: Serializer>(
    error: &ScriptError,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry("script", &error.script)?;
    map.serialize_entry("line", &error.line)?;
    map.serialize_entry("column", &error.column)?;
    if let Some(cue) = &error.cue {
        map.serialize_entry("cue", cue)?;
    }
    map.serialize_entry("message", &error.message)?;
    if let Some(hint) = &error.hint {
        map.serialize_entry("hint", hint)?;
    }
    map.end()
}
