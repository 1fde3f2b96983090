//! What the operator can type, with help texts to learn from.

mod play;
mod votes;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory, Parser, Subcommand};

use crate::model::channel::ChannelArn;
use crate::model::error::ModelError;
use crate::model::fetch::Answers;
use crate::model::near::nearest;
use crate::model::time::Span;
use crate::model::zone::Zone;
use crate::world::rehearsal::answers::{self, AnswerError};
use crate::world::rehearsal::{Options, Start};
use crate::world::run::{Allowed, IpAddr, StoreUrl};
use crate::world::watch_stream::PlaybackUrl;

pub(super) use self::play::PlayArgs;
pub(super) use self::votes::AdmissionArgs;
use super::completions::{COMPLETIONS_EXAMPLES, CompletionsArgs};
use super::reference::{REFERENCE_EXAMPLES, ReferenceArgs};
use super::spec::{AnswerSpec, ChannelSpec, Setting, port, show_script, whole};

const EXAMPLES: &str = "\
Examples:
  runner scripts/cat_facts.rhai                  the show on a local channel, no AWS account needed
  runner scripts/cat_facts.rhai <channel-arn>    the same show on Amazon IVS
  runner show.rhai <arn>@Europe/Paris <arn>      one show on two channels, each with its own state
  runner up runner.toml                          many shows on many channels, one process
  runner new friday_quiz                         a show of your own, with its tests
  runner check show.rhai                         every mistake that can be seen before air
  runner simulate show.rhai                      the whole evening at once
  runner local                                   only the local channel, for any AWS SDK
  runner put local '{\"text\":\"hello\"}'            one payload, by hand
  runner watch <playback-url>                    what viewers of a stream get
  runner journal show.rhai                       what happened

Save the script while the show is on air: the new version takes over within milliseconds, and if it
has a mistake the running one goes on.

Exit codes: 0 fine · 1 the show failed · 2 usage · 3 the outside world refused";

const WATCH_EXAMPLES: &str = "\
Each line has the time, the player's time since the watch began, how long after the
picture was taken it came (where the playlist says when), its bytes and its text. The
newest segment is read, and all after it, at the lowest bandwidth there is: MPEG-TS or
fragmented MP4. A stream off air is waited for; one that ends, ends the watch.

Examples:
  runner watch http://127.0.0.1:5001/local/playback.m3u8    the local channel
  runner watch --json --for 1m <URL>                        a minute, for a program
  runner watch --all <URL>                                  other owners' frames, too

Exit codes: 0 over, or ended by --for or Ctrl-C · 2 usage · 3 not there, or not readable";

/// Runs hot-reloaded Rhai show scripts that send timed metadata to a live Amazon IVS stream.
#[derive(Debug, Parser)]
#[command(
    name = "runner",
    bin_name = "runner",
    version,
    override_usage = "runner [run] <SCRIPT> [CHANNEL]...\n       runner <COMMAND>",
    after_help = EXAMPLES,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub(super) struct Cli {
    /// The verb.
    #[command(subcommand)]
    pub(super) verb: Verb,
}

impl Cli {
    /// Reads what was typed. Where it begins with no verb, `run` is meant, unless there is no such
    /// file and a verb is called nearly so.
    pub(super) fn read(typed: impl IntoIterator<Item = OsString>) -> Self {
        let mut typed: Vec<OsString> = typed.into_iter().collect();
        let command = Self::command();
        let is_meant = |first: &OsString| {
            let text = first.to_string_lossy();
            let verb = command.get_subcommands().any(|verb| verb.get_name() == text);
            let is_mistyped = || {
                let verbs = command.get_subcommands().map(clap::Command::get_name);
                !text.contains(['.', '/']) && nearest(&text, verbs).is_some()
            };
            verb || ["help", "-h", "--help", "-V", "--version"].contains(&&*text)
                || (is_mistyped() && !Path::new(first).exists())
        };
        if typed.get(1).is_some_and(|first| !is_meant(first)) {
            typed.insert(1, "run".into());
        }
        Self::parse_from(typed)
    }
}

