//! Proofs of delivery: each channel's own video is followed, and what shows up there is told.

use std::collections::{BTreeMap, BTreeSet};
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

/// The proofs of a run.
pub(super) struct Proving {
    within: SignedDuration,
    clock: Clock,
    tell: Tell,
    network: Handle,
    channels: Mutex<BTreeMap<ChannelArn, Followed>>,
}

/// Where events go.
type Tell = Arc<dyn Fn(&Event) + Send + Sync>;

/// A channel whose video is followed.
struct Followed {
    /// The shows that play on it.
    shows: BTreeSet<ShowId>,
    news: Sender<ProofInput>,
    task: AbortHandle,
}

impl Drop for Followed {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Proving {
    /// Proofs on the runtime this is called in; payloads may take so long to show up.
    pub(super) fn new(
        within: SignedDuration,
        clock: Clock,
        tell: impl Fn(&Event) + Send + Sync + 'static,
    ) -> Self {
        let (network, channels) = (Handle::current(), Mutex::default());
        Self { within, clock, tell: Arc::new(tell), network, channels }
    }

    /// Follows the video of a show's channel from now on, until its last show leaves it.
    pub(super) fn follow(&self, show: &ShowId, ivs: &Arc<Ivs>) {
        let mut channels = self.channels();
        // Shows on one channel have one video.
        if let Some(followed) = channels.get_mut(&show.channel) {
            followed.shows.insert(show.clone());
            return;
        }
        let follower = Follower {
            channel: show.channel.clone(),
            ivs: Arc::clone(ivs),
            clock: self.clock,
            tell: Arc::clone(&self.tell),
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
        let (task, shows) = (task.abort_handle(), BTreeSet::from([show.clone()]));
        channels.insert(show.channel.clone(), Followed { shows, news, task });
    }

    /// A show does not play any more. With the last one of a channel its video is let go; what did
    /// not show up by then is not held against anybody.
    pub(super) fn leave(&self, show: &ShowId) {
        let mut channels = self.channels();
        if let Some(followed) = channels.get_mut(&show.channel) {
            followed.shows.remove(show);
            if followed.shows.is_empty() {
                channels.remove(&show.channel);
            }
        }
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
        self.channels().clear();
    }

    fn channels(&self) -> MutexGuard<'_, BTreeMap<ChannelArn, Followed>> {
        self.channels.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What follows one channel.
#[derive(Clone)]
struct Follower {
    channel: ChannelArn,
    ivs: Arc<Ivs>,
    clock: Clock,
    tell: Tell,
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
                (self.tell)(&Event { at: now.wall, what, show: Some(show) });
            }
        }
    }

    /// Follows the video as often as there is one, until the channel is let go.
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
        let asked = self.ivs.channel(&self.channel).await;
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
            self.channel
        );
        let (at, what) = (self.clock.now().wall, What::Warning { message });
        (self.tell)(&Event { at, what, show: None });
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::channel::aws::Target;

    fn show(script: &str, channel: &str) -> ShowId {
        let arn = format!("arn:aws:ivs:us-west-2:123456789012:channel/{channel}");
        ShowId { script: script.into(), channel: arn.parse().expect("it is an ARN") }
    }

    #[tokio::test]
    async fn a_channel_is_followed_as_long_as_a_show_plays_on_it() {
        let proving = Proving::new(SignedDuration::from_secs(9), Clock::start(), |_| {});
        // Nobody listens there.
        let ivs = Arc::new(Ivs::new(Target::local("http://127.0.0.1:9".to_owned())));
        let [a, b, c] = [("a", "one"), ("b", "one"), ("c", "two")].map(|(of, on)| show(of, on));
        for show in [&a, &b, &c] {
            proving.follow(show, &ivs);
        }
        let followed = || proving.channels().keys().cloned().collect::<Vec<_>>();
        let task = proving.channels()[&a.channel].task.clone();
        proving.leave(&a);
        proving.leave(&a);
        assert_eq!(followed(), [a.channel.clone(), c.channel.clone()]);
        proving.leave(&b);
        assert_eq!(followed(), std::slice::from_ref(&c.channel));
        while !task.is_finished() {
            tokio::task::yield_now().await;
        }
        proving.follow(&a, &ivs);
        assert_eq!(followed(), [a.channel, c.channel]);
    }
}
