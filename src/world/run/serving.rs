//! What a run serves: the player page with the local channel, and the operator's desk.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::hls::clip::Clip;
use crate::model::channel::ChannelArn;
use crate::model::limits::{DESK_PORT_DEFAULT, PORT_DEFAULT};
use crate::world::channel::local::Local;
use crate::world::channel::local::clip::{of_file, test_picture};
use crate::world::clock::Clock;
use crate::world::report::head::Head;
use crate::world::script_file::script_name;
use crate::world::web::desk::{self, Behind, Token, Watched};
use crate::world::web::guard::Guard;
use crate::world::web::listen::{Place, bind, serve};
use crate::world::web::player::Playing;
use crate::world::web::public;
use crate::world::web::votes::VoteDoor;

use super::error::RunError;
use super::hands::Hands;
use super::options::{Bill, DeskOptions, ListenOptions, Options, ShowOptions};

/// The listeners of a run, before they serve.
pub(super) struct Doors {
    public: PublicDoor,
    desk: DeskDoor,
}

pub(super) struct PublicDoor {
    listener: TcpListener,
    address: SocketAddr,
    bind: String,
    /// None where no show plays on the local channel, or another runner serves it.
    local: Option<Arc<Local>>,
    pub(super) moved: Option<String>,
}

struct DeskDoor {
    listener: TcpListener,
    address: SocketAddr,
    bind: String,
    token: Token,
    moved: Option<String>,
}

impl Doors {
    /// Opens what the run needs: the player page, with the local channel when a show plays on it
    /// or a plan may come to name it and no other endpoint was named, and the desk.
    pub(super) async fn open(
        options: &Options,
        shows: &[ShowOptions],
        clock: Clock,
    ) -> Result<Self, RunError> {
        let is_local =
            options.bill.plan().is_some() || shows.iter().any(|show| show.channel.is_local());
        let mut public = PublicDoor::open(&options.listen).await?;
        let serves_local = is_local && options.aws.endpoint_url.is_none();
        if options.listen.clip.is_some() && !serves_local {
            return Err(RunError::ClipUnused);
        }
        if serves_local {
            public = public.with_local(&[], options.listen.clip.clone(), clock).await?;
        }
        let desk = DeskDoor::open(&options.desk).await?;
        Ok(Self { public, desk })
    }

    /// Where the player page is.
    pub(super) fn player(&self) -> String {
        self.public.player()
    }

    /// What the page and the local channel's streams lie below.
    pub(super) fn public_url(&self) -> String {
        self.public.url()
    }

    /// Where the local channel is reached; none when this run serves none.
    pub(super) fn endpoint(&self) -> Option<String> {
        self.public.local.as_ref().map(|_| self.public.url())
    }

    /// What is to be said of ports that are not the usual ones.
    pub(super) fn moved(&self) -> impl Iterator<Item = &String> {
        self.public.moved.iter().chain(&self.desk.moved)
    }

    /// The first screen, as far as it is known before the script is.
    pub(super) fn head(&self, options: &Options, shows: &[ShowOptions]) -> Head {
        let all: BTreeSet<&ChannelArn> = shows.iter().map(|show| &show.channel).collect();
        let channels = match shows {
            [only] if only.channel.is_local() => "channel local".to_owned(),
            [only] => format!("channel {}", only.channel),
            _ => counted(all.len(), "channel"),
        };
        let parts = match &options.bill {
            Bill::Typed { script, .. } => vec![script_name(script), channels],
            Bill::Plan(plan) => {
                let (shows, channels) =
                    (counted(shows.len(), "show"), counted(all.len(), "channel"));
                vec![plan.display().to_string(), shows, channels]
            }
        };
        let journal = options.folders.journal.clone();
        let journal = journal.unwrap_or_else(|| {
            super::opening::data_path(options).join(crate::world::journal::FILE_NAME)
        });
        Head {
            parts,
            player: Some(self.player()),
            endpoint: self.endpoint(),
            desk: Some(self.desk.url()),
            journal: Some(journal.display().to_string()),
            ..Head::default()
        }
    }

