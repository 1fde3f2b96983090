//! Every number that bounds something, with its unit last in its name and where it comes from.

mod check;
mod desk;
mod net;
mod plan;
mod polls;
mod rehearsal;
mod store;
mod testing;
mod vote_api;
mod votes;
mod watched;

use jiff::SignedDuration;

pub use self::check::*;
pub use self::desk::*;
pub use self::net::*;
pub use self::plan::*;
pub use self::polls::*;
pub use self::rehearsal::*;
pub use self::store::*;
pub use self::testing::*;
pub use self::vote_api::*;
pub use self::votes::*;
pub use self::watched::*;

/// Bytes of one payload, inclusive. Origin: the service's "1 KB", as its own dashboard sample
/// reads it.
pub const PAYLOAD_MAX_BYTES: usize = 1_024;

/// Sends to one channel in any window of [`PACE_WINDOW`]. Origin: the service's quota, not
/// adjustable.
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
/// How long a connection to the service may take: less than [`CALL_TIMEOUT`], so that a call whose
/// connection never came about is known not to have been sent.
pub const CONNECT_TIMEOUT: SignedDuration = SignedDuration::from_secs(2);
/// Pages of `ListChannels` and `ListStreams` that `runner channels` reads, of 100 items each.
pub const CHANNELS_PAGES_MAX: usize = 1_000;
/// Inputs that wait for the channels of one account.
pub const HUB_INPUTS_MAX: usize = 4_096;
/// How many of them are done together, with one write for all: as many as a moment of one account
/// may hold, and few enough that the first of them does not wait long.
pub const HUB_GATHERED_MAX: usize = 32;
/// The longest sleep of an account's task: its timer stands still while the machine is suspended.
pub const HUB_NAP_MAX: SignedDuration = SignedDuration::from_secs(5);
/// How long a payload stays worth sending unless its author says otherwise.
pub const VALID_FOR_DEFAULT: SignedDuration = SignedDuration::from_secs(30);
/// A sticky payload is repeated at least this often.
pub const STICKY_REPEAT_MAX: SignedDuration = SignedDuration::from_secs(5);
/// First wait after a refusal that may pass; doubled at each further one.
pub const BACKOFF_FIRST: SignedDuration = SignedDuration::from_millis(200);
/// Longest wait between two attempts of one payload.
pub const BACKOFF_MAX: SignedDuration = SignedDuration::from_secs(5);
/// Slots of one channel whose sticky payload is repeated; one more ends the one that ends soonest.
/// Origin: four repeats a second, each at least every five seconds, serve twenty; thrice that.
pub const STICKY_SLOTS_MAX: usize = 64;

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
/// Pages of one round of `ListStreams`, of 100 streams each: ten times what one account may run.
pub const ASK_PAGES_MAX: usize = 1_000;
/// Failures of one page in a row after which the round begins anew.
pub const ASK_PAGE_FAILURES: usize = 3;
/// Where asking was not permitted, it is asked again this often: a policy may change.
pub const ASK_NOT_PERMITTED: SignedDuration = SignedDuration::from_mins(1);
/// How far behind the truth an answer about the stream may be: a send that contradicts it wins
/// for that long. Origin: ours, for what the service calls "eventually consistent".
pub const AIR_LAG: SignedDuration = SignedDuration::from_secs(5);
/// Where asking is not permitted, one due payload is tried this often while off air.
pub const PROBE_OFF_AIR: SignedDuration = SignedDuration::from_secs(10);
/// How long the first fire waits to hear whether the channel is live; then it counts as live.
pub const FIRST_ANSWER_WAIT: SignedDuration = SignedDuration::from_secs(2);
/// An offline gap shorter than this is the same broadcast, unless `--same-show` says otherwise.
pub const SAME_SHOW_DEFAULT: SignedDuration = SignedDuration::from_mins(10);
/// Channels of one account and region that one process asks about; of further ones sends tell.
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
/// Random gaps stepped over in one go; after more the grid goes on from where it is.
pub const GRID_STEPS_MAX: u64 = 100_000;
/// Missed times of a cron counted in one go; after more only those that may still fire are.
pub const CRON_STEPS_MAX: u64 = 10_000;

