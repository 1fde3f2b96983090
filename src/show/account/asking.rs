//! Which channels are live: a few are asked one by one, many by pages of all live streams.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::pages::Pages;
use crate::model::channel::ChannelArn;
use crate::model::io::{AccountOutput, Air, Page, Seen};
use crate::model::limits::{
    ACCOUNT_CHANNELS_MAX, ASK_NOT_PERMITTED, ASK_OFF_AIR, ASK_ON_AIR, ASK_ONE_BY_ONE_MAX_CHANNELS,
    ASK_STREAM_PER_SECOND, CALL_TIMEOUT,
};
use crate::model::outputs::Outputs;
use crate::model::time::Deadline;
use crate::rules::pace::Pace;

/// What is asked about, and how.
#[derive(Debug)]
pub(super) struct Asking {
    channels: BTreeMap<ChannelArn, Joined>,
    /// `GetStream` calls begun.
    pace: Pace,
    pages: Pages,
}

/// A channel that joined.
#[derive(Debug, Clone)]
pub(super) struct Joined {
    /// When; a round of pages that began before tells nothing of it.
    pub(super) since: SignedDuration,
    /// What it last said of itself; none while it does not know.
    pub(super) air: Option<Air>,
    /// When it was last asked one by one.
    asked: Option<SignedDuration>,
    /// Whether that call is in flight.
    in_flight: bool,
    permitted: bool,
}

impl Joined {
    /// When it is to be asked again, or when an ask in flight counts as not answered.
    fn due(&self) -> SignedDuration {
        let wait = match self.air {
            _ if self.in_flight => CALL_TIMEOUT,
            _ if !self.permitted => ASK_NOT_PERMITTED,
            Some(Air::On) => ASK_ON_AIR,
            Some(Air::Off) | None => ASK_OFF_AIR,
        };
        self.asked.map_or(SignedDuration::MIN, |asked| asked + wait)
    }
}

impl Default for Asking {
    fn default() -> Self {
        let pace = Pace::new(ASK_STREAM_PER_SECOND);
        Self { channels: BTreeMap::new(), pace, pages: Pages::default() }
    }
}

impl Asking {
    /// A channel is asked about at once; past `ACCOUNT_CHANNELS_MAX` not at all.
    pub(super) fn join(&mut self, channel: ChannelArn, now: SignedDuration) {
        if self.channels.len() >= ACCOUNT_CHANNELS_MAX {
            return;
        }
        let joined =
            Joined { since: now, air: None, asked: None, in_flight: false, permitted: true };
        self.channels.entry(channel).or_insert(joined);
        if self.by_pages() {
            self.pages.hurry(now);
        }
    }

    pub(super) fn leave(&mut self, channel: &ChannelArn) {
        self.channels.remove(channel);
        if !self.by_pages() {
            self.pages.rest();
        }
    }

    /// Whether a channel joined and is asked about.
    pub(super) fn has(&self, channel: &ChannelArn) -> bool {
        self.channels.contains_key(channel)
    }

    pub(super) fn air(&mut self, channel: &ChannelArn, air: Air) {
        let by_pages = self.by_pages();
        let Some(joined) = self.channels.get_mut(channel) else { return };
        joined.air = Some(air);
        if by_pages && air == Air::Off {
            self.pages.some_off();
        }
    }

    /// What `GetStream` said, also when it came too late or after all were asked by pages.
    pub(super) fn stream(
        &mut self,
        channel: ChannelArn,
        seen: Seen,
        outputs: &mut Outputs<AccountOutput>,
    ) {
        let Some(joined) = self.channels.get_mut(&channel) else { return };
        joined.in_flight = false;
        joined.permitted = seen != Seen::NotPermitted;
        outputs.push_back(AccountOutput::Seen(channel, seen));
    }

    pub(super) fn page(
        &mut self,
        page: Page,
        now: SignedDuration,
        outputs: &mut Outputs<AccountOutput>,
    ) {
        if self.by_pages() {
            self.pages.answered(page, &self.channels, now, outputs);
        }
    }

    fn by_pages(&self) -> bool {
        self.channels.len() > ASK_ONE_BY_ONE_MAX_CHANNELS
    }

    /// Asks what is due; answers when to go on.
    pub(super) fn go_on(
        &mut self,
        now: SignedDuration,
        outputs: &mut Outputs<AccountOutput>,
    ) -> Option<Deadline> {
        if self.by_pages() {
            return Some(self.pages.go_on(now, outputs));
        }
        self.forget_unanswered(now, outputs);
        while let Some((channel, joined)) = self.longest_due() {
            let at = joined.due().max(self.pace.free_at(ASK_STREAM_PER_SECOND));
            if at > now {
                break;
            }
            let channel = channel.clone();
            self.pace.begin(now);
            if let Some(joined) = self.channels.get_mut(&channel) {
                joined.asked = Some(now);
                joined.in_flight = true;
            }
            outputs.push_back(AccountOutput::AskStream(channel));
        }
        self.next_deadline()
    }

    /// At most `ASK_ONE_BY_ONE_MAX_CHANNELS` are looked through here.
    fn longest_due(&self) -> Option<(&ChannelArn, &Joined)> {
        let idle = self.channels.iter().filter(|(_, joined)| !joined.in_flight);
        idle.min_by_key(|(_, joined)| joined.due())
    }

    fn forget_unanswered(&mut self, now: SignedDuration, outputs: &mut Outputs<AccountOutput>) {
        for (channel, joined) in &mut self.channels {
            if joined.in_flight && joined.due() <= now {
                joined.in_flight = false;
                outputs.push_back(AccountOutput::Seen(channel.clone(), Seen::Unknown));
            }
        }
    }

    fn next_deadline(&self) -> Option<Deadline> {
        let free_at = self.pace.free_at(ASK_STREAM_PER_SECOND);
        let next = self.longest_due().map(|(_, joined)| joined.due().max(free_at));
        let in_flight = self.channels.values().filter(|joined| joined.in_flight);
        let lost = in_flight.map(Joined::due).min();
        Deadline::earlier(
            next.map(|at| Deadline { at, why: "asking for a stream" }),
            lost.map(|at| Deadline { at, why: "an ask not answered" }),
        )
    }
}
