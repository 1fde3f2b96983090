//! What bounds a show that is watched: its journal, what is measured, proofs of delivery.

use jiff::SignedDuration;

/// Events that wait to be written to the journal; more are lost and counted.
pub const JOURNAL_QUEUE_MAX_EVENTS: usize = 8_192;
/// Bytes the journal gathers before it writes, as long as more events wait.
pub const JOURNAL_WRITE_BYTES: usize = 64 * 1_024;
/// How long the end of the run waits for the journal's last lines.
pub const JOURNAL_CLOSE_WAIT: SignedDuration = SignedDuration::from_secs(2);
/// How long events gather after the journal was written: one awakening serves a busy moment.
pub const JOURNAL_GATHER: SignedDuration = SignedDuration::from_millis(50);
/// Bytes of a journal's file past which a new one is begun.
pub const JOURNAL_FILE_MAX_BYTES: u64 = 64 * 1_024 * 1_024;
/// Full files of a journal that are kept beside the one that is written: some 600 MB in all. The
/// oldest makes room.
pub const JOURNAL_FILES_ASIDE: usize = 9;
/// Bytes of one line of a journal that is read: a payload, or a large error, and all about it.
pub const JOURNAL_LINE_MAX_BYTES: u64 = 1_024 * 1_024;
/// How often a journal that is followed is looked at.
pub const JOURNAL_FOLLOW_LOOK: SignedDuration = SignedDuration::from_millis(200);
/// Lines that are told first where a journal is followed from now on.
pub const JOURNAL_FOLLOW_LAST: usize = 10;
/// Shows, cues and kinds of events that are named where a journal holds nothing of what is wanted.
pub const JOURNAL_NAMED_MAX: usize = 20;

/// Channels that are measured by themselves; those past that share the label `other`.
pub const MEASURED_CHANNELS_MAX: usize = 1_000;
/// Pairs of a channel and a cue that are measured by themselves; those past that share the cue
/// `other`. Origin: what a scrape may hold, some thousands of lines.
pub const MEASURED_CUES_MAX: usize = 2_000;
/// Polls of one show that count as open at the same time: one in each slot.
pub const MEASURED_POLLS_MAX: usize = super::STICKY_SLOTS_MAX;

/// How far the clock of this machine may be from the service's. Origin: an answer's date is to the
/// second, and `cron` and `at` say no more.
pub const READY_CLOCK_OFF_MAX: SignedDuration = SignedDuration::from_secs(2);
/// Free bytes where state and journal lie: a full journal, and some.
pub const READY_DISK_MIN_BYTES: u64 = 1_024 * 1_024 * 1_024;
/// How long one question to the outside may take.
pub const READY_WAIT: SignedDuration = SignedDuration::from_secs(10);

/// Channels whose video one run follows for proofs of delivery: each is a viewer at the lowest
/// bandwidth there is.
pub const VERIFY_CHANNELS_MAX: usize = 50;
/// Payloads of one channel that are looked for at a time: five a second for a minute. The oldest
/// makes room, unseen.
pub const VERIFY_WAITING_MAX: usize = 300;
/// What was seen before it was known to be sent, of one channel: calls under way, and lost answers.
pub const VERIFY_EARLY_MAX: usize = 64;
/// News of sends that wait for one channel's task; more are not proved.
pub const VERIFY_NEWS_MAX: usize = 512;
/// How long until a channel whose video cannot be followed is tried again.
pub const VERIFY_AGAIN: SignedDuration = SignedDuration::from_secs(2);
