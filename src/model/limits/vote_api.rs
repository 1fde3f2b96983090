//! What bounds those who vote over the net.

use jiff::SignedDuration;

/// Bytes of one request of a viewer: a vote or a name.
pub const VIEWER_BODY_MAX_BYTES: usize = 1_024;
/// Votes and names of one address at once. Origin: ours; a school or a stadium is one address.
pub const VOTES_AT_ONCE: u32 = 2_000;
/// Votes and names of one address in a second, after those at once.
pub const VOTES_PER_SECOND: u32 = 200;
/// New viewers of one address at once: each may vote, so they come slower than votes.
pub const NEW_VIEWERS_AT_ONCE: u32 = 1_000;
/// New viewers of one address in a second, after those at once.
pub const NEW_VIEWERS_PER_SECOND: u32 = 50;
/// Addresses whose use is remembered; one more forgets the one that has been idle longest.
pub const ADDRESSES_REMEMBERED_MAX: usize = 32_768;
/// When a viewer may try again what the store could not take.
pub const VOTES_TRY_AGAIN: SignedDuration = SignedDuration::from_secs(1);
/// How long a browser keeps who a viewer is.
pub const VIEWER_COOKIE_FOR: SignedDuration = SignedDuration::from_hours(24 * 365);
/// Characters of a key that viewers' ids are signed with, at least.
pub const VOTE_KEY_MIN_CHARS: usize = 32;
/// Keys that ids are verified with: the new one, and the one that it takes the place of.
pub const VOTE_KEYS_MAX: usize = 2;
/// How long a browser may remember what a page of an allowed origin may send.
pub const PREFLIGHT_FOR: SignedDuration = SignedDuration::from_mins(10);
/// Characters of a `current_time`. Origin: `2026-Nov-22-170501` has 18.
pub const ASKING_TIME_MAX_CHARS: usize = 32;
