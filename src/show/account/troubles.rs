//! Why asking tells nothing, for a person: said once, until it tells something again.

use std::collections::BTreeMap;

use crate::model::channel::ChannelArn;
use crate::model::io::{AskFailure, Page, Seen};

/// What was said of the account and of its channels, and still is so.
#[derive(Debug, Default)]
pub(super) struct Troubles {
    account: Option<(Trouble, String)>,
    channels: BTreeMap<ChannelArn, Trouble>,
}

/// What may be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    NoChannel,
    NotPermitted,
    Credentials,
    Unreachable,
}

impl Troubles {
    /// What `GetStream` said of a channel that joined; the words to be said of it, if any.
    pub(super) fn stream(&mut self, channel: &ChannelArn, seen: &Seen) -> Option<String> {
        let (trouble, words) = match seen {
            Seen::Failed(failure) => return self.failed(failure),
            Seen::Unknown => return None,
            Seen::Live(_) | Seen::NotLive => {
                self.account = None;
                self.channels.remove(channel);
                return None;
            }
            Seen::NoChannel => (Trouble::NoChannel, no_channel(channel)),
            Seen::NotPermitted => {
                let whether = format!("whether {channel} is live");
                (Trouble::NotPermitted, not_permitted(&whether, "ivs:GetStream"))
            }
        };
        self.account = None;
        let before = self.channels.insert(channel.clone(), trouble);
        (before != Some(trouble)).then_some(words)
    }

    /// What a page of live streams said; the words to be said of it, if any.
    pub(super) fn page(&mut self, page: &Page) -> Option<String> {
        match page {
            Page::Streams { .. } => {
                self.account = None;
                None
            }
            Page::NotPermitted => {
                let words = not_permitted("which channels are live", "ivs:ListStreams");
                self.meet(Trouble::NotPermitted, words)
            }
            Page::Failed(failure) => self.failed(failure),
            Page::Unknown => None,
        }
    }

    /// A channel left.
    pub(super) fn forget(&mut self, channel: &ChannelArn) {
        self.channels.remove(channel);
    }

    fn failed(&mut self, failure: &AskFailure) -> Option<String> {
        let (trouble, words) = match failure {
            AskFailure::Credentials(said) => (
                Trouble::Credentials,
                format!(
                    "the AWS credentials do not hold: {said}\nhint: `aws sso login` or `aws \
                     configure` makes new ones; the show goes on when they hold"
                ),
            ),
            AskFailure::Unreachable(said) => (
                Trouble::Unreachable,
                format!(
                    "the service cannot be reached: {said}\nhint: check the network and \
                     `--endpoint-url`; until then what is sent is tried again while it is valid"
                ),
            ),
        };
        self.meet(trouble, words)
    }

    /// What is wrong with the account now.
    pub(super) fn of_account(&self) -> Option<&str> {
        self.account.as_ref().map(|(_, words)| words.as_str())
    }

    fn meet(&mut self, trouble: Trouble, words: String) -> Option<String> {
        let before = self.account.replace((trouble, words.clone()));
        before.is_none_or(|(before, _)| before != trouble).then_some(words)
    }
}

fn no_channel(channel: &ChannelArn) -> String {
    format!(
        "there is no channel {channel}: what is sent to it will be refused\nhint: `runner \
         channels` lists those of an account and region"
    )
}

fn not_permitted(what: &str, action: &str) -> String {
    format!(
        "asking {what} is not permitted: only what is sent can tell\nhint: allow `{action}` in \
         the IAM policy"
    )
}
