//! Calls as they come in: JSON, checked by the service's model.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::model::channel::ChannelArn;
use crate::model::error::ModelError;
use crate::model::limits::{BATCH_MAX, LIST_PAGE_MAX, STREAM_ID_CHARS, TAGS_MAX};
use crate::model::payload::Payload;

use super::error::ServiceError;
use super::operation::Operation;
use super::settings::Wanted;
use super::tags::{self, Tags};

/// A call whose content is valid.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// Put this payload into this channel's stream.
    PutMetadata(ChannelArn, Payload),
    /// Say what is on air there.
    GetStream(ChannelArn),
    /// List what is on air.
    ListStreams(Health, Paging),
    /// Take this channel off air.
    StopStream(ChannelArn),
    /// Describe this channel.
    GetChannel(ChannelArn),
    /// List the channels.
    ListChannels(Filter, Paging),
    /// Make a channel.
    CreateChannel(Box<Wanted>),
    /// Change this channel.
    UpdateChannel(ChannelArn, Box<Wanted>),
    /// Remove this channel.
    DeleteChannel(ChannelArn),
    /// Describe these channels.
    BatchGetChannel(Vec<ChannelArn>),
    /// Describe this stream of this channel, or its newest.
    GetStreamSession(ChannelArn, Option<String>),
    /// List this channel's streams.
    ListStreamSessions(ChannelArn, Paging),
    /// Set these tags of this channel.
    TagResource(ChannelArn, Tags),
    /// Remove the tags of this channel that have these keys.
    UntagResource(ChannelArn, Vec<String>),
    /// List the tags of this channel.
    ListTagsForResource(ChannelArn),
}

/// Which part of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    /// The id of the last item of the page before.
    pub(super) after: Option<String>,
    /// How many items.
    pub(super) count: usize,
}

/// Which channels are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// All of them.
    All,
    /// Those of this name.
    Name(String),
    /// Those with a configuration that the local service does not have: none.
    Nothing,
}

/// Which streams are listed, by their health.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Health {
    /// All, or those that receive what they should: local ones always do.
    Healthy,
    /// Those that receive too little: none.
    Starving,
    /// Those of which nothing is known: none.
    Unknown,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ByChannelArn {
    channel_arn: String,
}

#[derive(Deserialize)]
struct ByArn {
    arn: String,
}