/// Cues of one script.
pub const CUES_MAX: usize = 20_000;
/// Entries of one timeline file. Each is a cue: a script has room for one such file and others.
pub const TIMELINE_ENTRIES_MAX: usize = 10_000;
/// Triggers of one cue.
pub const TRIGGERS_MAX: usize = 64;
/// `after`s that wait in one show.
pub const AFTERS_MAX: usize = 10_000;
/// Handler calls that wait in one show.
pub const CALLS_WAITING_MAX: usize = 10_000;
/// Cues that scripts may `fire` without time passing: past that they fire one another for ever.
pub const FIRES_AT_ONCE_MAX: usize = 1_000;
/// Payloads one handler call may send.
pub const SENDS_PER_CALL_MAX: usize = 64;
/// `after`s, fires, marks and payloads one handler call may ask for.
pub const WISHES_PER_CALL_MAX: usize = 1_000;
/// Lines one handler call may print or log.
pub const LOGS_PER_CALL_MAX: usize = 100;
/// Bytes of one line that is printed or logged; what is longer is cut.
pub const LOG_MAX_BYTES: usize = 4 * 1_024;
/// Bytes of what is said of a mistake, and of its hint; what is longer is cut.
pub const MISTAKE_MAX_BYTES: usize = 4 * 1_024;
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
/// Lists and maps inside one another in what leaves a script as JSON: `state`, payloads, data.
/// Origin: `serde_json` reads 127, as other readers do, and what is kept and told lies a few levels
/// inside a row or a line.
pub const JSON_NESTING_MAX: usize = 100;
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

/// How often a running show notes that it lives, so that a crash is told from an old one.
pub const ALIVE_EVERY: SignedDuration = SignedDuration::from_secs(10);

/// How long deliveries in flight may take when the show stops.
pub const STOP_WAIT: SignedDuration = SignedDuration::from_secs(5);

/// Lines that wait to be shown; more are not shown, and counted.
pub const REPORT_QUEUE_MAX_LINES: usize = 1_024;
/// How long the end of the run waits for a screen or pipe that takes nothing.
pub const REPORT_CLOSE_WAIT: SignedDuration = SignedDuration::from_secs(1);
/// The moving last line is drawn at most this often.
pub const STATUS_REDRAW: SignedDuration = SignedDuration::from_millis(100);
/// Columns of the label that tells several shows apart.
pub const REPORT_LABEL_MAX_COLUMNS: usize = 20;
/// Cues that a reload names of those added, removed or changed: more do not fit a line.
pub const RELOAD_NAMES_MAX: usize = 3;

/// The first port tried for the desk when none was given.
pub const DESK_PORT_DEFAULT: u16 = 5_002;
/// Inputs that wait for one show.
pub const SHOW_MAILBOX_MAX: usize = 20_000;
/// The longest the alarm thread sleeps: after a suspend it must compare the clocks anew, because
/// its wait does not count suspended time. Origin: a late fire is one over [`LATE_SKIP`].
pub const ALARM_SLEEP_MAX: SignedDuration = SignedDuration::from_secs(1);
/// Threads of the show pool, at least; else two for each core.
pub const POOL_THREADS_MIN: usize = 4;
/// Bytes of a pool thread's stack (virtual memory): dropping nested script values takes stack.
pub const POOL_STACK_BYTES: usize = 64 * 1_024 * 1_024;
/// Messages one actor handles before others get their turn.
pub const ACTOR_BATCH_MAX: usize = 64;

/// How long the watcher gathers what one save stirs up before it reads the file.
pub const WATCH_SETTLE: SignedDuration = SignedDuration::from_millis(2);
/// How often the watcher looks by itself, for what the system did not tell.
pub const WATCH_POLL: SignedDuration = SignedDuration::from_secs(2);
/// How long a file must stay missing or empty to be believed: saving passes through both.
pub const WATCH_DOUBT: SignedDuration = SignedDuration::from_millis(250);
/// Paths with news that wait for the watcher; more, and it looks at everything.
pub const WATCH_NEWS_MAX: usize = 1_024;
/// Links on the way to one file. Origin: Linux follows 40.
pub const LINKS_MAX: usize = 40;
/// Names of a folder among which the nearest to a missing one is looked for.
pub const NEAR_NAMES_MAX: usize = 1_000;
/// `PutMetadata` calls the local service takes for one channel in a second. Origin: the
/// service's quota.
pub const LOCAL_PUTS_PER_CHANNEL: usize = 5;
/// `PutMetadata` calls the local service takes for its account in a second. Origin: the
/// service's quota.
pub const LOCAL_PUTS_PER_ACCOUNT: usize = 155;
/// `GetStream` calls the local service takes for its account in a second. Origin: the
/// service's quota.
pub const LOCAL_GET_STREAMS_PER_ACCOUNT: usize = 5;
/// The sliding window of the local service's quotas.
pub const LOCAL_RATE_WINDOW: SignedDuration = SignedDuration::from_secs(1);
/// Channels of the local service.
pub const LOCAL_CHANNELS_MAX: usize = 1_000;
/// Payloads the local service remembers for one channel.
pub const LOCAL_PAYLOADS_PER_CHANNEL: usize = 1_000;
/// Payloads the local service remembers in all: 20 MB at the largest.
pub const LOCAL_PAYLOADS_MAX: usize = 20_000;
/// Calls one `POST /local/faults` may spoil, of each kind.
pub const LOCAL_FAULTS_MAX: u32 = 100_000;
/// The longest delay `POST /local/faults` may set.
pub const LOCAL_DELAY_MAX: SignedDuration = SignedDuration::from_secs(60);
/// Items of one page of a list, and of a list that names no size. Origin: the service's model.
pub const LIST_PAGE_MAX: usize = 100;
/// Channels of one `BatchGetChannel`. Origin: the service's model.
pub const BATCH_MAX: usize = 50;
/// Characters of a channel's name. Origin: the service's model.
pub const CHANNEL_NAME_MAX_CHARS: usize = 128;
/// Tags of one channel. Origin: the service's model.
pub const TAGS_MAX: usize = 50;
/// Characters of a tag's key. Origin: the service's model.
pub const TAG_KEY_MAX_CHARS: usize = 128;
/// Characters of a tag's value. Origin: the service's model.
pub const TAG_VALUE_MAX_CHARS: usize = 256;

