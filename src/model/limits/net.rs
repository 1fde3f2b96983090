//! What bounds the fetching of JSON by scripts.

use jiff::SignedDuration;

/// Bytes of what one `fetch_json` is answered.
pub const FETCH_MAX_BYTES: usize = 256 * 1_024;
/// How long one `fetch_json` may take, redirects included.
pub const FETCH_TIMEOUT: SignedDuration = SignedDuration::from_secs(3);
/// Requests of one show under way at a time.
pub const FETCHES_AT_ONCE_MAX: usize = 4;
/// Requests of one show that wait for their turn; one more fails.
pub const FETCHES_WAITING_MAX: usize = 64;
/// Headers of one request.
pub const FETCH_HEADERS_MAX: usize = 16;
/// Bytes of the value of one header. Origin: what servers take as a header.
pub const FETCH_HEADER_MAX_BYTES: usize = 8 * 1_024;
/// How long after its time a request that was never answered is given up: whoever asked could not
/// tell what came.
pub const FETCH_GIVEN_UP: SignedDuration = SignedDuration::from_mins(1);
/// Bytes of one address.
pub const FETCH_URL_MAX_BYTES: usize = 2_048;
/// Bytes of a text with secrets in it, each counted as its name. Origin: what servers take as a
/// header.
pub const SECRET_TEXT_MAX_BYTES: usize = 8 * 1_024;
/// How often a show whose mailbox is full is told again what was fetched.
pub const FETCH_TELL_AGAIN: SignedDuration = SignedDuration::from_millis(100);
/// Attempts to tell it: a minute of them.
pub const FETCH_TELLS_MAX: u32 = 600;
/// How long finding AWS credentials may take: a program of the user's may be asked for them, or the
/// cloud machine's own service, which takes some seconds.
pub const CREDENTIALS_WAIT: SignedDuration = SignedDuration::from_secs(20);
