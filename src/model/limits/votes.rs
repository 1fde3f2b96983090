//! What bounds votes, viewers and those who take votes.

use jiff::SignedDuration;

/// Characters of the name that a viewer gives.
pub const VIEWER_NAME_MAX_CHARS: usize = 24;
/// Votes and other work that wait for the store's writer; one more is refused as unavailable.
/// Origin: ours; a quarter of a second of work at 40,000 votes a second.
pub const VOTES_WAITING_MAX: usize = 10_000;
/// Votes of one transaction of the store.
pub const VOTES_PER_COMMIT_MAX: usize = 2_000;
/// Viewers whose points are given in one transaction, so that votes get in between.
pub const AWARDS_PER_COMMIT_MAX: usize = 5_000;
/// Merely sent polls of one show without a vote that are remembered after they closed.
pub const VOTELESS_POLLS_KEPT: usize = 8;
/// News about one show's polls that wait to reach the store; after one more all is told anew.
pub const POLL_NEWS_WAITING_MAX: usize = 4_096;
/// How long after a store that had not heard of a poll was asked for its votes it is asked again.
pub const COUNT_AGAIN: SignedDuration = SignedDuration::from_millis(100);
/// Times it is asked: for some two seconds, as long as a handler waits.
pub const COUNT_TRIES_MAX: u32 = 20;
/// How often news that did not reach the store are tried again.
pub const POLL_NEWS_AGAIN: SignedDuration = SignedDuration::from_secs(1);
/// Looks into the store of votes that wait for its reader; one more is refused as unavailable.
pub const VOTE_READS_WAITING_MAX: usize = 10_000;
/// How long counts of refused votes wait for a vote to be written with.
pub const REFUSED_VOTES_HELD: SignedDuration = SignedDuration::from_secs(1);
/// Pages in the log of votes at which the writer itself moves the rest of it, so that under a load
/// without a pause it begins anew. Origin: ours; 32 MB.
pub const VOTES_LOG_PAGES_MAX: u64 = 8_192;
/// How long a run that ends waits for them.
pub const POLL_NEWS_END_WAIT: SignedDuration = SignedDuration::from_secs(2);
/// How long Redis may take to answer before votes are refused as unavailable.
pub const REDIS_TIMEOUT: SignedDuration = SignedDuration::from_secs(1);
/// How long a connection to Redis may leave what was sent to it unacknowledged.
pub const REDIS_SILENCE_MAX: SignedDuration = SignedDuration::from_secs(5);
/// How long Redis keeps polls, names and points after they were last written.
pub const REDIS_KEEPS: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long Redis keeps a merely sent poll that nobody votes in: an hour longer than it is open.
pub const REDIS_KEEPS_VOTELESS: SignedDuration = SignedDuration::from_hours(2);
/// Viewers whose points are given in one script of Redis, which does nothing else meanwhile.
pub const AWARDS_PER_SCRIPT_MAX: usize = 1_000;
/// Polls that are read from Redis in one round trip.
pub const REDIS_POLLS_PER_TRIP_MAX: usize = 500;
/// How long a shared store remembers that a show is on, after it was last told so.
pub const ON_NOW_KEPT: SignedDuration = SignedDuration::from_hours(1);
/// How often it is told.
pub const ON_NOW_AGAIN: SignedDuration = SignedDuration::from_mins(5);
/// How often a runner looks whether another one tells of its shows.
pub const ON_NOW_WATCH: SignedDuration = SignedDuration::from_secs(5);
/// How often a front end asks which shows are on.
pub const ON_NOW_LOOK: SignedDuration = SignedDuration::from_secs(2);
/// Bytes of a file of votes that is read whole when it is opened, which finds damage before a show
/// depends on it. Origin: ours; some six million votes.
pub const VOTES_CHECK_MAX_BYTES: u64 = 256 * 1_024 * 1_024;
