//! What bounds `runner test`, and what a viewer's screen does by itself.

use jiff::SignedDuration;

/// Operations of one test function, beside what the show's own handlers take. Origin: what a test
/// of a long evening needs, ten times over.
pub const TEST_MAX_OPERATIONS: u64 = 5_000_000;
/// Handler calls of the show in one test: five days of one every ten seconds, and some.
pub const TEST_CALLS_MAX: u64 = 50_000;
/// Operations that those calls take in all.
pub const TEST_CALLS_MAX_OPERATIONS: u64 = 20_000_000;
/// The longest step of one `advance`.
pub const TEST_ADVANCE_MAX: SignedDuration = SignedDuration::from_hours(24);
/// How far one test may move its clock in all: a month.
pub const TEST_SPAN_MAX: SignedDuration = SignedDuration::from_hours(31 * 24);
/// Events of a failed test that are shown: the last ones.
pub const TEST_EVENTS_SHOWN: usize = 12;
/// Lines of one compared value that are shown.
pub const TEST_VALUE_MAX_LINES: usize = 40;
/// Entries of a folder, and of those in it, that are looked through for scripts.
pub const SCRIPT_ENTRIES_MAX: usize = 100_000;
/// Folders inside one another that are looked into for tests.
pub const TEST_FOLDERS_DEEP_MAX: usize = 32;

/// A payload equal to the last one of its slot is the same one repeated, for this long.
pub const SCREEN_REPEAT: SignedDuration = SignedDuration::from_secs(10);
/// How long a notice stays on a viewer's screen unless it says otherwise.
pub const SCREEN_NOTICE: SignedDuration = SignedDuration::from_secs(10);
/// How long a timer that has run out stays there.
pub const SCREEN_TIMER_OVER: SignedDuration = SignedDuration::from_secs(10);
