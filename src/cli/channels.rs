//! `runner channels`: what an account has, and what of it is live.

use serde_json::json;

use crate::world::channel::aws::{Credentials, Ivs, ListedChannel, Target};
use crate::world::runtime::wait_for;

use super::Exit;
use super::args::ChannelsArgs;
use super::say::say;

pub(super) fn run(args: &ChannelsArgs) -> anyhow::Result<Exit> {
    let region = args.region.clone().or_else(|| {
        let named = ["AWS_REGION", "AWS_DEFAULT_REGION"];
        named.iter().find_map(|name| std::env::var(name).ok())
    });
    let Some(region) = region else {
        anyhow::bail!("no region was named\nhint: `--region us-west-2`, or set `AWS_REGION`");
    };
    let ivs = Ivs::new(Target {
        region,
        profile: args.aws.profile.clone(),
        endpoint_url: args.aws.endpoint_url.clone(),
        credentials: Credentials::Chain,
    });
    let channels = wait_for(async {
        ivs.ready().await?;
        ivs.channels().await
    })??;
    for channel in &channels {
        let line = if args.json { as_json(channel) } else { as_text(channel) };
        say(line)?;
    }
    if channels.is_empty() && !args.json {
        say("no channels")?;
    }
    Ok(Exit::Fine)
}

fn as_json(channel: &ListedChannel) -> String {
    json!({ "arn": channel.arn, "name": channel.name, "live": channel.live }).to_string()
}

fn as_text(channel: &ListedChannel) -> String {
    let live = match &channel.live {
        Some(stream) => format!("on air   {} viewers", stream.viewers),
        None => "off air".to_owned(),
    };
    let name: String = channel.name.chars().filter(|c| !c.is_control()).collect();
    format!("{}  {name:<24}  {live}", channel.arn)
}
