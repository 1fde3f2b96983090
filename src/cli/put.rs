//! `runner put`: one payload, by hand.

use std::io::Read;

use anyhow::{Context, anyhow};

use crate::model::channel::ChannelArn;
use crate::model::delivery::{Answer, Refusal};
use crate::model::error::ModelError;
use crate::model::limits::{PAYLOAD_MAX_BYTES, PORT_DEFAULT};
use crate::model::payload::Payload;
use crate::world::channel::aws::{Credentials, Ivs, Target};
use crate::world::runtime::wait_for;

use super::Exit;
use super::args::{AwsArgs, PutArgs};
use super::say::{complain, say};

pub(super) fn run(args: &PutArgs) -> anyhow::Result<Exit> {
    let payload = payload(&args.payload)?;
    let target = target(&args.channel, &args.aws);
    let endpoint = target.endpoint_url.clone();
    let ivs = Ivs::new(target);
    let answer = wait_for(async {
        ivs.ready().await?;
        anyhow::Ok(ivs.put(&args.channel, &payload).await)
    })??;
    Ok(match answer {
        Answer::Taken | Answer::TakenLate => {
            let at = endpoint.map(|url| format!(" at {url}")).unwrap_or_default();
            say(format_args!("sent {} B to {}{at}", payload.bytes(), args.channel))?;
            Exit::Fine
        }
        Answer::Refused { refusal, message } => {
            let (channel, hint) = (&args.channel, hint(refusal, &args.channel));
            complain(format_args!("{channel} was not sent: {message}{hint}"));
            Exit::World
        }
        Answer::Lost { message } => {
            complain(format_args!("nobody knows whether it was sent: {message}"));
            Exit::World
        }
    })
}

/// What to do about a refusal; empty where the message says it.
fn hint(refusal: Refusal, channel: &ChannelArn) -> &'static str {
    match (refusal, channel.is_local()) {
        (Refusal::Throttled, _) => {
            "\nhint: a channel takes five payloads a second: send it again in a moment"
        }
        (Refusal::OffAir, true) => {
            "\nhint: `/local/off_air` took the channel off air, `/local/on_air` ends that"
        }
        (Refusal::OffAir, false) => "\nhint: start the broadcast, then send it again",
        (Refusal::Unavailable, true) => {
            "\nhint: `runner local` or a running show serves the local channel; \
             `--endpoint-url` names another port"
        }
        (Refusal::Unavailable, false) | (Refusal::Rejected, _) => "",
    }
}

/// Where a channel is reached: the local one on this machine unless something else is named.
pub(super) fn target(channel: &ChannelArn, aws: &AwsArgs) -> Target {
    let endpoint_url = aws.endpoint_url.clone();
    if channel.is_local() {
        let set = || std::env::var("AWS_ENDPOINT_URL_IVS").ok();
        let here = || format!("http://127.0.0.1:{PORT_DEFAULT}");
        return Target::local(endpoint_url.or_else(set).unwrap_or_else(here));
    }
    Target {
        region: channel.region().to_owned(),
        profile: aws.profile.clone(),
        endpoint_url,
        credentials: Credentials::Chain,
    }
}

/// The payload as typed, or from standard input without its last line end. What begins as JSON has
/// to be some; anything else is a text.
fn payload(text: &str) -> anyhow::Result<Payload> {
    let mut read = String::new();
    let text = if text == "-" {
        let limit = u64::try_from(PAYLOAD_MAX_BYTES)? + 3;
        let mut input = std::io::stdin().take(limit);
        input.read_to_string(&mut read).context("cannot read standard input")?;
        read.trim_end_matches(['\r', '\n'])
    } else {
        text
    };
    Payload::typed(text).map_err(|error| {
        if let ModelError::PayloadNoJson { .. } = error {
            return anyhow!(
                "{error}\nhint: put it into single quotes, `'{{\"text\": \"hello\"}}'`"
            );
        }
        error.into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_has_its_own_hint() {
        let local = ChannelArn::local();
        for (refusal, words) in [
            (Refusal::Throttled, "five payloads a second"),
            (Refusal::OffAir, "`/local/on_air` ends that"),
            (Refusal::Unavailable, "names another port"),
        ] {
            let hint = hint(refusal, &local);
            assert!(hint.starts_with("\nhint: ") && hint.contains(words), "{hint}");
        }
        assert_eq!(hint(Refusal::Rejected, &local), "");
        let ours = "arn:aws:ivs:us-west-2:123456789012:channel/abcdEFGH1234";
        let hint = hint(Refusal::OffAir, &ours.parse().expect("an ARN"));
        assert!(hint.contains("start the broadcast"), "{hint}");
    }
}
