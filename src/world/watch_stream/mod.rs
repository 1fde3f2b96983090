//! What viewers of a stream get, without a browser: its timed metadata as it comes, over HTTP.

mod error;
mod fetch;
pub(super) mod http;
mod playing;

use std::fmt;
use std::io;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use url::Url;

use self::http::Http;
use self::playing::Playing;
use super::clock::Clock;
use super::run::Signals;
use crate::hls::read::reader::Metadata;

pub use self::error::{Failure, WatchError};

/// The address of a stream's playlist: `http` or `https`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaybackUrl(Url);

impl FromStr for PlaybackUrl {
    type Err = WatchError;

    fn from_str(text: &str) -> Result<Self, WatchError> {
        let url = Url::parse(text).ok().filter(|url| ["http", "https"].contains(&url.scheme()));
        url.map(Self).ok_or_else(|| WatchError::Address { met: text.to_owned() })
    }
}

impl fmt::Display for PlaybackUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What there is to tell, and when that was known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// The wall clock when it came.
    pub at: Timestamp,
    /// What it is.
    pub what: What,
}

/// What there is to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A frame of timed metadata.
    Metadata(Metadata),
    /// The stream is there.
    OnAir,
    /// Nothing comes for now; it is waited for.
    OffAir,
    /// So many segments could not be read in time.
    Missed(u64),
    /// The network refused; it is tried again.
    Trouble(String),
    /// The stream is over.
    Ended,
}

/// Watches a stream until it ends, the operator wishes so, or `ends_after` has passed. `tell` is
/// called with all there is to tell; where it fails by a closed pipe, the watch ends.
pub async fn watch(
    url: &PlaybackUrl,
    ends_after: Option<SignedDuration>,
    mut tell: impl FnMut(&News) -> io::Result<()> + Send,
) -> Result<(), WatchError> {
    let mut signals = Signals::listen().map_err(|error| WatchError::Signals(error.to_string()))?;
    let mut playing = Playing::new(Http::new(), Clock::start(), &mut tell);
    let watched = tokio::select! {
        watched = playing.play(&url.0) => watched,
        () = signals.next() => Ok(()),
        () = passed(ends_after) => Ok(()),
    };
    match watched {
        Err(WatchError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        watched => watched,
    }
}

/// Follows a stream until it ends; what `watch` does for a person.
pub async fn follow(
    url: &PlaybackUrl,
    clock: Clock,
    mut tell: impl FnMut(&News) -> io::Result<()> + Send,
) -> Result<(), WatchError> {
    Playing::new(Http::new(), clock, &mut tell).play(&url.0).await
}

/// Whether a player would find a playlist there.
pub async fn reach(url: &PlaybackUrl) -> Result<(), Failure> {
    fetch::open(&Http::new(), &url.0).await.map(drop)
}

async fn passed(span: Option<SignedDuration>) {
    match span {
        Some(span) => tokio::time::sleep(span.unsigned_abs()).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_of_the_web() {
        for fine in ["http://127.0.0.1:5001/local/playback.m3u8", "https://a.example/x?y=z"] {
            let url: PlaybackUrl = fine.parse().expect("it is an address");
            assert_eq!(url.to_string(), fine);
        }
        for bad in ["", "local", "127.0.0.1:5001/a", "file:///a.m3u8", "arn:aws:ivs:a:1:channel/b"]
        {
            let error = bad.parse::<PlaybackUrl>().expect_err("it is none");
            assert!(error.to_string().contains("hint: "), "{bad}: {error}");
        }
    }
}
