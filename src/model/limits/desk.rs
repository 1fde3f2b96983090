//! What bounds the operator's desk.

use jiff::SignedDuration;

/// How long a show may take to answer its operator: longer than a handler waits for votes.
pub const OPERATOR_WAIT: SignedDuration = SignedDuration::from_secs(4);
/// Bytes of one request to the desk: a fire's data, and room to say that it is too much.
pub const DESK_BODY_MAX_BYTES: usize = 64 * 1_024;
/// Idempotency keys whose answers are kept; one more forgets the oldest.
pub const IDEMPOTENCY_KEYS_MAX: usize = 1_000;
/// Characters of an idempotency key that count.
pub const IDEMPOTENCY_KEY_MAX_CHARS: usize = 200;
/// How long what clears the screen in a panic stays worth sending: an outage must not save what is
/// on the screen.
pub const PANIC_CLEAR_FOR: SignedDuration = SignedDuration::from_hours(1);
/// Changes of `state` made at the desk that can be taken back, the newest.
pub const STATE_EDITS_MAX: usize = 50;
/// Bytes of those changes, as JSON.
pub const STATE_EDITS_MAX_BYTES: usize = 64 * 1_024;
/// Steps of the path to a value of `state`.
pub const STATE_PATH_MAX_STEPS: usize = 64;
/// Lines of both versions of a script up to which their difference is looked for: its cost grows
/// with their product.
pub const DIFF_COMPARED_MAX_LINES: usize = 4_000;
/// Lines of a difference that are shown.
pub const DIFF_MAX_LINES: usize = 400;
/// Lines shown around each difference.
pub const DIFF_AROUND: usize = 2;
/// Previews of one show that wait for files.
pub const PREVIEWS_WAITING_MAX: usize = 16;
/// Events of one show that the desk shows.
pub const DESK_EVENTS_MAX: usize = 200;
/// Events of all shows that are kept for the desk: where there are many shows, fewer of each.
pub const DESK_EVENTS_ALL_MAX: usize = 5_000;
/// Live connections to the desk.
pub const DESK_LIVE_MAX: usize = 64;
/// The shortest time between two views of one live connection.
pub const DESK_VIEW_EVERY: SignedDuration = SignedDuration::from_millis(250);
/// How often a live view is looked at when no event says that something changed: votes come in, and
/// the second's budget is free again.
pub const DESK_LOOK_EVERY: SignedDuration = SignedDuration::from_secs(1);
/// How often a live connection says that it lives.
pub const DESK_ALIVE_EVERY: SignedDuration = SignedDuration::from_secs(15);
/// How long one who only looks waits for a show; then what is known of it besides is told.
pub const DESK_SHOW_WAIT: SignedDuration = SignedDuration::from_secs(1);
/// How long the votes and the channel may take to be part of a view; then it comes without.
pub const DESK_ASIDE_WAIT: SignedDuration = SignedDuration::from_millis(500);
/// How long a live connection waits for a view; then it goes on with what happened, and gets the
/// view when it looks again.
pub const DESK_VIEW_WAIT: SignedDuration = SignedDuration::from_secs(1);
/// Leaders whose names the desk lists.
pub const DESK_LEADERS_MAX: usize = 50;
/// The longest that one press lets a poll take votes for longer.
pub const EXTEND_MAX: SignedDuration = SignedDuration::from_hours(1);
