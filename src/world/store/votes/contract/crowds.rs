//! What every store must do when everybody comes at once, from many threads.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::join_all;

use super::super::*;
use super::{Make, Store, ballot, show, vote};
use crate::world::runtime;

const THREADS: u32 = 4;
const VOTERS: u32 = 1_000;

/// Its part of the contract.
pub(super) fn holds(make: &Make<'_>) {
    let open = |name| runtime::wait_for(make(name)).expect("a runtime");
    the_tally_is_what_was_answered(&open("crowd"), false);
    the_tally_is_what_was_answered(&open("fickle crowd"), true);
    a_sealed_tally_never_grows(&open("sealed crowd"));
}

/// Every voter votes on two threads, for another answer on each.
fn the_tally_is_what_was_answered(votes: &Store, change: bool) {
    let (a, poll) = (show("a"), Arc::new(Ballot { change, ..ballot("crowd") }));
    wait(votes.open(&a, (*poll).clone())).expect("an open poll");
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            let (votes, a, poll) = (Arc::clone(votes), a.clone(), Arc::clone(&poll));
            std::thread::spawn(move || crowd(&votes, &a, &poll, thread))
        })
        .collect();
    let mut stands: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for thread in threads {
        for (n, choice) in thread.join().expect("the voters end") {
            stands.entry(n).or_default().push(choice);
        }
    }
    let tally = wait(votes.tally(&a, &poll.asking)).expect("a tally").expect("a known poll");
    assert_eq!(tally.total(), u64::from(THREADS * VOTERS / 2), "one vote of each");
    assert!(stands.values().all(|counted| change || counted.len() == 1), "{stands:?}");
    if !change {
        let of = |key: &str| stands.values().filter(|counted| counted[0] == key).count();
        assert_eq!(tally.of("1"), of("1") as u64);
        assert_eq!(tally.of("2"), of("2") as u64);
    }
}

/// The votes of one thread that were counted: its voters are those of another thread too.
fn crowd(votes: &Store, a: &ShowId, poll: &Ballot, thread: u32) -> Vec<(u32, String)> {
    let choice = ["1", "2"][thread as usize % 2];
    let cast = (0..VOTERS).map(|n| thread / 2 * VOTERS + n).map(|n| async move {
        let verdict = votes.vote(a, vote(poll, n, choice)).await.expect("an answer");
        (verdict == Verdict::Counted).then(|| (n, choice.to_owned()))
    });
    wait(join_all(cast)).into_iter().flatten().collect()
}

/// Votes go on while the poll is sealed: those that were counted are in the final tally, and it
/// stays.
fn a_sealed_tally_never_grows(votes: &Store) {
    let (a, poll) = (show("a"), ballot("sealed crowd"));
    wait(votes.open(&a, poll.clone())).expect("an open poll");
    let (counted, sealed) = std::thread::scope(|threads| {
        let crowd = threads.spawn(|| {
            let mut counted = 0;
            for n in 0..100 {
                let some = (n * 50..(n + 1) * 50).map(|n| votes.vote(&a, vote(&poll, n, "1")));
                for verdict in wait(join_all(some)) {
                    counted += u64::from(verdict == Ok(Verdict::Counted));
                }
            }
            counted
        });
        let sealed = wait(async {
            while votes.tally(&a, &poll.asking).await.expect("a tally").expect("a poll").total()
                < 500
            {}
            votes.seal(&a, &poll.asking).await.expect("a seal").expect("a known poll")
        });
        (crowd.join().expect("the voters end"), sealed)
    });
    assert_eq!(sealed.total(), counted);
    let tally = wait(votes.tally(&a, &poll.asking)).expect("a tally").expect("a known poll");
    assert_eq!(tally, sealed);
}

fn wait<T>(work: impl Future<Output = T>) -> T {
    runtime::wait_for(work).expect("a runtime")
}
