//! The state of the local service. It is told the time, so that its rates need no waiting.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::hls::clip::Clip;
use crate::hls::stream::Stream;
use crate::model::channel::ChannelArn;
use crate::model::limits::{
    LOCAL_CHANNELS_MAX, LOCAL_GET_STREAMS_PER_ACCOUNT, LOCAL_PAYLOADS_MAX, LOCAL_PUTS_PER_ACCOUNT,
    LOCAL_PUTS_PER_CHANNEL, STREAM_ID_CHARS,
};
use crate::model::payload::Payload;
use crate::model::time::Now;

use super::broadcasts::{Broadcasts, Seen};
use super::channel::Channel;
use super::error::ServiceError;
use super::faults::{Fate, Faults};
use super::operation::Operation;
use super::rate::Rate;
use super::request::{Filter, Health, Paging, Request};
use super::sessions::Session;
use super::settings::{Settings, Wanted};
use super::tags::{self, Tags};

/// Every channel lies in this account and region.
const CHANNEL_PREFIX: &str = "arn:aws:ivs:us-west-2:000000000000:channel/";

/// What a call is answered with: a body, or none.
pub(super) type Answered = Result<Option<Value>, ServiceError>;

/// The service: one account in one region.
pub(super) struct Service {
    channels: BTreeMap<ChannelArn, Channel>,
    broadcasts: Broadcasts,
    puts: Rate,
    get_streams: Rate,
    payloads: usize,
    faults: BTreeMap<(Operation, ChannelArn), Faults>,
    base: Arc<str>,
    random: fn(usize) -> String,
}

impl Service {
    /// A service with the local channel on air, reached under the URL `base`; `random` gives that
    /// many letters and digits, `clip` is what every channel shows.
    pub(super) fn new(base: &str, clip: Arc<Clip>, random: fn(usize) -> String, now: Now) -> Self {
        let mut service = Self {
            channels: BTreeMap::new(),
            broadcasts: Broadcasts::new(clip),
            puts: Rate::default(),
            get_streams: Rate::default(),
            payloads: 0,
            faults: BTreeMap::new(),
            base: base.into(),
            random,
        };
        service.add(&ChannelArn::local(), now).expect("there is room for one");
        service
    }

    /// Puts a channel on air, which is made where there is none of that ARN.
    pub(super) fn add(&mut self, arn: &ChannelArn, now: Now) -> Answered {
        if !self.channels.contains_key(arn) {
            self.has_room()?;
            let channel = Channel::new(arn.clone(), Settings::named(arn.id()), self.random);
            self.channels.insert(arn.clone(), channel);
        }
        self.on_air(arn.as_str(), now)
    }

    fn has_room(&self) -> Result<(), ServiceError> {
        let is_full = self.channels.len() >= LOCAL_CHANNELS_MAX;
        if is_full { Err(ServiceError::QuotaExceeded) } else { Ok(()) }
    }

    /// Answers one call whose content is valid.
    pub(super) fn call(&mut self, request: Request, now: Now) -> Answered {
        match request {
            Request::PutMetadata(arn, payload) => self.put_metadata(&arn, payload, now),
            Request::GetStream(arn) => self.get_stream(&arn, now),
            Request::ListStreams(health, paging) => Ok(Some(self.list_streams(health, paging))),
            Request::StopStream(arn) => self.stop_stream(&arn, now),
            Request::GetChannel(arn) => {
                let base = Arc::clone(&self.base);
                let described = self.channel(&arn)?.described(&base);
                Ok(Some(json!({ "channel": described })))
            }
            Request::ListChannels(filter, paging) => Ok(Some(self.list_channels(&filter, paging))),
            Request::CreateChannel(wanted) => self.create_channel(*wanted),
            Request::UpdateChannel(arn, wanted) => self.update_channel(&arn, *wanted),
            Request::DeleteChannel(arn) => self.delete_channel(&arn),
            Request::BatchGetChannel(arns) => Ok(Some(self.batch_get_channel(&arns))),
            Request::GetStreamSession(arn, id) => self.get_stream_session(&arn, id.as_deref()),
            Request::ListStreamSessions(arn, paging) => {
                Ok(Some(self.channel(&arn)?.sessions.page(&paging)))
            }
            Request::TagResource(arn, tags) => self.tag_resource(&arn, tags),
            Request::UntagResource(arn, keys) => {
                self.channel(&arn)?.settings.tags.retain(|key, _| !keys.contains(key));
                Ok(Some(json!({})))
            }
            Request::ListTagsForResource(arn) => {
                Ok(Some(json!({ "tags": self.channel(&arn)?.settings.tags })))
            }
        }
    }

    /// What happens to the next call of `operation`, on `arn` where it is about one channel.
    pub(super) fn fate(&mut self, operation: Operation, arn: Option<&ChannelArn>) -> Fate {
        let key = (operation, arn.cloned().unwrap_or_else(ChannelArn::local));
        self.faults.get_mut(&key).map(Faults::next).unwrap_or_default()
    }

