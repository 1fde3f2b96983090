//! The network's thread, for as long as one verb needs it.

use std::future::Future;
use std::io;

use tokio::runtime::Builder;

/// Does some work that waits for the network, on this thread: no task of it computes for long.
pub fn wait_for<T>(work: impl Future<Output = T>) -> io::Result<T> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let done = runtime.block_on(work);
    // What is still under way is not waited for: the work has waited for what it needed.
    runtime.shutdown_background();
    Ok(done)
}
