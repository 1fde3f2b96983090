//! What the service answers when it does not do what it was asked.

use crate::model::channel::ChannelArn;
use crate::model::limits::LOCAL_CHANNELS_MAX;

use super::operation::Operation;

/// An error of the service, with the words it is known to use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ServiceError {
    /// The call cannot be understood.
    #[error("{0}")]
    Validation(String),
    /// The payload is too large.
    #[error("Metadata size exceeds payload limit")]
    PayloadTooLarge,
    /// There is no such thing.
    #[error("Resource: {0} not found")]
    NotFound(String),
    /// The channel is off air.
    #[error("Channel: {0} is not currently online")]
    NotBroadcasting(ChannelArn),
    /// More calls than the service takes.
    #[error("Operation: ivs:{operation} exceeded call rate: {limit} for resource: {resource}")]
    Throttled {
        /// The operation.
        operation: Operation,
        /// Calls it takes in a second.
        limit: usize,
        /// The channel or the account.
        resource: String,
    },
    /// What is asked does not go with how things stand.
    #[error("{0}")]
    Conflict(String),
    /// There are as many channels as there can be.
    #[error("Channel quota exceeded: {LOCAL_CHANNELS_MAX}")]
    QuotaExceeded,
    /// The service fails, because it was told to.
    #[error("Service is unavailable")]
    Unavailable,
    /// What a viewer asks for does not exist yet, and not soon enough to wait for.
    #[error("{0} is not there yet")]
    NotYet(String),
    /// No operation has that path.
    #[error("Unknown operation")]
    UnknownOperation,
}

impl ServiceError {
    /// The code by which clients know it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Validation(_) | Self::PayloadTooLarge => "ValidationException",
            Self::NotFound(_) => "ResourceNotFoundException",
            Self::NotBroadcasting(_) => "ChannelNotBroadcasting",
            Self::Throttled { .. } => "ThrottlingException",
            Self::Conflict(_) => "ConflictException",
            Self::QuotaExceeded => "ServiceQuotaExceededException",
            Self::Unavailable | Self::NotYet(_) => "ServiceUnavailable",
            Self::UnknownOperation => "UnknownOperationException",
        }
    }

    /// The HTTP status it comes with.
    pub fn status(&self) -> u16 {
        match self {
            Self::Validation(_) | Self::PayloadTooLarge => 400,
            Self::QuotaExceeded => 402,
            Self::NotFound(_) | Self::NotBroadcasting(_) | Self::UnknownOperation => 404,
            Self::Conflict(_) => 409,
            Self::Throttled { .. } => 429,
            Self::Unavailable | Self::NotYet(_) => 503,
        }
    }
}
