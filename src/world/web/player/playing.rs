//! What the page plays: the channels of the run, and where the video of each is.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::SignedDuration;
use tokio::sync::OnceCell;

use crate::model::channel::ChannelArn;
use crate::model::limits::PLAYBACK_ASK_AGAIN;
use crate::world::channel::aws::Ivs;
use crate::world::clock::Clock;

/// A channel whose video the page can play.
#[derive(Clone)]
pub struct Playing {
    arn: ChannelArn,
    video: Video,
}

#[derive(Clone)]
enum Video {
    /// This listener serves it.
    Here,
    /// The service knows where it is.
    Elsewhere(Arc<Asking>),
    /// Whoever runs the show told where it is, if it knows.
    Told(Option<String>),
}

/// A question to the service, asked when a page wants to know and answered once.
struct Asking {
    ivs: Arc<Ivs>,
    clock: Clock,
    url: OnceCell<String>,
    /// When it was asked in vain.
    failed: Mutex<Option<SignedDuration>>,
}

impl Playing {
    /// A channel whose video is served by the same listener as the page.
    pub fn here(arn: ChannelArn) -> Self {
        Self { arn, video: Video::Here }
    }

    /// A channel whose video is where `ivs` says.
    pub fn elsewhere(arn: ChannelArn, ivs: Arc<Ivs>, clock: Clock) -> Self {
        let asking = Asking { ivs, clock, url: OnceCell::new(), failed: Mutex::default() };
        Self { arn, video: Video::Elsewhere(Arc::new(asking)) }
    }

    /// A channel whose video is where another process said.
    pub fn told(arn: ChannelArn, url: Option<String>) -> Self {
        Self { arn, video: Video::Told(url) }
    }

    /// The channel.
    pub fn arn(&self) -> &ChannelArn {
        &self.arn
    }

    /// Whether this listener serves its video.
    pub(super) fn is_here(&self) -> bool {
        matches!(self.video, Video::Here)
    }

    /// Where its video is said to be, which is nobody else's than the page's to reach.
    pub(super) fn told_source(&self) -> Option<&str> {
        match &self.video {
            Video::Told(url) => url.as_deref(),
            Video::Here | Video::Elsewhere(_) => None,
        }
    }

    /// Where its video is; none when the service does not tell.
    pub async fn source(&self) -> Option<String> {
        match &self.video {
            Video::Here => Some(format!("/{}/playback.m3u8", self.arn.id())),
            Video::Elsewhere(asking) => {
                let url = asking.url.get_or_try_init(|| asking.ask(&self.arn)).await;
                url.ok().cloned()
            }
            Video::Told(url) => url.clone(),
        }
    }
}

impl Asking {
    async fn ask(&self, arn: &ChannelArn) -> Result<String, ()> {
        let now = self.clock.up();
        let failed = || self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        // Every viewer's page asks; the service takes few questions.
        if failed().is_some_and(|at| now - at < PLAYBACK_ASK_AGAIN) {
            return Err(());
        }
        let channel = self.ivs.channel(arn).await;
        let url = channel.ok().and_then(|channel| channel.playback_url);
        let url = url.filter(|url| !url.is_empty());
        *failed() = url.is_none().then_some(now);
        url.ok_or(())
    }
}