    /// Lets calls go wrong from now on.
    pub(super) fn set_faults(&mut self, faults: Faults) -> Answered {
        let faults = faults.checked()?;
        let arn = self.named(faults.channel())?.arn.clone();
        let operation = faults.operation();
        let of = if operation.is_of_one_channel() { arn } else { ChannelArn::local() };
        self.faults.insert((operation, of), faults);
        Ok(Some(json!({})))
    }

    /// Puts a channel on air; one that is stays on the stream it has.
    pub(super) fn on_air(&mut self, arn: &str, now: Now) -> Answered {
        let arn = self.named(arn)?.arn.clone();
        if self.live(&arn).is_err() {
            let id = format!("st-{}", (self.random)(STREAM_ID_CHARS - "st-".len()));
            self.broadcasts.begin(arn.id(), &id, now);
            self.channel(&arn)?.sessions.begin(id, now.wall);
        }
        Ok(Some(json!({ "stream": self.live(&arn)?.stream(&arn) })))
    }

    /// Takes a channel off air; one that is stays so.
    pub(super) fn off_air(&mut self, arn: &str, now: Now) -> Answered {
        if let Some(id) = self.named(arn)?.sessions.end(now.wall) {
            self.broadcasts.end(&id, now);
        }
        Ok(Some(json!({})))
    }

    /// The id of the stream that is on air on the channel of this id.
    pub(super) fn playing(&mut self, channel: &str) -> Result<String, ServiceError> {
        let arn = format!("{CHANNEL_PREFIX}{channel}").parse();
        let arn = arn.map_err(|_| ServiceError::NotFound(format!("channel/{channel}")))?;
        Ok(self.live(&arn)?.id.clone())
    }

    /// Looks at a channel's stream as viewers see it now; `of` is the ids of both.
    pub(super) fn look<T>(
        &mut self,
        of: (&str, &str),
        now: Now,
        look: impl FnOnce(&Stream) -> T,
    ) -> Result<Seen<T>, ServiceError> {
        let seen = self.broadcasts.look(of, now, look);
        seen.ok_or_else(|| ServiceError::NotFound(format!("{}/{}", of.0, of.1)))
    }

    /// What was put into a channel, newest first.
    pub(super) fn payloads(&mut self, arn: &str) -> Answered {
        Ok(Some(json!({ "payloads": self.named(arn)?.kept() })))
    }

    fn channel(&mut self, arn: &ChannelArn) -> Result<&mut Channel, ServiceError> {
        self.channels.get_mut(arn).ok_or_else(|| ServiceError::NotFound(arn.to_string()))
    }

    fn named(&mut self, arn: &str) -> Result<&mut Channel, ServiceError> {
        match arn.parse() {
            Ok(arn) => self.channel(&arn),
            Err(_) => Err(ServiceError::Validation(format!("Invalid channel ARN: {arn}"))),
        }
    }

    fn live(&mut self, arn: &ChannelArn) -> Result<&Session, ServiceError> {
        let live = self.channel(arn)?.sessions.live();
        live.ok_or_else(|| ServiceError::NotBroadcasting(arn.clone()))
    }

    fn put_metadata(&mut self, arn: &ChannelArn, payload: Payload, now: Now) -> Answered {
        let stream = self.live(arn)?.id.clone();
        let throttled = |limit, resource: &str| ServiceError::Throttled {
            operation: Operation::PutMetadata,
            limit,
            resource: resource.to_owned(),
        };
        let account_allows = self.puts.allows(LOCAL_PUTS_PER_ACCOUNT, now.up);
        let channel = self.channel(arn)?;
        if !channel.puts.allows(LOCAL_PUTS_PER_CHANNEL, now.up) {
            return Err(throttled(LOCAL_PUTS_PER_CHANNEL, arn.as_str()));
        }
        if !account_allows {
            return Err(throttled(LOCAL_PUTS_PER_ACCOUNT, arn.account()));
        }
        channel.puts.count(now.up);
        self.broadcasts.put(&stream, &payload, now);
        let forgot = self.channel(arn)?.keep(payload, stream, now.wall);
        self.puts.count(now.up);
        self.payloads += usize::from(!forgot);
        self.forget_past_the_limit();
        Ok(None)
    }

    fn forget_past_the_limit(&mut self) {
        if self.payloads > LOCAL_PAYLOADS_MAX {
            let longest = self.channels.values_mut().max_by_key(|channel| channel.payloads.len());
            longest.and_then(|channel| channel.payloads.pop_back());
            self.payloads -= 1;
        }
    }

    fn get_stream(&mut self, arn: &ChannelArn, now: Now) -> Answered {
        let mut described = self.live(arn)?.stream(arn);
        if !self.get_streams.allows(LOCAL_GET_STREAMS_PER_ACCOUNT, now.up) {
            return Err(ServiceError::Throttled {
                operation: Operation::GetStream,
                limit: LOCAL_GET_STREAMS_PER_ACCOUNT,
                resource: arn.account().to_owned(),
            });
        }
        self.get_streams.count(now.up);
        let base = Arc::clone(&self.base);
        described["playbackUrl"] = json!(self.channel(arn)?.playback_url(&base));
        Ok(Some(json!({ "stream": described })))
    }

