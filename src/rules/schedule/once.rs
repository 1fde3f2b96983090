//! What fires once: `at`, `stream_at`, and `after` at the top level of a script.

use jiff::{SignedDuration, Timestamp};

use super::verdict::{Air, Scene, Verdict};
use crate::model::limits::LATE_MISSED;
use crate::model::saved::Place;
use crate::model::time::{Now, Span};
use crate::model::trigger::AtTime;
use crate::model::zone::Zone;
use crate::rules::cron::at_instant;

/// A one-shot.
#[derive(Debug, Clone)]
pub(super) struct Once {
    kind: Kind,
    /// None until it is known, and where no clock can show it.
    due: Option<Due>,
    /// How late it may still fire.
    grace: SignedDuration,
    /// Its time came off air: it waits for the stream as long as its grace.
    wants_air: bool,
    done: Option<Done>,
}

#[derive(Debug, Clone)]
enum Kind {
    At {
        when: AtTime,
        zone: Zone,
    },
    /// Once for each broadcast, known by when it started.
    StreamAt {
        wait: Span,
        broadcast: Option<Timestamp>,
    },
    /// Also off air, and however late.
    After,
}

/// When, on the clock that counts for it.
#[derive(Debug, Clone, Copy)]
enum Due {
    Wall(Timestamp),
    Up(SignedDuration),
}

impl Due {
    fn up(self, now: Now) -> SignedDuration {
        match self {
            Self::Wall(wall) => now.up_at(wall),
            Self::Up(up) => up,
        }
    }

    fn wall(self, now: Now) -> Timestamp {
        match self {
            Self::Wall(wall) => wall,
            Self::Up(up) => now.wall_at(up),
        }
    }

    /// Negative before its time.
    fn late(self, now: Now) -> SignedDuration {
        match self {
            Self::Wall(wall) => now.wall.duration_since(wall),
            Self::Up(up) => now.up - up,
        }
    }

    /// What is past when it is planned never fires: nothing fires for being written down.
    fn grace(self, now: Now, usual: SignedDuration) -> SignedDuration {
        if self.late(now) > SignedDuration::ZERO { SignedDuration::ZERO } else { usual }
    }
}

/// How a one-shot ended.
#[derive(Debug, Clone, Copy)]
enum Done {
    /// When it was due.
    Fired(Timestamp),
    /// It was missed, or its cue was disarmed.
    Passed,
}

impl Once {
    pub(super) fn at(when: AtTime, zone: &Zone, now: Now) -> Self {
        let due = at_instant(when, zone, now.wall).map(Due::Wall);
        let grace = due.map_or(LATE_MISSED, |due| due.grace(now, LATE_MISSED));
        Self { due, grace, ..Self::new(Kind::At { when, zone: zone.clone() }) }
    }

    /// Planned when the broadcast is known.
    pub(super) fn stream_at(wait: Span) -> Self {
        Self::new(Kind::StreamAt { wait, broadcast: None })
    }

    /// `began`: when the show did.
    pub(super) fn after(wait: Span, began: SignedDuration, now: Now) -> Self {
        let due = Due::Up(began + wait.get());
        Self {
            due: Some(due),
            grace: due.grace(now, SignedDuration::MAX),
            ..Self::new(Kind::After)
        }
    }

    fn new(kind: Kind) -> Self {
        Self { kind, due: None, grace: LATE_MISSED, wants_air: false, done: None }
    }

    /// Takes up where `place` is; of one written anew only that it has fired is kept.
    pub(super) fn restored(mut self, place: &Place, same: bool, now: Now) -> Self {
        let fired = place.last.map(Done::Fired);
        if same || fired.is_some() {
            self.done = place.done.then_some(fired.unwrap_or(Done::Passed));
        }
        match (&mut self.kind, place.origin) {
            (Kind::StreamAt { broadcast, .. }, origin) if self.done.is_some() => {
                *broadcast = origin;
            }
            (Kind::At { .. }, Some(instant)) if same => {
                (self.due, self.grace) = (Some(Due::Wall(instant)), LATE_MISSED);
            }
            (Kind::After, Some(instant)) if same => {
                self.due = Some(Due::Up(now.up_at(instant)));
                self.grace = SignedDuration::MAX;
            }
            (Kind::At { .. } | Kind::StreamAt { .. } | Kind::After, _) => {}
        }
        self
    }

