//! Proofs of delivery: each channel's own video is followed, and what shows up there is told.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::SignedDuration;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::AbortHandle;
use tokio::time::sleep;

use crate::model::channel::{ChannelArn, ShowId};
use crate::model::event::{Event, What};
use crate::model::limits::{VERIFY_AGAIN, VERIFY_CHANNELS_MAX, VERIFY_NEWS_MAX};
use crate::rules::proof::{Proof, ProofInput};
use crate::world::channel::aws::Ivs;
use crate::world::clock::Clock;
use crate::world::report::viewing::OURS;
use crate::world::watch_stream::{self, News, PlaybackUrl};

use super::outlet::Outlet;

/// The proofs of a run.
pub(super) struct Proving {
    within: SignedDuration,
    clock: Clock,
    outlet: Arc<Outlet>,
    network: Handle,
    channels: Mutex<BTreeMap<ChannelArn, Followed>>,
}

/// A channel whose video is followed.
struct Followed {
    news: Sender<ProofInput>,
    task: AbortHandle,
}

impl Proving {
    /// Proofs on the runtime this is called in; payloads may take so long to show up.
    pub(super) fn new(within: SignedDuration, outlet: &Arc<Outlet>, clock: Clock) -> Self {
        let (network, channels) = (Handle::current(), Mutex::default());
        Self { within, clock, outlet: Arc::clone(outlet), network, channels }
    }

    /// Follows the video of a show's channel from now on, until the run ends.
    pub(super) fn follow(&self, show: &ShowId, ivs: &Arc<Ivs>) {
        let mut channels = self.channels();
        // Shows on one channel have one video.
        if channels.contains_key(&show.channel) {
            return;
        }
        let follower = Follower {
            show: show.clone(),
            ivs: Arc::clone(ivs),
            clock: self.clock,
            outlet: Arc::clone(&self.outlet),
        };
        if channels.len() >= VERIFY_CHANNELS_MAX {
            let most = VERIFY_CHANNELS_MAX;
            return follower.warn(&format!("{most} others are followed, as many as may"));
        }
        let (news, told) = channel(VERIFY_NEWS_MAX);
        let proving = follower.clone().prove(Proof::new(self.within), told);
        let seen = news.clone();
        let task = self.network.spawn(async move {
            tokio::join!(follower.follow(seen), proving);
        });
        let task = task.abort_handle();
        channels.insert(show.channel.clone(), Followed { news, task });
    }

    /// A payload was sent, perhaps: what else happened is no news here.
    pub(super) fn hear(&self, event: &Event) {
        if let (What::Sent { of, repeat, .. }, Some(show)) = (&event.what, &event.show)
            && let Some(Followed { news, .. }) = self.channels().get(&show.channel)
        {
            // What finds no room is not proved, and not held against anybody.
            let (show, of, repeat) = (show.clone(), of.clone(), *repeat);
            drop(news.try_send(ProofInput::Sent { show, of, repeat }));
        }
    }

    /// Nothing more is followed.
    pub(super) fn end(&self) {
        for followed in std::mem::take(&mut *self.channels()).into_values() {
            followed.task.abort();
        }
    }

    fn channels(&self) -> MutexGuard<'_, BTreeMap<ChannelArn, Followed>> {
        self.channels.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What follows one channel.
#[derive(Clone)]
struct Follower {
    show: ShowId,
    ivs: Arc<Ivs>,
    clock: Clock,
    outlet: Arc<Outlet>,
}

impl Follower {
    /// Keeps the proofs, and tells what they come to.
    async fn prove(self, mut proof: Proof, mut told: Receiver<ProofInput>) {
        loop {
            let until = proof.next_deadline();
            let left = until.map(|at| (at - self.clock.up()).max(SignedDuration::ZERO));
            let due = async {
                match left {
                    Some(left) => sleep(left.unsigned_abs()).await,
                    None => std::future::pending().await,
                }
            };
            let input = tokio::select! {
                input = told.recv() => match input {
                    Some(input) => input,
                    None => return,
                },
                () = due => ProofInput::Tick,
            };
            let now = self.clock.now();
            proof.handle(input, now);
            while let Some((show, what)) = proof.poll_output() {
                self.outlet.event(&Event { at: now.wall, what, show: Some(show) });
            }
        }
    }

    /// Follows the video as often as there is one, for ever.
    async fn follow(&self, news: Sender<ProofInput>) {
        let mut in_trouble = false;
        loop {
            let followed = self.follow_once(&news).await;
            drop(news.send(ProofInput::Lost).await);
            match followed {
                Ok(()) => in_trouble = false,
                Err(why) if !std::mem::replace(&mut in_trouble, true) => self.warn(&why),
                Err(_) => {}
            }
            sleep(VERIFY_AGAIN.unsigned_abs()).await;
        }
    }

    /// Follows a broadcast to its end.
    async fn follow_once(&self, news: &Sender<ProofInput>) -> Result<(), String> {
        let asked = self.ivs.channel(&self.show.channel).await;
        let url = asked.map_err(|error| error.to_string())?.playback_url.unwrap_or_default();
        let url: PlaybackUrl = url.parse().map_err(|_| format!("`{url}` is no address"))?;
        let tell = |told: &News| {
            if let Some(input) = input(told) {
                // Where the proofs are behind, what is missed is not held against anybody.
                drop(news.try_send(input));
            }
            Ok(())
        };
        let followed = pin!(watch_stream::follow(&url, self.clock, tell)).await;
        match followed {
            // A channel that is not live yet has no video.
            Err(error) if error.is_missing() => Ok(()),
            followed => followed.map_err(|error| error.to_string()),
        }
    }

    fn warn(&self, why: &str) {
        let message = format!(
            "the video of {} cannot be followed: {why}; what is sent meanwhile is not proved",
            self.show.channel
        );
        self.outlet.warn(self.clock.now(), message);
    }
}

/// What news of the video mean for proofs.
fn input(news: &News) -> Option<ProofInput> {
    match &news.what {
        watch_stream::What::Metadata(metadata) if metadata.frame.owner == OURS => {
            let text = String::from_utf8_lossy(&metadata.frame.data);
            Some(ProofInput::Seen(text.trim_end_matches('\0').to_owned()))
        }
        watch_stream::What::OnAir => Some(ProofInput::Follows),
        watch_stream::What::OffAir | watch_stream::What::Ended => Some(ProofInput::Lost),
        watch_stream::What::Missed(_) => Some(ProofInput::Gap),
        watch_stream::What::Metadata(_) | watch_stream::What::Trouble(_) => None,
    }
}
