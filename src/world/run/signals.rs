//! Ctrl-C and its like.

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::error::RunError;

/// The wish of the operator, or of the system, that the run ends.
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Signals {
    /// Listens from now on; the program is no longer ended by them.
    pub(super) fn listen() -> Result<Self, RunError> {
        let listen = |kind| {
            signal(kind).map_err(|source| RunError::System { doing: "listen for signals", source })
        };
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            hang_up: listen(SignalKind::hangup())?,
        })
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}
