//! A client of HTTP that costs next to nothing, so that what is measured is the server.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One connection, which asks one thing after the other.
pub(crate) struct Client {
    stream: TcpStream,
    read: Vec<u8>,
}

/// What was answered.
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Client {
    /// A new connection.
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("the server listens");
        stream.set_nodelay(true).expect("it is a socket");
        Self { stream, read: Vec::new() }
    }

    /// Asks, and waits for all of the answer.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Answer {
        self.stream.write_all(request).await.expect("the server reads");
        self.read.clear();
        loop {
            let read = self.stream.read_buf(&mut self.read).await.expect("the server answers");
            assert!(read > 0, "the server hung up");
            if let Some(answer) = answer(&self.read) {
                return answer;
            }
        }
    }
}

/// An answer, once all of it is there.
fn answer(read: &[u8]) -> Option<Answer> {
    let end = read.windows(4).position(|part| part == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(read.get(..end)?).ok()?.to_ascii_lowercase();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let (_, length) = head.split_once("content-length: ")?;
    let length: usize = length.split('\r').next()?.parse().ok()?;
    Some(Answer { status, body: read.get(end..end + length)?.to_vec() })
}
