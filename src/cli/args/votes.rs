//! What is typed about votes.

use clap::Args;

use crate::model::limits::VOTE_KEYS_MAX;
use crate::world::run::{Origin, StoreUrl, VoteKey, VoteOptions};

/// Who may vote, and how they are told apart.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct AdmissionArgs {
    /// A site whose pages may vote, too: `https://shop.example`; repeatable
    #[arg(long, value_name = "ORIGIN")]
    allow_origin: Vec<Origin>,
    /// Believe the proxy in front: the last address of its `X-Forwarded-For` is who asks, and
    /// `X-Forwarded-Proto` says whether that came with TLS. Only where all come through it
    #[arg(long)]
    trust_proxy: bool,
    /// What viewers' ids are signed with, 32 characters or more. Given twice the first signs and
    /// both are taken, so that a key can be changed. In the environment, where no list of
    /// processes shows it, two are parted by a comma [default: one that the store keeps]
    #[arg(
        long,
        value_name = "KEY",
        env = "RUNNER_VOTE_KEYS",
        hide_env_values = true,
        value_delimiter = ','
    )]
    vote_key: Vec<VoteKey>,
}

impl AdmissionArgs {
    /// As a run takes it, with votes in that store.
    pub(in crate::cli) fn options(self, store: Option<StoreUrl>) -> anyhow::Result<VoteOptions> {
        if self.vote_key.len() > VOTE_KEYS_MAX {
            anyhow::bail!(
                "`--vote-key` is given {} times, wanted {VOTE_KEYS_MAX} at most\n\
                 hint: the new key first, then the one that it takes the place of",
                self.vote_key.len()
            );
        }
        Ok(VoteOptions {
            store,
            origins: self.allow_origin,
            trusts_proxy: self.trust_proxy,
            keys: self.vote_key,
        })
    }
}