/// What the runner can do.
#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Run a show script on one or more channels (the word `run` may be left out)
    #[command(after_help = EXAMPLES)]
    Run(Box<RunArgs>),
    /// Run the shows of a plan, `runner.toml`, each on its channels, and follow its edits
    #[command(after_help = super::up::EXAMPLES)]
    Up(Box<super::up::UpArgs>),
    /// Write a new show script, its tests and what it reads, from a template
    #[command(after_help = super::new::EXAMPLES)]
    New(super::new::NewArgs),
    /// Look for mistakes in scripts before air, and rehearse the first hour of each
    #[command(after_help = super::check::EXAMPLES)]
    Check(super::check::CheckArgs),
    /// Look whether all a show needs is there: credentials, permission, stream, clock, video, disk
    #[command(after_help = super::ready::EXAMPLES)]
    Ready(super::ready::ReadyArgs),
    /// List when the cues of a show will fire
    #[command(after_help = super::next::EXAMPLES)]
    Next(super::next::NextArgs),
    /// Play a whole evening at once: what is sent when, how close to the limits
    #[command(after_help = super::simulate::EXAMPLES)]
    Simulate(Box<super::simulate::SimulateArgs>),
    /// Run the tests of show scripts, on the virtual clock
    #[command(after_help = super::test::EXAMPLES)]
    Test(Box<super::test::TestArgs>),
    /// Show what a show keeps across edits and restarts, or empty it
    State(StateArgs),
    /// List what was asked, how viewers voted, and which votes were refused
    #[command(after_help = super::polls::EXAMPLES)]
    Polls(super::polls::PollsArgs),
    /// Print what happened from the journal, or follow it
    #[command(after_help = super::journal::EXAMPLES)]
    Journal(super::journal::JournalArgs),
    /// Serve the viewers of shows that run elsewhere: player page, votes, state
    #[command(after_help = super::votes::EXAMPLES)]
    Votes(Box<super::votes::VotesArgs>),
    /// Send one payload to a channel
    Put(PutArgs),
    /// Print the timed metadata of any HLS stream as it comes: what viewers get
    #[command(after_help = WATCH_EXAMPLES)]
    Watch(WatchArgs),
    /// Serve only the local channel: a stand-in for IVS that boto3, the AWS CLI and the SDKs accept
    Local(LocalArgs),
    /// List an account's channels, and which of them are live
    Channels(ChannelsArgs),
    /// Print the show language, or one word of it, with examples
    #[command(after_help = REFERENCE_EXAMPLES)]
    Reference(ReferenceArgs),
    /// Print what a shell needs to complete these commands
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions(CompletionsArgs),
}

/// How AWS is reached.
#[derive(Debug, Clone, Args)]
pub(super) struct AwsArgs {
    /// The AWS profile to take credentials from
    #[arg(long, value_name = "NAME")]
    pub(super) profile: Option<String>,
    /// Where the IVS API is, instead of AWS (`AWS_ENDPOINT_URL_IVS` is honoured too)
    #[arg(long, value_name = "URL")]
    pub(super) endpoint_url: Option<String>,
}

/// Where the player page and the local channel listen, and what that channel shows.
#[derive(Debug, Clone, Args)]
pub(super) struct ListenArgs {
    /// The port of the player page and the local channel [default: 5001, or the next free one]
    #[arg(long, value_parser = port)]
    pub(super) port: Option<u16>,
    /// The address they listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub(super) bind: IpAddr,
    /// Open the player page in the browser
    #[arg(long)]
    pub(super) open: bool,
    /// The video that the local channel plays over and over, its first minute; any file that the
    /// ffmpeg on the PATH can read [default: a test picture]
    #[arg(long, value_name = "FILE")]
    pub(super) clip: Option<PathBuf>,
}

/// What is rehearsed, and how: what every rehearsal takes.
#[derive(Debug, Clone, Args)]
pub(super) struct RehearsalArgs {
    /// The zone of times that name none; wins over the script's `timezone(…)`
    #[arg(long, value_name = "ZONE")]
    pub(super) timezone: Option<Zone>,
    /// The seed of all randomness: the same seed gives the same evening [default: 1]
    #[arg(long, value_name = "NUMBER", value_parser = whole::<u64>, allow_negative_numbers = true)]
    pub(super) seed: Option<u64>,
    /// An argument the script reads as `args.key`; JSON where it is JSON, else text; repeatable
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(super) set: Vec<Setting>,
    /// The folder of facts [default: `facts/` beside the script's folder, or in it]
    #[arg(long, value_name = "DIR")]
    pub(super) facts: Option<PathBuf>,
}

/// What a rehearsed script is answered when it fetches. Nobody is asked, and the environment is not
/// read: what `run` takes is taken here so that one command line does for both.
#[derive(Debug, Clone, Args)]
pub(super) struct AnswerArgs {
    /// What `fetch_json` gets from an address: the JSON of a file; a secret in the address is
    /// `$NAME`; repeatable
    #[arg(long, value_name = "URL=FILE")]
    answer: Vec<AnswerSpec>,
    /// Taken as by `run`; a rehearsal asks no host
    #[arg(long, value_name = "HOST")]
    allow_net: Vec<Allowed>,
    /// Taken as by `run`; in a rehearsal a secret is only its name
    #[arg(long, value_name = "NAME")]
    secret: Vec<String>,
}