/// Streams the local service remembers for one channel. Origin: one page of a list.
pub const LOCAL_SESSIONS_PER_CHANNEL: usize = 100;
/// How long the last segments of a stream can be fetched after it ended.
pub const LOCAL_ENDED_STREAMS_KEPT: SignedDuration = SignedDuration::from_secs(60);
/// Streams that ended and can still be fetched; one more forgets the first to end.
pub const LOCAL_ENDED_STREAMS_MAX: usize = 100;
/// Characters of a stream's id, `st-` included. Origin: the service's model.
pub const STREAM_ID_CHARS: usize = 26;
/// How long a viewer's request waits for what is not there yet. Origin: three target durations,
/// and a part for who asks in a segment's first moment.
pub const HLS_WAIT: SignedDuration = SignedDuration::from_millis(3_200);
/// How long others may keep a part or a segment: as long as it can be fetched.
pub const HLS_SEGMENT_MAX_AGE: SignedDuration = LOCAL_ENDED_STREAMS_KEPT;
/// Seconds of a video of the user's own that are played, from its beginning.
pub const CLIP_MAX: SignedDuration = SignedDuration::from_secs(60);
/// How long one step of the conversion of a video may take.
pub const CLIP_CONVERT_WAIT: SignedDuration = SignedDuration::from_secs(120);
/// Bytes of what the converter says that are read.
pub const CLIP_WORDS_MAX_BYTES: u64 = 64 * 1_024;
/// Whole segments, of a second each, that a live media playlist lists.
pub const HLS_SEGMENTS_LISTED: u64 = 10;
/// Whole segments of one stream that are kept: what has left the playlist stays as long as a
/// playlist that lists it may be in use, and a segment longer. Origin: RFC 8216, 6.2.2. About a
/// megabyte of the built-in clip, of a stream that somebody watches.
pub const HLS_SEGMENTS_KEPT: u64 = 2 * HLS_SEGMENTS_LISTED + 2;
/// The last whole segments whose parts a media playlist lists. Origin: the specification's three
/// target durations.
pub const HLS_SEGMENTS_IN_PARTS: u64 = 3;
/// Segments ahead of the one in progress that a request may wait for.
pub const HLS_SEGMENTS_AHEAD: u64 = 2;
/// Payloads of one stream whose frames are still to come: at thirty frames a second, five minutes
/// of one in each.
pub const HLS_PAYLOADS_AHEAD: usize = 9_000;

