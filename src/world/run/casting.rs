//! Setting shows up: through which service each sends, what it was told, and what it kept.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::{JoinError, JoinSet};
use tokio::time::timeout;

use crate::model::channel::{ChannelArn, ShowId};
use crate::model::io::Kept;
use crate::model::limits::{CHANNEL_NAME_WAIT, CHANNEL_NAMES_AT_ONCE};
use crate::model::saved::Saved;
use crate::script::api::{Setup, Shelf};
use crate::show::ShowSetup;
use crate::world::channel::aws::{AwsError, Credentials, Ivs, Target};
use crate::world::data::DataFolder;
use crate::world::entropy;
use crate::world::files::Folders;
use crate::world::lock::ShowLock;
use crate::world::meter::RealMeter;
use crate::world::web::player::Playing;

use super::error::RunError;
use super::hands::Hands;
use super::options::{Options, ShowOptions};

/// A show that is set up and waits to begin.
pub(super) struct Cast {
    pub(super) options: ShowOptions,
    pub(super) setup: ShowSetup,
    pub(super) saved: Saved,
    pub(super) service: ServiceKey,
    pub(super) ivs: Arc<Ivs>,
    pub(super) source: Source,
    /// None where the data folder cannot be written.
    pub(super) lock: Option<ShowLock>,
}

/// What shares one budget: an account's channels in one region, or those of the local stand-in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ServiceKey {
    account: String,
    region: String,
}

impl ServiceKey {
    pub(super) fn of(arn: &ChannelArn) -> Self {
        Self { account: arn.account().to_owned(), region: arn.region().to_owned() }
    }
}

/// A script with its folders: what all shows of it share.
#[derive(Clone)]
pub(super) struct Source {
    pub(super) folders: Arc<Folders>,
    shelf: Shelf,
}

/// The script's path, and the folder of its facts.
type SourceKey = (Arc<Path>, Option<Arc<Path>>);

/// Sets shows up, at the start of a run and whenever its plan changes.
pub(super) struct Casting {
    options: Options,
    data: Option<DataFolder>,
    /// Where this run itself serves the local channel.
    endpoint: Option<String>,
    /// The seed of shows that have none of their own, once it is known.
    seed: Option<u64>,
    services: BTreeMap<ServiceKey, Arc<Ivs>>,
    /// Those that are being called, each at most once at a time.
    calling: BTreeSet<ServiceKey>,
    called: UnboundedSender<Called>,
    sources: BTreeMap<SourceKey, Source>,
    meter: Arc<RealMeter>,
}

impl Casting {
    pub(super) fn new(
        options: Options,
        data: Option<DataFolder>,
        endpoint: Option<String>,
        called: UnboundedSender<Called>,
        hands: &Hands,
    ) -> Self {
        let (seed, meter) = (options.seed, Arc::new(RealMeter::new(hands.clock)));
        let (services, calling, sources) = (BTreeMap::new(), BTreeSet::new(), BTreeMap::new());
        Self { options, data, endpoint, seed, services, calling, called, sources, meter }
    }

    /// What the run was told.
    pub(super) fn options(&self) -> &Options {
        &self.options
    }

    /// Sets a show up, once it is sure that what it sends to can be called and that nobody else
    /// plays it.
    pub(super) fn cast(
        &mut self,
        options: &ShowOptions,
        called: &Called,
        hands: &Hands,
    ) -> Result<Cast, RunError> {
        let id = options.id();
        let (service, ivs) = (called.service.clone(), called.ivs.clone()?);
        let now = hands.clock.now();
        let lock =
            self.data.as_ref().map(|data| ShowLock::take(data, &id, now.wall)).transpose()?;
        let source = self.source(options)?;
        // What other runners write, too, is read when it is this one's turn.
        let is_shared = hands.standby.is_some();
        let saved = if is_shared { Saved::default() } else { hands.keeper.load(&id)? };
        let resumed = resumed_seed(&saved, self.options.kept, now.wall);
        let channel_name = called.names.get(&options.channel).cloned().flatten();
        let setup = self.setup(options, channel_name, resumed, &source);
        Ok(Cast { options: options.clone(), setup, saved, service, ivs, source, lock })
    }

