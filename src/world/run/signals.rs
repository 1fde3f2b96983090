//! Ctrl-C and its like.

#[cfg(unix)]
use jiff::SignedDuration;

#[cfg(unix)]
use crate::model::limits::SIGNAL_ECHO;
#[cfg(unix)]
use crate::world::clock::Clock;

use super::error::RunError;

/// The wish of the operator, or of the system, that the run ends.
#[cfg(unix)]
pub(in crate::world) struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
    clock: Clock,
    last: Option<SignedDuration>,
}

#[cfg(unix)]
impl Signals {
    /// Listens from now on; the program is no longer ended by them.
    pub(in crate::world) fn listen() -> Result<Self, RunError> {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind| {
            signal(kind).map_err(|source| RunError::System { doing: "listen for signals", source })
        };
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            hang_up: listen(SignalKind::hangup())?,
            clock: Clock::start(),
            last: None,
        })
    }

    /// Waits for the next one.
    pub(in crate::world) async fn next(&mut self) {
        loop {
            tokio::select! {
                _ = self.interrupt.recv() => {}
                _ = self.terminate.recv() => {}
                _ = self.hang_up.recv() => {}
            }
            let now = self.clock.up();
            let echo = |last| now - last < SIGNAL_ECHO;
            if !self.last.replace(now).is_some_and(echo) {
                return;
            }
        }
    }
}

/// The wish of the operator that the run ends.
#[cfg(not(unix))]
pub(in crate::world) struct Signals;

#[cfg(not(unix))]
impl Signals {
    /// Listens from the first wait on.
    #[allow(clippy::unnecessary_wraps, reason = "elsewhere listening can fail")]
    pub(in crate::world) fn listen() -> Result<Self, RunError> {
        Ok(Self)
    }

    /// Waits for the next one.
    pub(in crate::world) async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