#[derive(Deserialize)]
struct ByArns {
    arns: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Put {
    channel_arn: String,
    metadata: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct List {
    filter_by: Option<HealthFilter>,
    filter_by_name: Option<String>,
    filter_by_recording_configuration_arn: Option<String>,
    filter_by_playback_restriction_policy_arn: Option<String>,
    filter_by_ad_configuration_arn: Option<String>,
    filter_by_failover_slate_configuration_arn: Option<String>,
    next_token: Option<String>,
    max_results: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OneSession {
    channel_arn: String,
    stream_id: Option<String>,
}

/// What a call on tags says in its path, its query and its body.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OnTags {
    resource_arn: String,
    #[serde(default)]
    tags: Option<Tags>,
    #[serde(default)]
    tag_keys: Vec<String>,
}

#[derive(Deserialize)]
struct HealthFilter {
    health: Option<Health>,
}

impl Request {
    /// Reads the JSON of a call; no bytes at all are an empty object.
    pub fn read(operation: Operation, body: &[u8]) -> Result<Self, ServiceError> {
        let body = if body.is_empty() { b"{}" } else { body };
        let by_channel_arn = || json::<ByChannelArn>(body).and_then(|by| arn(&by.channel_arn));
        let by_arn = || json::<ByArn>(body).and_then(|by| arn(&by.arn));
        Ok(match operation {
            Operation::PutMetadata => {
                let put: Put = json(body)?;
                Self::PutMetadata(arn(&put.channel_arn)?, payload(&put.metadata)?)
            }
            Operation::GetStream => Self::GetStream(by_channel_arn()?),
            Operation::ListStreams => {
                let list: List = json(body)?;
                let health = list.filter_by.as_ref().and_then(|filter| filter.health);
                Self::ListStreams(health.unwrap_or(Health::Healthy), list.paging()?)
            }
            Operation::StopStream => Self::StopStream(by_channel_arn()?),
            Operation::GetChannel => Self::GetChannel(by_arn()?),
            Operation::ListChannels => {
                let list: List = json(body)?;
                Self::ListChannels(list.filter()?, list.paging()?)
            }
            Operation::CreateChannel => {
                Self::CreateChannel(Box::new(json::<Wanted>(body)?.checked()?))
            }
            Operation::UpdateChannel => {
                Self::UpdateChannel(by_arn()?, Box::new(json::<Wanted>(body)?.checked()?))
            }
            Operation::DeleteChannel => Self::DeleteChannel(by_arn()?),
            Operation::BatchGetChannel => Self::BatchGetChannel(arns(&json::<ByArns>(body)?)?),
            Operation::GetStreamSession => {
                let one: OneSession = json(body)?;
                Self::GetStreamSession(arn(&one.channel_arn)?, stream_id(one.stream_id)?)
            }
            Operation::ListStreamSessions => {
                Self::ListStreamSessions(by_channel_arn()?, json::<List>(body)?.paging()?)
            }
            Operation::TagResource => json::<OnTags>(body)?.tag()?,
            Operation::UntagResource => json::<OnTags>(body)?.untag()?,
            Operation::ListTagsForResource => {
                Self::ListTagsForResource(json::<OnTags>(body)?.channel()?)
            }
        })
    }

    /// The channel it is about, where it is about one.
    pub fn channel(&self) -> Option<&ChannelArn> {
        match self {
            Self::PutMetadata(arn, _)
            | Self::GetStream(arn)
            | Self::StopStream(arn)
            | Self::GetChannel(arn)
            | Self::UpdateChannel(arn, _)
            | Self::DeleteChannel(arn)
            | Self::GetStreamSession(arn, _)
            | Self::ListStreamSessions(arn, _)
            | Self::TagResource(arn, _)
            | Self::UntagResource(arn, _)
            | Self::ListTagsForResource(arn) => Some(arn),
            Self::ListStreams(..)
            | Self::ListChannels(..)
            | Self::CreateChannel(_)
            | Self::BatchGetChannel(_) => None,
        }
    }
}

impl List {
    fn paging(&self) -> Result<Paging, ServiceError> {
        let count = match self.max_results.map(usize::try_from) {
            None => LIST_PAGE_MAX,
            Some(Ok(count @ 1..=LIST_PAGE_MAX)) => count,
            Some(_) => {
                let problem = format!("maxResults must be between 1 and {LIST_PAGE_MAX}");
                return Err(ServiceError::Validation(problem));
            }
        };
        let token = self.next_token.clone().filter(|token| !token.is_empty());
        let is_id = |token: &String| token.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        match token {
            Some(token) if !is_id(&token) => {
                Err(ServiceError::Validation("Invalid nextToken".to_owned()))
            }
            after => Ok(Paging { after, count }),
        }
    }

    fn filter(&self) -> Result<Filter, ServiceError> {
        let set = |filter: &&Option<String>| filter.as_ref().is_some_and(|text| !text.is_empty());
        let others = [
            &self.filter_by_recording_configuration_arn,
            &self.filter_by_playback_restriction_policy_arn,
            &self.filter_by_ad_configuration_arn,
            &self.filter_by_failover_slate_configuration_arn,
        ];
        let others = others.iter().copied().filter(set).count();
        let name = self.filter_by_name.clone().filter(|name| !name.is_empty());
        match (name, others) {
            (None, 0) => Ok(Filter::All),
            (Some(name), 0) => Ok(Filter::Name(name)),
            (None, 1) => Ok(Filter::Nothing),
            _ => Err(ServiceError::Conflict("Only one filter can be specified".to_owned())),
        }
    }
}

impl OnTags {
    fn tag(self) -> Result<Request, ServiceError> {
        let arn = self.channel()?;
        let tags = self.tags.ok_or_else(|| ServiceError::Validation("tags are missing".into()))?;
        tags::check(&tags)?;
        Ok(Request::TagResource(arn, tags))
    }

    fn untag(self) -> Result<Request, ServiceError> {
        let arn = self.channel()?;
        if self.tag_keys.is_empty() || self.tag_keys.len() > TAGS_MAX {
            let problem = format!("tagKeys must have between 1 and {TAGS_MAX} items");
            return Err(ServiceError::Validation(problem));
        }
        self.tag_keys.iter().try_for_each(|key| tags::check_key(key))?;
        Ok(Request::UntagResource(arn, self.tag_keys))
    }

    /// The stand-in has channels only: any other resource does not exist.
    fn channel(&self) -> Result<ChannelArn, ServiceError> {
        let other = || ServiceError::NotFound(self.resource_arn.clone());
        let is_resource = self.resource_arn.starts_with("arn:aws:ivs:");
        arn(&self.resource_arn).map_err(|error| if is_resource { other() } else { error })
    }
}

/// Reads one call's JSON.
pub(super) fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, ServiceError> {
    serde_json::from_slice(body).map_err(|error| ServiceError::Validation(error.to_string()))
}

fn arn(text: &str) -> Result<ChannelArn, ServiceError> {
    text.parse().map_err(|_| ServiceError::Validation(format!("Invalid channel ARN: {text}")))
}

fn stream_id(id: Option<String>) -> Result<Option<String>, ServiceError> {
    let is_id = |id: &str| {
        let letters = id.strip_prefix("st-").unwrap_or_default();
        id.len() == STREAM_ID_CHARS && letters.chars().all(|c| c.is_ascii_alphanumeric())
    };
    match id {
        Some(id) if !is_id(&id) => {
            Err(ServiceError::Validation(format!("Invalid stream id: {id}")))
        }
        id => Ok(id),
    }
}

fn payload(text: &str) -> Result<Payload, ServiceError> {
    text.parse().map_err(|error: ModelError| {
        if matches!(error, ModelError::PayloadTooLarge { .. }) {
            return ServiceError::PayloadTooLarge;
        }
        ServiceError::Validation(error.to_string())
    })
}

fn arns(by: &ByArns) -> Result<Vec<ChannelArn>, ServiceError> {
    if by.arns.is_empty() || by.arns.len() > BATCH_MAX {
        let problem = format!("arns must have between 1 and {BATCH_MAX} items");
        return Err(ServiceError::Validation(problem));
    }
    by.arns.iter().map(|text| arn(text)).collect()
}
