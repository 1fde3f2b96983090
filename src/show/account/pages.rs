//! Many channels are asked about by rounds over the pages of all live streams.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;

use super::asking::Joined;
use crate::model::channel::{ChannelArn, StreamInfo};
use crate::model::io::{AccountOutput, Air, Page, Seen};
use crate::model::limits::{
    ASK_NOT_PERMITTED, ASK_OFF_AIR, ASK_ON_AIR, ASK_PAGE_FAILURES, ASK_PAGES_MAX,
    ASK_PAGES_PER_SECOND, CALL_TIMEOUT,
};
use crate::model::outputs::Outputs;
use crate::model::time::Deadline;
use crate::rules::pace::Pace;

/// The rounds: one page at a time, one round after the other.
#[derive(Debug)]
pub(super) struct Pages {
    pace: Pace,
    /// The round under way.
    round: Option<Round>,
    /// When the page in flight was asked for; none while none is.
    asked: Option<SignedDuration>,
    /// When the next page may be asked for, the pace aside.
    due: SignedDuration,
    /// When the last round began.
    last_began: SignedDuration,
    /// A channel joined after the round under way began: the next one follows at once.
    hurried: bool,
    /// Not before this, as asking was not permitted.
    barred_until: SignedDuration,
}

/// One walk over all pages.
#[derive(Debug)]
struct Round {
    /// When its first page was asked for.
    began: SignedDuration,
    /// What asks for its next page; none for the first.
    next: Option<String>,
    /// Pages answered.
    pages: usize,
    /// Failures of the next page, in a row.
    failures: usize,
    live: BTreeSet<ChannelArn>,
}

impl Default for Pages {
    fn default() -> Self {
        Self {
            pace: Pace::new(ASK_PAGES_PER_SECOND),
            round: None,
            asked: None,
            due: SignedDuration::MIN,
            last_began: SignedDuration::MIN,
            hurried: false,
            barred_until: SignedDuration::MIN,
        }
    }
}

impl Pages {
    /// A channel joined that wants to hear soon.
    pub(super) fn hurry(&mut self, now: SignedDuration) {
        self.hurried = self.round.is_some();
        if self.round.is_none() {
            self.earlier(now);
        }
    }

    /// A channel went off air: rounds follow one another sooner.
    pub(super) fn some_off(&mut self) {
        if self.round.is_none() {
            self.earlier(self.last_began.saturating_add(ASK_OFF_AIR));
        }
    }

    fn earlier(&mut self, due: SignedDuration) {
        self.due = self.due.min(due).max(self.barred_until);
    }

    /// Few enough channels are left to be asked one by one.
    pub(super) fn rest(&mut self) {
        self.round = None;
        self.asked = None;
    }

    /// Asks for the next page when it is due; answers when to go on.
    pub(super) fn go_on(
        &mut self,
        now: SignedDuration,
        outputs: &mut Outputs<AccountOutput>,
    ) -> Deadline {
        if self.asked.is_some_and(|asked| asked + CALL_TIMEOUT <= now) {
            self.asked = None;
            self.failed(now);
        }
        let at = self.due.max(self.pace.free_at(ASK_PAGES_PER_SECOND));
        if self.asked.is_none() && at <= now {
            self.ask(now, outputs);
        }
        self.asked.map_or(Deadline { at, why: "asking for live streams" }, |asked| Deadline {
            at: asked + CALL_TIMEOUT,
            why: "a page not answered",
        })
    }

    fn ask(&mut self, now: SignedDuration, outputs: &mut Outputs<AccountOutput>) {
        if self.round.is_none() {
            self.last_began = now;
            self.hurried = false;
        }
        let round = self.round.get_or_insert_with(|| Round {
            began: now,
            next: None,
            pages: 0,
            failures: 0,
            live: BTreeSet::new(),
        });
        outputs.push_back(AccountOutput::AskPage { next: round.next.clone() });
        self.pace.begin(now);
        self.asked = Some(now);
    }

    /// A page's answer; one that nobody waits for any more is ignored.
    pub(super) fn answered(
        &mut self,
        page: Page,
        channels: &BTreeMap<ChannelArn, Joined>,
        now: SignedDuration,
        outputs: &mut Outputs<AccountOutput>,
    ) {
        if self.asked.take().is_none() {
            return;
        }
        match page {
            Page::Streams { live, next } => {
                self.note_live(live, channels, outputs);
                self.turn_page(next, channels, now, outputs);
            }
            Page::Unknown | Page::Failed(_) => self.failed(now),
            Page::NotPermitted => {
                let all = channels.keys().cloned();
                outputs.extend(all.map(|one| AccountOutput::Seen(one, Seen::NotPermitted)));
                self.round = None;
                self.barred_until = now + ASK_NOT_PERMITTED;
                self.due = self.barred_until;
            }
        }
    }

    fn note_live(
        &mut self,
        live: Vec<(ChannelArn, StreamInfo)>,
        channels: &BTreeMap<ChannelArn, Joined>,
        outputs: &mut Outputs<AccountOutput>,
    ) {
        let Some(round) = &mut self.round else { return };
        for (channel, stream) in live {
            if channels.contains_key(&channel) {
                round.live.insert(channel.clone());
                outputs.push_back(AccountOutput::Seen(channel, Seen::Live(stream)));
            }
        }
    }

    fn turn_page(
        &mut self,
        next: Option<String>,
        channels: &BTreeMap<ChannelArn, Joined>,
        now: SignedDuration,
        outputs: &mut Outputs<AccountOutput>,
    ) {
        let Some(mut round) = self.round.take() else { return };
        round.pages += 1;
        round.failures = 0;
        let is_last = next.is_none();
        if !is_last && round.pages < ASK_PAGES_MAX {
            round.next = next;
            self.round = Some(round);
            self.due = now;
            return;
        }
        let all_on = channels.values().all(|joined| joined.air == Some(Air::On));
        let rest = if all_on { ASK_ON_AIR } else { ASK_OFF_AIR };
        self.due = if self.hurried { now } else { round.began + rest };
        if is_last {
            let known = channels.iter().filter(|(_, joined)| joined.since <= round.began);
            let absent = known.filter(|(channel, _)| !round.live.contains(*channel));
            let not_live = |(channel, _): (&ChannelArn, _)| {
                AccountOutput::Seen(channel.clone(), Seen::NotLive)
            };
            outputs.extend(absent.map(not_live));
        }
    }

    /// The same page again, a little later; after some failures the round from its beginning.
    fn failed(&mut self, now: SignedDuration) {
        self.due = now + ASK_OFF_AIR;
        if let Some(round) = &mut self.round {
            round.failures += 1;
            if round.failures >= ASK_PAGE_FAILURES {
                self.round = None;
            }
        }
    }
}
