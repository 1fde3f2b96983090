//! Where the shows of a run play: each joins its hub, is watched, and is told to begin.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc::UnboundedSender;

use crate::model::channel::ShowId;
use crate::model::file::{FileAnswer, FileKind};
use crate::model::io::{Ending, Kept, ShowInput};
use crate::model::limits::SHOW_MAILBOX_MAX;
use crate::model::saved::Saved;
use crate::script::api::Setup;
use crate::show::ShowSetup;
use crate::world::channel::hub::{Hub, HubInput};
use crate::world::files::Folders;
use crate::world::pool::Pool;

use super::actor::Actor;
use super::casting::{Cast, ServiceKey};
use super::hands::{Hands, Watched};

/// All shows that are set up, those that play and those that may have to.
pub(super) struct Stage {
    cast: BTreeMap<ShowId, Cast>,
    hubs: BTreeMap<ServiceKey, Hub>,
    hands: Arc<Hands>,
    folders: Arc<Folders>,
    pool: Pool,
    over: UnboundedSender<Ending>,
    /// The shows share the text.
    script: Mutex<FileAnswer>,
}

/// What a show begins with.
pub(super) struct Beginning {
    pub(super) id: ShowId,
    pub(super) saved: Saved,
    pub(super) seed: u64,
    pub(super) kept: Kept,
}

impl Stage {
    /// A stage on which nothing plays yet; its hubs live on the current runtime.
    pub(super) fn new(
        cast: Vec<Cast>,
        hands: &Arc<Hands>,
        folders: &Arc<Folders>,
        pool: Pool,
        over: UnboundedSender<Ending>,
    ) -> Self {
        let mut hubs = BTreeMap::new();
        for Cast { service, ivs, .. } in &cast {
            let start = || Hub::start(Arc::clone(ivs), Arc::clone(hands));
            hubs.entry(service.clone()).or_insert_with(start);
        }
        let script = Mutex::new(folders.read_script());
        let cast = cast.into_iter().map(|cast| (cast.id().clone(), cast)).collect();
        let (hands, folders) = (Arc::clone(hands), Arc::clone(folders));
        Self { cast, hubs, hands, folders, pool, over, script }
    }

    /// What the shows share.
    pub(super) fn hands(&self) -> &Arc<Hands> {
        &self.hands
    }

    /// Each hub of the run.
    pub(super) fn hubs(&self) -> Vec<Hub> {
        self.hubs.values().cloned().collect()
    }

    /// Begins a show.
    pub(super) async fn begin(&self, Beginning { id, saved, seed, kept }: Beginning) {
        let Some(Cast { setup, service, .. }) = self.cast.get(&id) else { return };
        let Some(hub) = self.hubs.get(service) else { return };
        let script = Arc::new(Setup { seed, ..Setup::clone(&setup.script) });
        let setup = ShowSetup { script, ..setup.clone() };
        let (hands, folders) = (Arc::clone(&self.hands), Arc::clone(&self.folders));
        let actor = Actor::new(setup, hands, hub.clone(), folders, self.over.clone());
        let mailbox = self.pool.spawn(id.to_string(), SHOW_MAILBOX_MAX, receive(actor));
        self.hands.shows.add(id.clone(), mailbox);
        // The hub lives as long as this run, and knows the show before its first payload.
        let _ = hub.send(HubInput::Join { show: id.clone(), seed }).await;
        // Watched first, then read: no save falls between.
        let watched = Watched { show: id.clone(), file: None };
        let path = self.folders.script().to_owned();
        self.hands.watcher.watch(&watched, FileKind::Script, &[path]);
        let script = self.read_script();
        self.hands.shows.tell(&id, ShowInput::Start { saved: Box::new(saved), kept, script });
        self.hands.voting.began();
    }

    fn read_script(&self) -> FileAnswer {
        let read = self.folders.read_script();
        let mut script = self.script.lock().unwrap_or_else(PoisonError::into_inner);
        if read != *script {
            *script = read;
        }
        script.clone()
    }
}

fn receive(mut actor: Actor) -> impl FnMut(ShowInput) -> ControlFlow<()> + Send {
    move |input| actor.receive(input)
}
