//! The operations of the service that its stand-in knows.

use std::fmt;

use serde::Deserialize;

/// An operation, by its name on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum Operation {
    /// Puts a payload into the stream.
    PutMetadata,
    /// Says what is on air.
    GetStream,
    /// Lists what is on air.
    ListStreams,
    /// Takes a channel off air.
    StopStream,
    /// Describes a channel.
    GetChannel,
    /// Lists the channels.
    ListChannels,
    /// Makes a channel.
    CreateChannel,
    /// Changes a channel.
    UpdateChannel,
    /// Removes a channel.
    DeleteChannel,
    /// Describes several channels.
    BatchGetChannel,
    /// Describes a stream, also one that has ended.
    GetStreamSession,
    /// Lists a channel's streams.
    ListStreamSessions,
    /// Sets tags of a channel.
    TagResource,
    /// Removes tags of a channel.
    UntagResource,
    /// Lists the tags of a channel.
    ListTagsForResource,
}

impl Operation {
    /// Those that have a path of their own, `/` and the name; those on tags share one.
    pub const POSTED: [Self; 12] = [
        Self::PutMetadata,
        Self::GetStream,
        Self::ListStreams,
        Self::StopStream,
        Self::GetChannel,
        Self::ListChannels,
        Self::CreateChannel,
        Self::UpdateChannel,
        Self::DeleteChannel,
        Self::BatchGetChannel,
        Self::GetStreamSession,
        Self::ListStreamSessions,
    ];

    /// Whether a call is about one channel, and not about all or several.
    pub fn is_of_one_channel(self) -> bool {
        match self {
            Self::PutMetadata
            | Self::GetStream
            | Self::StopStream
            | Self::GetChannel
            | Self::UpdateChannel
            | Self::DeleteChannel
            | Self::GetStreamSession
            | Self::ListStreamSessions
            | Self::TagResource
            | Self::UntagResource
            | Self::ListTagsForResource => true,
            Self::ListStreams
            | Self::ListChannels
            | Self::CreateChannel
            | Self::BatchGetChannel => false,
        }
    }

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::PutMetadata => "PutMetadata",
            Self::GetStream => "GetStream",
            Self::ListStreams => "ListStreams",
            Self::StopStream => "StopStream",
            Self::GetChannel => "GetChannel",
            Self::ListChannels => "ListChannels",
            Self::CreateChannel => "CreateChannel",
            Self::UpdateChannel => "UpdateChannel",
            Self::DeleteChannel => "DeleteChannel",
            Self::BatchGetChannel => "BatchGetChannel",
            Self::GetStreamSession => "GetStreamSession",
            Self::ListStreamSessions => "ListStreamSessions",
            Self::TagResource => "TagResource",
            Self::UntagResource => "UntagResource",
            Self::ListTagsForResource => "ListTagsForResource",
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
