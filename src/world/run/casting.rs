//! The shows of a run: which there are, and the service each sends to.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use tokio::task::JoinSet;
use tokio::time::timeout;

use serde_json::Value;

use crate::model::channel::{ChannelArn, ShowId};
use crate::model::limits::{CHANNEL_NAME_WAIT, CHANNEL_NAMES_AT_ONCE};
use crate::script::api::{Setup, Shelf};
use crate::show::ShowSetup;
use crate::world::channel::aws::{Credentials, Ivs, Target};
use crate::world::clock::Clock;
use crate::world::meter::RealMeter;
use crate::world::script_file::script_name;
use crate::world::web::player::Playing;

use super::error::RunError;
use super::options::{ChannelOptions, Options};
use super::serving::Doors;

/// A show that is set up, and the service it sends to.
pub(super) struct Cast {
    pub(super) setup: ShowSetup,
    pub(super) service: ServiceKey,
    pub(super) ivs: Arc<Ivs>,
}

impl Cast {
    /// The show.
    pub(super) fn id(&self) -> &ShowId {
        &self.setup.script.id
    }
}

/// What shares one budget: an account's channels in one region, or those of the local stand-in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ServiceKey {
    account: String,
    region: String,
}

impl ServiceKey {
    fn of(arn: &ChannelArn) -> Self {
        Self { account: arn.account().to_owned(), region: arn.region().to_owned() }
    }
}

/// The shows, in the order typed.
pub(super) fn ids(options: &Options) -> Vec<ShowId> {
    let script: Arc<str> = script_name(&options.script).into();
    let channels = options.channels.iter();
    channels.map(|of| ShowId { script: Arc::clone(&script), channel: of.arn.clone() }).collect()
}

/// Sets the shows up, and makes sure that what they send to can be called.
pub(super) async fn cast(
    options: &Options,
    ids: &[ShowId],
    seed: u64,
    doors: &Doors,
    clock: Clock,
) -> Result<Vec<Cast>, RunError> {
    let services = services(options, doors).await?;
    let mut names = names(options, &services).await;
    let (mut cast, shelf) = (Vec::new(), Shelf::default());
    for (id, channel) in ids.iter().zip(&options.channels) {
        let service = ServiceKey::of(&channel.arn);
        let Some(ivs) = services.get(&service).cloned() else { continue };
        let channel_name = names.remove(&channel.arn);
        let script = Setup {
            id: id.clone(),
            seed,
            args: args(options, channel),
            zone: channel.zone.clone().or_else(|| options.zone.clone()),
            channel_name,
            shelf: shelf.clone(),
            meter: Some(Arc::new(RealMeter::new(clock))),
        };
        let script_file = options.script.file_name().unwrap_or(options.script.as_os_str());
        let script_file = script_file.to_string_lossy().into_owned();
        let own_stream = own_endpoint(&channel.arn, doors).is_some();
        let same_show = options.same_show;
        let script = Arc::new(script);
        let setup = ShowSetup { script, script_file, same_show, own_stream };
        cast.push(Cast { setup, service, ivs });
    }
    Ok(cast)
}

/// Where this run itself serves a channel; none for one that is served elsewhere.
fn own_endpoint(arn: &ChannelArn, doors: &Doors) -> Option<String> {
    doors.endpoint().filter(|_| arn.is_local())
}

fn target(options: &Options, channel: &ChannelOptions, doors: &Doors) -> Target {
    if let Some(endpoint) = own_endpoint(&channel.arn, doors) {
        return Target::local(endpoint);
    }
    Target {
        region: channel.arn.region().to_owned(),
        profile: options.aws.profile.clone(),
        endpoint_url: options.aws.endpoint_url.clone(),
        credentials: Credentials::Chain,
    }
}

/// A client for each service that the channels belong to, once it is known that it can be called.
async fn services(
    options: &Options,
    doors: &Doors,
) -> Result<BTreeMap<ServiceKey, Arc<Ivs>>, RunError> {
    let mut services = BTreeMap::new();
    for channel in &options.channels {
        if let Entry::Vacant(new) = services.entry(ServiceKey::of(&channel.arn)) {
            let ivs = Ivs::new(target(options, channel, doors));
            ivs.ready().await?;
            new.insert(Arc::new(ivs));
        }
    }
    Ok(services)
}

/// The names the service has for the channels, asked a few at a time; those that do not come in
/// time are not waited for.
async fn names(
    options: &Options,
    services: &BTreeMap<ServiceKey, Arc<Ivs>>,
) -> BTreeMap<ChannelArn, String> {
    let mut names = BTreeMap::new();
    let (local, others): (Vec<_>, Vec<_>) =
        options.channels.iter().map(|channel| &channel.arn).partition(|arn| arn.is_local());
    names.extend(local.into_iter().map(|arn| (arn.clone(), "local".to_owned())));
    let collect = async {
        // A question takes some 12 KB while it waits, so those of thousands are not all begun.
        let (mut ahead, mut asked) = (others.into_iter(), JoinSet::new());
        loop {
            let room = CHANNEL_NAMES_AT_ONCE.saturating_sub(asked.len());
            for arn in ahead.by_ref().take(room) {
                let Some(ivs) = services.get(&ServiceKey::of(arn)).cloned() else { continue };
                let arn = arn.clone();
                asked.spawn(async move { (ivs.channel(&arn).await.ok(), arn) });
            }
            match asked.join_next().await {
                Some(Ok((channel, arn))) => {
                    names.extend(channel.and_then(|channel| channel.name).map(|name| (arn, name)));
                }
                Some(Err(_)) => {}
                None => break,
            }
        }
    };
    // Those that came in time are enough.
    let _ = timeout(CHANNEL_NAME_WAIT.unsigned_abs(), collect).await;
    names
}

fn args(options: &Options, channel: &ChannelOptions) -> Box<[(String, Value)]> {
    let mut args = options.args.clone();
    args.extend(channel.args.iter().cloned());
    args.into_iter().collect()
}

/// What the player page plays: each show's channel, in the order typed.
pub(super) fn playing(cast: &[Cast], clock: Clock) -> Vec<Playing> {
    let of = |cast: &Cast| {
        let arn = cast.setup.script.id.channel.clone();
        if cast.setup.own_stream {
            Playing::here(arn)
        } else {
            Playing::elsewhere(arn, Arc::clone(&cast.ivs), clock)
        }
    };
    cast.iter().map(of).collect()
}
