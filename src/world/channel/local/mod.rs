//! A stand-in for the service that real clients accept: in memory, with the service's limits.

mod broadcasts;
mod channel;
pub mod clip;
mod error;
mod faults;
mod operation;
mod rate;
mod request;
mod service;
mod sessions;
mod settings;
mod tags;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::hls::clip::Clip;
use crate::hls::stream::Stream;
use crate::model::channel::ChannelArn;
use crate::model::time::Now;
use crate::world::entropy;

pub use broadcasts::Seen;
pub use error::ServiceError;
pub use faults::{Fate, Fault, Faults};
pub use operation::Operation;
pub use request::{Filter, Health, Paging, Request};
pub use settings::{Container, Kind, Latency, Multitrack, Preset, Settings, Wanted};

use service::Service;

/// Tells the time.
pub type NowFn = Arc<dyn Fn() -> Now + Send + Sync>;

/// The local service, shared by everything that serves it.
pub struct Local {
    service: Mutex<Service>,
    clip: Arc<Clip>,
    clock: NowFn,
}

impl Local {
    /// A service with the local channel on air. `base` is the URL it is reached under, without a
    /// slash at its end: `http://127.0.0.1:5001`. Every channel shows the clip.
    pub fn new(base: &str, clip: Arc<Clip>, clock: NowFn) -> Arc<Self> {
        let service = Service::new(base, Arc::clone(&clip), entropy::alphanumeric, clock());
        Arc::new(Self { service: Mutex::new(service), clip, clock })
    }

    /// Answers one call: with a body, or with none.
    pub fn call(&self, request: Request) -> Result<Option<Value>, ServiceError> {
        self.service().call(request, (self.clock)())
    }

    /// What was asked to happen to the next call of `operation`; counts it as happened.
    pub fn fate(&self, operation: Operation, request: &Request) -> Fate {
        self.service().fate(operation, request.channel())
    }

    /// Puts a channel on air, which is made where there is none of that ARN.
    pub fn add(&self, arn: &ChannelArn) -> Result<Option<Value>, ServiceError> {
        self.service().add(arn, (self.clock)())
    }

    /// Puts a channel on air, with a new stream unless it has one.
    pub fn on_air(&self, arn: &str) -> Result<Option<Value>, ServiceError> {
        self.service().on_air(arn, (self.clock)())
    }

    /// Takes a channel off air.
    pub fn off_air(&self, arn: &str) -> Result<Option<Value>, ServiceError> {
        self.service().off_air(arn, (self.clock)())
    }

    /// Lets calls fail on purpose.
    pub fn set_faults(&self, faults: Faults) -> Result<Option<Value>, ServiceError> {
        self.service().set_faults(faults)
    }

    /// What was put into a channel, newest first.
    pub fn payloads(&self, arn: &str) -> Result<Option<Value>, ServiceError> {
        self.service().payloads(arn)
    }

    /// What every channel shows.
    pub fn clip(&self) -> &Clip {
        &self.clip
    }

    /// The id of the stream that is on air on the channel of this id.
    pub fn playing(&self, channel: &str) -> Result<String, ServiceError> {
        self.service().playing(channel)
    }

    /// Looks at a channel's stream as viewers see it now; `of` is the ids of both.
    pub fn look<T>(
        &self,
        of: (&str, &str),
        look: impl FnOnce(&Stream) -> T,
    ) -> Result<Seen<T>, ServiceError> {
        self.service().look(of, (self.clock)(), look)
    }

    fn service(&self) -> MutexGuard<'_, Service> {
        // A panic under the lock leaves the state as whole as a refused call would.
        self.service.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