    /// Begins to serve, until `shut` says that it is over; the page plays these channels, and its
    /// viewers vote through this door.
    pub(super) fn serve(
        self,
        hands: &Arc<Hands>,
        playing: watch::Receiver<Vec<Playing>>,
        votes: Arc<VoteDoor>,
        watched: &Arc<Watched>,
        shut: &watch::Receiver<bool>,
    ) -> Vec<JoinHandle<()>> {
        let public = tokio::spawn(self.public.serve(playing, Some(votes), shut.clone()));
        let DeskDoor { listener, address, bind, token, .. } = self.desk;
        let guard = Guard::new(address, &bind);
        let (clock, voting, outlet) = (hands.clock, Arc::clone(hands), Arc::clone(&hands.outlet));
        let behind = Behind {
            shows: Arc::clone(&hands.shows),
            votes: hands.voting.votes(),
            feed: hands.outlet.feed(),
            tell: Arc::new(move |event| outlet.event(&event)),
            screen: Arc::new(move |show| voting.voting.screen(show)),
            now: Arc::new(move || clock.now()),
            shut: shut.clone(),
        };
        let router = desk::router(behind, watched, guard, token);
        vec![public, tokio::spawn(serve(listener, router, shut.clone()))]
    }
}

impl PublicDoor {
    pub(super) async fn open(options: &ListenOptions) -> Result<Self, RunError> {
        let bind_to = options.bind.to_string();
        let place = Place {
            bind: bind_to.clone(),
            port: options.port,
            first: PORT_DEFAULT,
            flag: "--port",
        };
        let (listener, address) = listen(&place).await?;
        let moved = moved(&place, address, "this run");
        Ok(Self { listener, address, bind: bind_to, local: None, moved })
    }

    /// The same with the local channel behind it, and those beside it; all show a clip.
    pub(super) async fn with_local(
        self,
        beside: &[ChannelArn],
        file: Option<PathBuf>,
        clock: Clock,
    ) -> Result<Self, RunError> {
        let clip = clip(file, clock).await?;
        let local = Local::new(&self.url(), clip, Arc::new(move || clock.now()));
        for arn in beside {
            local.add(arn).map_err(RunError::LocalChannels)?;
        }
        Ok(Self { local: Some(local), ..self })
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", reached(self.address))
    }

    pub(super) fn player(&self) -> String {
        format!("{}/", self.url())
    }

    pub(super) async fn serve(
        self,
        playing: watch::Receiver<Vec<Playing>>,
        votes: Option<Arc<VoteDoor>>,
        shut: watch::Receiver<bool>,
    ) {
        let guard = Guard::new(self.address, &self.bind);
        serve(self.listener, public(playing, votes, self.local.as_ref(), &guard), shut).await;
    }
}

impl DeskDoor {
    async fn open(options: &DeskOptions) -> Result<Self, RunError> {
        let token = match &options.token {
            Some(text) => Token::fixed(text).ok_or(RunError::DeskToken)?,
            None => Token::new(),
        };
        let bind_to = options.address.map_or("127.0.0.1".to_owned(), |at| at.ip().to_string());
        let place = Place {
            bind: bind_to.clone(),
            port: options.address.map(|at| at.port()),
            first: DESK_PORT_DEFAULT,
            flag: "--desk",
        };
        let (listener, address) = listen(&place).await?;
        let moved = moved(&place, address, "the desk");
        Ok(Self { listener, address, bind: bind_to, token, moved })
    }

    fn url(&self) -> String {
        format!("http://{}/desk{}", reached(self.address), self.token.query())
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// What the local channel shows: the file that was given, or the test picture.
async fn clip(file: Option<PathBuf>, clock: Clock) -> Result<Arc<Clip>, RunError> {
    let Some(file) = file else { return Ok(test_picture()) };
    let converting = tokio::task::spawn_blocking(move || of_file(&file, clock));
    let converted = converting.await.map_err(|failed| RunError::System {
        doing: "convert the clip",
        source: std::io::Error::other(failed),
    })?;
    Ok(Arc::new(converted?))
}

async fn listen(place: &Place) -> Result<(TcpListener, SocketAddr), RunError> {
    let listener = bind(place).await?;
    let address = listener
        .local_addr()
        .map_err(|source| RunError::System { doing: "learn the port that was opened", source })?;
    Ok((listener, address))
}

/// What is said when nobody named a port and the usual one is taken.
fn moved(place: &Place, address: SocketAddr, who: &str) -> Option<String> {
    let (usual, port) = (place.first, address.port());
    let is_other = place.port.is_none() && port != usual;
    is_other.then(|| format!("port {usual} is taken, {who} uses {port}"))
}

/// The address as this machine reaches it: one that is bound to every address is reached on
/// loopback.
fn reached(address: SocketAddr) -> SocketAddr {
    let mut reached = address;
    if address.ip().is_unspecified() {
        reached.set_ip(match address {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    reached
}
