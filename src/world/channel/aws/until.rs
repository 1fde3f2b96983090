//! Until when credentials hold: noted whenever the SDK has new ones, so that it is true of those
//! that sign the calls now.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::future;
use aws_sdk_ivs::config::{Credentials as Keys, ProvideCredentials, SharedCredentialsProvider};
use jiff::Timestamp;

/// Until when credentials hold, as far as they tell; as text the rest of "they are there, …".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// Until that moment.
    At(Timestamp),
    /// They are of a session, which ends, but they do not tell when.
    Untold,
    /// They have no end.
    Endless,
    /// They are looked at by nobody: the local channel's.
    Unchecked,
}

impl Until {
    pub(super) fn of(keys: &Keys) -> Self {
        let told = keys.expiry().and_then(|at| Timestamp::try_from(at).ok());
        match (told, keys.session_token()) {
            (Some(at), _) => Self::At(at),
            (None, Some(_)) => Self::Untold,
            (None, None) => Self::Endless,
        }
    }

    /// The moment, where it is known.
    pub fn moment(self) -> Option<Timestamp> {
        match self {
            Self::At(at) => Some(at),
            Self::Untold | Self::Endless | Self::Unchecked => None,
        }
    }
}

impl fmt::Display for Until {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(at) => write!(to, "until {}", at.strftime("%Y-%m-%d %H:%M UTC")),
            Self::Untold => to.write_str("of a session that does not tell its end"),
            Self::Endless => to.write_str("without an end"),
            Self::Unchecked => to.write_str("and checked by nobody on the local channel"),
        }
    }
}

/// What is known of the credentials; nothing until somebody needed them.
#[derive(Debug, Clone, Default)]
pub(super) struct Note(Arc<Mutex<Option<Until>>>);

impl Note {
    pub(super) fn known(&self) -> Option<Until> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set(&self, until: Until) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(until);
    }
}

/// A provider of credentials, and the note that is taken of what it provides.
#[derive(Debug)]
pub(super) struct Noting {
    pub(super) provider: SharedCredentialsProvider,
    pub(super) note: Note,
}

impl Noting {
    /// The provider's credentials.
    pub(super) async fn keys(&self) -> Result<Keys, CredentialsError> {
        let keys = self.provider.provide_credentials().await?;
        self.note.set(Until::of(&keys));
        Ok(keys)
    }
}

impl ProvideCredentials for Noting {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.keys())
    }

    fn fallback_on_interrupt(&self) -> Option<Keys> {
        self.provider.fallback_on_interrupt()
    }
}