impl AnswerArgs {
    /// Reads the answers from their files.
    pub(super) fn read(&self) -> Result<Answers, AnswerError> {
        answers::read(self.answer.iter().map(|answer| (&*answer.url, &*answer.file)))
    }
}

impl RehearsalArgs {
    /// The options of a script's rehearsal that begins at `start`.
    pub(super) fn options(&self, script: &Path, start: Start) -> Options {
        Options {
            script: script.to_owned(),
            facts: self.facts.clone(),
            zone: self.timezone.clone(),
            seed: self.seed.unwrap_or(1),
            args: Setting::map(self.set.clone()),
            answers: Answers::new(),
            start,
        }
    }
}

/// What `run` takes.
#[derive(Debug, Clone, Args)]
pub(super) struct RunArgs {
    /// The show script, a .rhai file; or a timeline, a .srt, .vtt or .csv file
    #[arg(value_parser = show_script())]
    pub(super) script: PathBuf,
    /// `local` (the default) or the ARN of an IVS channel; `ARN@Europe/Paris` gives it its own
    /// zone, `ARN@key=value` its own argument
    #[arg(value_name = "CHANNEL")]
    pub(super) channels: Vec<ChannelSpec>,
    #[command(flatten)]
    pub(super) play: PlayArgs,
}

/// What `state` takes.
#[derive(Debug, Args)]
pub(super) struct StateArgs {
    /// The show script; every show of the data folder without it
    pub(super) script: Option<PathBuf>,
    /// Empty it: state, drawn facts, places in time and waiting payloads
    #[arg(long, requires = "script")]
    pub(super) clear: bool,
    /// The folder of state and journal [default: `.runner/` beside the script, or here]
    #[arg(long, value_name = "DIR", conflicts_with = "store")]
    pub(super) data: Option<PathBuf>,
    /// Where it is kept when several machines share it: `redis://…`
    #[arg(long, value_name = "URL", env = "RUNNER_STORE", hide_env_values = true)]
    pub(super) store: Option<StoreUrl>,
}

/// What `local` takes.
#[derive(Debug, Args)]
pub(super) struct LocalArgs {
    #[command(flatten)]
    pub(super) listen: ListenArgs,
    /// One more channel beside `local`, on air from the start: `second` has the ARN
    /// `arn:aws:ivs:us-west-2:000000000000:channel/second`; repeatable
    #[arg(long, value_name = "ID", value_parser = ChannelArn::beside_local)]
    pub(super) channel: Vec<ChannelArn>,
}

/// What `channels` takes.
#[derive(Debug, Args)]
pub(super) struct ChannelsArgs {
    #[command(flatten)]
    pub(super) aws: AwsArgs,
    /// The AWS region to look in [default: the profile's]
    #[arg(long)]
    pub(super) region: Option<String>,
    /// One JSON object per channel on stdout
    #[arg(long)]
    pub(super) json: bool,
}

/// What `put` takes.
#[derive(Debug, Args)]
pub(super) struct PutArgs {
    /// The channel's ARN, or `local` for a `runner local` that runs on this machine
    #[arg(value_parser = channel)]
    pub(super) channel: ChannelArn,
    /// The payload, 1 to 1,024 bytes; `-` reads it from standard input
    #[arg(value_name = "JSON|-")]
    pub(super) payload: String,
    #[command(flatten)]
    pub(super) aws: AwsArgs,
}

/// What `watch` takes.
#[derive(Debug, Args)]
pub(super) struct WatchArgs {
    /// The address of the playlist: a channel's `playbackUrl`
    #[arg(value_name = "PLAYBACK-URL")]
    pub(super) url: PlaybackUrl,
    /// One JSON object per frame on stdout, the rest on stderr
    #[arg(long)]
    pub(super) json: bool,
    /// Frames of all owners, not only those that IVS puts in
    #[arg(long)]
    pub(super) all: bool,
    /// End after this long: `90s`, `1h30m`
    #[arg(long = "for", value_name = "DURATION")]
    pub(super) for_span: Option<Span>,
}

/// A channel by its ARN, or `local`.
pub(super) fn channel(text: &str) -> Result<ChannelArn, ModelError> {
    match text {
        "local" => Ok(ChannelArn::local()),
        arn => arn.parse(),
    }
}
