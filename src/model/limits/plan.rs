//! What bounds a plan of many shows.

use jiff::SignedDuration;

/// Shows of one plan. Origin: the channels of one account that are asked about.
pub const PLAN_SHOWS_MAX: usize = 10_000;
/// Mistakes of a plan that are told at once.
pub const PLAN_MISTAKES_MAX: usize = 20;
/// How long the start waits for a channel's name.
pub const CHANNEL_NAME_WAIT: SignedDuration = SignedDuration::from_secs(1);
/// Scripts that are looked at side by side before a change of the plan is done to their shows: the
/// shows on air go first.
pub const CHANGE_LOOKS_AT_ONCE: usize = 1;
/// Times of one cron expression from which its fires an hour are reckoned.
pub const DEMAND_CRON_TIMES: usize = 61;
/// How long shows may begin or change before it is looked whether all they ask for fits: longer
/// than [`STARTS_SPREAD`].
pub const DEMAND_SETTLE: SignedDuration = SignedDuration::from_millis(1_500);
/// The time over which shows begin that begin together.
pub const STARTS_SPREAD: SignedDuration = SignedDuration::from_secs(1);
/// First wait before a show that could not begin is tried again; doubled at each further one.
pub const SHOW_AGAIN_FIRST: SignedDuration = SignedDuration::from_secs(1);
/// The longest wait before a show that could not begin is tried again.
pub const SHOW_AGAIN_MAX: SignedDuration = SignedDuration::from_mins(1);
