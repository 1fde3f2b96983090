//! Time zones by their IANA name, from the database inside the program: the same on every machine.

use std::fmt;
use std::str::FromStr;

use jiff::tz::TimeZone;

use super::error::ModelError;
use super::near::nearest;

/// A time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// Universal time.
    pub const UTC: Self = Self(TimeZone::UTC);

    /// The rules of the zone.
    pub fn rules(&self) -> &TimeZone {
        &self.0
    }
}

impl FromStr for Zone {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, ModelError> {
        jiff::tz::db().get(text).map(Self).map_err(|_| ModelError::Zone {
            met: text.to_owned(),
            near: nearest(text, jiff::tz::db().available().map(|name| name.to_string())),
        })
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.iana_name().unwrap_or("UTC"))
    }
}
