//! Moments of a rehearsed evening, as a flag names them: `20:45`, `45m`, `2026-12-31T20:45`.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::cue::CueKey;
use super::error::ModelError;
use super::limits::FIRE_DATA_MAX_BYTES;
use super::time::Span;
use super::trigger::AtTime;
use super::zone::Zone;

/// A moment of an evening: so long after its start, or when the clock on the wall says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The start itself, `0s`.
    Start,
    /// So long after the start, `45m`.
    After(Span),
    /// `20:45` (its first occurrence), `2026-12-31T20:45` or `2026-12-31T19:45:00Z`.
    At(AtTime),
}

impl Moment {
    /// How long after `start` it is; negative for what lies before it. A time of day is its first
    /// occurrence that is not before `from`.
    pub fn after(self, start: Timestamp, from: Timestamp, zone: &Zone) -> SignedDuration {
        let local = |local: jiff::civil::DateTime| {
            local.to_zoned(zone.rules().clone()).map_or(start, |local| local.timestamp())
        };
        let at = match self {
            Self::Start => return SignedDuration::ZERO,
            Self::After(span) => return span.get(),
            Self::At(AtTime::Instant(at)) => at,
            Self::At(AtTime::Local(at)) => local(at),
            Self::At(AtTime::OfDay(time)) => {
                let today = from.to_zoned(zone.rules().clone()).date();
                let at = local(today.to_datetime(time));
                let tomorrow = || today.tomorrow().map_or(at, |day| local(day.to_datetime(time)));
                if at < from { tomorrow() } else { at }
            }
        };
        at.duration_since(start)
    }
}

impl FromStr for Moment {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, ModelError> {
        let trimmed = text.trim();
        if trimmed == "0s" {
            return Ok(Self::Start);
        }
        // `20:45` is a time of day, though it could be read as a duration, too.
        if let Ok(at) = trimmed.parse() {
            return Ok(Self::At(at));
        }
        let unreadable = |_| ModelError::Moment { met: text.to_owned() };
        trimmed.parse().map(Self::After).map_err(unreadable)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("0s"),
            Self::After(span) => span.fmt(f),
            Self::At(at) => at.fmt(f),
        }
    }
}

/// From one moment to another, `20:45..20:50`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Stretch {
    from: Moment,
    to: Moment,
}

impl Stretch {
    /// When it begins and ends, counted from `start`. A beginning before the start is the start.
    pub fn after(self, start: Timestamp, zone: &Zone) -> Option<(SignedDuration, SignedDuration)> {
        let from = self.from.after(start, start, zone).max(SignedDuration::ZERO);
        let to = self.to.after(start, start.saturating_add(from).unwrap_or(start), zone);
        (from < to).then_some((from, to))
    }
}

impl FromStr for Stretch {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, ModelError> {
        let (from, to) =
            text.split_once("..").ok_or_else(|| ModelError::Stretch { met: text.to_owned() })?;
        Ok(Self { from: from.parse()?, to: to.parse()? })
    }
}

impl fmt::Display for Stretch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.from, self.to)
    }
}

impl TryFrom<String> for Stretch {
    type Error = ModelError;

    fn try_from(text: String) -> Result<Self, ModelError> {
        text.parse()
    }
}

impl From<Stretch> for String {
    fn from(stretch: Stretch) -> Self {
        stretch.to_string()
    }
}

/// What the operator of a rehearsed evening fires, and when: `score@20:40={"team":"reds"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Go {
    /// The cue.
    pub cue: CueKey,
    /// When.
    pub at: Moment,
    /// Its handler's `data`; null for nothing.
    pub data: Value,
}

impl FromStr for Go {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, ModelError> {
        let unreadable = || ModelError::Go { met: text.to_owned() };
        let (cue, rest) = text.split_once('@').ok_or_else(unreadable)?;
        let (at, data) = rest.split_once('=').unzip();
        let data = data.map_or(Ok(Value::Null), |data| match serde_json::from_str(data) {
            Ok(json) => Ok(json),
            // What begins like JSON is meant to be JSON.
            Err(_) if data.starts_with(['{', '[', '"']) => {
                Err(ModelError::GoData { met: data.to_owned() })
            }
            Err(_) => Ok(Value::from(data)),
        })?;
        let bytes = data.to_string().len();
        if bytes > FIRE_DATA_MAX_BYTES {
            return Err(ModelError::FireData { bytes });
        }
        Ok(Self { cue: CueKey::named(cue)?, at: at.unwrap_or(rest).parse()?, data })
    }
}

impl fmt::Display for Go {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.cue, self.at)?;
        if self.data.is_null() { Ok(()) } else { write!(f, "={}", self.data) }
    }
}

impl TryFrom<String> for Go {
    type Error = ModelError;

    fn try_from(text: String) -> Result<Self, ModelError> {
        text.parse()
    }
}

impl From<Go> for String {
    fn from(go: Go) -> Self {
        go.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paris() -> (Timestamp, Zone) {
        let start = "2026-12-31T19:00:00Z".parse().expect("a time");
        (start, "Europe/Paris".parse().expect("a zone"))
    }

    fn minutes(moment: &str) -> i64 {
        let (start, zone) = paris();
        let moment: Moment = moment.parse().expect("a moment");
        moment.after(start, start, &zone).as_secs() / 60
    }

    #[test]
    fn a_moment_is_counted_from_the_start() {
        assert_eq!(minutes("0s"), 0);
        assert_eq!(minutes("45m"), 45);
        assert_eq!(minutes("20:45"), 45);
        assert_eq!(minutes("19:45"), 24 * 60 - 15);
        assert_eq!(minutes("2027-01-01T00:00"), 240);
        assert_eq!(minutes("2026-12-31T18:00:00Z"), -60);
    }

    #[test]
    fn a_stretch_runs_forwards_also_over_midnight() {
        let (start, zone) = paris();
        let minutes = |text: &str| {
            let stretch: Stretch = text.parse().expect("a stretch");
            stretch.after(start, &zone).map(|(from, to)| (from.as_secs() / 60, to.as_secs() / 60))
        };
        assert_eq!(minutes("20:45..20:50"), Some((45, 50)));
        assert_eq!(minutes("23:50..0:10"), Some((230, 250)));
        assert_eq!(minutes("2026-12-31T19:00..20:10"), Some((0, 10)));
        assert_eq!(minutes("50m..45m"), None);
        assert!("20:45".parse::<Stretch>().is_err());
        assert!("a..b".parse::<Stretch>().is_err());
    }

    #[test]
    fn a_go_has_its_data_behind_it() {
        for text in ["intro@20:45", "a b@45m={\"n\":1,\"mail\":\"a@b=c\"}", "x@0s=\"words\""] {
            let go: Go = text.parse().expect("a go");
            assert_eq!(go.to_string().parse::<Go>(), Ok(go.clone()), "{text}");
        }
        assert!("intro".parse::<Go>().is_err());
        assert!("intro@soon".parse::<Go>().is_err());
        assert!(format!("x@1s={}", "9".repeat(5_000)).parse::<Go>().is_err());
    }

    #[test]
    fn data_that_begins_like_json_has_to_be_json() {
        let data = |go: &str| go.parse::<Go>().map(|go| go.data);
        assert_eq!(data("score@20:40=Reds"), Ok("Reds".into()));
        assert_eq!(data("score@20:40={\"team\":1}"), Ok(serde_json::json!({"team": 1})));
        let error = data("score@20:40={team:reds}").expect_err("it is no JSON");
        assert!(error.to_string().starts_with("`{team:reds}` is no JSON"), "{error}");
    }
}
