//! `runner run`: a script on one or more channels.

use std::collections::BTreeMap;
use std::env::VarError;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::world::run::{
    AwsOptions, Bill, DeskOptions, Ended, FolderOptions, Kept, ListenOptions, NetOptions, Options,
    Output, ShowOptions, run as run_shows,
};
use crate::world::runtime::wait_for;

use super::Exit;
use super::args::{AwsArgs, ListenArgs, PlayArgs, RunArgs};
use super::spec::{ChannelSpec, Setting};

pub(super) fn run(args: RunArgs) -> anyhow::Result<Exit> {
    let RunArgs { script, channels, play: how } = args;
    play(options(bill(script, channels), how)?)
}

fn bill(script: PathBuf, mut channels: Vec<ChannelSpec>) -> Bill {
    let path: Arc<Path> = script.as_path().into();
    if channels.is_empty() {
        channels.push(ChannelSpec::local());
    }
    let shows = channels.into_iter().map(|spec| show(&path, spec)).collect();
    Bill::Typed { script, shows }
}

/// The options of a run that plays this bill.
pub(super) fn options(bill: Bill, args: PlayArgs) -> anyhow::Result<Options> {
    let output = match (args.json, args.quiet) {
        (true, _) => Output::Json,
        (false, true) => Output::Quiet,
        (false, false) => Output::Plain,
    };
    Ok(Options {
        net: NetOptions { allowed: args.allow_net, secrets: secrets(&args.secret)? },
        bill,
        aws: aws(args.aws),
        listen: listen(&args.listen),
        standby: args.standby,
        votes: args.admission.options(args.store)?,
        desk: DeskOptions { address: args.desk, token: args.desk_token },
        zone: args.timezone,
        seed: args.seed,
        args: Setting::map(args.set),
        folders: FolderOptions { facts: args.facts, data: args.data, journal: args.journal },
        kept: if args.fresh { Kept::Forget } else { Kept::Use },
        output,
        ends_after: args.for_span.map(crate::model::time::Span::get),
        same_show: args.same_show.get(),
        verify: args.verify.map(crate::model::time::Span::get),
    })
}

/// Plays, and says how it ended.
pub(super) fn play(options: Options) -> anyhow::Result<Exit> {
    Ok(match wait_for(run_shows(options))?? {
        Ended::Clean => Exit::Fine,
        Ended::ShowFailed | Ended::AtOnce => Exit::Failed,
    })
}

/// What the environment holds under the names that the script may use.
fn secrets(names: &[String]) -> anyhow::Result<BTreeMap<String, String>> {
    let secret = |name: &String| match std::env::var(name) {
        Ok(value) if !value.is_empty() => Ok((name.clone(), value)),
        Ok(_) => anyhow::bail!("`--secret {name}`: the environment variable is empty"),
        Err(VarError::NotUnicode(_)) => {
            anyhow::bail!("`--secret {name}`: the environment variable is no text")
        }
        Err(VarError::NotPresent) => anyhow::bail!(
            "`--secret {name}`: there is no such environment variable\nhint: `export {name}=…`"
        ),
    };
    names.iter().map(secret).collect()
}

fn show(script: &Arc<Path>, spec: ChannelSpec) -> ShowOptions {
    ShowOptions {
        script: Arc::clone(script),
        channel: spec.arn,
        zone: spec.zone,
        seed: None,
        args: Setting::map(spec.settings).into_iter().collect(),
        facts: None,
    }
}

pub(super) fn aws(args: AwsArgs) -> AwsOptions {
    AwsOptions { profile: args.profile, endpoint_url: args.endpoint_url }
}

pub(super) fn listen(args: &ListenArgs) -> ListenOptions {
    let ListenArgs { bind, port, open, clip } = args.clone();
    ListenOptions { bind, port, open, clip }
}
