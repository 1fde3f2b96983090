//! Listeners: one port, so many connections, and an end.

mod clients;
mod wire;

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, lookup_host};
use tokio::sync::watch;

use self::clients::{Client, Clients};
use self::wire::{Waits, Wire};
use super::ivs_api::HangUp;
use crate::model::limits::{
    ACCEPT_AGAIN, ANSWER_TAKEN_MOMENT, ANSWER_TAKEN_WAIT, CONNECTIONS_MAX, LISTENER_CLOSE_WAIT,
    LISTENER_QUEUE_MAX, PORT_DEFAULT, PORTS_TRIED_MAX, REQUEST_HEAD_MAX_BYTES, REQUEST_HEAD_WAIT,
};

/// Where to listen, as the operator said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// `--bind`: an address or a name of this machine.
    pub bind: String,
    /// The port; none for `first` or the next free one.
    pub port: Option<u16>,
    /// The port to begin with when none was given.
    pub first: u16,
    /// The flag that names the port, for errors: `--port`.
    pub flag: &'static str,
}

impl Default for Place {
    fn default() -> Self {
        Self { bind: "127.0.0.1".to_owned(), port: None, first: PORT_DEFAULT, flag: "--port" }
    }
}

/// Why there is no listener.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The port that was asked for is taken.
    #[error(
        "`{flag}` cannot be used, another program listens on {bind}:{port}\n\
         hint: leave `{flag}` out to use the next free port"
    )]
    Taken {
        /// The flag that named it.
        flag: &'static str,
        /// The address.
        bind: String,
        /// The port.
        port: u16,
    },
    /// Every port that was tried is taken.
    #[error(
        "no port from {first} to {last} is free on {bind}\nhint: name one with `{flag} <PORT>`"
    )]
    NoneFree {
        /// The first one tried.
        first: u16,
        /// The last one tried.
        last: u16,
        /// The address.
        bind: String,
        /// The flag that names one.
        flag: &'static str,
    },
    /// The address is not one of this machine, or must not be used.
    #[error(
        "cannot listen on {bind}:{port}: {source}\n\
         hint: `--bind 127.0.0.1` is this machine, `--bind 0.0.0.0` the network"
    )]
    Bind {
        /// The address.
        bind: String,
        /// The port.
        port: u16,
        /// What the system says.
        source: io::Error,
    },
}

/// Listens at a place: on the port that was given, else on the first free one.
pub async fn bind(place: &Place) -> Result<TcpListener, ListenError> {
    let last = place.first.saturating_add(PORTS_TRIED_MAX - 1);
    let ports = place.port.map_or(place.first..=last, |port| port..=port);
    let host = place.bind.trim_start_matches('[').trim_end_matches(']').to_owned();
    for port in ports {
        match bind_one(&host, port).await {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(source) => {
                return Err(ListenError::Bind { bind: place.bind.clone(), port, source });
            }
        }
    }
    let (bind, flag) = (place.bind.clone(), place.flag);
    Err(match place.port {
        Some(port) => ListenError::Taken { flag, bind, port },
        None => ListenError::NoneFree { first: place.first, last, bind, flag },
    })
}

async fn bind_one(host: &str, port: u16) -> io::Result<TcpListener> {
    let addresses: Vec<SocketAddr> = match host.parse::<IpAddr>() {
        Ok(address) => vec![SocketAddr::new(address, port)],
        Err(_) => lookup_host((host, port)).await?.collect(),
    };
    let mut refused = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in addresses {
        match listen_at(address) {
            Ok(listener) => return Ok(listener),
            Err(error) => refused = error,
        }
    }
    Err(refused)
}

/// Has room for those who come faster than they are let in: where it is full they try again only
/// after a second.
fn listen_at(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Elsewhere it would let two programs listen on one port.
    if cfg!(unix) {
        socket.set_reuseaddr(true)?;
    }
    socket.bind(address)?;
    socket.listen(LISTENER_QUEUE_MAX)
}

