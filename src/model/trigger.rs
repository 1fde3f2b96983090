//! What makes a cue fire.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{DateTime, Time};
use serde::{Deserialize, Serialize};

use super::cron_spec::CronSpec;
use super::error::ModelError;
use super::near::nearest;
use super::time::{Gap, Span};
use super::zone::Zone;

/// One reason for a cue to fire. A cue without any waits for the operator or for `fire`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// `every("10s")`: a grid without drift, or random gaps.
    Every {
        /// The gap between two fires.
        gap: Gap,
        /// How long after the start the first fire comes; at once when not given.
        first: Option<Span>,
    },
    /// `cron("*/5 * * * *")`.
    Cron {
        /// The expression.
        spec: CronSpec,
        /// The call's own zone, which wins over the show's.
        zone: Option<Zone>,
    },
    /// `at("20:30")`.
    At {
        /// The time.
        when: AtTime,
        /// The call's own zone, which wins over the show's.
        zone: Option<Zone>,
    },
    /// `stream_at("5m")`: that long after the broadcast went live.
    StreamAt {
        /// How long after.
        wait: Span,
    },
    /// `after("30s")` at the top level: that long after the show's start.
    After {
        /// How long after.
        wait: Span,
    },
    /// `on("on_air")`.
    On(Happening),
}

impl Trigger {
    /// The zone that it names itself.
    pub fn zone(&self) -> Option<&Zone> {
        match self {
            Self::Cron { zone, .. } | Self::At { zone, .. } => zone.as_ref(),
            Self::Every { .. } | Self::StreamAt { .. } | Self::After { .. } | Self::On(_) => None,
        }
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Every { gap, first: None } => write!(f, "every {gap}"),
            Self::Every { gap, first: Some(first) } => write!(f, "every {gap} first {first}"),
            Self::Cron { spec, zone: None } => write!(f, "cron {spec}"),
            Self::Cron { spec, zone: Some(zone) } => write!(f, "cron {spec} {zone}"),
            Self::At { when, zone: None } => write!(f, "at {when}"),
            Self::At { when, zone: Some(zone) } => write!(f, "at {when} {zone}"),
            Self::StreamAt { wait } => write!(f, "stream_at {wait}"),
            Self::After { wait } => write!(f, "after {wait}"),
            Self::On(happening) => write!(f, "on {happening}"),
        }
    }
}

/// The time of an `at`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtTime {
    /// `20:30`: its next occurrence.
    OfDay(Time),
    /// `2026-12-31T23:59:50`: in the zone of the show or the call.
    Local(DateTime),
    /// `2026-12-31T23:59:50Z`, `…+01:00`: an instant of its own.
    Instant(Timestamp),
}

impl FromStr for AtTime {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, ModelError> {
        let text = text.trim();
        if let Ok(instant) = text.parse::<Timestamp>() {
            return Ok(Self::Instant(instant));
        }
        if text.contains('-') {
            if let Ok(local) = text.parse::<DateTime>() {
                return Ok(Self::Local(local));
            }
        } else if text.contains(':') {
            let padded = if text.find(':') == Some(1) { format!("0{text}") } else { text.into() };
            if let Ok(time) = padded.parse::<Time>() {
                return Ok(Self::OfDay(time));
            }
        }
        Err(ModelError::TimeText { met: text.to_owned() })
    }
}

impl fmt::Display for AtTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OfDay(time) => write!(f, "{time}"),
            Self::Local(local) => write!(f, "{local}"),
            Self::Instant(instant) => write!(f, "{instant}"),
        }
    }
}

/// Something a script can wait for with `on`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happening {
    /// The channel went live; also at the start when it is live already.
    OnAir,
    /// The channel's stream ended.
    OffAir,
    /// A new show began.
    Start,
    /// The show goes on after a crash.
    Resume,
    /// The show is about to end.
    Stop,
    /// A new version took over.
    Reloaded,
    /// A delivery was given up.
    Refused,
    /// A poll's votes are final.
    PollClosed,
}

impl Happening {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::OnAir,
        Self::OffAir,
        Self::Start,
        Self::Resume,
        Self::Stop,
        Self::Reloaded,
        Self::Refused,
        Self::PollClosed,
    ];

    /// Its name in scripts and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::OnAir => "on_air",
            Self::OffAir => "off_air",
            Self::Start => "start",
            Self::Resume => "resume",
            Self::Stop => "stop",
            Self::Reloaded => "reloaded",
            Self::Refused => "refused",
            Self::PollClosed => "poll_closed",
        }
    }
}

impl FromStr for Happening {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, ModelError> {
        let name = match text {
            "live" => "on_air",
            "offline" => "off_air",
            "reload" => "reloaded",
            other => other,
        };
        Self::ALL.into_iter().find(|happening| happening.name() == name).ok_or_else(|| {
            ModelError::Happening {
                met: text.to_owned(),
                near: nearest(text, Self::ALL.map(Self::name)),
            }
        })
    }
}

impl fmt::Display for Happening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
