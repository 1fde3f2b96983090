//! Threads of the program, and what they ask of the system.

use std::thread::{Builder, JoinHandle, current};

use super::error::WorldError;

/// Starts a thread; `stack_bytes` of virtual memory, or what the system gives.
pub(super) fn start(
    name: &'static str,
    stack_bytes: Option<usize>,
    body: impl FnOnce() + Send + 'static,
) -> Result<JoinHandle<()>, WorldError> {
    let builder = Builder::new().name(name.to_owned());
    let builder = match stack_bytes {
        Some(bytes) => builder.stack_size(bytes),
        None => builder,
    };
    builder.spawn(body).map_err(|problem| WorldError::Thread { name, problem: problem.to_string() })
}

/// Runs `body` on a thread of its own with such a stack, and waits for it.
pub(super) fn on_stack<T: Send>(
    name: &'static str,
    stack_bytes: usize,
    body: impl FnOnce() -> T + Send,
) -> Result<T, WorldError> {
    let failed =
        |problem: &dyn std::fmt::Display| WorldError::Thread { name, problem: problem.to_string() };
    std::thread::scope(|scope| {
        let builder = Builder::new().name(name.to_owned()).stack_size(stack_bytes);
        let thread = builder.spawn_scoped(scope, body).map_err(|problem| failed(&problem))?;
        thread.join().map_err(|_| failed(&"it panicked"))
    })
}

/// Waits for a thread's end. A thread that lets go of its own owner cannot wait for itself.
pub(super) fn join(thread: JoinHandle<()>) {
    if thread.thread().id() != current().id() {
        // A panic was shown where it happened; there is nothing left to save here.
        thread.join().ok();
    }
}

/// Lets this thread's waits end when they should: by default the kernel gathers them in 50 µs.
pub(super) fn wake_precisely() {
    // Refused where a sandbox forbids it: waits are then a little later.
    #[cfg(target_os = "linux")]
    rustix::thread::set_current_timer_slack(std::num::NonZeroU64::new(1)).ok();
}

/// Lets the clock and the network pass before this thread on a busy machine.
pub(super) fn give_way() {
    // Refused where a sandbox forbids it: all threads are then equal.
    #[cfg(target_os = "linux")]
    rustix::process::nice(10).ok();
}
