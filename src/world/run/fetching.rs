//! Requests of shows: made by the network's thread, answered into the show's mailbox.

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::time::sleep;

use crate::model::channel::ShowId;
use crate::model::cue::AfterId;
use crate::model::fetch::FetchRequest;
use crate::model::io::ShowInput;
use crate::model::limits::{FETCH_TELL_AGAIN, FETCH_TELLS_MAX};
use crate::world::fetch::Fetcher;

use super::options::NetOptions;
use super::shows::Shows;

/// Makes requests for the shows of a run.
pub(super) struct Fetching {
    fetcher: Arc<Fetcher>,
    network: Handle,
    shows: Arc<Shows>,
}

impl Fetching {
    /// Fetches on the runtime this is called in.
    pub(super) fn new(options: &NetOptions, shows: &Arc<Shows>) -> Self {
        let fetcher = Fetcher::new(options.allowed.clone(), options.secrets.clone());
        Self { fetcher: fetcher.into(), network: Handle::current(), shows: Arc::clone(shows) }
    }

    /// Makes a request; its show is told what came. How many there are at a time, shows decide.
    pub(super) fn fetch(&self, show: ShowId, id: AfterId, request: Box<FetchRequest>) {
        let (fetcher, shows) = (Arc::clone(&self.fetcher), Arc::clone(&self.shows));
        self.network.spawn(async move {
            let came = Box::new(fetcher.fetch(&request).await);
            // A mailbox that is full has room soon; a show that is over hears nothing.
            for _ in 0..FETCH_TELLS_MAX {
                let input = ShowInput::Fetched { id, fetched: came.clone() };
                if shows.tell(&show, input) || !shows.ids().contains(&show) {
                    return;
                }
                sleep(FETCH_TELL_AGAIN.unsigned_abs()).await;
            }
        });
    }
}
