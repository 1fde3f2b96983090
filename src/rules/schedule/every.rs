//! `every`: a grid of points on the interval clock, without drift.

use jiff::SignedDuration;

use super::verdict::{Air, Scene, Verdict};
use crate::model::limits::{GRID_STEPS_MAX, LATE_SKIP};
use crate::model::saved::{Place, PlaceKey};
use crate::model::time::{Gap, Now, Span};
use crate::rules::random::Random;

/// A grid: where it begins, how far it is.
#[derive(Debug, Clone)]
pub(super) struct Every {
    gap: Gap,
    first: Option<Span>,
    seed: u64,
    /// What the random gaps are drawn under: the same after a resume and an edit.
    label: String,
    /// Point 0; none until the channel is on air.
    origin: Option<SignedDuration>,
    /// The last point that is past.
    past: Option<Point>,
}

/// One point of a grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Point {
    n: u64,
    at: SignedDuration,
}

impl Every {
    pub(super) fn new(gap: Gap, first: Option<Span>, seed: u64, key: &PlaceKey) -> Self {
        let label = format!("gap {} {}", key.cue, key.trigger);
        Self { gap, first, seed, label, origin: None, past: None }
    }

    /// Takes up a grid again, at its next point after `now`; one written anew goes on from the
    /// last fire.
    pub(super) fn restored(mut self, place: &Place, same: bool, now: Now) -> Self {
        let point = place.point.zip(place.last).map(|(n, at)| Point { n, at: now.up_at(at) });
        let origin = place.origin.map(|origin| now.up_at(origin));
        (self.origin, self.past) = match (point, origin) {
            _ if same => (origin, point),
            (Some(last), _) => (Some(last.at), Some(Point { n: 0, at: last.at })),
            (None, Some(origin)) => {
                (Some(origin - first_in(&place.spec) + self.first_wait()), None)
            }
            (None, None) => (None, None),
        };
        if self.next().is_some_and(|next| next.at <= now.up) {
            self.past = self.newest(now.up).map(|(_, newest)| newest);
        }
        self
    }

    fn first_wait(&self) -> SignedDuration {
        self.first.map_or(SignedDuration::ZERO, Span::get)
    }

    /// The channel is on air: a grid that has not begun begins. Says whether it did.
    pub(super) fn on_air(&mut self, now: Now) -> bool {
        let begins = self.origin.is_none();
        if begins {
            self.origin = Some(now.up + self.first_wait());
        }
        begins
    }

    /// When the next point is due.
    pub(super) fn due(&self) -> Option<SignedDuration> {
        self.next().map(|next| next.at)
    }

    pub(super) fn take(&mut self, scene: Scene) -> Verdict {
        let now = scene.now;
        let Some(next) = self.next().filter(|next| next.at <= now.up) else {
            return Verdict::Wait;
        };
        let Some((before, newest)) = self.newest(now.up) else {
            return Verdict::Wait;
        };
        let count = newest.n - next.n + 1;
        let late = now.up - newest.at;
        self.past = Some(newest);
        if !scene.armed {
            Verdict::Silent
        } else if scene.held {
            Verdict::SkippedHeld { count }
        } else if scene.air != Air::On {
            Verdict::SkippedOffAir { count }
        } else if late > LATE_SKIP {
            Verdict::SkippedLate { count }
        } else if count > 1 {
            // The newest comes in its turn, after what was due before it.
            self.past = before;
            Verdict::SkippedLate { count: count - 1 }
        } else {
            Verdict::Fire { due: now.wall_at(newest.at), late }
        }
    }

    /// Its place in time; none before it begins.
    pub(super) fn place(&self, spec: &str, now: Now) -> Option<Place> {
        Some(Place {
            spec: spec.to_owned(),
            origin: Some(now.wall_at(self.origin?)),
            point: self.past.map(|past| past.n),
            last: self.past.map(|past| now.wall_at(past.at)),
            done: false,
        })
    }

    fn next(&self) -> Option<Point> {
        let origin = self.origin?;
        Some(self.past.map_or(Point { n: 0, at: origin }, |past| self.after(origin, past)))
    }

    fn after(&self, origin: SignedDuration, past: Point) -> Point {
        let n = past.n + 1;
        if self.gap.is_fixed() {
            return self.fixed(origin, n);
        }
        let millis = |gap: SignedDuration| i64::try_from(gap.as_millis()).unwrap_or(i64::MAX);
        let (least, most) = (millis(self.gap.least()), millis(self.gap.most()));
        let drawn = Random::new(self.seed, &self.label, past.n).between(least, most);
        Point { n, at: past.at + SignedDuration::from_millis(drawn) }
    }

    /// Point `n` of a grid of equal gaps: reckoned from its origin, so that nothing adds up.
    fn fixed(&self, origin: SignedDuration, n: u64) -> Point {
        let nanos = self.gap.least().as_nanos().saturating_mul(i128::from(n));
        let wait = SignedDuration::try_from_nanos_i128(nanos).unwrap_or(SignedDuration::MAX);
        Point { n, at: origin.saturating_add(wait) }
    }

    /// The newest point at or before `up`, and the one before it; none when none is past.
    fn newest(&self, up: SignedDuration) -> Option<(Option<Point>, Point)> {
        let origin = self.origin?;
        let mut newest = self.next().filter(|next| next.at <= up)?;
        if self.gap.is_fixed() {
            let passed = (up - origin).as_nanos() / self.gap.least().as_nanos();
            let n = u64::try_from(passed).unwrap_or(newest.n).max(newest.n);
            let before = n.checked_sub(1).map(|n| self.fixed(origin, n));
            return Some((before, self.fixed(origin, n)));
        }
        let mut before = self.past;
        for _ in 0..GRID_STEPS_MAX {
            let next = self.after(origin, newest);
            if next.at > up {
                return Some((before, newest));
            }
            (before, newest) = (Some(newest), next);
        }
        // So long a sleep is not stepped through: the grid goes on from here.
        Some((Some(newest), Point { n: newest.n + 1, at: up }))
    }
}

/// The `first` of an `every` as [`crate::model::trigger::Trigger`] writes it.
fn first_in(spec: &str) -> SignedDuration {
    let first = spec.rsplit_once(" first ").and_then(|(_, first)| first.parse::<Span>().ok());
    first.map_or(SignedDuration::ZERO, Span::get)
}