    pub(super) fn zone(&self) -> Option<&Zone> {
        match &self.kind {
            Kind::At { zone, .. } => Some(zone),
            Kind::StreamAt { .. } | Kind::After => None,
        }
    }

    /// The channel is on air in the broadcast that started at `started`.
    pub(super) fn on_air(&mut self, started: Timestamp, now: Now) {
        self.wants_air = false;
        self.join(started, now, LATE_MISSED);
    }

    /// It was written while that broadcast ran: what is past never fires.
    pub(super) fn written_in(&mut self, started: Timestamp, now: Now) {
        self.join(started, now, SignedDuration::ZERO);
    }

    fn join(&mut self, started: Timestamp, now: Now, grace_when_past: SignedDuration) {
        let Kind::StreamAt { wait, broadcast } = &mut self.kind else { return };
        if *broadcast == Some(started) {
            return;
        }
        *broadcast = Some(started);
        let due = Due::Up(now.up_at(started) + wait.get());
        let past = due.late(now) > SignedDuration::ZERO;
        self.grace = if past { grace_when_past } else { LATE_MISSED };
        (self.due, self.done) = (Some(due), None);
    }

    /// The wall clock jumped: a time of day may now come earlier.
    pub(super) fn wall_jumped(&mut self, now: Now) {
        if let (Kind::At { when, zone }, Some(Due::Wall(planned)), None) =
            (&self.kind, self.due, self.done)
            && let Some(instant) = at_instant(*when, zone, now.wall)
        {
            self.due = Some(Due::Wall(planned.min(instant)));
        }
    }

    /// When it wants to be called.
    pub(super) fn due(&self, air: Air, now: Now) -> Option<SignedDuration> {
        let due = self.due.filter(|_| self.done.is_none())?.up(now);
        match (&self.kind, air) {
            (Kind::After, _) | (_, Air::On) => Some(due),
            (_, Air::Unknown) => None,
            (_, Air::Off) if self.wants_air => Some(due + self.grace),
            (_, Air::Off) => Some(due),
        }
    }

    /// Whether its time came and only the stream is wanting.
    pub(super) fn wants_air(&self) -> bool {
        self.wants_air
    }

    pub(super) fn take(&mut self, scene: Scene) -> Verdict {
        let now = scene.now;
        let due = self.due.filter(|due| due.late(now) >= SignedDuration::ZERO);
        let Some(due) = due.filter(|_| self.done.is_none()) else {
            return Verdict::Wait;
        };
        let (late, wall) = (due.late(now), due.wall(now));
        let live = scene.air == Air::On || matches!(self.kind, Kind::After);
        if !scene.armed {
            self.done = Some(Done::Passed);
            Verdict::Silent
        } else if scene.held {
            self.done = Some(Done::Passed);
            Verdict::SkippedHeld { count: 1 }
        } else if late > self.grace || (!live && late == self.grace) {
            self.done = Some(Done::Passed);
            Verdict::Missed { due: wall, late, count: 1 }
        } else if live {
            self.done = Some(Done::Fired(wall));
            Verdict::Fire { due: wall, late }
        } else {
            self.wants_air = true;
            Verdict::Wait
        }
    }

    /// Whether its time stands still in a hold, for it is reckoned from another moment of the show.
    pub(super) fn stands_still(&self) -> bool {
        matches!(self.kind, Kind::After)
    }

    /// A hold that took so long is over.
    pub(super) fn put_off(&mut self, by: SignedDuration) {
        if let (true, Some(Due::Up(up)), None) = (self.stands_still(), self.due, self.done) {
            self.due = Some(Due::Up(up.saturating_add(by)));
        }
    }

    /// Its place in time; none while there is nothing to keep.
    pub(super) fn place(&self, spec: &str, now: Now) -> Option<Place> {
        let origin = match &self.kind {
            Kind::StreamAt { broadcast, .. } => broadcast.filter(|_| self.done.is_some()),
            Kind::At { .. } | Kind::After => self.due.map(|due| due.wall(now)),
        };
        let last = match self.done {
            Some(Done::Fired(due)) => Some(due),
            Some(Done::Passed) | None => None,
        };
        let (spec, done) = (spec.to_owned(), self.done.is_some());
        (origin.is_some() || done).then_some(Place { spec, origin, point: None, last, done })
    }

    pub(super) fn why(&self) -> &'static str {
        match self.kind {
            Kind::At { .. } => "at",
            Kind::StreamAt { .. } => "stream_at",
            Kind::After => "after",
        }
    }
}