/// The port of the public listener unless `--port` names one.
pub const PORT_DEFAULT: u16 = 5_001;
/// How long after a channel's playback address was asked for in vain it may be asked for again:
/// each page that opens wants it, and the service takes five questions a second.
pub const PLAYBACK_ASK_AGAIN: SignedDuration = SignedDuration::from_secs(10);
/// Ports tried from the default one on, when it is taken.
pub const PORTS_TRIED_MAX: u16 = 100;
/// Connections of one listener; half of what the system lets the process open, when that is less.
pub const CONNECTIONS_MAX: usize = 2_048;
/// Connections that wait to be accepted. Origin: Linux allows as many unless it is told otherwise.
pub const LISTENER_QUEUE_MAX: u32 = 4_096;
/// How long a connection may be idle, or take to send the head of a request. Longer than the
/// longest common cue, so that a client's kept connection is there for its next call.
pub const REQUEST_HEAD_WAIT: SignedDuration = SignedDuration::from_secs(75);
/// How long the body of a request may take.
pub const REQUEST_BODY_WAIT: SignedDuration = SignedDuration::from_secs(10);
/// How long a client may take nothing of what is sent to it before it makes room for others where
/// there is none: every connection rests for a moment.
pub const ANSWER_TAKEN_MOMENT: SignedDuration = SignedDuration::from_secs(2);
/// How long it may do so after that: longer than a phone is in a tunnel.
pub const ANSWER_TAKEN_WAIT: SignedDuration = SignedDuration::from_secs(30);
/// Bytes of the head of a request, and of what is buffered of one connection.
pub const REQUEST_HEAD_MAX_BYTES: usize = 64 * 1_024;
/// Bytes of the body of a request: 50 ARNs or 50 tags fit well.
pub const REQUEST_BODY_MAX_BYTES: usize = 64 * 1_024;
/// How long a listener waits before it accepts again when the system refused a connection.
pub const ACCEPT_AGAIN: SignedDuration = SignedDuration::from_millis(100);
/// How long open requests may take when a listener closes.
pub const LISTENER_CLOSE_WAIT: SignedDuration = SignedDuration::from_secs(2);
/// What a stop may take beyond what its deliveries may: the last commits and handlers.
pub const STOP_GRACE: SignedDuration = SignedDuration::from_secs(2);
/// How often the two clocks are compared.
pub const WALL_WATCH: SignedDuration = SignedDuration::from_secs(1);
/// Requests of operators that wait for an answer, of all shows; one more is not asked.
pub const OPERATOR_REQUESTS_MAX: usize = 1_000;
/// Shows that one request is put to at a time: half of those, for others ask too.
pub const OPERATOR_ASKS_AT_ONCE: usize = 500;
/// A signal so soon after the first is the same one: a process and its group are often told both.
pub const SIGNAL_ECHO: SignedDuration = SignedDuration::from_millis(500);
/// How long lines gather after the screen was written; shorter than anybody sees.
pub const REPORT_GATHER: SignedDuration = SignedDuration::from_millis(4);
/// Channels whose names are asked for at the same time: each open connection costs memory.
pub const CHANNEL_NAMES_AT_ONCE: usize = 4;

/// Programs of a transport stream that are read. Origin: ours; a stream for players has one.
pub const TS_PROGRAMS_MAX: usize = 16;
/// Elementary streams or tracks that are read of a stream.
pub const TS_STREAMS_MAX: usize = 64;
/// Bytes of one packet of metadata in a transport stream. Origin: its length has 16 bits.
pub const METADATA_PES_MAX_BYTES: usize = 65_536 + 6;

/// Bytes of a playlist that is watched: a day of short segments fits well.
pub const HLS_PLAYLIST_MAX_BYTES: usize = 8 * 1_024 * 1_024;
/// Bytes of a piece of a stream that is watched: ten seconds of 25 Mbit/s.
pub const HLS_PIECE_MAX_BYTES: usize = 32 * 1_024 * 1_024;
/// How long a playlist may take to come.
pub const HLS_PLAYLIST_WAIT: SignedDuration = SignedDuration::from_secs(5);
/// How much longer where the request waits for a new piece, in target durations. Origin: servers
/// give up after three.
pub const HLS_WAIT_TARGETS: u32 = 3;
/// How long a piece may take to come.
pub const HLS_PIECE_WAIT: SignedDuration = SignedDuration::from_secs(30);
/// Attempts to fetch a playlist or a piece before it counts as gone.
pub const HLS_ATTEMPTS_MAX: u32 = 4;
/// The shortest time between two looks at a playlist that does not change.
pub const HLS_RELOAD_MIN: SignedDuration = SignedDuration::from_millis(200);
/// Target durations after which a playlist that does not change counts as off air.
pub const HLS_STALE_TARGETS: i32 = 3;
/// The least time after which it does.
pub const HLS_STALE_MIN: SignedDuration = SignedDuration::from_secs(6);
/// Redirects that one request follows.
pub const HTTP_REDIRECTS_MAX: usize = 5;
/// Owners of frames that are not shown and named once each by `runner watch`.
pub const OWNERS_NAMED_MAX: usize = 16;
/// How long a call of the simulated service takes. Origin: what a call within a region takes.
pub const REHEARSAL_LATENCY: SignedDuration = SignedDuration::from_millis(20);
