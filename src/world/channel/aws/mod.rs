//! The service through its SDK: one call each, no retries of the SDK's own.

mod client;
mod dated;
mod error;
mod failure;
mod lists;
#[cfg(test)]
mod tests;
mod until;

use aws_sdk_ivs::Client;
use aws_sdk_ivs::error::SdkError;
use aws_sdk_ivs::operation::get_stream::{GetStreamError, GetStreamOutput};
use aws_sdk_ivs::types::StreamState;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use jiff::Timestamp;
use tokio::sync::OnceCell;
use tokio::time::timeout;

use self::dated::Dated;
use self::failure::{Failure, Reached};
use self::until::Note;
use crate::model::channel::{ChannelArn, StreamInfo};
use crate::model::delivery::Answer;
use crate::model::io::{Page, Seen};
use crate::model::limits::CREDENTIALS_WAIT;
use crate::model::payload::Payload;

pub use client::{Credentials, Target};
pub use dated::Noted;
pub use error::AwsError;
pub use lists::{ChannelInfo, ListedChannel};
pub use until::Until;

/// The service, in one region, for one account. Its client is made at the first call.
#[derive(Debug)]
pub struct Ivs {
    target: Target,
    client: OnceCell<Client>,
    note: Note,
}

impl Ivs {
    /// The service as `target` says. Nothing is read and nobody is asked yet.
    pub fn new(target: Target) -> Self {
        Self { target, client: OnceCell::new(), note: Note::default() }
    }

    /// The service as a client that is already made reaches it.
    #[cfg(test)]
    fn of(client: Client) -> Self {
        let client = OnceCell::new_with(Some(client));
        Self { target: Target::default(), client, note: Note::default() }
    }

    /// Whether there are credentials to sign calls with: for the start, where a person can still
    /// do something about it. On air missing ones are a refusal like any other.
    /// Until when they hold.
    pub async fn ready(&self) -> Result<Until, AwsError> {
        let found = client::credentials(&self.target, &self.note);
        let wait = CREDENTIALS_WAIT.unsigned_abs();
        timeout(wait, found).await.unwrap_or_else(|_| Err(AwsError::late_credentials()))
    }

    /// Until when the credentials hold that were found last; none where none were.
    pub fn credentials(&self) -> Option<Until> {
        self.note.known()
    }

    /// `PutMetadata`, once.
    pub async fn put(&self, channel: &ChannelArn, payload: &Payload) -> Answer {
        let call = self.client().await.put_metadata();
        let call = call.channel_arn(channel.as_str()).metadata(payload.as_str());
        match Reached::noted(call.send()).await {
            (Ok(_), _) => Answer::Taken,
            (Err(error), reached) => Failure::of(&error, reached).into(),
        }
    }

    /// `GetStream`, once.
    pub async fn stream(&self, channel: &ChannelArn) -> Seen {
        let call = self.client().await.get_stream().channel_arn(channel.as_str());
        seen(call.send().await)
    }

    /// The same, and what is known of the call.
    pub async fn stream_noted(&self, channel: &ChannelArn) -> (Seen, Noted) {
        let dated = Dated::default();
        let call = self.client().await.get_stream().channel_arn(channel.as_str());
        let seen = seen(call.customize().interceptor(dated.clone()).send().await);
        (seen, dated.noted())
    }

    /// `ListStreams`, one page.
    pub async fn page(&self, next: Option<String>) -> Page {
        match lists::streams(self.client().await, next).await {
            Ok((live, next)) => Page::Streams { live, next },
            Err(error) if failure::code(&error) == Some(failure::NOT_PERMITTED) => {
                Page::NotPermitted
            }
            Err(error) => failure::asking(&error).map_or(Page::Unknown, Page::Failed),
        }
    }

    /// All channels of the account, by name, and which of them are live.
    pub async fn channels(&self) -> Result<Vec<ListedChannel>, AwsError> {
        self.ready().await?;
        lists::channels(self.client().await).await
    }

    /// One channel as the service describes it.
    pub async fn channel(&self, channel: &ChannelArn) -> Result<ChannelInfo, AwsError> {
        lists::channel(self.client().await, channel).await
    }

    async fn client(&self) -> &Client {
        self.client.get_or_init(|| client::client(&self.target, &self.note)).await
    }
}

/// What an answer to `GetStream` means.
fn seen(answer: Result<GetStreamOutput, SdkError<GetStreamError, HttpResponse>>) -> Seen {
    match answer {
        Ok(output) => match output.stream {
            Some(stream) if stream.state == Some(StreamState::StreamOffline) => Seen::NotLive,
            Some(stream) => {
                let health = stream.health.as_ref().map(aws_sdk_ivs::types::StreamHealth::as_str);
                let started = stream.start_time.as_ref();
                info(stream.stream_id, started, stream.viewer_count, health)
                    .map_or(Seen::Unknown, Seen::Live)
            }
            None => Seen::Unknown,
        },
        Err(error) => match failure::code(&error) {
            Some(failure::OFF_AIR) => Seen::NotLive,
            Some(failure::NOT_PERMITTED) => Seen::NotPermitted,
            Some(failure::NOT_FOUND) => Seen::NoChannel,
            _ => failure::asking(&error).map_or(Seen::Unknown, Seen::Failed),
        },
    }
}

/// A stream as the service describes it; none when it leaves out what makes one.
fn info(
    id: Option<String>,
    started: Option<&aws_sdk_ivs::primitives::DateTime>,
    viewers: i64,
    health: Option<&str>,
) -> Option<StreamInfo> {
    let started = started?;
    let nanos = i32::try_from(started.subsec_nanos()).ok()?;
    Some(StreamInfo {
        stream_id: id?,
        started_at: Timestamp::new(started.secs(), nanos).ok()?,
        viewers: u64::try_from(viewers).unwrap_or(0),
        health: health.unwrap_or("UNKNOWN").to_owned(),
    })
}
