//! Every number that bounds something, with its unit last in its name and where it comes from.

use jiff::SignedDuration;

/// Bytes of one payload, inclusive. Origin: the service's "1 KB", as its own dashboard sample reads it.
pub const PAYLOAD_MAX_BYTES: usize = 1_024;

/// Sends to one channel in any window of [`PACE_WINDOW`]. Origin: the service's quota, not adjustable.
pub const CHANNEL_SENDS_PER_WINDOW: usize = 5;
/// Of those, how many normal and sticky payloads may use; the rest is kept for GO, high and panic.
pub const CHANNEL_SENDS_ORDINARY: usize = 4;
/// Sends of one account and region in any window of [`PACE_WINDOW`]. Origin: the service's quota.
pub const ACCOUNT_SENDS_PER_WINDOW: usize = 155;
/// The sliding window of both quotas: a second, and 50 ms for what the network squeezes together.
pub const PACE_WINDOW: SignedDuration = SignedDuration::from_millis(1_050);
/// Payloads that wait for one channel; one more drops the oldest of the lowest priority.
pub const OUTBOX_MAX_PAYLOADS: usize = 256;
/// Calls in flight for one channel: one, and one urgent payload beside it.
pub const CALLS_IN_FLIGHT_MAX: usize = 2;
/// How long one call of the service may take before it counts as lost.
pub const CALL_TIMEOUT: SignedDuration = SignedDuration::from_secs(3);
/// How long a payload stays worth sending unless its author says otherwise.
pub const VALID_FOR_DEFAULT: SignedDuration = SignedDuration::from_secs(30);
/// A sticky payload is repeated at least this often.
pub const STICKY_REPEAT_MAX: SignedDuration = SignedDuration::from_secs(5);
/// First wait after a refusal that may pass; doubled at each further one.
pub const BACKOFF_FIRST: SignedDuration = SignedDuration::from_millis(200);
/// Longest wait between two attempts of one payload.
pub const BACKOFF_MAX: SignedDuration = SignedDuration::from_secs(5);

/// How often a channel on air is asked for its stream.
pub const ASK_ON_AIR: SignedDuration = SignedDuration::from_secs(10);
/// How often a channel off air is asked for its stream.
pub const ASK_OFF_AIR: SignedDuration = SignedDuration::from_secs(2);
/// Up to this many channels of an account are asked one by one; more are asked by pages.
pub const ASK_ONE_BY_ONE_MAX_CHANNELS: usize = 10;
/// `GetStream` calls of one account in any second. Origin: the service allows five.
pub const ASK_STREAM_PER_SECOND: usize = 4;
/// `ListStreams` pages of one account in any second.
pub const ASK_PAGES_PER_SECOND: usize = 2;
/// Where asking is not permitted, one due payload is tried this often while off air.
pub const PROBE_OFF_AIR: SignedDuration = SignedDuration::from_secs(10);
/// How long the first fire waits to hear whether the channel is live; then it counts as live.
pub const FIRST_ANSWER_WAIT: SignedDuration = SignedDuration::from_secs(2);
/// An offline gap shorter than this is the same broadcast, unless `--same-show` says otherwise.
pub const SAME_SHOW_DEFAULT: SignedDuration = SignedDuration::from_mins(10);
/// Least room between two polls of the account's machine for what to ask next.
pub const ACCOUNT_CHANNELS_MAX: usize = 10_000;

/// Shortest interval of `every`: a channel takes five a second, one is kept for the operator.
pub const EVERY_MIN: SignedDuration = SignedDuration::from_millis(300);
/// Longest duration a script may name: a year.
pub const SPAN_MAX: SignedDuration = SignedDuration::from_hours(24 * 366);
/// A fire later than this is late: `every` skips it.
pub const LATE_SKIP: SignedDuration = SignedDuration::from_secs(1);
/// `cron` and `at` still fire when at most this late.
pub const LATE_MISSED: SignedDuration = SignedDuration::from_secs(30);
/// A step of the wall clock larger than this is an input of its own.
pub const WALL_JUMP: SignedDuration = SignedDuration::from_secs(1);
/// A start this soon after a crash is a resume.
pub const RESUME_WITHIN: SignedDuration = SignedDuration::from_mins(10);
/// How far ahead a cron expression is searched for its next time: past that it never fires.
pub const CRON_HORIZON_YEARS: i16 = 28;

