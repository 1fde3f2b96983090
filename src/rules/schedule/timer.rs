//! A timer: one trigger of one cue that time makes fire.

use jiff::{SignedDuration, Timestamp};

use super::every::Every;
use super::once::Once;
use super::verdict::{Air, Scene, Verdict};
use super::wall::Cron;
use crate::model::saved::{Place, PlaceKey};
use crate::model::time::Now;
use crate::model::trigger::Trigger;
use crate::model::zone::Zone;

/// A trigger with its place in time.
#[derive(Debug, Clone)]
pub(super) enum Timer {
    Every(Every),
    Cron(Cron),
    Once(Once),
}

/// What the timers of one script are made with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Making<'a> {
    /// The zone of those that name none.
    pub(super) zone: &'a Zone,
    pub(super) seed: u64,
    pub(super) now: Now,
    /// When the show began.
    pub(super) began: SignedDuration,
    /// What a new cron counts after.
    pub(super) cron_since: Timestamp,
}

impl Timer {
    /// The timer of a trigger; none for one that time does not make fire.
    pub(super) fn new(trigger: &Trigger, key: &PlaceKey, making: &Making<'_>) -> Option<Self> {
        let Making { seed, now, began, .. } = *making;
        Some(match trigger {
            Trigger::Every { gap, first } => Self::Every(Every::new(*gap, *first, seed, key)),
            Trigger::Cron { spec, zone } => {
                let zone = zone.as_ref().unwrap_or(making.zone);
                Self::Cron(Cron::new(spec, zone, making.cron_since))
            }
            Trigger::At { when, zone } => {
                Self::Once(Once::at(*when, zone.as_ref().unwrap_or(making.zone), now))
            }
            Trigger::StreamAt { wait } => Self::Once(Once::stream_at(*wait)),
            Trigger::After { wait } => Self::Once(Once::after(*wait, began, now)),
            Trigger::On(_) => return None,
        })
    }

    /// Goes on where `place` is, as far as that is of its kind; `same`: it was written the same
    /// way, for the same zone.
    pub(super) fn restored(self, place: &Place, same: bool, now: Now) -> Self {
        match (self, place.spec.split(' ').next()) {
            (Self::Every(every), Some("every")) => Self::Every(every.restored(place, same, now)),
            (Self::Cron(cron), Some("cron")) => Self::Cron(cron.restored(place, same, now)),
            (Self::Once(once), Some("at" | "stream_at" | "after")) => {
                Self::Once(once.restored(place, same, now))
            }
            (other, _) => other,
        }
    }

    /// Whether it reckons in the same zone as `other`.
    pub(super) fn has_zone_of(&self, other: &Self) -> bool {
        self.zone() == other.zone()
    }

    fn zone(&self) -> Option<&Zone> {
        match self {
            Self::Every(_) => None,
            Self::Cron(cron) => Some(cron.zone()),
            Self::Once(once) => once.zone(),
        }
    }

    /// The channel is on air. Says whether its place in time began with it.
    pub(super) fn on_air(&mut self, started: Timestamp, now: Now) -> bool {
        match self {
            Self::Every(every) => every.on_air(now),
            Self::Cron(_) => false,
            Self::Once(once) => {
                once.on_air(started, now);
                false
            }
        }
    }

    /// It was written by an edit: `air` is as it is, the last broadcast began at `started`.
    pub(super) fn written(&mut self, air: Air, started: Option<Timestamp>, now: Now) {
        match self {
            Self::Every(every) if air == Air::On => {
                every.on_air(now);
            }
            Self::Every(_) | Self::Cron(_) => {}
            Self::Once(once) => {
                if let Some(started) = started {
                    once.written_in(started, now);
                }
            }
        }
    }

    /// The wall clock jumped.
    pub(super) fn wall_jumped(&mut self, now: Now) {
        match self {
            Self::Every(_) => {}
            Self::Cron(cron) => cron.wall_jumped(now),
            Self::Once(once) => once.wall_jumped(now),
        }
    }

    /// When it wants to be called, on the interval clock.
    pub(super) fn due(&self, air: Air, now: Now) -> Option<SignedDuration> {
        match self {
            Self::Once(once) => once.due(air, now),
            Self::Every(_) | Self::Cron(_) if air == Air::Unknown => None,
            Self::Every(every) => every.due(),
            Self::Cron(cron) => cron.due(now),
        }
    }

    /// Whether its time came and only the stream is wanting.
    pub(super) fn wants_air(&self) -> bool {
        match self {
            Self::Every(_) | Self::Cron(_) => false,
            Self::Once(once) => once.wants_air(),
        }
    }

    /// Whether it fires once, so that a fire that is skipped does not come again.
    pub(super) fn is_once(&self) -> bool {
        matches!(self, Self::Once(_))
    }

    /// Whether its time stands still in a hold.
    pub(super) fn stands_still(&self) -> bool {
        match self {
            Self::Every(_) | Self::Cron(_) => false,
            Self::Once(once) => once.stands_still(),
        }
    }

    /// A hold that took so long is over.
    pub(super) fn put_off(&mut self, by: SignedDuration) {
        match self {
            Self::Every(_) | Self::Cron(_) => {}
            Self::Once(once) => once.put_off(by),
        }
    }

    /// Its time has come.
    pub(super) fn take(&mut self, scene: Scene) -> Verdict {
        match self {
            Self::Every(every) => every.take(scene),
            Self::Cron(cron) => cron.take(scene),
            Self::Once(once) => once.take(scene),
        }
    }

    /// Whether its place must be kept although it passed without a fire: no later start could
    /// reckon it from what was kept before.
    pub(super) fn keeps_silence(&self) -> bool {
        match self {
            Self::Every(_) => false,
            Self::Cron(_) | Self::Once(_) => true,
        }
    }

    /// Its place in time; none while there is nothing to keep.
    pub(super) fn place(&self, spec: &str, now: Now) -> Option<Place> {
        match self {
            Self::Every(every) => every.place(spec, now),
            Self::Cron(cron) => Some(cron.place(spec)),
            Self::Once(once) => once.place(spec, now),
        }
    }

    pub(super) fn why(&self) -> &'static str {
        match self {
            Self::Every(_) => "every",
            Self::Cron(_) => "cron",
            Self::Once(once) => once.why(),
        }
    }
}
