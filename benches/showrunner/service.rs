//! The local service, served by the benchmark itself: what it costs is in no other process, and
//! it sees when each payload arrives.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use jiff::Timestamp;
use serde_json::Value;
use showrunner::model::limits::REQUEST_BODY_MAX_BYTES;
use showrunner::world::channel::local::clip::test_picture;
use showrunner::world::channel::local::{Local, Request as Call};
use showrunner::world::clock::Clock;
use showrunner::world::web::guard::Guard;
use showrunner::world::web::listen::{Place, bind, serve};
use showrunner::world::web::router;
use tokio::runtime::Runtime;
use tokio::sync::watch;

/// A payload that arrived.
pub(crate) struct Arrived {
    /// When.
    pub(crate) at: Timestamp,
    /// What it said of when it was due.
    pub(crate) due: Option<Timestamp>,
    /// What it said of how late its cue fired.
    pub(crate) late_ms: Option<f64>,
}

/// A service with any number of channels on air.
pub(crate) struct Service {
    runtime: Runtime,
    local: Arc<Local>,
    arrived: Arc<Mutex<Vec<Arrived>>>,
    endpoint: String,
    _open: watch::Sender<bool>,
}

impl Service {
    /// Starts to serve on loopback.
    pub(crate) fn start() -> Self {
        let runtime = Runtime::new().expect("the network's threads start");
        let clock = Clock::start();
        let listener = runtime.block_on(bind(&Place::default())).expect("a port is free");
        let address = listener.local_addr().expect("a listener has an address");
        let endpoint = format!("http://{address}");
        let local = Local::new(&endpoint, test_picture(), Arc::new(move || clock.now()));
        let arrived: Arc<Mutex<Vec<Arrived>>> = Arc::default();
        let seen = Arc::clone(&arrived);
        let router = router(&local, &Guard::new(address, "127.0.0.1"));
        let router = router.layer(from_fn(move |request: Request, next: Next| {
            let seen = Arc::clone(&seen);
            async move { next.run(look(request, &seen).await).await }
        }));
        let (open, shut) = watch::channel(false);
        runtime.spawn(serve(listener, router, shut));
        Self { runtime, local, arrived, endpoint, _open: open }
    }

    /// Where it is reached.
    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The ARN of a new channel, on air.
    pub(crate) fn channel(&self) -> String {
        let wanted = serde_json::from_str("{}").expect("nothing is wanted of it");
        let made = self.local.call(Call::CreateChannel(Box::new(wanted)));
        let made = made.expect("there is room for a channel").expect("it is described");
        let arn = made["channel"]["arn"].as_str().expect("a channel has an ARN").to_owned();
        self.local.on_air(&arn).expect("it exists");
        arn
    }

    /// Waits until so many payloads arrived; whether they did in time.
    pub(crate) fn wait_for(&self, count: usize, patience: Duration) -> bool {
        let until = Instant::now() + patience;
        while Instant::now() < until {
            if self.arrived().len() >= count {
                return true;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        false
    }

    /// Takes what arrived so far.
    pub(crate) fn take(&self) -> Vec<Arrived> {
        std::mem::take(&mut *self.arrived())
    }

    fn arrived(&self) -> MutexGuard<'_, Vec<Arrived>> {
        self.arrived.lock().expect("nobody panics while noting what arrived")
    }

    /// Ends it without waiting for open connections.
    pub(crate) fn end(self) {
        self.runtime.shutdown_background();
    }
}

async fn look(request: Request, seen: &Mutex<Vec<Arrived>>) -> Request {
    if request.uri().path() != "/PutMetadata" {
        return request;
    }
    let at = Timestamp::now();
    let (head, body) = request.into_parts();
    let body = to_bytes(body, REQUEST_BODY_MAX_BYTES).await.unwrap_or_default();
    let payload = payload(&body).unwrap_or_default();
    let due = payload["due"].as_str().and_then(|due| due.parse().ok());
    let arrived = Arrived { at, due, late_ms: payload["late"].as_f64() };
    seen.lock().expect("nobody panics while noting what arrived").push(arrived);
    Request::from_parts(head, Body::from(body))
}

/// The payload, where it is JSON.
fn payload(body: &[u8]) -> Option<Value> {
    let body: Value = serde_json::from_slice(body).ok()?;
    serde_json::from_str(body["metadata"].as_str()?).ok()
}
