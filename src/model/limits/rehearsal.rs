//! What bounds an evening that is simulated, compared or replayed.

use std::ops::RangeInclusive;

use jiff::SignedDuration;

/// The sliding window in which the simulated service counts calls. Origin: the service's quotas.
pub const SERVICE_WINDOW: SignedDuration = SignedDuration::from_secs(1);
/// Handler calls that any simulated evening may make.
pub const REHEARSAL_CALLS_MIN: u64 = 500_000;
/// Handler calls it may make for each hour besides: one cue at the shortest interval.
pub const REHEARSAL_CALLS_PER_HOUR: u64 = 12_000;
/// Operations of the script engine that any simulated evening may take: a second or two of work.
pub const REHEARSAL_OPERATIONS_MIN: u64 = 50_000_000;
/// Operations it may take for each hour besides: some eighty for each call.
pub const REHEARSAL_OPERATIONS_PER_HOUR: u64 = 1_000_000;
/// An evening is told at least this often while it is simulated: what happens in between is held.
pub const REHEARSAL_TOLD_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// How long an evening is that does not say.
pub const REHEARSAL_LASTS_DEFAULT: SignedDuration = SignedDuration::from_hours(3);
/// Viewers of an evening that does not say.
pub const REHEARSAL_VIEWERS_DEFAULT: u64 = 1_000;
/// Calls that `--faults` throttles.
pub const REHEARSAL_THROTTLED_CALLS: usize = 6;
/// How long `--faults` takes the service away, at least.
pub const REHEARSAL_OUTAGE_MIN: SignedDuration = SignedDuration::from_secs(20);
/// How long `--faults` takes the service away, at most: longer than a payload is worth.
pub const REHEARSAL_OUTAGE_MAX: SignedDuration = SignedDuration::from_secs(60);
/// How far `--faults` sets the clock, either way.
pub const REHEARSAL_CLOCK_STEP_MAX: SignedDuration = SignedDuration::from_mins(3);
/// How long an audience takes to join; a quarter of a short evening.
pub const AUDIENCE_JOINS_WITHIN: SignedDuration = SignedDuration::from_mins(12);
/// How long it takes to leave, before the end.
pub const AUDIENCE_LEAVES_WITHIN: SignedDuration = SignedDuration::from_mins(15);
/// Columns of time that a timeline gathers payloads in: about the pixels of a wide screen.
pub const TIMELINE_COLUMNS: u32 = 1_200;
/// Lanes of a timeline; cues past that share the last.
pub const TIMELINE_LANES_MAX: usize = 60;
/// Times off air that a timeline holds.
pub const TIMELINE_BANDS_MAX: usize = 1_000;
/// Notes that a timeline holds.
pub const TIMELINE_NOTES_MAX: usize = 200;
/// Bytes of a kept timeline that is compared with.
pub const GOLDEN_MAX_BYTES: u64 = 64 * 1_024 * 1_024;
/// Lines of a difference that are shown.
pub const GOLDEN_DIFF_MAX_LINES: usize = 400;
/// How long a difference may be looked for; a coarser one is shown after that.
pub const GOLDEN_DIFF_WITHIN: SignedDuration = SignedDuration::from_secs(2);
/// Cues in the table below a run sheet; of further ones it says how many.
pub const SHEET_CUES_MAX: usize = 40;
/// Bytes of a run sheet that are held before they are written.
pub const SHEET_HELD_BYTES: usize = 64 * 1_024;
/// Payloads of an evening that is replayed: one a second for eleven days.
pub const REPLAY_PAYLOADS_MAX: usize = 1_000_000;
/// What happened around an evening that is replayed: times on and off air, fires by hand, settings,
/// jumps of the clock, refusals. One every three seconds for days.
pub const REPLAY_INPUTS_MAX: usize = 200_000;
/// How long an evening may last that is replayed, and how far its clock may have been set: a year.
pub const REPLAY_LASTS_MAX: SignedDuration = super::SPAN_MAX;
/// Times that votes or points were read, of an evening that is replayed.
pub const REPLAY_READS_MAX: usize = 1_000_000;
/// Bytes of what an evening that is replayed had fetched.
pub const REPLAY_FETCHED_MAX_BYTES: usize = 256 * 1_024 * 1_024;
/// How fine the times of a journal are.
pub const RECORDED_TICK: SignedDuration = SignedDuration::from_millis(1);
/// Mistakes of a script that are kept while an evening is replayed.
pub const REPLAY_MISTAKES_MAX: usize = 100;
/// Differences of a replayed evening that are shown.
pub const REPLAY_SHOWN_MAX: usize = 1_000;
/// How long viewers take to vote in a poll, at most: most polls that stay longer are not seen anew.
pub const VOTING_LASTS_MAX: SignedDuration = SignedDuration::from_secs(30);
/// In how many parts they do.
pub const VOTING_STEPS: i32 = 8;
/// Polls that a timeline holds.
pub const TIMELINE_POLLS_MAX: usize = 500;
/// Polls whose votes stand below a picture.
pub const PAGE_POLLS_MAX: usize = 100;
/// The years in which a rehearsal may begin. Origin: the calendar ends with the year 9999, and what
/// is planned ahead must lie before that.
pub const REHEARSAL_START_YEARS: RangeInclusive<i16> = 1970..=9900;
/// Shows of a journal that are named where the one that is wanted is not among them.
pub const REPLAY_SHOWS_NAMED_MAX: usize = 10;
