//! Real time: the only place that reads it. Whoever needs the time is told it, or holds a `Clock`.

mod alarm;

use jiff::{SignedDuration, Timestamp};

use crate::model::limits::WALL_JUMP;
use crate::model::time::Now;

pub use alarm::Alarm;

/// Both clocks of a run.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    start: SignedDuration,
}

impl Clock {
    /// The clocks of a run that starts now.
    pub fn start() -> Self {
        Self { start: interval_clock() }
    }

    /// What both clocks say.
    pub fn now(self) -> Now {
        Now { up: self.up(), wall: Timestamp::now() }
    }

    /// The interval clock alone: time since the run's start, suspend included.
    pub fn up(self) -> SignedDuration {
        interval_clock() - self.start
    }
}

/// A clock that never jumps and, on Linux, counts the time that the machine is suspended.
#[cfg(target_os = "linux")]
fn interval_clock() -> SignedDuration {
    read(rustix::time::ClockId::Boottime)
}

/// A clock that never jumps.
#[cfg(not(target_os = "linux"))]
fn interval_clock() -> SignedDuration {
    use std::sync::OnceLock;
    use std::time::Instant;
    static FIRST: OnceLock<Instant> = OnceLock::new();
    let passed = FIRST.get_or_init(Instant::now).elapsed();
    SignedDuration::try_from(passed).expect("a run is shorter than the age of the universe")
}

/// Time this thread has had of a core.
#[cfg(target_os = "linux")]
pub(super) fn thread_cpu() -> SignedDuration {
    read(rustix::time::ClockId::ThreadCPUTime)
}

/// Time this thread has had of a core: at most all that passed.
#[cfg(not(target_os = "linux"))]
pub(super) fn thread_cpu() -> SignedDuration {
    interval_clock()
}

#[cfg(target_os = "linux")]
fn read(clock: rustix::time::ClockId) -> SignedDuration {
    let time = rustix::time::clock_gettime(clock);
    let nanos = i32::try_from(time.tv_nsec).expect("a clock's nanoseconds are below a second");
    SignedDuration::new(time.tv_sec, nanos)
}

/// Notices when the wall clock jumps beside the interval clock.
#[derive(Debug, Default)]
pub struct WallWatch {
    last: Option<Now>,
}

impl WallWatch {
    /// By how much the wall clock jumped since the last look, when that is over [`WALL_JUMP`];
    /// negative for backwards. A clock that is slewed towards the right time does not jump.
    pub fn look(&mut self, now: Now) -> Option<SignedDuration> {
        let last = self.last.replace(now)?;
        let jumped = now.wall.duration_since(last.wall_at(now.up));
        (jumped.abs() > WALL_JUMP).then_some(jumped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(up_s: i64, wall_s: i64) -> Now {
        let wall = Timestamp::from_second(1_800_000_000 + wall_s).expect("a time of this century");
        Now { up: SignedDuration::from_secs(up_s), wall }
    }

    #[test]
    fn the_clock_runs_forward() {
        let clock = Clock::start();
        let (first, second) = (clock.now(), clock.now());
        assert!(first.up >= SignedDuration::ZERO);
        assert!(second.up >= first.up);
        assert!(clock.up() >= second.up);
    }

    #[test]
    fn a_jump_is_told_once_and_with_its_sign() {
        let mut watch = WallWatch::default();
        assert_eq!(watch.look(at(0, 0)), None);
        assert_eq!(watch.look(at(3_600, 3_600)), None, "both clocks ran evenly");
        assert_eq!(watch.look(at(3_601, 3_606)), Some(SignedDuration::from_secs(5)));
        assert_eq!(watch.look(at(3_602, 3_607)), None, "told once");
        assert_eq!(watch.look(at(3_603, 8)), Some(SignedDuration::from_secs(-3_600)));
    }

    #[test]
    fn a_second_is_no_jump() {
        let mut watch = WallWatch::default();
        watch.look(at(0, 0));
        assert_eq!(watch.look(at(10, 11)), None);
        assert_eq!(watch.look(at(20, 20)), None);
    }

    #[test]
    fn a_thread_that_works_uses_its_core() {
        let before = thread_cpu();
        let mut sum = 0_u64;
        while thread_cpu() <= before {
            sum = std::hint::black_box(sum.wrapping_add(1));
        }
        assert!(thread_cpu() > before);
    }
}
