//! `runner run`: a script on one or more channels.

use std::collections::BTreeMap;
use std::env::VarError;

use crate::world::run::{
    AwsOptions, ChannelOptions, DeskOptions, Ended, FolderOptions, Kept, ListenOptions, NetOptions,
    Options, Output, run as run_shows,
};
use crate::world::runtime::wait_for;

use super::Exit;
use super::args::{AwsArgs, ListenArgs, RunArgs};
use super::spec::{ChannelSpec, Setting};

pub(super) fn run(args: RunArgs) -> anyhow::Result<Exit> {
    let options = options(args)?;
    Ok(match wait_for(run_shows(options))?? {
        Ended::Clean => Exit::Fine,
        Ended::ShowFailed | Ended::AtOnce => Exit::Failed,
    })
}

fn options(args: RunArgs) -> anyhow::Result<Options> {
    let output = match (args.json, args.quiet) {
        (true, _) => Output::Json,
        (false, true) => Output::Quiet,
        (false, false) => Output::Plain,
    };
    let mut channels = args.channels;
    if channels.is_empty() {
        channels.push(ChannelSpec::local());
    }
    Ok(Options {
        net: NetOptions { allowed: args.allow_net, secrets: secrets(&args.secret)? },
        script: args.script,
        channels: channels.into_iter().map(channel).collect(),
        aws: aws(args.aws),
        listen: listen(&args.listen),
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

fn channel(spec: ChannelSpec) -> ChannelOptions {
    let args = spec.settings.into_iter().map(|Setting { key, value }| (key, value)).collect();
    ChannelOptions { arn: spec.arn, zone: spec.zone, args }
}

pub(super) fn aws(args: AwsArgs) -> AwsOptions {
    AwsOptions { profile: args.profile, endpoint_url: args.endpoint_url }
}

pub(super) fn listen(args: &ListenArgs) -> ListenOptions {
    let ListenArgs { bind, port, open, clip } = args.clone();
    ListenOptions { bind, port, open, clip }
}