    /// A show as it begins with these options.
    pub(super) fn setup(
        &mut self,
        options: &ShowOptions,
        channel_name: Option<String>,
        resumed: Option<u64>,
        source: &Source,
    ) -> ShowSetup {
        let setup = Setup {
            id: options.id(),
            seed: self.seed(options, resumed),
            args: self.args(options),
            zone: options.zone.clone().or_else(|| self.options.zone.clone()),
            channel_name,
            shelf: source.shelf.clone(),
            meter: Some(Arc::<RealMeter>::clone(&self.meter)),
        };
        let script_file = options.script.file_name().unwrap_or(options.script.as_os_str());
        ShowSetup {
            script: Arc::new(setup),
            script_file: script_file.to_string_lossy().into_owned(),
            same_show: self.options.same_show,
            own_stream: self.own_endpoint(&options.channel).is_some(),
        }
    }

    /// The show's own seed or that of the run, else that of a show that goes on after a crash, else
    /// a new one, which is then that of the run: the same show has the same draws on each channel.
    pub(super) fn seed(&mut self, options: &ShowOptions, resumed: Option<u64>) -> u64 {
        if let Some(own) = options.seed.or(self.options.seed) {
            return own;
        }
        if let Some(before) = resumed {
            self.seed.get_or_insert(before);
            return before;
        }
        // Short enough to be read out and typed again.
        let new = || u64::from_le_bytes(entropy::bytes::<8>()) % 1_000_000;
        *self.seed.get_or_insert_with(new)
    }

    /// The seed of shows that have none of their own; none before the first was set up.
    pub(super) fn common_seed(&self) -> Option<u64> {
        self.seed
    }

    /// Lets go of the scripts that no show plays any more.
    pub(super) fn forget_unplayed(&mut self) {
        self.sources.retain(|_, source| Arc::strong_count(&source.folders) > 1);
    }

    fn args(&self, options: &ShowOptions) -> Arc<[(String, Value)]> {
        if self.options.args.is_empty() {
            return Arc::clone(&options.args);
        }
        let mut args = self.options.args.clone();
        args.extend(options.args.iter().cloned());
        args.into_iter().collect()
    }

    /// The script of a show with its folders.
    pub(super) fn source(&mut self, options: &ShowOptions) -> Result<Source, RunError> {
        let facts = options.facts.clone();
        let facts = facts.or_else(|| self.options.folders.facts.as_deref().map(Arc::from));
        let key = (Arc::clone(&options.script), facts);
        Ok(match self.sources.entry(key) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(new) => {
                let (script, facts) = new.key();
                let folders = Arc::new(Folders::new(script, facts.as_deref())?);
                new.insert(Source { folders, shelf: Shelf::default() }).clone()
            }
        })
    }

    /// Calls the services of these channels, aside, but for those that are being called: what came
    /// of each is sent, and the others' turn comes when they are asked for again.
    pub(super) fn call_for<'a>(&mut self, channels: impl Iterator<Item = &'a ChannelArn>) {
        let mut all: BTreeMap<ServiceKey, Vec<ChannelArn>> = BTreeMap::new();
        for channel in channels {
            all.entry(ServiceKey::of(channel)).or_default().push(channel.clone());
        }
        for (service, channels) in all {
            let Some(first) = channels.first() else { continue };
            if !self.calling.insert(service.clone()) {
                continue;
            }
            let known = self.services.get(&service).cloned();
            let is_known = known.is_some();
            let ivs = known.unwrap_or_else(|| Arc::new(Ivs::new(self.target(first))));
            let call = tokio::spawn(async move {
                if !is_known {
                    ivs.ready().await?;
                }
                let names = names(&ivs, channels).await;
                Ok((ivs, names))
            });
            let called = self.called.clone();
            tokio::spawn(async move {
                let panicked = |error: JoinError| {
                    let message = error.to_string();
                    Err(AwsError::Call { operation: "asking for credentials", message })
                };
                let (ivs, names) = match call.await.unwrap_or_else(panicked) {
                    Ok((ivs, names)) => (Ok(ivs), names),
                    Err(error) => (Err(error), BTreeMap::new()),
                };
                // The run may have ended.
                let _ = called.send(Called { service, ivs, names });
            });
        }
    }

    /// Whether some service is being called.
    pub(super) fn is_calling(&self) -> bool {
        !self.calling.is_empty()
    }

    /// A service was called: it is known from now on, if it can be.
    pub(super) fn know(&mut self, called: &Called) {
        self.calling.remove(&called.service);
        if let Ok(ivs) = &called.ivs {
            self.services.insert(called.service.clone(), Arc::clone(ivs));
        }
    }

    /// Where this run itself serves a channel; none for one that is served elsewhere.
    fn own_endpoint(&self, arn: &ChannelArn) -> Option<String> {
        self.endpoint.clone().filter(|_| arn.is_local())
    }

    fn target(&self, arn: &ChannelArn) -> Target {
        if let Some(endpoint) = self.own_endpoint(arn) {
            return Target::local(endpoint);
        }
        Target {
            region: arn.region().to_owned(),
            profile: self.options.aws.profile.clone(),
            endpoint_url: self.options.aws.endpoint_url.clone(),
            credentials: Credentials::Chain,
        }
    }
}

