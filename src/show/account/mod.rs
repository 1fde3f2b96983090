//! One account in one region: what its channels share.
//!
//! It lets calls begin, `ACCOUNT_SENDS_PER_WINDOW` of them in any window, urgent ones first and
//! otherwise each channel in its turn; and it asks which channels are live.

mod asking;
mod pages;
mod queue;
#[cfg(test)]
mod tests;
mod troubles;

use std::collections::VecDeque;

use self::asking::Asking;
use self::queue::Queue;
use self::troubles::Troubles;
use crate::model::event::{Event, What};
use crate::model::io::{AccountInput, AccountOutput};
use crate::model::limits::ACCOUNT_SENDS_PER_WINDOW;
use crate::model::outputs::Outputs;
use crate::model::time::{Deadline, Now};
use crate::rules::pace::Pace;

/// An account, shared by its channels.
#[derive(Debug)]
pub struct Account {
    pace: Pace,
    queue: Queue,
    asking: Asking,
    troubles: Troubles,
    outputs: Outputs<AccountOutput>,
    wake: Option<Deadline>,
}

impl Default for Account {
    fn default() -> Self {
        Self::new()
    }
}

impl Account {
    /// An account without channels.
    pub fn new() -> Self {
        Self {
            pace: Pace::new(ACCOUNT_SENDS_PER_WINDOW),
            queue: Queue::default(),
            asking: Asking::default(),
            troubles: Troubles::default(),
            outputs: Outputs::default(),
            wake: None,
        }
    }

    /// Tells the account something. Drain the outputs after each input.
    pub fn handle(&mut self, input: AccountInput, now: Now) {
        match input {
            AccountInput::Join(channel) => self.asking.join(channel, now.up),
            AccountInput::Leave(channel) => {
                self.queue.forget(&channel);
                self.asking.leave(&channel);
                self.troubles.forget(&channel);
            }
            AccountInput::Want(channel, urgency) => self.queue.want(channel, urgency),
            AccountInput::Air(channel, air) => self.asking.air(&channel, air),
            AccountInput::Stream(channel, seen) => {
                if self.asking.has(&channel) {
                    let words = self.troubles.stream(&channel, &seen);
                    self.warn(words, now);
                }
                self.asking.stream(channel, seen, &mut self.outputs);
            }
            AccountInput::Page(page) => {
                let words = self.troubles.page(&page);
                self.warn(words, now);
                self.asking.page(page, now.up, &mut self.outputs);
            }
            AccountInput::Tick => {}
        }
        let granting = self.grant(now);
        let asking = self.asking.go_on(now.up, &mut self.outputs);
        self.wake = Deadline::earlier(granting, asking);
    }

    /// What the account wants done next; none when nothing is left of the last input.
    pub fn poll_output(&mut self) -> Option<AccountOutput> {
        self.outputs.poll()
    }

    /// All that the account wants done, in order.
    pub fn take_outputs(&mut self) -> VecDeque<AccountOutput> {
        self.outputs.take()
    }

    /// When it wants to be told `Tick`.
    pub fn next_deadline(&self) -> Option<Deadline> {
        self.wake
    }

    /// Why asking tells nothing of any of its channels, in words for a person; none when it does.
    pub fn problem(&self) -> Option<&str> {
        self.troubles.of_account()
    }

    fn warn(&mut self, words: Option<String>, now: Now) {
        let warning = words.map(|message| What::Warning { message });
        let event = warning.map(|what| Event { at: now.wall, what, show: None });
        self.outputs.extend(event.map(AccountOutput::Event));
    }

    /// Lets begin what may; answers when more may while some wait.
    fn grant(&mut self, now: Now) -> Option<Deadline> {
        while !self.queue.is_empty() {
            let at = self.pace.free_at(ACCOUNT_SENDS_PER_WINDOW);
            if at > now.up {
                return Some(Deadline { at, why: "the account's pace" });
            }
            let channel = self.queue.take_next()?;
            self.pace.begin(now.up);
            self.outputs.push_back(AccountOutput::Grant(channel));
        }
        None
    }
}
