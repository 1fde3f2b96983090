//! `runner run`: a script on one or more channels.

use crate::world::run::{
    AwsOptions, ChannelOptions, DeskOptions, Ended, FolderOptions, Kept, ListenOptions, Options,
    Output, run as run_shows,
};
use crate::world::runtime::wait_for;

use super::Exit;
use super::args::{AwsArgs, ListenArgs, RunArgs};
use super::spec::{ChannelSpec, Setting};

pub(super) fn run(args: RunArgs) -> anyhow::Result<Exit> {
    let options = options(args);
    Ok(match wait_for(run_shows(options))?? {
        Ended::Clean => Exit::Fine,
        Ended::ShowFailed | Ended::AtOnce => Exit::Failed,
    })
}

fn options(args: RunArgs) -> Options {
    let output = match (args.json, args.quiet) {
        (true, _) => Output::Json,
        (false, true) => Output::Quiet,
        (false, false) => Output::Plain,
    };
    let mut channels = args.channels;
    if channels.is_empty() {
        channels.push(ChannelSpec::local());
    }
    Options {
        script: args.script,
        channels: channels.into_iter().map(channel).collect(),
        aws: aws(args.aws),
        listen: listen(&args.listen),
        desk: DeskOptions { address: args.desk, token: args.desk_token },
        zone: args.timezone,
        seed: args.seed,
        args: Setting::map(args.set),
        folders: FolderOptions { facts: args.facts, data: args.data, journal: args.journal },
        kept: if args.fresh { Kept::Forget } else { Kept::Use },
        output,
        ends_after: args.for_span.map(crate::model::time::Span::get),
        same_show: args.same_show.get(),
    }
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
