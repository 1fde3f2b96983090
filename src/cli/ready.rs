//! `runner ready`: whether all a show needs is there.

use std::path::PathBuf;

use clap::Args;

use crate::model::channel::ChannelArn;
use crate::world::channel::aws::Ivs;
use crate::world::clock::Clock;
use crate::world::data::DataFolder;
use crate::world::ready::{Asked, Verdict, checks};
use crate::world::report::ready::show;
use crate::world::runtime::wait_for;

use super::Exit;
use super::args::{AwsArgs, channel};
use super::put::target;
use super::say::written;

/// The end of the help text.
pub(super) const EXAMPLES: &str = "\
Six lines: the credentials and until when they hold; whether the channel may be asked about;
whether it is live; how far this machine's clock is from the service's; whether its video can
be had; whether there is a disk to write to. Each that is not ok says what to do.
`--send-test` puts {\"type\":\"test\"} into the stream, which players show nowhere but in
their history: only that proves that sending is allowed. What a script may do wrong
`runner check` tells.

Examples:
  runner ready show.rhai arn:aws:ivs:us-west-2:123456789012:channel/abcdEFGH1234
  runner ready show.rhai local --send-test       a `runner local` that runs on this machine
  runner ready show.rhai <ARN> --json            one object a line: check, ok, refused, met, to_do

Exit codes: 0 all is there · 1 something here is wanting, or the channel is off air · 2 usage ·
3 the outside world refused";

/// What the test payload is.
const TEST: &str = "{\"type\":\"test\"}";

/// What `ready` takes.
#[derive(Debug, Args)]
pub(super) struct ReadyArgs {
    /// The show script
    script: PathBuf,
    /// The channel's ARN, or `local` for a `runner local` that runs on this machine
    #[arg(value_parser = channel)]
    channel: ChannelArn,
    #[command(flatten)]
    aws: AwsArgs,
    /// Send a payload, too
    #[arg(long)]
    send_test: bool,
    /// The folder of state and journal [default: `.runner/` beside the script]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// One JSON object per check on stdout
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &ReadyArgs) -> anyhow::Result<Exit> {
    if !args.script.is_file() {
        anyhow::bail!("there is no script `{}`", args.script.display());
    }
    let asked = Asked {
        channel: args.channel.clone(),
        data: args.data.clone().unwrap_or_else(|| DataFolder::beside(&args.script)),
        test: args.send_test.then(|| TEST.parse()).transpose()?,
    };
    let ivs = Ivs::new(target(&args.channel, &args.aws));
    let checks = wait_for(checks(&ivs, &asked, Clock::start()))?;
    written(show(&checks, args.json))?;
    let has = |verdict| checks.iter().any(|check| check.verdict == verdict);
    Ok(match (has(Verdict::Refused), has(Verdict::Wanting)) {
        (true, _) => Exit::World,
        (false, true) => Exit::Failed,
        (false, false) => Exit::Fine,
    })
}
