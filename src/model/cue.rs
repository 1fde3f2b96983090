//! A cue: when this fires, call that function.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::error::ModelError;
use super::limits::CUE_NAME_MAX_CHARS;
use super::shared_text::SharedText;
use super::trigger::Trigger;

/// What stands in the place of a cue for what an operator sends by hand.
pub const BY_HAND: &str = "by hand";

/// What a cue is known by: its name, or its kind, spec and ordinal (`every 10s`, `every 10s #2`).
/// It stays the same from one version of a script to the next. Clones share the text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CueKey(SharedText);

impl CueKey {
    /// The key of a named cue.
    pub fn named(name: &str) -> Result<Self, ModelError> {
        let printable = !name.trim().is_empty() && !name.chars().any(char::is_control);
        if name == BY_HAND {
            Err(ModelError::CueNameTaken)
        } else if printable && name.chars().count() <= CUE_NAME_MAX_CHARS {
            Ok(Self(name.into()))
        } else {
            Err(ModelError::CueName { met: name.to_owned() })
        }
    }

    /// The key of the `ordinal`th (from 1) unnamed cue with this trigger.
    pub fn unnamed(trigger: &Trigger, ordinal: usize) -> Self {
        match ordinal {
            0 | 1 => Self(trigger.to_string().into()),
            _ => Self(format!("{trigger} #{ordinal}").into()),
        }
    }

    /// The key of a function set to run once by `after`.
    pub fn after(id: AfterId) -> Self {
        Self(format!("after {id}").into())
    }

    /// The key of what an operator sends by hand, without a cue.
    pub fn by_hand() -> Self {
        Self(BY_HAND.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for CueKey {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CueKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A waiting `after`: what `cancel` takes. Counts up within a show, never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AfterId(pub u64);

impl fmt::Display for AfterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// Whether a cue's author named it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// `cue("facts", …)`: it can be fired, armed, disarmed and cancelled, and may change its spec.
    Named,
    /// `every("10s", …)`.
    Unnamed,
}

/// A cue as the schedule knows it: no function, only when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CuePlan {
    /// What it is known by.
    pub key: CueKey,
    /// Whether its author named it.
    pub naming: Naming,
    /// What makes it fire; none for one that waits for the operator.
    pub triggers: Vec<Trigger>,
    /// What the author says of it.
    pub options: CueOptions,
    /// The line of the script that declared it, from 1.
    pub line: usize,
}

/// What a cue's author says of it beside its triggers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CueOptions {
    /// It begins disarmed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub disarmed: bool,
    /// A longer name for the desk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// A note for the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The desk key that fires it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The fields the desk asks for beside GO.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub input: Vec<String>,
    /// The desk asks before it fires.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub confirm: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cue_has_a_name_that_can_be_read_and_stands_for_nothing_else() {
        CueKey::named("facts").expect("a name");
        for bad in ["", " ", "a\tb", &"x".repeat(CUE_NAME_MAX_CHARS + 1)] {
            let error = CueKey::named(bad).expect_err(bad);
            assert_eq!(error, ModelError::CueName { met: bad.to_owned() });
        }
        assert_eq!(CueKey::named(BY_HAND), Err(ModelError::CueNameTaken));
    }
}
