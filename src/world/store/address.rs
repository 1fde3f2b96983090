//! Where a store of votes is that several machines share: what `--store` names.

use std::fmt;
use std::str::FromStr;

use url::Url;

/// The address of a Redis or Valkey server: `redis://host:6379/0`, `rediss://…` with TLS. It may
/// hold a password, and so is never shown whole.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreUrl(Url);

/// What is no address of a store. It is not told: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is not the address of a store: {problem}\n\
     hint: `redis://127.0.0.1:6379`, or `rediss://user:password@host:6379` with TLS"
)]
pub struct StoreUrlError {
    problem: &'static str,
}

impl FromStr for StoreUrl {
    type Err = StoreUrlError;

    fn from_str(text: &str) -> Result<Self, StoreUrlError> {
        let refuse = |problem| StoreUrlError { problem };
        let url = Url::parse(text).map_err(|_| refuse("it cannot be read"))?;
        if !matches!(url.scheme(), "redis" | "rediss") {
            return Err(refuse("it begins with neither `redis://` nor `rediss://`"));
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(refuse("it names no host"));
        }
        let database = url.path().trim_start_matches('/');
        if !database.is_empty() && database.parse::<u32>().is_err() {
            return Err(refuse("what follows its host is not the number of a database"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refuse("it has more than host, port and database"));
        }
        Ok(Self(url))
    }
}

impl StoreUrl {
    /// The whole address, with its password.
    pub fn secret(&self) -> &str {
        self.0.as_str()
    }
}

/// Without who asks, and the password.
impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.0.scheme(), self.0.host_str().unwrap_or_default())?;
        self.0.port().map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_of_redis_and_never_tell_their_password() {
        for (typed, told) in [
            ("redis://127.0.0.1:6379", "redis://127.0.0.1:6379"),
            ("redis://127.0.0.1", "redis://127.0.0.1"),
            ("rediss://ada:s3cret@votes.example:6380/2", "rediss://votes.example:6380"),
            ("redis://[::1]:7000/0", "redis://[::1]:7000"),
        ] {
            let url: StoreUrl = typed.parse().expect(typed);
            assert_eq!(url.to_string(), told);
            assert_eq!(url.secret(), typed);
            assert!(!format!("{url:?}").contains("s3cret"));
        }
    }

    #[test]
    fn other_addresses_are_refused_without_being_told() {
        for bad in [
            "",
            "votes.example:6379",
            "127.0.0.1:6379",
            "http://votes.example",
            "redis://",
            "redis:///0",
            "redis://s3cret@host/votes",
            "redis://host:6379/0?a=s3cret",
        ] {
            let error = bad.parse::<StoreUrl>().expect_err(bad).to_string();
            assert!(error.contains("hint: ") && !error.contains("s3cret"), "{bad}: {error}");
        }
    }
}
