//! What a run is asked to do.

use std::collections::BTreeMap;
use std::fmt;
pub use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Map, Value};

use crate::model::channel::{ChannelArn, ShowId};
pub use crate::model::io::Kept;
use crate::model::zone::Zone;
pub use crate::world::fetch::Allowed;
use crate::world::script_file::script_name;
pub use crate::world::store::StoreUrl;
pub use crate::world::web::votes::{Origin, VoteKey};

/// Everything `runner run` or `runner up` was told.
#[derive(Debug, Clone)]
pub struct Options {
    /// What plays.
    pub bill: Bill,
    /// How AWS is reached.
    pub aws: AwsOptions,
    /// Where the player page and the local channel listen.
    pub listen: ListenOptions,
    /// Where votes are kept, and who may vote.
    pub votes: VoteOptions,
    /// Where the desk listens.
    pub desk: DeskOptions,
    /// `--timezone`, for shows that have none of their own.
    pub zone: Option<Zone>,
    /// `--seed`, for shows that have none of their own.
    pub seed: Option<u64>,
    /// `--set`; what a show has of its own counts before it.
    pub args: Map<String, Value>,
    /// What scripts may fetch.
    pub net: NetOptions,
    /// Where things are and go.
    pub folders: FolderOptions,
    /// Whether to begin with what an earlier run kept.
    pub kept: Kept,
    /// How events are shown.
    pub output: Output,
    /// `--for`.
    pub ends_after: Option<SignedDuration>,
    /// `--same-show`.
    pub same_show: SignedDuration,
    /// `--standby`: whether other runners with the same store may play the shows instead.
    pub standby: bool,
    /// `--verify`: how long a payload may take to show up; none to follow no video.
    pub verify: Option<SignedDuration>,
}

/// What plays in a run.
#[derive(Debug, Clone)]
pub enum Bill {
    /// A script on the channels of a command line.
    Typed {
        /// The script's file.
        script: PathBuf,
        /// Its shows, at least one.
        shows: Vec<ShowOptions>,
    },
    /// What a plan says, and says anew when it is saved.
    Plan(PathBuf),
}

impl Bill {
    /// The operator's file: data lies beside it.
    pub(super) fn file(&self) -> &Path {
        match self {
            Self::Typed { script, .. } => script,
            Self::Plan(plan) => plan,
        }
    }

    /// The plan; none for what was typed.
    pub(super) fn plan(&self) -> Option<&Path> {
        match self {
            Self::Typed { .. } => None,
            Self::Plan(plan) => Some(plan),
        }
    }
}

/// One show of the run: a script on a channel.
#[derive(Debug, Clone, PartialEq)]
pub struct ShowOptions {
    /// The script's file.
    pub script: Arc<Path>,
    /// The channel.
    pub channel: ChannelArn,
    /// Its own zone.
    pub zone: Option<Zone>,
    /// Its own seed.
    pub seed: Option<u64>,
    /// Its own arguments, each name once.
    pub args: Arc<[(String, Value)]>,
    /// Its own folder of facts.
    pub facts: Option<Arc<Path>>,
}

impl ShowOptions {
    /// Which show this is.
    pub fn id(&self) -> ShowId {
        ShowId { script: script_name(&self.script).into(), channel: self.channel.clone() }
    }
}

/// How AWS is reached.
#[derive(Debug, Clone, Default)]
pub struct AwsOptions {
    /// `--profile`.
    pub profile: Option<String>,
    /// `--endpoint-url`.
    pub endpoint_url: Option<String>,
}

/// Where the player page and the local channel listen, and what that channel shows.
#[derive(Debug, Clone)]
pub struct ListenOptions {
    /// `--bind`.
    pub bind: IpAddr,
    /// `--port`.
    pub port: Option<u16>,
    /// `--open`.
    pub open: bool,
    /// `--clip`.
    pub clip: Option<PathBuf>,
}

/// Where votes are kept, and who may vote.
#[derive(Debug, Clone, Default)]
pub struct VoteOptions {
    /// `--store`; none for a file in the data folder.
    pub store: Option<StoreUrl>,
    /// `--allow-origin`.
    pub origins: Vec<Origin>,
    /// `--trust-proxy`.
    pub trusts_proxy: bool,
    /// `--vote-key`, two at most, the one that signs first; none for the store's own.
    pub keys: Vec<VoteKey>,
}

/// Where the desk listens, and who may use it.
#[derive(Debug, Clone, Default)]
pub struct DeskOptions {
    /// `--desk`.
    pub address: Option<SocketAddr>,
    /// `--desk-token`.
    pub token: Option<String>,
}

/// What scripts may fetch, and with what.
#[derive(Clone, Default)]
pub struct NetOptions {
    /// `--allow-net`.
    pub allowed: Vec<Allowed>,
    /// What `--secret` names, by its name.
    pub secrets: BTreeMap<String, String>,
}

impl fmt::Debug for NetOptions {
    /// Names the secrets and does not tell them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&String> = self.secrets.keys().collect();
        let mut told = f.debug_struct("NetOptions");
        told.field("allowed", &self.allowed).field("secrets", &names).finish()
    }
}

/// Where things are and go.
#[derive(Debug, Clone, Default)]
pub struct FolderOptions {
    /// `--facts`, for shows that have none of their own.
    pub facts: Option<PathBuf>,
    /// `--data`.
    pub data: Option<PathBuf>,
    /// `--journal`.
    pub journal: Option<PathBuf>,
}

/// How events are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// A line each, for people.
    Plain,
    /// A JSON object each.
    Json,
    /// Only what went wrong.
    Quiet,
}
