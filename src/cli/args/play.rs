//! What `run` and `up` take alike.

use std::path::PathBuf;

use clap::Args;

use super::{AdmissionArgs, AwsArgs, ListenArgs};
use crate::cli::spec::{Setting, whole};
use crate::model::time::Span;
use crate::model::zone::Zone;
use crate::world::run::{Allowed, SocketAddr, StoreUrl};

/// How shows are played.
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct PlayArgs {
    #[command(flatten)]
    pub(in crate::cli) aws: AwsArgs,
    #[command(flatten)]
    pub(in crate::cli) listen: ListenArgs,
    /// Where votes are kept: `redis://…`, shared by several machines [default: a file in the data
    /// folder]
    #[arg(long, value_name = "URL", env = "RUNNER_STORE", hide_env_values = true)]
    pub(in crate::cli) store: Option<StoreUrl>,
    /// Be one of several runners of this show with one `--store`: one plays it, the others follow
    /// and take over
    #[arg(long, requires = "store")]
    pub(in crate::cli) standby: bool,
    #[command(flatten)]
    pub(in crate::cli) admission: AdmissionArgs,
    /// The zone of times that name none; wins over the script's `timezone(…)`
    #[arg(long, value_name = "ZONE")]
    pub(in crate::cli) timezone: Option<Zone>,
    /// The seed of the show's randomness: the same seed gives the same draws [default: a new one]
    #[arg(long, value_name = "NUMBER", value_parser = whole::<u64>, allow_negative_numbers = true)]
    pub(in crate::cli) seed: Option<u64>,
    /// An argument the script reads as `args.key`; JSON where it is JSON, else text; repeatable
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(in crate::cli) set: Vec<Setting>,
    /// A host that the script may fetch from: `api.example.com`, `api.example.com:8443`, or
    /// `http://127.0.0.1:8000` without TLS; repeatable
    #[arg(long, value_name = "HOST")]
    pub(in crate::cli) allow_net: Vec<Allowed>,
    /// An environment variable that the script may send along as `secret("NAME")`; repeatable
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) secret: Vec<String>,
    /// The folder of facts [default: `facts/` beside the script's folder, or in it]
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) facts: Option<PathBuf>,
    /// The folder of state and journal [default: `.runner/` beside the script or the plan]
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) data: Option<PathBuf>,
    /// The file that every event is written to [default: `journal.jsonl` in the data folder]
    #[arg(long, value_name = "PATH")]
    pub(in crate::cli) journal: Option<PathBuf>,
    /// Begin a fresh evening: empty state, undrawn facts, no open polls and no points
    #[arg(long)]
    pub(in crate::cli) fresh: bool,
    /// One JSON object per event on stdout, for machines
    #[arg(long, conflicts_with = "quiet")]
    pub(in crate::cli) json: bool,
    /// Only what went wrong, on stderr
    #[arg(long)]
    pub(in crate::cli) quiet: bool,
    /// End the show cleanly after this long: `90s`, `1h30m`
    #[arg(long = "for", value_name = "DURATION")]
    pub(in crate::cli) for_span: Option<Span>,
    /// An offline gap shorter than this is the same broadcast
    #[arg(long, value_name = "DURATION", default_value = "10m")]
    pub(in crate::cli) same_show: Span,
    /// Follow each channel's own video, and note whether what was sent shows up there in time
    /// [default time: 30s]
    #[arg(long, value_name = "WITHIN", num_args = 0..=1, require_equals = true,
        default_missing_value = "30s")]
    pub(in crate::cli) verify: Option<Span>,
    /// Where the operator's desk listens [default: 127.0.0.1:5002, or the next free port]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(in crate::cli) desk: Option<SocketAddr>,
    /// The desk's token, at least 8 letters, digits or `-_.~` [default: a new one at each start]
    #[arg(long, value_name = "TOKEN", env = "RUNNER_DESK_TOKEN", hide_env_values = true)]
    pub(in crate::cli) desk_token: Option<String>,
}
