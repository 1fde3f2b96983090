//! What bounds `runner check` and `runner next`.

use jiff::SignedDuration;

/// Times of a cron expression that one change of the clocks is reckoned out for.
pub const CLOCK_CHANGE_TIMES_MAX: usize = 100;
/// Deadlines of a schedule that `runner next` steps over: each fires something, or some few that
/// wait for one another.
pub const AHEAD_STEPS_MAX: usize = 100_000;
/// Fires that `runner next` lists.
pub const NEXT_MAX_FIRES: usize = 10_000;
/// Scripts that one `runner check` looks at.
pub const CHECK_MAX_SCRIPTS: usize = 1_000;
/// Findings of one script that are told; past that their number is.
pub const CHECK_MAX_FINDINGS: usize = 200;
/// How long of a show `runner check` rehearses.
pub const CHECK_REHEARSES: SignedDuration = SignedDuration::from_hours(1);
/// Handler calls of that rehearsal: two of the fastest cues there can be, and some.
pub const CHECK_MAX_CALLS: u64 = 30_000;
/// Operations of all its handlers: a few seconds on a slow machine.
pub const CHECK_MAX_OPERATIONS: u64 = 30_000_000;
/// Cues of one script that are fired by hand in that rehearsal.
pub const CHECK_MAX_BY_HAND: usize = 500;
/// Data that a handler is tried with before it is said to take none of it.
pub const CHECK_TRIES_MAX: usize = 100;
/// Operations of these tries together: no handler that refuses data at length uses up the
/// rehearsal.
pub const CHECK_TRIES_MAX_OPERATIONS: u64 = 400_000;
/// Bytes of a name that such data holds.
pub const CHECK_NAME_MAX_BYTES: usize = 80;
/// Times of a cron expression that are named beside it.
pub const CHECK_NEXT_TIMES: usize = 5;
/// How far ahead changes of the clocks are looked for.
pub const CHECK_CLOCKS_FOR: SignedDuration = SignedDuration::from_hours(24 * 366);
/// Payloads of one cue that a fact is looked for in.
pub const CHECK_PAYLOADS_MEASURED: usize = 20;
/// Facts of one file up to which each is looked for inside longer texts.
pub const CHECK_FACTS_SEARCHED: usize = 2_000;
