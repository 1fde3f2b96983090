//! What goes into the machine of an account and comes out of it.

use super::{AskFailure, Seen, Urgency};
use crate::model::channel::{ChannelArn, StreamInfo};
use crate::model::event::Event;

/// What an account is told.
#[derive(Debug, Clone, PartialEq)]
pub enum AccountInput {
    /// A channel joins.
    Join(ChannelArn),
    /// A channel leaves.
    Leave(ChannelArn),
    /// A channel wants to begin a call.
    Want(ChannelArn, Urgency),
    /// A channel is on or off air: how often it is asked.
    Air(ChannelArn, Air),
    /// What `GetStream` said.
    Stream(ChannelArn, Seen),
    /// What a page of `ListStreams` said.
    Page(Page),
    /// A deadline passed.
    Tick,
}

/// Whether a channel is live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Air {
    /// It is.
    On,
    /// It is not.
    Off,
}

/// One page of `ListStreams`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    /// What it held.
    Streams {
        /// The live ones.
        live: Vec<(ChannelArn, StreamInfo)>,
        /// What asks for the next page; none after the last.
        next: Option<String>,
    },
    /// It was not answered usefully.
    Unknown,
    /// Asking is not permitted.
    NotPermitted,
    /// The question did not get through.
    Failed(AskFailure),
}

/// What an account wants done, in this order.
#[derive(Debug, Clone, PartialEq)]
pub enum AccountOutput {
    /// A channel may begin one call.
    Grant(ChannelArn),
    /// `GetStream`; comes back as [`AccountInput::Stream`].
    AskStream(ChannelArn),
    /// `ListStreams`; comes back as [`AccountInput::Page`].
    AskPage {
        /// What asks for a page that is not the first.
        next: Option<String>,
    },
    /// What is known of a channel's stream: for the channel.
    Seen(ChannelArn, Seen),
    /// Something worth remembering.
    Event(Event),
}
