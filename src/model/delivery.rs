//! One payload on its way, and what can become of it.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::channel::ShowId;
use super::cue::CueKey;
use super::payload::{Payload, Priority, Slot};
use super::time::Now;

/// A delivery's id: the run of the show (counted from 1) and a number within it, `3-17`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct DeliveryId {
    /// The run of the show.
    pub run: u32,
    /// The number within the run, from 1.
    pub n: u64,
}

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.run, self.n)
    }
}

impl From<DeliveryId> for String {
    fn from(id: DeliveryId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for DeliveryId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let parsed = text
            .split_once('-')
            .and_then(|(run, n)| Some(Self { run: run.parse().ok()?, n: n.parse().ok()? }));
        parsed.ok_or_else(|| format!("`{text}` is not the id of a delivery, like `3-17`"))
    }
}

/// What to do with a payload whose call may or may not have been answered when the runner died.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InDoubt {
    /// Not send it again.
    #[default]
    Drop,
    /// Send it again: its author prefers twice to never.
    Resend,
}

/// A payload that stays the current one of its slot for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sticky {
    /// For how long, from when it was put.
    pub lasts: SignedDuration,
    /// How often it is repeated for late joiners.
    pub repeat_every: SignedDuration,
}

/// A payload handed to a channel's outbox, with everything the outbox decides by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its id within the show.
    pub id: DeliveryId,
    /// The show that put it.
    pub show: ShowId,
    /// The cue that put it.
    pub cue: CueKey,
    /// What goes out.
    pub payload: Payload,
    /// Its place on the viewer's screen.
    pub slot: Slot,
    /// How urgent it is.
    pub priority: Priority,
    /// When it was put.
    pub put: Now,
    /// How late its cue fired.
    pub late: SignedDuration,
    /// How long from `put` it is worth sending.
    pub valid_for: SignedDuration,
    /// Whether it is repeated, and how long.
    pub sticky: Option<Sticky>,
    /// What a crash in the middle of its call means.
    pub in_doubt: InDoubt,
}

/// A delivery as the store keeps it: on the wall clock, which survives the process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptDelivery {
    /// Its id within the show.
    pub id: DeliveryId,
    /// The cue that put it.
    pub cue: CueKey,
    /// What goes out.
    pub payload: Payload,
    /// Its place on the viewer's screen.
    pub slot: Slot,
    /// How urgent it is.
    pub priority: Priority,
    /// When it was put.
    pub put: Timestamp,
    /// How late its cue fired, in milliseconds.
    pub late_ms: i64,
    /// How long from `put` it is worth sending, in milliseconds.
    pub valid_for_ms: i64,
    /// How long it stays current, in milliseconds; none for one that is not sticky.
    pub sticky_ms: Option<i64>,
    /// How often it is repeated, in milliseconds.
    pub repeat_every_ms: Option<i64>,
    /// What a crash in the middle of its call means.
    pub in_doubt: InDoubt,
}

fn millis(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

impl From<&Delivery> for KeptDelivery {
    fn from(delivery: &Delivery) -> Self {
        Self {
            id: delivery.id,
            cue: delivery.cue.clone(),
            payload: delivery.payload.clone(),
            slot: delivery.slot.clone(),
            priority: delivery.priority,
            put: delivery.put.wall,
            late_ms: millis(delivery.late),
            valid_for_ms: millis(delivery.valid_for),
            sticky_ms: delivery.sticky.map(|sticky| millis(sticky.lasts)),
            repeat_every_ms: delivery.sticky.map(|sticky| millis(sticky.repeat_every)),
            in_doubt: delivery.in_doubt,
        }
    }
}

impl KeptDelivery {
    /// The delivery again, its clocks laid against those of this run.
    pub fn restore(self, show: ShowId, now: Now) -> Delivery {
        let sticky = self.sticky_ms.zip(self.repeat_every_ms).map(|(lasts, repeat)| Sticky {
            lasts: SignedDuration::from_millis(lasts),
            repeat_every: SignedDuration::from_millis(repeat),
        });
        Delivery {
            id: self.id,
            show,
            cue: self.cue,
            payload: self.payload,
            slot: self.slot,
            priority: self.priority,
            put: Now { up: now.up_at(self.put), wall: self.put },
            late: SignedDuration::from_millis(self.late_ms),
            valid_for: SignedDuration::from_millis(self.valid_for_ms),
            sticky,
            in_doubt: self.in_doubt,
        }
    }
}

/// Why the service did not take a payload; decides what happens next, never by text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Too many calls: again, later.
    Throttled,
    /// 5xx, no connection, expired or missing credentials, clock skew: again, later.
    Unavailable,
    /// No stream: held until live or expired.
    OffAir,
    /// Invalid, not allowed, no such channel: never again.
    Rejected,
}

/// What became of one call of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is in the stream.
    Taken,
    /// It is in the stream, but the answer came when the show's lease had run out: the runner that
    /// holds it now may have sent it, too.
    TakenLate,
    /// It is not; the message is the service's or the network's.
    Refused {
        /// The class that decides.
        refusal: Refusal,
        /// Words for a person.
        message: String,
    },
    /// Nobody knows: the call was sent, its answer never came.
    Lost {
        /// Words for a person.
        message: String,
    },
}