    fn stop_stream(&mut self, arn: &ChannelArn, now: Now) -> Answered {
        self.live(arn)?;
        self.off_air(arn.as_str(), now)
    }

    fn get_stream_session(&mut self, arn: &ChannelArn, id: Option<&str>) -> Answered {
        let base = Arc::clone(&self.base);
        let channel = self.channel(arn)?;
        let described = channel.described(&base);
        let session = channel.sessions.get(id).map(|session| session.described(&described));
        let nothing = || ServiceError::NotFound(id.map_or(arn.to_string(), str::to_owned));
        Ok(Some(json!({ "streamSession": session.ok_or_else(nothing)? })))
    }

    fn tag_resource(&mut self, arn: &ChannelArn, tags: Tags) -> Answered {
        let own = &mut self.channel(arn)?.settings.tags;
        let mut all = own.clone();
        all.extend(tags);
        tags::check(&all)?;
        *own = all;
        Ok(Some(json!({})))
    }

    fn create_channel(&mut self, wanted: Wanted) -> Answered {
        self.has_room()?;
        let settings = Settings::named("").with(wanted)?;
        let id = (self.random)(12);
        let arn: ChannelArn = format!("{CHANNEL_PREFIX}{id}")
            .parse()
            .expect("letters and digits make the id of a channel");
        let key_id = (self.random)(12);
        let key = json!({
            "arn": format!("arn:aws:ivs:us-west-2:000000000000:stream-key/{key_id}"),
            "value": format!("sk_us-west-2_{key_id}_{}", (self.random)(30)),
            "channelArn": arn,
            "tags": settings.tags,
        });
        let channel = Channel::new(arn.clone(), settings, self.random);
        let described = channel.described(&self.base);
        self.channels.insert(arn, channel);
        Ok(Some(json!({ "channel": described, "streamKey": key })))
    }

    fn update_channel(&mut self, arn: &ChannelArn, wanted: Wanted) -> Answered {
        let base = Arc::clone(&self.base);
        let channel = self.off_air_channel(arn, "updated")?;
        channel.settings = channel.settings.clone().with(wanted)?;
        Ok(Some(json!({ "channel": channel.described(&base) })))
    }

    fn delete_channel(&mut self, arn: &ChannelArn) -> Answered {
        let forgotten = self.off_air_channel(arn, "deleted")?.payloads.len();
        self.channels.remove(arn);
        self.faults.retain(|(_, of), _| of != arn || arn.is_local());
        self.payloads -= forgotten;
        Ok(None)
    }

    fn off_air_channel(
        &mut self,
        arn: &ChannelArn,
        to: &str,
    ) -> Result<&mut Channel, ServiceError> {
        let channel = self.channel(arn)?;
        if channel.sessions.live().is_some() {
            let problem = format!("Channel: {arn} is live, it cannot be {to}");
            return Err(ServiceError::Conflict(problem));
        }
        Ok(channel)
    }

    fn batch_get_channel(&mut self, arns: &[ChannelArn]) -> Value {
        let (mut channels, mut errors) = (Vec::new(), Vec::new());
        for arn in arns {
            if let Some(channel) = self.channels.get(arn) {
                channels.push(channel.described(&self.base));
            } else {
                let error = ServiceError::NotFound(arn.to_string());
                let (code, message) = (error.code(), error.to_string());
                errors.push(json!({"arn": arn, "code": code, "message": message}));
            }
        }
        json!({ "channels": channels, "errors": errors })
    }

    fn list_channels(&self, filter: &Filter, paging: Paging) -> Value {
        let wanted = |channel: &&Channel| match filter {
            Filter::All => true,
            Filter::Name(name) => channel.settings.name == *name,
            Filter::Nothing => false,
        };
        let count = paging.count;
        let channels = self.channels_after(paging).filter(wanted);
        page("channels", channels.map(|channel| (&channel.arn, channel.summary())), count)
    }

    fn list_streams(&self, health: Health, paging: Paging) -> Value {
        let count = paging.count;
        let channels = self.channels_after(paging).filter(|_| health == Health::Healthy);
        let streams = channels.filter_map(|channel| {
            let live = channel.sessions.live()?;
            Some((&channel.arn, live.stream(&channel.arn)))
        });
        page("streams", streams, count)
    }

    fn channels_after(&self, paging: Paging) -> impl Iterator<Item = &Channel> {
        let after: Option<ChannelArn> =
            paging.after.and_then(|id| format!("{CHANNEL_PREFIX}{id}").parse().ok());
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        self.channels.range((from, Bound::Unbounded)).map(|(_, channel)| channel)
    }
}

/// One page of a list, and what asks for the next one if there is more.
fn page<'a>(
    name: &str,
    mut items: impl Iterator<Item = (&'a ChannelArn, Value)>,
    count: usize,
) -> Value {
    let (arns, values): (Vec<&ChannelArn>, Vec<Value>) = items.by_ref().take(count).unzip();
    match (items.next(), arns.last()) {
        (Some(_), Some(last)) => json!({ name: values, "nextToken": last.id() }),
        _ => json!({ name: values }),
    }
}
