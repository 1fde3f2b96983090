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
