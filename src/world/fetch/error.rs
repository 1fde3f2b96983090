//! Why nothing was fetched: one line each, for a script's `error`. None tells a secret.

use jiff::SignedDuration;

use crate::model::limits::{FETCH_MAX_BYTES, HTTP_REDIRECTS_MAX};

/// Why nothing was fetched.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    /// A host nobody allowed.
    #[error("it is not allowed: start with `--allow-net {wanted}`")]
    NotAllowed {
        /// What would allow it.
        wanted: String,
    },
    /// A secret nobody allowed.
    #[error("the secret `{name}` is not allowed: start with `--secret {name}`")]
    Secret {
        /// Its name.
        name: String,
    },
    /// What a secret made of the address is none.
    #[error("with its secrets it is no address")]
    Address,
    /// A header that cannot be sent.
    #[error("the header `{name}` cannot be sent")]
    Header {
        /// Its name.
        name: String,
    },
    /// Nobody answered.
    #[error("{0}")]
    Unreachable(String),
    /// An answer that brings nothing.
    #[error("the server answered {0}")]
    Status(u16),
    /// It leads to no address.
    #[error("it leads to what is no address")]
    LeadsNowhere,
    /// It leads on and on.
    #[error("it was redirected more than {HTTP_REDIRECTS_MAX} times")]
    Redirects,
    /// The answer took too long.
    #[error("no answer within {} ms", wait.as_millis())]
    TooLate {
        /// How long it was waited for.
        wait: SignedDuration,
    },
    /// The answer was too large.
    #[error("the answer is larger than {FETCH_MAX_BYTES} bytes")]
    TooLarge,
    /// The answer was something else.
    #[error("the answer is no JSON: {0}")]
    NoJson(serde_json::Error),
    /// The answer tells a secret.
    #[error("the answer repeats the secret `{name}`, so it is not handed over")]
    Repeated {
        /// Its name.
        name: String,
    },
}
