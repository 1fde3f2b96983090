//! What is served where no show runs: the local channel alone, or the viewers of shows that run
//! elsewhere.

use std::sync::Arc;

use tokio::sync::watch;
use tokio::time::sleep;

use crate::model::channel::{ChannelArn, LOCAL_CHANNEL_ARN, ShowId};
use crate::model::event::{Event, What};
use crate::model::limits::ON_NOW_LOOK;
use crate::model::vote::OnNow;
use crate::model::zone::Zone;
use crate::world::browser;
use crate::world::clock::Clock;
use crate::world::report::head::Head;
use crate::world::report::names::Names;
use crate::world::report::plain::Look;
use crate::world::report::{Mode, Reporter};
use crate::world::store::StoreUrl;
use crate::world::store::votes::{self, VoteStore, Votes};
use crate::world::web::player::Playing;
use crate::world::web::votes::VoteDoor;

use super::error::RunError;
use super::options::{ListenOptions, VoteOptions};
use super::serving::PublicDoor;
use super::signals::Signals;
use super::voting::admission;

/// Serves the local channel alone, and those beside it, until a signal ends it.
pub async fn serve_local(options: &ListenOptions, beside: &[ChannelArn]) -> Result<(), RunError> {
    let mut signals = Signals::listen()?;
    let clock = Clock::start();
    let public = PublicDoor::open(options).await?;
    let public = tokio::select! {
        public = public.with_local(beside, options.clip.clone(), clock) => public?,
        // A clip may take minutes to convert.
        () = signals.next() => return Ok(()),
    };
    let channels: Vec<ChannelArn> =
        std::iter::once(ChannelArn::local()).chain(beside.iter().cloned()).collect();
    let payloads = format!("{}/local/payloads?channelArn={LOCAL_CHANNEL_ARN}", public.url());
    let mut more: Vec<(String, String)> =
        channels.iter().map(|arn| ("channel".to_owned(), arn.to_string())).collect();
    more.push(("payloads".to_owned(), payloads));
    let head = Head {
        parts: vec!["the local channel".to_owned()],
        player: Some(public.player()),
        endpoint: Some(public.url()),
        more,
        ..Head::default()
    };
    let front = Front { clock, reporter: reporter(head)?, opens: options.open };
    let (_, playing) = watch::channel(channels.into_iter().map(Playing::here).collect());
    front.serve(public, playing, None, signals).await;
    Ok(())
}

/// Serves the player page, votes and state of the shows that are on in a store, beside the runner
/// of each, until a signal ends it.
pub async fn serve_votes(
    listen: &ListenOptions,
    store: &StoreUrl,
    options: &VoteOptions,
) -> Result<(), RunError> {
    let signals = Signals::listen()?;
    let clock = Clock::start();
    let public = PublicDoor::open(listen).await?;
    let opened = votes::open(&VoteStore::Redis(store.clone()), clock.now().wall).await?;
    let admission = admission(&opened.votes, options).await;
    let head = Head {
        parts: vec!["votes".to_owned()],
        player: Some(public.player()),
        more: vec![("store".to_owned(), store.to_string())],
        ..Head::default()
    };
    let front = Arc::new(Front { clock, reporter: reporter(head)?, opens: listen.open });
    opened.notes.into_iter().for_each(|note| front.warn(note));
    let (shows, shows_now) = watch::channel(Vec::new());
    let (playing, playing_now) = watch::channel(Vec::new());
    let looking = tokio::spawn({
        let (front, votes) = (Arc::clone(&front), Arc::clone(&opened.votes));
        async move { front.look(&*votes, &shows, &playing).await }
    });
    let now = Arc::new(move || clock.now());
    let door = VoteDoor::new(opened.votes, shows_now, admission, now);
    front.serve(public, playing_now, Some(door), signals).await;
    looking.abort();
    Ok(())
}

/// What is on a person's screen meanwhile.
struct Front {
    clock: Clock,
    reporter: Reporter,
    /// Whether the page is opened in the browser.
    opens: bool,
}

fn reporter(head: Head) -> Result<Reporter, RunError> {
    let look = Look { zone: Zone::UTC, folder: String::new(), names: Names::default() };
    let reporter = Reporter::start(Mode::Plain(look))
        .map_err(|source| RunError::System { doing: "start the report", source })?;
    reporter.head(head);
    Ok(reporter)
}

impl Front {
    fn warn(&self, message: String) {
        let (at, what) = (self.clock.now().wall, What::Warning { message });
        self.reporter.event(&Event { at, what, show: None });
    }

    async fn serve(
        &self,
        public: PublicDoor,
        playing: watch::Receiver<Vec<Playing>>,
        votes: Option<Arc<VoteDoor>>,
        mut signals: Signals,
    ) {
        let player = public.player();
        public.moved.clone().into_iter().for_each(|moved| self.warn(moved));
        let (shut_down, shut) = watch::channel(false);
        let serving = tokio::spawn(public.serve(playing, votes, shut));
        if self.opens {
            browser::open(&player).err().into_iter().for_each(|why| self.warn(why));
        }
        signals.next().await;
        drop(shut_down);
        drop(serving.await);
        self.reporter.close();
    }

    /// Sees for ever which shows are on. While the store does not say so, those it named last are.
    async fn look(
        &self,
        votes: &dyn Votes,
        shows: &watch::Sender<Vec<ShowId>>,
        playing: &watch::Sender<Vec<Playing>>,
    ) {
        let (mut last, mut in_trouble): (Vec<(ShowId, OnNow)>, bool) = (Vec::new(), false);
        loop {
            match votes.on_now().await {
                Ok(on_now) => {
                    if in_trouble {
                        self.warn("the vote store answers again".to_owned());
                    }
                    in_trouble = false;
                    if on_now != last {
                        shows.send_replace(on_now.iter().map(|(show, _)| show.clone()).collect());
                        playing.send_replace(on_now.iter().map(told).collect());
                        last = on_now;
                    }
                }
                Err(error) => {
                    if !in_trouble {
                        self.warn(format!("{error}; until it can, votes are refused"));
                    }
                    in_trouble = true;
                }
            }
            sleep(ON_NOW_LOOK.unsigned_abs()).await;
        }
    }
}

fn told((show, on_now): &(ShowId, OnNow)) -> Playing {
    Playing::told(show.channel.clone(), on_now.playback_url.clone())
}
