//! How things stand, counted from the events: what the moving last line shows.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};

use crate::model::channel::ChannelArn;
use crate::model::event::{Event, What};
use crate::world::report::status::StatusLine;

const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// What the events so far come to.
#[derive(Debug, Default)]
pub(super) struct Tally {
    channels: BTreeSet<ChannelArn>,
    on_air: BTreeSet<ChannelArn>,
    attempts: BTreeMap<ChannelArn, VecDeque<Timestamp>>,
    sent: u64,
    refused: u64,
    waiting: usize,
}

impl Tally {
    /// Counts an event.
    pub(super) fn count(&mut self, event: &Event) {
        let Some(channel) = event.show.as_ref().map(|show| &show.channel) else { return };
        match &event.what {
            What::Started(_) => {
                self.channels.insert(channel.clone());
            }
            What::OnAir { .. } => {
                self.on_air.insert(channel.clone());
            }
            What::OffAir => {
                self.on_air.remove(channel);
            }
            What::Queued { .. } => self.waiting += 1,
            What::Sent { repeat, .. } => {
                self.sent += 1;
                self.attempted(channel, event.at);
                if !repeat {
                    self.settled();
                }
            }
            What::Refused { given_up, .. } => {
                self.refused += 1;
                self.attempted(channel, event.at);
                if *given_up {
                    self.settled();
                }
            }
            What::Expired { .. } | What::Dropped { .. } | What::InDoubt { .. } => self.settled(),
            What::CueFired { .. }
            | What::Missed { .. }
            | What::Skipped { .. }
            | What::NotRun { .. }
            | What::CueSet { .. }
            | What::Reloaded(_)
            | What::ReloadFailed(_)
            | What::RolledBack { .. }
            | What::ScriptError(_)
            | What::ScriptWarning(_)
            | What::Log { .. }
            | What::ClockJumped { .. }
            | What::Warning { .. }
            | What::Stopped { .. } => {}
        }
    }

    fn settled(&mut self) {
        self.waiting = self.waiting.saturating_sub(1);
    }

    fn attempted(&mut self, channel: &ChannelArn, at: Timestamp) {
        let recent = self.attempts.entry(channel.clone()).or_default();
        recent.push_back(at);
        forget(recent, at);
    }

    /// The line, at `now`, with the cue that fires next.
    pub(super) fn line(
        &mut self,
        next: Option<(String, SignedDuration)>,
        now: Timestamp,
    ) -> StatusLine {
        self.attempts.values_mut().for_each(|recent| forget(recent, now));
        StatusLine {
            next,
            on_air: self.on_air.len(),
            channels: self.channels.len(),
            sent: self.sent,
            refused: self.refused,
            waiting: self.waiting,
            pace: self.attempts.values().map(VecDeque::len).max().unwrap_or(0),
        }
    }
}

fn forget(recent: &mut VecDeque<Timestamp>, now: Timestamp) {
    while recent.front().is_some_and(|at| now.duration_since(*at) >= SECOND) {
        recent.pop_front();
    }
}
