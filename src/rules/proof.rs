//! Which payloads that were sent showed up in their channel's own video, when, and which did not.

use std::collections::VecDeque;

use jiff::SignedDuration;

use crate::model::channel::ShowId;
use crate::model::event::{About, What};
use crate::model::limits::{VERIFY_EARLY_MAX, VERIFY_WAITING_MAX};
use crate::model::time::Now;

/// The proofs of one channel.
#[derive(Debug)]
pub struct Proof {
    within: SignedDuration,
    /// Sent and not seen, the first sent first.
    waiting: VecDeque<Waiting>,
    /// Seen and not known to be sent: a call's answer may come after its payload.
    early: VecDeque<(String, Now)>,
    /// Whether the video is followed, so that what is not seen is not there.
    follows: bool,
    proved: VecDeque<(ShowId, What)>,
}

#[derive(Debug)]
struct Waiting {
    show: ShowId,
    of: About,
    sent: Now,
    /// The video was followed without a gap since it was sent.
    is_certain: bool,
    /// Seen or not, nobody is told.
    is_repeat: bool,
}

/// What the proofs of a channel are told.
#[derive(Debug, Clone)]
pub enum ProofInput {
    /// The service took a payload.
    Sent {
        /// The show.
        show: ShowId,
        /// The payload.
        of: About,
        /// It repeats one for late joiners.
        repeat: bool,
    },
    /// A payload was read from the video.
    Seen(String),
    /// The video is followed from now on.
    Follows,
    /// It is not any more: it ended, or cannot be had.
    Lost,
    /// Some of it could not be read.
    Gap,
    /// Time passed.
    Tick,
}

impl Proof {
    /// Of a channel whose payloads may take so long to show up.
    pub fn new(within: SignedDuration) -> Self {
        let (waiting, early, proved) = Default::default();
        Self { within, waiting, early, follows: false, proved }
    }

    /// Takes one input.
    pub fn handle(&mut self, input: ProofInput, now: Now) {
        self.give_up(now);
        match input {
            ProofInput::Sent { show, of, repeat } => {
                let is_certain = self.follows;
                self.sent(Waiting { show, of, sent: now, is_certain, is_repeat: repeat }, now);
            }
            ProofInput::Seen(text) => self.seen(text, now),
            ProofInput::Follows if self.follows => {}
            ProofInput::Follows => {
                self.follows = true;
                self.gap();
            }
            ProofInput::Lost => self.follows = false,
            ProofInput::Gap => self.gap(),
            ProofInput::Tick => {}
        }
    }

    /// What is proved, or given up.
    pub fn poll_output(&mut self) -> Option<(ShowId, What)> {
        self.proved.pop_front()
    }

    /// When the next one is given up, on the interval clock.
    pub fn next_deadline(&self) -> Option<SignedDuration> {
        self.waiting.front().map(|waiting| waiting.sent.up + self.within)
    }

    /// What was there meanwhile nobody read.
    fn gap(&mut self) {
        for waiting in &mut self.waiting {
            waiting.is_certain = false;
        }
    }

    fn sent(&mut self, waiting: Waiting, now: Now) {
        let text = waiting.of.payload.as_str();
        if let Some(at) = self.early.iter().position(|(early, _)| early == text) {
            self.early.remove(at);
            return self.shown(waiting, SignedDuration::ZERO);
        }
        if self.waiting.len() >= VERIFY_WAITING_MAX
            && let Some(oldest) = self.waiting.pop_front()
        {
            self.unseen(oldest, now);
        }
        self.waiting.push_back(waiting);
    }

    fn seen(&mut self, text: String, now: Now) {
        let first = self.waiting.iter().position(|one| one.of.payload.as_str() == text);
        if let Some(waiting) = first.and_then(|first| self.waiting.remove(first)) {
            let delay = now.up - waiting.sent.up;
            return self.shown(waiting, delay);
        }
        if self.early.len() >= VERIFY_EARLY_MAX {
            self.early.pop_front();
        }
        self.early.push_back((text, now));
    }

    fn give_up(&mut self, now: Now) {
        while self.waiting.front().is_some_and(|first| now.up - first.sent.up >= self.within)
            && let Some(first) = self.waiting.pop_front()
        {
            self.unseen(first, now);
        }
        // What was seen so long ago was sent by somebody else.
        while self.early.front().is_some_and(|(_, at)| now.up - at.up >= self.within) {
            self.early.pop_front();
        }
    }

    fn shown(&mut self, waiting: Waiting, delay: SignedDuration) {
        let Waiting { show, of: About { delivery, cue, .. }, is_repeat, .. } = waiting;
        if !is_repeat {
            let delay_ms = millis(delay);
            self.proved.push_back((show, What::Shown { delivery, cue, delay_ms }));
        }
    }

    /// One that was sent while nobody looked may have been there.
    fn unseen(&mut self, waiting: Waiting, now: Now) {
        if waiting.is_certain && !waiting.is_repeat {
            let after_ms = millis(now.up - waiting.sent.up);
            let (delivery, cue) = (waiting.of.delivery, waiting.of.cue);
            self.proved.push_back((waiting.show, What::Unseen { delivery, cue, after_ms }));
        }
    }
}

fn millis(span: SignedDuration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
