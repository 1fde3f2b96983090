//! What a run is asked to do.

pub use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use jiff::SignedDuration;
use serde_json::{Map, Value};

use crate::model::channel::ChannelArn;
pub use crate::model::io::Kept;
use crate::model::zone::Zone;

/// Everything `runner run` was told.
#[derive(Debug, Clone)]
pub struct Options {
    /// The script's file.
    pub script: PathBuf,
    /// The channels, at least one, each once.
    pub channels: Vec<ChannelOptions>,
    /// How AWS is reached.
    pub aws: AwsOptions,
    /// Where the player page and the local channel listen.
    pub listen: ListenOptions,
    /// Where the desk listens.
    pub desk: DeskOptions,
    /// `--timezone`.
    pub zone: Option<Zone>,
    /// `--seed`.
    pub seed: Option<u64>,
    /// `--set`.
    pub args: Map<String, Value>,
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
}

/// One channel of the run.
#[derive(Debug, Clone)]
pub struct ChannelOptions {
    /// The channel.
    pub arn: ChannelArn,
    /// Its own zone.
    pub zone: Option<Zone>,
    /// Its own arguments.
    pub args: Box<[(String, Value)]>,
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

/// Where the desk listens, and who may use it.
#[derive(Debug, Clone, Default)]
pub struct DeskOptions {
    /// `--desk`.
    pub address: Option<SocketAddr>,
    /// `--desk-token`.
    pub token: Option<String>,
}

/// Where things are and go.
#[derive(Debug, Clone, Default)]
pub struct FolderOptions {
    /// `--facts`.
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
