//! For tests: the local channel on a loopback port, on a clock that the test moves.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::guard::Guard;
use super::listen::{Place, bind, serve};
use crate::model::time::Now;
use crate::world::channel::local::Local;
use crate::world::channel::local::clip::test_picture;

/// A local channel that is served until this is dropped.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    pub(crate) local: Arc<Local>,
    pub(crate) shutdown: watch::Sender<bool>,
    pub(crate) server: JoinHandle<()>,
    hands: ClockHands,
}

/// The hands of a clock that only the test moves; it begins at 1970.
pub(crate) struct ClockHands {
    millis: Arc<AtomicI64>,
}

impl ClockHands {
    /// The hands, and the clock.
    pub(crate) fn new() -> (Self, Arc<dyn Fn() -> Now + Send + Sync>) {
        let millis = Arc::new(AtomicI64::new(0));
        let told = Arc::clone(&millis);
        let clock = Arc::new(move || {
            let up = SignedDuration::from_millis(told.load(Ordering::Relaxed));
            Now { up, wall: Timestamp::UNIX_EPOCH + up }
        });
        (Self { millis }, clock)
    }

    /// So many milliseconds pass.
    pub(crate) fn move_on(&self, millis: i64) {
        self.millis.fetch_add(millis, Ordering::Relaxed);
    }
}

impl Served {
    pub(crate) async fn new() -> Self {
        let place = Place { port: Some(0), ..Place::default() };
        let listener = bind(&place).await.expect("port 0 is any free one");
        let address = listener.local_addr().expect("it is bound");
        let (hands, clock) = ClockHands::new();
        let local = Local::new(&format!("http://{address}"), test_picture(), clock);
        let router = super::router(&local, &Guard::new(address, &place.bind));
        let (shutdown, over) = watch::channel(false);
        let server = tokio::spawn(serve(listener, router, over));
        Self { address, local, shutdown, server, hands }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn wait_ms(&self, millis: i64) {
        self.hands.move_on(millis);
    }

    /// Sends one request as it is written, the lines of its head joined, and reads to the end.
    pub(crate) async fn raw(&self, head: &[&str], body: &str) -> String {
        raw(self.address, head, body).await
    }

    /// POSTs JSON the way a client on this machine does.
    pub(crate) async fn post(&self, path: &str, body: &str) -> String {
        self.raw(&[&format!("POST {path} HTTP/1.1"), "Host: localhost"], body).await
    }
}

/// Sends one request as it is written, the lines of its head joined, and reads to the end.
pub(crate) async fn raw(to: SocketAddr, head: &[&str], body: &str) -> String {
    let mut stream = TcpStream::connect(to).await.expect("it listens");
    let length = body.len();
    let head = head.join("\r\n");
    let end = format!("Connection: close\r\nContent-Length: {length}\r\n\r\n{body}");
    // One whose body is refused may be answered before all of it is sent.
    let sent = stream.write_all(format!("{head}\r\n{end}").as_bytes()).await;
    let mut answer = Vec::new();
    // A connection that is dropped may end with a reset: what came before is the answer.
    drop(stream.read_to_end(&mut answer).await);
    assert!(sent.is_ok() || !answer.is_empty(), "{sent:?}");
    String::from_utf8(answer).expect("answers are text")
}
