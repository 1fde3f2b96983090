//! A show's lease, in a store that several runners share: who holds it sends, the others follow.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A runner as it holds a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Tells runners apart: letters and digits, new for each process.
    pub id: String,
    /// Its process and its machine, `4711@studio`: for a person. It has no space.
    pub who: String,
    /// Since when it holds the lease.
    pub since: Timestamp,
}

/// As the store keeps it.
impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.id, self.who, self.since)
    }
}

/// What is no holder of a lease.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` does not say who holds a lease")]
pub struct HolderError(String);

impl FromStr for Holder {
    type Err = HolderError;

    fn from_str(text: &str) -> Result<Self, HolderError> {
        let mut words = text.split(' ');
        let mut next = || words.next().filter(|word| !word.is_empty()).map(str::to_owned);
        let parsed = next().zip(next()).zip(next().and_then(|since| since.parse().ok()));
        let ((id, who), since) = parsed.ok_or_else(|| HolderError(text.to_owned()))?;
        Ok(Self { id, who, since })
    }
}

/// What a call may take that begins now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallTime {
    /// So long at most.
    pub within: SignedDuration,
    /// When the lease ends as it is now, on the interval clock: a call that ends later was held up,
    /// and another runner may have begun to send.
    pub until: SignedDuration,
}

/// How a show's lease turned, as events tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LeaseTurn {
    /// This runner holds it, and plays the show.
    Taken,
    /// Another runner holds it; this one takes over when that one is gone.
    Following,
    /// It ran out, for the store could not be asked in time: nothing is sent, and the show stands
    /// still.
    Lapsed,
    /// After it ran out this runner holds it still, and nobody held it meanwhile.
    Again,
    /// Another runner holds it, or held it meanwhile: this one plays the show no more.
    Lost,
}

/// What is told of a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseTold {
    /// How it turned.
    pub turn: LeaseTurn,
    /// The other runner, where it is known.
    pub by: Option<Holder>,
}

impl Serialize for LeaseTold {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Told<'a> {
            turn: LeaseTurn,
            #[serde(skip_serializing_if = "Option::is_none")]
            holder: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            since: Option<String>,
        }
        let by = self.by.as_ref();
        let since = by.map(|by| format!("{:.3}", by.since));
        Told { turn: self.turn, holder: by.map(|by| &*by.who), since }.serialize(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_holder_is_read_as_it_was_written() {
        let since = Timestamp::UNIX_EPOCH;
        let holder = Holder { id: "aB3".to_owned(), who: "4711@studio".to_owned(), since };
        assert_eq!(holder.to_string().parse(), Ok(holder));
        for bad in ["", "a", "a b", "a b c", " a 1970-01-01T00:00:00Z"] {
            bad.parse::<Holder>().expect_err(bad);
        }
    }
}