/// A service that was called for some channels.
pub(super) struct Called {
    service: ServiceKey,
    /// Its client, once it is known that it can be called; else why not.
    ivs: Result<Arc<Ivs>, AwsError>,
    /// What it calls the channels that it was asked for, as far as that came in time.
    names: BTreeMap<ChannelArn, Option<String>>,
}

impl Called {
    /// Whether it tells what there is to be known of a channel.
    pub(super) fn is_for(&self, channel: &ChannelArn) -> bool {
        let is_asked = self.ivs.is_err() || self.names.contains_key(channel);
        is_asked && self.service == ServiceKey::of(channel)
    }
}

/// The names a service has for channels, asked a few at a time; those that do not come in time are
/// not waited for.
async fn names(ivs: &Arc<Ivs>, channels: Vec<ChannelArn>) -> BTreeMap<ChannelArn, Option<String>> {
    let local = |arn: &ChannelArn| arn.is_local().then(|| "local".to_owned());
    let mut names: BTreeMap<ChannelArn, Option<String>> =
        channels.into_iter().map(|arn| (arn.clone(), local(&arn))).collect();
    let others = names.keys().filter(|arn| !arn.is_local()).cloned().collect::<Vec<_>>();
    let collect = async {
        // A question takes some 12 KB while it waits, so those of thousands are not all begun.
        let (mut ahead, mut asked) = (others.into_iter(), JoinSet::new());
        loop {
            let room = CHANNEL_NAMES_AT_ONCE.saturating_sub(asked.len());
            for arn in ahead.by_ref().take(room) {
                let ivs = Arc::clone(ivs);
                asked.spawn(async move { (ivs.channel(&arn).await.ok(), arn) });
            }
            match asked.join_next().await {
                Some(Ok((channel, arn))) => {
                    names.insert(arn, channel.and_then(|channel| channel.name));
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

/// The seed of a show that goes on after a crash.
pub(super) fn resumed_seed(saved: &Saved, kept: Kept, now: Timestamp) -> Option<u64> {
    let goes_on = kept == Kept::Use && saved.crashed_lately(now);
    saved.run.as_ref().filter(|_| goes_on).map(|run| run.seed)
}

impl Cast {
    /// The show.
    pub(super) fn id(&self) -> &ShowId {
        &self.setup.script.id
    }

    /// What the player page plays of it.
    pub(super) fn playing(&self, hands: &Hands) -> Playing {
        let arn = self.options.channel.clone();
        if self.setup.own_stream {
            Playing::here(arn)
        } else {
            Playing::elsewhere(arn, Arc::clone(&self.ivs), hands.clock)
        }
    }
}
