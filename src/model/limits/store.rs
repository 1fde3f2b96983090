//! What bounds the store of what shows keep, and a show's lease in one that runners share.

use jiff::SignedDuration;

/// How long a write waits for another process that holds the store.
pub const STORE_BUSY_WAIT: SignedDuration = SignedDuration::from_millis(250);
/// Bytes of a store up to which the whole file is checked when it is opened: a few milliseconds.
pub const STORE_CHECK_MAX_BYTES: u64 = 16 * 1_024 * 1_024;
/// Pages in the write-ahead log after which they are moved to the file. Origin: `SQLite`'s own.
pub const STORE_LOG_PAGES: u64 = 1_000;
/// While the store cannot be written it is tried again this often.
pub const STORE_TRY_AGAIN: SignedDuration = SignedDuration::from_secs(1);
/// How long after a payload was sent the store may not know yet: a crash in this time finds it in
/// doubt.
pub const SETTLE_HELD: SignedDuration = SignedDuration::from_millis(20);
/// Steps that are held for the next commit at most.
pub const STEPS_HELD_MAX: usize = 256;
/// How long a lease lasts after it was renewed.
pub const LEASE: SignedDuration = SignedDuration::from_secs(2);
/// How often it is renewed, and how often one that another runner holds is looked at.
pub const LEASE_RENEW: SignedDuration = SignedDuration::from_millis(500);
/// A call begins only with so much of the lease left.
pub const LEASE_CALL_MIN: SignedDuration = SignedDuration::from_millis(700);
/// What is left of the lease when a call that began must have ended.
pub const LEASE_CALL_MARGIN: SignedDuration = SignedDuration::from_millis(200);
/// How long Redis may take to answer about leases.
pub const LEASE_ANSWER_WAIT: SignedDuration = SignedDuration::from_secs(1);
/// How long Redis may take to keep a step. The network waits meanwhile.
pub const REDIS_WRITE_WAIT: SignedDuration = SignedDuration::from_millis(500);
/// How soon after a step that Redis did not keep it is tried again.
pub const REDIS_WRITE_AGAIN: SignedDuration = SignedDuration::from_millis(250);
/// How long a connection to Redis may be in the making, name lookup and TLS included, before
/// another is begun beside it.
pub const REDIS_CONNECT_WAIT: SignedDuration = SignedDuration::from_secs(30);
/// Connections to Redis in the making at the same time, for one that asks.
pub const REDIS_CONNECTING_MAX: usize = 3;
