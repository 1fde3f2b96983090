//! The wire to one client. One that takes nothing of what is sent to it for a moment makes room for
//! others, and is not waited for ever: a write that stays without any progress fails.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Duration, Sleep, sleep};

use super::clients::Place;

/// A client's connection.
pub(super) struct Wire<S> {
    stream: S,
    place: Arc<Place>,
    waits: Waits,
    /// There while the client takes nothing.
    patience: Option<Patience>,
}

/// How long a client may take nothing.
#[derive(Clone, Copy)]
pub(super) struct Waits {
    /// Until it makes room for others: every connection rests for a moment.
    pub(super) moment: Duration,
    /// After that, until it is let go.
    pub(super) then: Duration,
}

/// With a client that takes nothing: as long as the first wait goes on, or the second.
enum Patience {
    Moment(Pin<Box<Sleep>>),
    Then(Pin<Box<Sleep>>),
}

impl<S: AsyncWrite + Unpin> Wire<S> {
    pub(super) fn new(stream: S, place: Arc<Place>, waits: Waits) -> Self {
        Self { stream, place, waits, patience: None }
    }

    /// Writes, and sees whether the client takes any of it.
    fn write<T>(
        &mut self,
        context: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut S>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        let written = write(Pin::new(&mut self.stream), context);
        if written.is_ready() {
            if let Some(Patience::Then(_)) = self.patience.take() {
                self.place.takes_again();
            }
            return written;
        }
        let begins = || Patience::Moment(Box::pin(sleep(self.waits.moment)));
        let patience = self.patience.get_or_insert_with(begins);
        if let Patience::Moment(moment) = patience {
            ready!(moment.as_mut().poll(context));
            self.place.takes_nothing();
            *patience = Patience::Then(Box::pin(sleep(self.waits.then)));
        }
        if let Patience::Then(then) = patience {
            ready!(then.as_mut().poll(context));
        }
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.write(context, |stream, context| stream.poll_write(context, bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.write(context, |stream, context| stream.poll_write_vectored(context, slices))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.write(context, AsyncWrite::poll_flush)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.write(context, AsyncWrite::poll_shutdown)
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::super::clients::Clients;
    use super::*;

    #[tokio::test]
    async fn whoever_takes_a_little_may_take_their_time_again() {
        let (mut reader, writer) = duplex(4);
        let client = Clients::new(1).come_in().await;
        let long = Duration::from_mins(1);
        let mut wire = Wire::new(writer, client.place(), Waits { moment: long, then: long });
        let mut context = Context::from_waker(Waker::noop());
        let mut write = |wire: &mut Wire<_>| Pin::new(wire).poll_write(&mut context, b"abcdefgh");
        assert!(matches!(write(&mut wire), Poll::Ready(Ok(4))));
        assert!(write(&mut wire).is_pending() && wire.patience.is_some());
        reader.read_exact(&mut [0; 2]).await.expect("it was written");
        assert!(matches!(write(&mut wire), Poll::Ready(Ok(2))));
        assert!(wire.patience.is_none());
        assert!(write(&mut wire).is_pending() && wire.patience.is_some());
    }

    #[tokio::test]
    async fn whoever_takes_nothing_makes_room_after_a_moment() {
        let (_reader, writer) = duplex(4);
        let clients = Clients::new(1);
        let client = clients.come_in().await;
        let _answer = client.place().is_answered(String::new());
        let then = Duration::from_mins(1);
        let mut wire = Wire::new(writer, client.place(), Waits { moment: then, then });
        wire.write_all(b"full").await.expect("as much as goes in");
        let mut context = Context::from_waker(Waker::noop());
        let mut write = |wire: &mut Wire<_>| Pin::new(wire).poll_write(&mut context, b"more");
        assert!(write(&mut wire).is_pending() && !clients.wait_for_any());
        // Another whose moment is over at once.
        wire.waits.moment = Duration::ZERO;
        wire.patience = None;
        while !clients.wait_for_any() {
            assert!(write(&mut wire).is_pending());
            sleep(Duration::from_millis(1)).await;
        }
    }
}
