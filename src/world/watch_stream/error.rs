//! Why a stream cannot be watched.

use std::io;

/// Why a stream cannot be watched.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The address is none of the web.
    #[error(
        "`{met}` is no playback URL, wanted one that begins with `https://` or `http://`\n\
         hint: the AWS CLI tells it: `aws ivs get-channel --arn <ARN> \
         --query channel.playbackUrl`; that of the local channel is \
         `http://127.0.0.1:5001/local/playback.m3u8`"
    )]
    Address {
        /// What was given.
        met: String,
    },
    /// Nothing is at the address.
    #[error(
        "nothing is at {url} (404)\nhint: is the address right, and is the channel live? \
         A channel of Amazon IVS has no playlist while it is off air"
    )]
    NotFound {
        /// The address.
        url: String,
    },
    /// A first request failed.
    #[error("cannot watch {url}: {failure}")]
    Failed {
        /// The address.
        url: String,
        /// How.
        failure: Failure,
    },
    /// What is at the address is no playlist.
    #[error(
        "what is at {url} is no HLS playlist\n\
         hint: the playback URL of a channel ends with `.m3u8`; a page with a player is none"
    )]
    NoPlaylist {
        /// The address.
        url: String,
    },
    /// Segments cannot be read.
    #[error("the stream at {url} is encrypted, its metadata cannot be read")]
    Encrypted {
        /// The address of its media playlist.
        url: String,
    },
    /// The system lets nobody listen for signals.
    #[error("{0}")]
    Signals(String),
    /// What is told cannot be written.
    #[error("cannot write to standard output: {0}")]
    Output(#[from] io::Error),
}

impl WatchError {
    /// Whether there is nothing to be read yet, as of a channel that is off air.
    pub fn is_missing(&self) -> bool {
        match self {
            Self::NotFound { .. } => true,
            Self::Failed { failure, .. } => *failure == Failure::OffAir,
            Self::Address { .. }
            | Self::NoPlaylist { .. }
            | Self::Encrypted { .. }
            | Self::Signals(_)
            | Self::Output(_) => false,
        }
    }

    /// Whether what the operator typed is at fault, not the outside world.
    pub fn is_usage(&self) -> bool {
        match self {
            Self::Address { .. } => true,
            Self::NotFound { .. }
            | Self::Failed { .. }
            | Self::NoPlaylist { .. }
            | Self::Encrypted { .. }
            | Self::Signals(_)
            | Self::Output(_) => false,
        }
    }
}

/// Why a request brought nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// 404 or 410.
    #[error("it is not there")]
    NotFound,
    /// The local channel is known, but not live.
    #[error("the channel is off air")]
    OffAir,
    /// Any other status that brings nothing.
    #[error("the server answered {0}")]
    Status(u16),
    /// There was no answer.
    #[error("{0}\nhint: check the address, and that something answers there")]
    Unreachable(String),
    /// The answer took too long.
    #[error("no answer within {0} s")]
    TooLate(u64),
    /// The answer was too large.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    /// It leads on and on.
    #[error("it was redirected {0} times")]
    Redirects(usize),
    /// It leads to what is no address of the web.
    #[error("it leads to `{0}`, which is no address")]
    Address(String),
    /// It was text no longer than allowed, but no playlist.
    #[error("it is no playlist")]
    NoPlaylist,
}
