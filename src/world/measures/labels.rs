//! What measures are told apart by, bounded however many channels and cues there are.

use std::collections::BTreeSet;

use prometheus_client::encoding::EncodeLabelSet;

use crate::model::channel::ChannelArn;
use crate::model::cue::CueKey;
use crate::model::event::{Dropped, Skipped};
use crate::model::limits::{MEASURED_CHANNELS_MAX, MEASURED_CUES_MAX};

/// What has no label of its own.
const OTHER: &str = "other";

/// Of one channel, by its id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, EncodeLabelSet)]
pub(super) struct OfChannel {
    channel: String,
}

/// Of one cue of a channel.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, EncodeLabelSet)]
pub(super) struct OfCue {
    channel: String,
    cue: String,
}

/// Of one channel, and why.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct OfReason {
    channel: String,
    reason: &'static str,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct OfResult {
    pub(super) result: &'static str,
}

/// What came of it, on one channel.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct OfChannelResult {
    channel: String,
    result: &'static str,
}

/// The program's version.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct OfVersion {
    pub(super) version: &'static str,
}

impl OfReason {
    pub(super) fn new(of: &OfChannel, reason: &'static str) -> Self {
        Self { channel: of.channel.clone(), reason }
    }
}

impl OfChannelResult {
    pub(super) fn new(of: OfChannel, result: &'static str) -> Self {
        Self { channel: of.channel, result }
    }
}

/// The channels and cues that have labels of their own: whichever came first.
#[derive(Default)]
pub(super) struct Bounded {
    channels: BTreeSet<ChannelArn>,
    cues: BTreeSet<OfCue>,
}

impl Bounded {
    /// The label of a channel.
    pub(super) fn channel(&mut self, arn: &ChannelArn) -> OfChannel {
        let is_own = self.channels.contains(arn) || {
            let has_room = self.channels.len() < MEASURED_CHANNELS_MAX;
            has_room && self.channels.insert(arn.clone())
        };
        OfChannel { channel: if is_own { arn.id() } else { OTHER }.to_owned() }
    }

    /// The label of a cue. What `after` set has a number, and none of its own.
    pub(super) fn cue(&mut self, arn: &ChannelArn, cue: &CueKey) -> OfCue {
        let OfChannel { channel } = self.channel(arn);
        let of = OfCue { channel, cue: cue.as_str().to_owned() };
        if self.cues.contains(&of) {
            return of;
        }
        let has_room = self.cues.len() < MEASURED_CUES_MAX;
        if cue.as_str().starts_with("after #") || !has_room {
            return OfCue { cue: OTHER.to_owned(), ..of };
        }
        self.cues.insert(of.clone());
        of
    }
}

pub(super) fn dropped(why: Dropped) -> &'static str {
    match why {
        Dropped::OutboxFull => "outbox_full",
        Dropped::Stopped => "stopped",
        Dropped::Panic => "panic",
    }
}

pub(super) fn skipped(why: Skipped) -> &'static str {
    match why {
        Skipped::OffAir => "off_air",
        Skipped::Late => "late",
        Skipped::Busy => "busy",
    }
}
