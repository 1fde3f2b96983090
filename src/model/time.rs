//! The two clocks, durations as scripts write them, and deadlines that say why they exist.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::error::ModelError;
use super::limits::{EVERY_MIN, SPAN_MAX};

/// The moment of an input: what both clocks said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Now {
    /// Time since the run's start, on a clock that counts suspend and never jumps: for intervals.
    /// What was persisted before the start is negative.
    pub up: SignedDuration,
    /// The wall clock: for cron, `at` and what people read.
    pub wall: Timestamp,
}

impl Now {
    /// The moment `later` after this one, both clocks running evenly.
    #[must_use]
    pub fn plus(self, later: SignedDuration) -> Self {
        Self { up: self.up + later, wall: self.wall + later }
    }

    /// Where the wall time `wall` lies on the interval clock, were both to run evenly from here.
    pub fn up_at(self, wall: Timestamp) -> SignedDuration {
        self.up + wall.duration_since(self.wall)
    }

    /// What the wall clock says when the interval clock says `up`, were both to run evenly from
    /// here.
    pub fn wall_at(self, up: SignedDuration) -> Timestamp {
        self.wall.saturating_add(up - self.up).unwrap_or(Timestamp::MAX)
    }
}

/// When a machine wants to be called next, on the interval clock, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// When, on the interval clock.
    pub at: SignedDuration,
    /// For what: a few words for logs and tests.
    pub why: &'static str,
}

impl Deadline {
    /// The earlier of two deadlines.
    pub fn earlier(a: Option<Self>, b: Option<Self>) -> Option<Self> {
        match (a, b) {
            (Some(a), Some(b)) => Some(if b.at < a.at { b } else { a }),
            (one, other) => one.or(other),
        }
    }
}

/// A duration as a script or flag writes it: `250ms`, `10s`, `1m30s`, `2h`, `1:30`, `1:02:03`.
/// More than nothing, a year at most, whole milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Span(SignedDuration);

impl Span {
    /// A span of `millis` milliseconds; refused when it is zero or over a year.
    pub fn from_millis(millis: u64) -> Result<Self, ModelError> {
        let duration = i64::try_from(millis).map(SignedDuration::from_millis);
        match duration {
            Ok(duration) if duration > SignedDuration::ZERO && duration <= SPAN_MAX => {
                Ok(Self(duration))
            }
            _ => Err(ModelError::SpanRange { met: format!("{millis}ms") }),
        }
    }

    /// The length.
    pub fn get(self) -> SignedDuration {
        self.0
    }
}

impl FromStr for Span {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, ModelError> {
        let unreadable = || ModelError::SpanText { met: text.to_owned() };
        let trimmed = text.trim();
        let millis =
            if trimmed.contains(':') { clock_millis(trimmed) } else { unit_millis(trimmed) };
        let millis = millis.ok_or_else(unreadable)?;
        Self::from_millis(millis).map_err(|_| ModelError::SpanRange { met: text.to_owned() })
    }
}

/// `m:ss` or `h:mm:ss`; every part after the first has two digits below 60.
fn clock_millis(text: &str) -> Option<u64> {
    let parts: Vec<&str> = text.split(':').collect();
    if parts.len() > 3 || parts.iter().any(|part| !is_digits(part)) {
        return None;
    }
    let mut seconds: u64 = parts.first()?.parse().ok()?;
    for part in parts.iter().skip(1) {
        let value: u64 = part.parse().ok()?;
        if part.len() != 2 || value >= 60 {
            return None;
        }
        seconds = seconds.checked_mul(60)?.checked_add(value)?;
    }
    seconds.checked_mul(1_000)
}

/// `1h2m3s4ms`: each unit at most once, largest first.
fn unit_millis(text: &str) -> Option<u64> {
    const UNITS: [(&str, u64); 5] =
        [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];
    let (mut rest, mut total, mut next_unit) = (text, 0_u64, 0);
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let value: u64 = rest.get(..digits)?.parse().ok()?;
        rest = rest.get(digits..)?;
        let letters = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let unit = rest.get(..letters)?.trim();
        let place = UNITS.iter().position(|(name, _)| *name == unit)?;
        if place < next_unit {
            return None;
        }
        next_unit = place + 1;
        total = total.checked_add(value.checked_mul(UNITS.get(place)?.1)?)?;
        rest = rest.get(letters..)?;
    }
    Some(total)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0.as_millis();
        for (unit, size) in [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)] {
            if rest >= size {
                write!(f, "{}{unit}", rest / size)?;
                rest %= size;
            }
        }
        Ok(())
    }
}

impl TryFrom<String> for Span {
    type Error = ModelError;

    fn try_from(text: String) -> Result<Self, ModelError> {
        text.parse()
    }
}

impl From<Span> for String {
    fn from(span: Span) -> Self {
        span.to_string()
    }
}

/// The gap between two fires of `every`: always the same, or drawn anew between two bounds.
/// Never below [`EVERY_MIN`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    least: Span,
    most: Span,
}

impl Gap {
    /// The shortest gap.
    pub fn least(self) -> SignedDuration {
        self.least.get()
    }

    /// The longest gap; equal to the shortest for a fixed one.
    pub fn most(self) -> SignedDuration {
        self.most.get()
    }

    /// Whether every gap is the same.
    pub fn is_fixed(self) -> bool {
        self.least == self.most
    }
}

impl FromStr for Gap {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, ModelError> {
        let (least, most) = text.split_once("..").unwrap_or((text, text));
        let gap = Self { least: least.parse()?, most: most.parse()? };
        if gap.least() < EVERY_MIN {
            return Err(ModelError::GapTooShort { met: text.to_owned() });
        }
        if gap.most < gap.least {
            return Err(ModelError::GapBackwards { met: text.to_owned() });
        }
        Ok(gap)
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_fixed() {
            write!(f, "{}", self.least)
        } else {
            write!(f, "{}..{}", self.least, self.most)
        }
    }
}
