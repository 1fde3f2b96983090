//! The network's threads, for as long as one verb needs them.

use std::future::Future;
use std::io;

use tokio::runtime::Builder;

/// Threads for the network: one that works while another waits for the store is enough.
const NETWORK_THREADS: usize = 2;

/// Does some work that waits for the network, on threads that end with it.
pub fn wait_for<T>(work: impl Future<Output = T>) -> io::Result<T> {
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.worker_threads(NETWORK_THREADS).enable_all().build()?;
    let done = runtime.block_on(work);
    // What is still under way is not waited for: the work has waited for what it needed.
    runtime.shutdown_background();
    Ok(done)
}
