//! A moment as scripts see it: `now()`, the `due` of a handler's argument.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rhai::INT;

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

    /// A part of it: one of [`Self::PARTS`].
    pub(super) fn part(&self, name: &str) -> INT {
        let local = self.at.to_zoned(self.zone.clone());
        match name {
            "year" => local.year().into(),
            "month" => local.month().into(),
            "day" => local.day().into(),
            "hour" => local.hour().into(),
            "minute" => local.minute().into(),
            "second" => local.second().into(),
            _ => self.at.as_second(),
        }
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