/// Serves until `shutdown` says `true` or its sender is gone; then requests under way are finished,
/// within [`LISTENER_CLOSE_WAIT`].
pub async fn serve(listener: TcpListener, router: Router, shutdown: watch::Receiver<bool>) {
    serve_at_most(connections_max(), listener, router, shutdown).await;
}

/// The same with room for so many connections. When it is full, one whose request is still to come,
/// or who takes nothing of its answer, makes room for the next.
async fn serve_at_most(
    most: usize,
    listener: TcpListener,
    router: Router,
    mut shutdown: watch::Receiver<bool>,
) {
    let clients = Clients::new(most);
    loop {
        let accepted = tokio::select! {
            () = is_over(&mut shutdown) => break,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, from)) = accepted else {
            // Out of files, most likely: there will be some when others have closed.
            tokio::time::sleep(ACCEPT_AGAIN.unsigned_abs()).await;
            continue;
        };
        let client = tokio::select! {
            () = is_over(&mut shutdown) => break,
            client = clients.come_in() => client,
        };
        // An answer is one small write: waiting to fill a packet only delays it.
        drop(stream.set_nodelay(true));
        let waits = Waits {
            moment: ANSWER_TAKEN_MOMENT.unsigned_abs(),
            then: ANSWER_TAKEN_WAIT.unsigned_abs(),
        };
        let wire = Wire::new(stream, client.place(), waits);
        tokio::spawn(connection(wire, from, client, router.clone(), shutdown.clone()));
    }
    drop(listener);
    // What is still open after the wait ends with the program.
    let wait = LISTENER_CLOSE_WAIT.unsigned_abs();
    drop(tokio::time::timeout(wait, clients.all_gone(most)).await);
}

async fn connection<S: AsyncRead + AsyncWrite + Unpin>(
    wire: Wire<S>,
    from: SocketAddr,
    client: Client,
    router: Router,
    mut shutdown: watch::Receiver<bool>,
) {
    let router = TowerToHyperService::new(router);
    let place = client.place();
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(from));
        let place = Arc::clone(&place);
        let answer = router.call(request.map(|body| place.asks(body)));
        async move { hang_up_or(answer.await).map(|it| it.map(|body| place.is_answered(body))) }
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(REQUEST_HEAD_WAIT.unsigned_abs())
            .max_buf_size(REQUEST_HEAD_MAX_BYTES)
            .serve_connection(TokioIo::new(wire), service)
    );
    let over = tokio::select! {
        // How a connection ended is its client's business.
        _ = connection.as_mut() => false,
        () = client.has_to_go() => false,
        () = is_over(&mut shutdown) => true,
    };
    if over {
        connection.as_mut().graceful_shutdown();
        drop(connection.await);
    }
}

/// The connection is to be dropped without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is dropped without an answer")]
struct HungUp;

fn hang_up_or(answer: Result<Response, Infallible>) -> Result<Response, HungUp> {
    match answer {
        Ok(response) if response.extensions().get::<HangUp>().is_some() => Err(HungUp),
        Ok(response) => Ok(response),
        Err(never) => match never {},
    }
}

async fn is_over(shutdown: &mut watch::Receiver<bool>) {
    // Whoever could say so is gone: that says it too.
    drop(shutdown.wait_for(|over| *over).await);
}

/// As many connections as leave half of what the process may open to everything else.
#[cfg(unix)]
fn connections_max() -> usize {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // Where more is not allowed, what there is must do.
    let _ = setrlimit(Resource::Nofile, limit);
    let files = getrlimit(Resource::Nofile).current;
    let half = files.and_then(|files| usize::try_from(files / 2).ok());
    half.map_or(CONNECTIONS_MAX, |half| half.min(CONNECTIONS_MAX))
}

#[cfg(not(unix))]
fn connections_max() -> usize {
    CONNECTIONS_MAX
}

#[cfg(test)]
mod tests;
