//! What a script fetches, and what came of it. The values of secrets are in neither.

use std::collections::BTreeMap;
use std::fmt;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::cue::CueKey;

/// A text with places for secrets, which the world fills in. Shown, a secret is `$NAME`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template(Vec<Piece>);

/// A piece of a [`Template`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// As it is.
    Text(String),
    /// The secret of that name.
    Secret(String),
}

impl Template {
    /// A text without a secret.
    pub fn text(text: impl Into<String>) -> Self {
        Self(vec![Piece::Text(text.into())])
    }

    /// A secret alone.
    pub fn secret(name: impl Into<String>) -> Self {
        Self(vec![Piece::Secret(name.into())])
    }

    /// This one, then another.
    #[must_use]
    pub fn then(mut self, other: Self) -> Self {
        for piece in other.0 {
            // Texts side by side are one, so that its size bounds its pieces.
            match (self.0.last_mut(), piece) {
                (Some(Piece::Text(before)), Piece::Text(text)) => before.push_str(&text),
                (_, piece) => self.0.push(piece),
            }
        }
        self
    }

    /// Its size as it is shown, in bytes: a secret counts as its name.
    pub fn bytes(&self) -> usize {
        let size = |piece: &Piece| match piece {
            Piece::Text(text) => text.len(),
            Piece::Secret(name) => 1 + name.len(),
        };
        self.0.iter().map(size).sum()
    }

    /// Its pieces, in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// Whether it has a place for a secret.
    pub fn has_secret(&self) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Secret(_)))
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Text(text) => f.write_str(text),
            Piece::Secret(name) => write!(f, "${name}"),
        })
    }
}

/// A request for JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchRequest {
    /// The address, `http` or `https`; no secret is in its host.
    pub url: Template,
    /// Headers by name, beside our own.
    pub headers: Vec<(String, Template)>,
    /// How long all of it may take.
    pub timeout: SignedDuration,
}

/// What addresses answer in rehearsal, by the address as it is shown: a secret is `$NAME`.
pub type Answers = BTreeMap<String, Value>;

/// What came of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Fetched {
    /// The size of the answer; 0 where there is none.
    pub bytes: usize,
    /// The JSON, or why there is none.
    pub answer: Result<Value, String>,
}

impl Fetched {
    /// Nothing came, and why.
    pub fn failed(why: impl Into<String>) -> Self {
        Self { bytes: 0, answer: Err(why.into()) }
    }
}

/// What the journal tells of a request and its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FetchTold {
    /// The cue that asked.
    pub cue: CueKey,
    /// The address, secrets by their names.
    pub url: String,
    /// The size of the answer.
    pub bytes: usize,
    /// The JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The show itself refused it: nobody was asked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_asked: bool,
}
