//! A moment as scripts see it: `now()`, the `due` of a handler's argument.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rhai::{Dynamic, INT};

/// A moment in the show's zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TimeValue {
    at: Timestamp,
    zone: TimeZone,
}

impl TimeValue {
    pub(super) fn new(at: Timestamp, zone: &crate::model::zone::Zone) -> Self {
        Self { at, zone: zone.rules().clone() }
    }

    /// A part of it by name: `year` … `second`, `unix` and its like; none for other names.
    pub(super) fn part(&self, name: &str) -> Option<Dynamic> {
        let local = self.at.to_zoned(self.zone.clone());
        let number = match name {
            "year" => i64::from(local.year()),
            "month" => i64::from(local.month()),
            "day" => i64::from(local.day()),
            "hour" => i64::from(local.hour()),
            "minute" => i64::from(local.minute()),
            "second" => i64::from(local.second()),
            "unix" => self.at.as_second(),
            _ => return None,
        };
        Some(Dynamic::from_int(number as INT))
    }

    /// The parts a script can ask for.
    pub(super) const PARTS: [&'static str; 7] =
        ["year", "month", "day", "hour", "minute", "second", "unix"];

    /// As `strftime` writes it; none for a format that cannot be read.
    pub(super) fn format(&self, format: &str) -> Option<String> {
        jiff::fmt::strtime::format(format, &self.at.to_zoned(self.zone.clone())).ok()
    }
}

impl std::fmt::Display for TimeValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let local = self.at.to_zoned(self.zone.clone());
        write!(f, "{}", local.strftime("%Y-%m-%dT%H:%M:%S%:z"))
    }
}
