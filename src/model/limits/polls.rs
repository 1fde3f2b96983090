//! What bounds polls, their votes and their results.

use jiff::SignedDuration;

/// Answers of one poll. Origin: ours; with their counts they fit into the payload of the results.
pub const POLL_ANSWERS_MAX: usize = 30;
/// Characters of what a vote names its answer by.
pub const ANSWER_KEY_MAX_CHARS: usize = 8;
/// Characters of a `poll_id`: the 32 of an MD5, and room for others' ids.
pub const POLL_ID_MAX_CHARS: usize = 64;
/// How long `ask` takes votes unless `open_for` says otherwise.
pub const OPEN_FOR_DEFAULT: SignedDuration = SignedDuration::from_secs(30);
/// The shortest `open_for`.
pub const OPEN_FOR_MIN: SignedDuration = SignedDuration::from_secs(1);
/// The longest `open_for`.
pub const OPEN_FOR_MAX: SignedDuration = SignedDuration::from_hours(24);
/// How long a poll that was merely sent takes votes at most.
pub const SENT_POLL_OPEN_MAX: SignedDuration = SignedDuration::from_hours(1);
/// How long after a poll closed votes that were late by the network still count: a viewer sees the
/// stream some seconds late.
pub const POLL_GRACE: SignedDuration = SignedDuration::from_secs(10);
/// How old the tally of an open poll, or the leaderboard, may be when a script reads it.
pub const TALLY_AGE_MAX: SignedDuration = SignedDuration::from_millis(250);
/// How long a handler waits for a tally; then it gets the last that is known.
pub const TALLY_WAIT: SignedDuration = SignedDuration::from_secs(2);
/// A final tally that does not come is asked for again this often.
pub const FINAL_TALLY_AGAIN: SignedDuration = SignedDuration::from_secs(2);
/// Times a final tally is asked for: for as long as its results may come late. After the last the
/// newest one known is taken for it, and no results are sent.
pub const FINAL_TALLY_TRIES_MAX: u32 = 300;
/// Times one handler call begins anew to read tallies.
pub const TALLY_READS_PER_CALL_MAX: usize = 8;
/// Polls of one show that are open or not yet final. Each has a slot of the screen.
pub const POLLS_OPEN_MAX: usize = 64;
/// Askings whose final tally a script can still read, also after a restart: the newest.
pub const ASKED_POLLS_KEPT: usize = 32;
/// Merely sent polls whose final tally a script can still read, those of quizzes also after a
/// restart: the newest.
pub const SENT_POLLS_KEPT: usize = 8;
/// Results that come later than this after their poll closed, because the show did not run, are not
/// sent any more.
pub const RESULTS_LATE_MAX: SignedDuration = SignedDuration::from_mins(10);
/// Names of a leaderboard that a show is told.
pub const LEADERS_MAX: usize = 100;
