//! Somebody who fetches a stream, and waits for what is not there yet.

use std::sync::Arc;

use tokio::time::{sleep, timeout};

use crate::hls::stream::Stream;
use crate::model::limits::HLS_WAIT;
use crate::world::channel::local::{Local, ServiceError};

/// Somebody who fetches a stream.
#[derive(Clone)]
pub(super) struct Viewer {
    pub(super) local: Arc<Local>,
    /// The channel's id.
    pub(super) channel: String,
    /// The stream's id.
    pub(super) stream: String,
}

/// How something stands that a viewer asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Look<T> {
    /// Here it is.
    There(T),
    /// It will come soon.
    NotYet,
    /// It will come, but nobody should wait that long.
    TooFar,
    /// It is gone, or will never be.
    Gone,
}

impl Viewer {
    /// Looks until it is there, each time a further part is whole; [`HLS_WAIT`] at most.
    pub(super) async fn wait<T>(
        &self,
        look: impl Fn(&Stream) -> Look<T>,
    ) -> Result<T, ServiceError> {
        let looking = async {
            loop {
                let seen = self.local.look((&self.channel, &self.stream), &look)?;
                match seen.found {
                    Look::There(found) => return Ok(found),
                    Look::NotYet => sleep(seen.next).await,
                    Look::TooFar => return Err(self.not_yet()),
                    Look::Gone => return Err(ServiceError::NotFound(self.what())),
                }
            }
        };
        let waited = timeout(HLS_WAIT.unsigned_abs(), looking).await;
        waited.unwrap_or_else(|_| Err(self.not_yet()))
    }

    fn not_yet(&self) -> ServiceError {
        ServiceError::NotYet(self.what())
    }

    fn what(&self) -> String {
        format!("what was asked of {}/{}", self.channel, self.stream)
    }
}
