//! What the service tells of channels and streams.

use std::collections::BTreeMap;

use aws_sdk_ivs::Client;
use aws_sdk_ivs::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_ivs::operation::list_streams::ListStreamsError;
use aws_sdk_ivs::types::StreamHealth;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::error::AwsError;
use super::failure::message;
use super::info;
use crate::model::channel::{ChannelArn, StreamInfo};
use crate::model::limits::{CHANNELS_PAGES_MAX, LIST_PAGE_MAX};

/// A channel as `runner channels` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedChannel {
    /// Its ARN.
    pub arn: ChannelArn,
    /// Its name; may be empty.
    pub name: String,
    /// What is on air there.
    pub live: Option<StreamInfo>,
}

/// A channel as the service describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelInfo {
    /// Its name; none when it has none.
    pub name: Option<String>,
    /// Where viewers find the video.
    pub playback_url: Option<String>,
}

/// Live streams of one page, and what asks for the next page.
type Streams = (Vec<(ChannelArn, StreamInfo)>, Option<String>);

/// One page of what is on air.
pub(super) async fn streams(
    client: &Client,
    next: Option<String>,
) -> Result<Streams, SdkError<ListStreamsError, HttpResponse>> {
    let count = i32::try_from(LIST_PAGE_MAX).expect("a page is small");
    let page = client.list_streams().set_next_token(next).max_results(count).send().await?;
    let live = page.streams.into_iter().filter_map(|stream| {
        let arn = stream.channel_arn?.parse().ok()?;
        let health = stream.health.as_ref().map(StreamHealth::as_str);
        let info = info(stream.stream_id, stream.start_time.as_ref(), stream.viewer_count, health);
        Some((arn, info?))
    });
    Ok((live.collect(), page.next_token.filter(|token| !token.is_empty())))
}

/// Every channel, by name and ARN, with what is on air there.
pub(super) async fn channels(client: &Client) -> Result<Vec<ListedChannel>, AwsError> {
    let mut live = BTreeMap::new();
    let mut next = None;
    for page in 1.. {
        let (streams, more) =
            streams(client, next).await.map_err(|error| failed("ListStreams", &error))?;
        live.extend(streams);
        next = more;
        if next.is_none() {
            break;
        }
        bounded("ListStreams", page)?;
    }
    let mut channels = Vec::new();
    for page in 1.. {
        let call = client.list_channels().set_next_token(next);
        let answer = call.send().await.map_err(|error| failed("ListChannels", &error))?;
        channels.extend(answer.channels.into_iter().filter_map(|channel| {
            let arn: ChannelArn = channel.arn?.parse().ok()?;
            let live = live.remove(&arn);
            Some(ListedChannel { arn, name: channel.name.unwrap_or_default(), live })
        }));
        next = answer.next_token.filter(|token| !token.is_empty());
        if next.is_none() {
            break;
        }
        bounded("ListChannels", page)?;
    }
    channels.sort_by(|a, b| (&a.name, &a.arn).cmp(&(&b.name, &b.arn)));
    Ok(channels)
}

/// One channel.
pub(super) async fn channel(client: &Client, arn: &ChannelArn) -> Result<ChannelInfo, AwsError> {
    let answer = client.get_channel().arn(arn.as_str()).send().await;
    let answer = answer.map_err(|error| failed("GetChannel", &error))?;
    let channel = answer.channel;
    let (name, playback_url) =
        channel.map(|channel| (channel.name, channel.playback_url)).unwrap_or_default();
    Ok(ChannelInfo { name: name.filter(|name| !name.is_empty()), playback_url })
}

fn failed<E: ProvideErrorMetadata + std::error::Error + 'static>(
    operation: &'static str,
    error: &SdkError<E, HttpResponse>,
) -> AwsError {
    AwsError::Call { operation, message: message(error) }
}

fn bounded(operation: &'static str, pages: usize) -> Result<(), AwsError> {
    if pages < CHANNELS_PAGES_MAX {
        Ok(())
    } else {
        Err(AwsError::TooManyPages { operation, pages })
    }
}
