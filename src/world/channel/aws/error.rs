//! What keeps the service from being of use, for a person who can still do something about it.

use aws_credential_types::provider::error::CredentialsError;

use super::client::Target;
use super::failure::words;
use crate::model::limits::CREDENTIALS_WAIT;

/// The service refused, or could not be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AwsError {
    /// Nothing to sign calls with.
    #[error(
        "no AWS credentials were found{}\nhint: `aws sso login` or `aws configure` makes some, \
         `--profile <NAME>` picks others; without a channel the show runs on the local one",
        profile.as_ref().map(|name| format!(" in the profile `{name}`")).unwrap_or_default()
    )]
    NoCredentials {
        /// The profile that was asked for.
        profile: Option<String>,
    },
    /// Credentials are set up, but cannot be had.
    #[error(
        "the AWS credentials cannot be used: {problem}\nhint: `aws sts get-caller-identity` \
             tells whether they are set up well; `aws sso login` renews a session"
    )]
    Credentials {
        /// What the provider says.
        problem: String,
    },
    /// The service refused a call, or was not reached.
    #[error("{operation} failed: {message}")]
    Call {
        /// The operation.
        operation: &'static str,
        /// The service's or the network's words.
        message: String,
    },
    /// A list that does not end.
    #[error("{operation} goes on after {pages} pages")]
    TooManyPages {
        /// The operation.
        operation: &'static str,
        /// Pages that were read.
        pages: usize,
    },
}

impl AwsError {
    /// No credentials were found where `target` says.
    pub(super) fn no_credentials(target: &Target) -> Self {
        Self::NoCredentials { profile: target.profile.clone() }
    }

    /// Nobody said within [`CREDENTIALS_WAIT`] whether there are any.
    pub(super) fn late_credentials() -> Self {
        let seconds = CREDENTIALS_WAIT.as_secs();
        Self::Credentials { problem: format!("they were not there within {seconds} s") }
    }

    /// What a provider of credentials said.
    pub(super) fn of_credentials(error: &CredentialsError, target: &Target) -> Self {
        if matches!(error, CredentialsError::CredentialsNotLoaded(_)) {
            return Self::no_credentials(target);
        }
        Self::Credentials { problem: words(error) }
    }
}
