//! Work on scripts, spread over the machine's cores.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::channel;
use std::thread::available_parallelism;

use crate::model::limits::POOL_STACK_BYTES;
use crate::world::error::WorldError;
use crate::world::thread;

/// Does `work` for each number below `count`, on threads whose stack bears what scripts build, and
/// gives what came of it to `each` in the order of the numbers, as soon as it can.
pub(super) fn spread<T: Send + 'static>(
    count: usize,
    work: impl Fn(usize) -> T + Send + Sync + 'static,
    mut each: impl FnMut(usize, T),
) -> Result<(), WorldError> {
    let (work, next) = (Arc::new(work), Arc::new(AtomicUsize::new(0)));
    let (done, came) = channel();
    let threads = available_parallelism().map_or(1, usize::from).min(count);
    let mut started = Vec::new();
    for _ in 0..threads {
        let (work, next, done) = (Arc::clone(&work), Arc::clone(&next), done.clone());
        started.push(thread::start("test", Some(POOL_STACK_BYTES), move || {
            loop {
                let number = next.fetch_add(1, Relaxed);
                if number >= count || done.send((number, work(number))).is_err() {
                    return;
                }
            }
        })?);
    }
    drop(done);
    let mut early: Vec<Option<T>> = (0..count).map(|_| None).collect();
    let mut told = 0;
    for (number, what) in came {
        if let Some(place) = early.get_mut(number) {
            *place = Some(what);
        }
        while let Some(what) = early.get_mut(told).and_then(Option::take) {
            each(told, what);
            told += 1;
        }
    }
    started.into_iter().for_each(thread::join);
    assert_eq!(told, count, "a thread that works on scripts does not end before its work does");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_is_done_and_told_in_order() {
        for count in [0, 1, 1_000] {
            let mut told = Vec::new();
            spread(count, |number| number * 2, |number, twice| told.push((number, twice)))
                .expect("threads can be started");
            let wanted: Vec<(usize, usize)> =
                (0..count).map(|number| (number, number * 2)).collect();
            assert_eq!(told, wanted);
        }
    }
}
