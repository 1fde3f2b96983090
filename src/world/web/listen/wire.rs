//! The wire to one client. One that takes nothing of what is sent to it is waited for, and not for
//! ever: a write that stays without any progress fails.

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
    /// How long the client may take nothing.
    wait: Duration,
    /// There while it does: until when it may.
    patience: Option<Pin<Box<Sleep>>>,
}

impl<S: AsyncWrite + Unpin> Wire<S> {
    pub(super) fn new(stream: S, place: Arc<Place>, wait: Duration) -> Self {
        Self { stream, place, wait, patience: None }
    }

    /// Writes, and sees whether the client takes any of it.
    fn write<T>(
        &mut self,
        context: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut S>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        let written = write(Pin::new(&mut self.stream), context);
        if written.is_ready() {
            if self.patience.take().is_some() {
                self.place.takes_again();
            }
            return written;
        }
        let patience = self.patience.get_or_insert_with(|| {
            self.place.takes_nothing();
            Box::pin(sleep(self.wait))
        });
        ready!(patience.as_mut().poll(context));
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

    use tokio::io::{AsyncReadExt, duplex};

    use super::super::clients::Clients;
    use super::*;

    #[tokio::test]
    async fn whoever_takes_a_little_may_take_their_time_again() {
        let (mut reader, writer) = duplex(4);
        let client = Clients::new(1).come_in().await;
        let mut wire = Wire::new(writer, client.place(), Duration::from_mins(1));
        let mut context = Context::from_waker(Waker::noop());
        let mut write = |wire: &mut Wire<_>| Pin::new(wire).poll_write(&mut context, b"abcdefgh");
        assert!(matches!(write(&mut wire), Poll::Ready(Ok(4))));
        assert!(write(&mut wire).is_pending() && wire.patience.is_some());
        reader.read_exact(&mut [0; 2]).await.expect("it was written");
        assert!(matches!(write(&mut wire), Poll::Ready(Ok(2))));
        assert!(wire.patience.is_none());
        assert!(write(&mut wire).is_pending() && wire.patience.is_some());
    }
}