/// Cues of one script.
pub const CUES_MAX: usize = 20_000;
/// Triggers of one cue.
pub const TRIGGERS_MAX: usize = 64;
/// `after`s that wait in one show.
pub const AFTERS_MAX: usize = 10_000;
/// Handler calls that wait in one show.
pub const CALLS_WAITING_MAX: usize = 10_000;
/// `fire`s that may follow one another without time passing.
pub const FIRES_CHAINED_MAX: usize = 100;
/// Payloads one handler call may send.
pub const SENDS_PER_CALL_MAX: usize = 64;
/// Lines one handler call may print or log.
pub const LOGS_PER_CALL_MAX: usize = 100;
/// Bytes of the data of a `fire`, as JSON.
pub const FIRE_DATA_MAX_BYTES: usize = 4 * 1_024;
/// Characters of a cue's name.
pub const CUE_NAME_MAX_CHARS: usize = 80;
/// Old versions that live on in their `after`s.
pub const OLD_GENERATIONS_MAX: usize = 8;
/// How long the `after`s of an old version may still run.
pub const OLD_AFTERS_FOR: SignedDuration = SignedDuration::from_mins(10);
/// A new version on trial: this long, this many failures and the version before comes back.
pub const TRIAL_FOR: SignedDuration = SignedDuration::from_mins(1);
/// Failed calls of a version on trial that bring the version before back.
pub const TRIAL_FAILURES: usize = 3;

/// Thread time of one handler call, on air.
pub const HANDLER_CPU: SignedDuration = SignedDuration::from_millis(50);
/// Wall time of one handler call, on air: the backstop.
pub const HANDLER_WALL: SignedDuration = SignedDuration::from_secs(1);
/// Thread time of a script's top level, on air.
pub const TOP_LEVEL_CPU: SignedDuration = SignedDuration::from_millis(500);
/// Wall time of a script's top level, on air: the backstop.
pub const TOP_LEVEL_WALL: SignedDuration = SignedDuration::from_secs(5);
/// Operations of one handler call.
pub const HANDLER_MAX_OPERATIONS: u64 = 200_000;
/// Operations of a script's top level.
pub const TOP_LEVEL_MAX_OPERATIONS: u64 = 2_000_000;
/// Function calls inside one another.
pub const CALL_DEPTH_MAX: usize = 32;
/// Bytes of all strings of one value.
pub const STRINGS_MAX_BYTES: usize = 4 * 1_024 * 1_024;
/// List items of one value.
pub const LIST_MAX_ITEMS: usize = 100_000;
/// Map entries of one value.
pub const MAP_MAX_ENTRIES: usize = 50_000;
/// Lists, maps and captures inside one another.
pub const NESTING_MAX: usize = 1_000;
/// Nesting past which a value is not even dropped: dropping it could overflow the stack.
pub const NESTING_LEAK: usize = 5_000;
/// Operations after which a handler's values are measured for nesting.
pub const NESTING_LOOK_AFTER_OPERATIONS: u64 = 10_000;
/// Variables of one script scope.
pub const VARIABLES_MAX: usize = 1_000;
/// Functions of one script.
pub const FUNCTIONS_MAX: usize = 1_000;
/// Modules one script may import, in all.
pub const MODULES_MAX: usize = 32;
/// Depth of one expression.
pub const EXPRESSION_DEPTH_MAX: usize = 64;
/// Bytes of `state`, as JSON.
pub const STATE_MAX_BYTES: usize = 256 * 1_024;
/// Bytes of a script file.
pub const SCRIPT_MAX_BYTES: u64 = 1_024 * 1_024;
/// Bytes of a facts or data file.
pub const DATA_FILE_MAX_BYTES: u64 = 4 * 1_024 * 1_024;
/// Files one handler call may ask for that were not read yet.
pub const FILES_PER_CALL_MAX: usize = 8;
/// Files one show may have read.
pub const FILES_MAX: usize = 1_000;

/// How long deliveries in flight may take when the show stops.
pub const STOP_WAIT: SignedDuration = SignedDuration::from_secs(5);

/// How long a write waits for another process that holds the store.
pub const STORE_BUSY_WAIT: SignedDuration = SignedDuration::from_millis(250);
/// Bytes of a store up to which the whole file is checked when it is opened: a few milliseconds.
pub const STORE_CHECK_MAX_BYTES: u64 = 16 * 1_024 * 1_024;
/// Pages in the write-ahead log after which they are moved to the file. Origin: `SQLite`'s own.
pub const STORE_LOG_PAGES: u64 = 1_000;

/// Events that wait to be written to the journal; more are lost and counted.
pub const JOURNAL_QUEUE_MAX_EVENTS: usize = 8_192;
/// Bytes the journal gathers before it writes, as long as more events wait.
pub const JOURNAL_WRITE_BYTES: usize = 64 * 1_024;
/// How long the end of the run waits for the journal's last lines.
pub const JOURNAL_CLOSE_WAIT: SignedDuration = SignedDuration::from_secs(2);

/// Lines that wait to be shown; more are not shown, and counted.
pub const REPORT_QUEUE_MAX_LINES: usize = 1_024;
/// How long the end of the run waits for a screen or pipe that takes nothing.
pub const REPORT_CLOSE_WAIT: SignedDuration = SignedDuration::from_secs(1);
/// The moving last line is drawn at most this often.
pub const STATUS_REDRAW: SignedDuration = SignedDuration::from_millis(100);
/// Columns of the label that tells several shows apart.
pub const REPORT_LABEL_MAX_COLUMNS: usize = 20;
