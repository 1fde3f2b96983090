//! How late triggers are handed over, and that the grid they are on does not drift.

use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::time::Duration;

use jiff::SignedDuration;
use showrunner::model::io::{ShowInput, ShowOutput};
use showrunner::world::clock::{Alarm, Clock};

use crate::handler::Stage;
use crate::table::{Figure, Row, Unit};

/// How long each set of timers runs.
const LASTS: SignedDuration = SignedDuration::from_secs(3);
const SECOND: SignedDuration = SignedDuration::from_secs(1);
/// Fires of the show whose grid is looked at: more than a day of one a second.
const GRID_FIRES: i32 = 100_000;

/// Timers of one period, spread over it or all at once.
#[derive(Clone, Copy)]
struct Timers {
    count: i32,
    period: SignedDuration,
    spread: bool,
}

/// What the clock's thread keeps.
struct Log {
    /// The next round of each timer.
    rounds: Vec<i32>,
    late: Vec<Duration>,
    done: Option<Sender<Vec<Duration>>>,
}

pub(crate) fn measure() -> Vec<Row> {
    let one = Timers { count: 1, period: SECOND / 100, spread: true };
    let mut rows = vec![lateness("trigger lateness, 1 timer every 10 ms", one)];
    for (spread, word) in [(true, "spread"), (false, "aligned")] {
        for (count, name) in [(1_000, "1,000"), (10_000, "10,000")] {
            let name = format!("trigger lateness, {name} timers a second, {word}");
            rows.push(lateness(&name, Timers { count, period: SECOND, spread }));
        }
    }
    if let Some(row) = rows.get_mut(2) {
        *row = row.clone().wanted(Figure::P99, 1_000.0);
    }
    rows.push(drift());
    rows
}

fn lateness(name: &str, timers: Timers) -> Row {
    let clock = Clock::start();
    let base = clock.up() + SECOND / 4;
    let total = usize::try_from(timers.count * rounds(timers)).expect("they are few");
    let (done, late) = channel();
    let log = Mutex::new(Log {
        rounds: vec![0; usize::try_from(timers.count).expect("they are few")],
        late: Vec::with_capacity(total),
        done: Some(done),
    });
    let itself: Arc<OnceLock<Weak<Alarm<i32>>>> = Arc::default();
    let of_thread = Arc::clone(&itself);
    let alarm = Alarm::start(clock, move |timer: i32, late: SignedDuration| {
        let alarm = of_thread.get().and_then(Weak::upgrade);
        let mut log = log.lock().expect("nobody panics while noting a fire");
        let next = log.note(timer, late, rounds(timers), total);
        if let Some((alarm, round)) = alarm.zip(next) {
            alarm.set(timer, due(timers, base, timer, round));
        }
    });
    let alarm = Arc::new(alarm.expect("a thread can be started"));
    assert!(itself.set(Arc::downgrade(&alarm)).is_ok(), "it is set once");
    for timer in 0..timers.count {
        alarm.set(timer, due(timers, base, timer, 0));
    }
    let late = late.recv_timeout((LASTS * 10).unsigned_abs()).expect("every timer fires");
    Row::times(name, Unit::Micros, &late)
}

fn rounds(timers: Timers) -> i32 {
    let rounds = LASTS.as_nanos() / timers.period.as_nanos();
    i32::try_from(rounds).expect("they are few")
}

/// The place of a timer's round on its grid.
fn due(timers: Timers, base: SignedDuration, timer: i32, round: i32) -> SignedDuration {
    let phase =
        if timers.spread { timers.period / timers.count * timer } else { SignedDuration::ZERO };
    base + phase + timers.period * round
}

impl Log {
    /// Notes a fire; the timer's next round, when there is one.
    fn note(&mut self, timer: i32, late: SignedDuration, all: i32, total: usize) -> Option<i32> {
        self.late.push(late.unsigned_abs());
        if self.late.len() == total {
            let done = self.done.take()?;
            // Whoever waited may have given up.
            let _ = done.send(std::mem::take(&mut self.late));
        }
        let round = self.rounds.get_mut(usize::try_from(timer).ok()?)?;
        *round += 1;
        Some(*round).filter(|round| *round < all)
    }
}

/// A show whose every tick comes late by another time: where its last fire is planned, against
/// where the first one was.
fn drift() -> Row {
    let mut stage = Stage::play("every(\"1s\", || {})", "drift.rhai");
    let planned = |stage: &Stage| stage.show.next_fire().expect("it goes on for ever").1;
    let first = planned(&stage);
    for n in 0..GRID_FIRES {
        let late = SignedDuration::from_micros(i64::from(n) * 7_919 % 900_000);
        stage.move_to(planned(&stage) + late);
        stage.tell(ShowInput::Tick, |_: &ShowOutput| {});
    }
    let drift = planned(&stage) - first - SECOND * GRID_FIRES;
    let name = "drift after 100,000 late fires of `every(\"1s\")`";
    Row::one(name, Unit::Nanos, Unit::Nanos.of(drift.unsigned_abs())).wanted(Figure::Max, 0.0)
}
