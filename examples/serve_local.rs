//! Serves the local channel, for trying clients.
use showrunner::model::time::Now;
use showrunner::world::channel::local::Local;
use showrunner::world::web::{
    guard::Guard,
    listen::{Place, bind, serve},
    router,
};
use std::sync::Arc;

#[tokio::main]
async fn main() {
    let place = Place::default();
    let listener = bind(&place).await.expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    let start = std::time::Instant::now();
    let clock = Arc::new(move || Now {
        up: start.elapsed().try_into().expect("it fits"),
        wall: jiff::Timestamp::now(),
    });
    let local = Local::new(&format!("http://{address}"), clock);
    println!("http://{address}");
    let (_keep, over) = tokio::sync::watch::channel(false);
    serve(listener, router(&local, &Guard::new(address, "127.0.0.1")), over).await;
}
