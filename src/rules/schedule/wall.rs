//! `cron`: points on the wall clock.

use jiff::{SignedDuration, Timestamp};

use super::verdict::{Air, Scene, Verdict};
use crate::model::cron_spec::CronSpec;
use crate::model::limits::{CRON_STEPS_MAX, LATE_MISSED};
use crate::model::saved::Place;
use crate::model::time::Now;
use crate::model::zone::Zone;
use crate::rules::cron::next_after;

/// A cron expression in its zone, and how far it is.
#[derive(Debug, Clone)]
pub(super) struct Cron {
    spec: CronSpec,
    zone: Zone,
    /// It counts what comes after this.
    since: Timestamp,
    /// The last point that is past: nothing up to it fires again, wherever the clock steps.
    last: Option<Timestamp>,
    due: Option<Timestamp>,
}

/// The points of a cron that are past.
struct Past {
    count: u64,
    before: Option<Timestamp>,
    newest: Timestamp,
}

impl Cron {
    /// Counts what comes after `since`.
    pub(super) fn new(spec: &CronSpec, zone: &Zone, since: Timestamp) -> Self {
        let due = next_after(spec, zone, since);
        Self { spec: spec.clone(), zone: zone.clone(), since, last: None, due }
    }

    /// Takes up where `place` is; one written anew counts from `now` on.
    pub(super) fn restored(mut self, place: &Place, same: bool, now: Now) -> Self {
        self.last = place.last;
        self.since = place.origin.filter(|_| same).unwrap_or(now.wall);
        let from = self.last.map_or(self.since, |last| last.max(self.since));
        self.due = next_after(&self.spec, &self.zone, from);
        self
    }

    pub(super) fn zone(&self) -> &Zone {
        &self.zone
    }

    pub(super) fn due(&self, now: Now) -> Option<SignedDuration> {
        self.due.map(|due| now.up_at(due))
    }

    /// The wall clock jumped. What a step forward passed over stays due and is late.
    pub(super) fn wall_jumped(&mut self, now: Now) {
        self.since = self.since.min(now.wall);
        let from = self.last.unwrap_or(self.since);
        self.due = next_after(&self.spec, &self.zone, from);
    }

    pub(super) fn take(&mut self, scene: Scene) -> Verdict {
        let wall = scene.now.wall;
        let Some(Past { count, before, newest }) = self.past(wall) else {
            return Verdict::Wait;
        };
        let late = wall.duration_since(newest);
        if !scene.armed {
            self.pass(newest);
            Verdict::Silent
        } else if scene.held {
            self.pass(newest);
            Verdict::SkippedHeld { count }
        } else if scene.air != Air::On {
            self.pass(newest);
            Verdict::SkippedOffAir { count }
        } else if late > LATE_MISSED {
            self.pass(newest);
            Verdict::Missed { due: newest, late, count }
        } else if let Some(due) = before {
            // The newest comes in its turn, after what was due before it.
            self.pass(due);
            Verdict::Missed { due, late: wall.duration_since(due), count: count - 1 }
        } else {
            self.pass(newest);
            Verdict::Fire { due: newest, late }
        }
    }

    pub(super) fn place(&self, spec: &str) -> Place {
        let (spec, origin) = (spec.to_owned(), Some(self.since));
        Place { spec, origin, point: None, last: self.last, done: false }
    }

    fn pass(&mut self, newest: Timestamp) {
        self.last = Some(newest);
        self.due = next_after(&self.spec, &self.zone, newest);
    }

    fn past(&self, wall: Timestamp) -> Option<Past> {
        let mut newest = self.due.filter(|due| *due <= wall)?;
        let (mut count, mut before) = (1, None);
        let mut from = newest;
        while let Some(next) = next_after(&self.spec, &self.zone, from).filter(|n| *n <= wall) {
            count += 1;
            (before, newest, from) = (Some(newest), next, next);
            if count == CRON_STEPS_MAX {
                // So long a sleep is not counted out: only what can still fire matters.
                from = next.max(wall.saturating_sub(LATE_MISSED).unwrap_or(next));
            }
        }
        Some(Past { count, before, newest })
    }
}
