//! What every store must do when everybody comes at once, from many threads.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::join_all;

use super::super::*;
use super::{Make, Store, all, ballot, show, vote};

const CROWDS: u32 = 4;
const VOTERS: u32 = 1_000;

/// Its part of the contract.
pub(super) async fn holds(make: &Make<'_>) {
    the_tally_is_what_was_answered(&make("crowd").await, false).await;
    the_tally_is_what_was_answered(&make("fickle crowd").await, true).await;
    a_sealed_tally_never_grows(&make("sealed crowd").await).await;
}

/// Every voter votes on two threads, for another answer on each.
async fn the_tally_is_what_was_answered(votes: &Store, change: bool) {
    let (a, poll) = (show("a"), Ballot { change, ..ballot("crowd") });
    votes.open(&a, poll.clone()).await.expect("an open poll");
    let crowds = (0..CROWDS).map(|n| tokio::spawn(crowd(Arc::clone(votes), poll.clone(), n)));
    let mut stands: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for crowd in join_all(crowds.collect::<Vec<_>>()).await {
        for (n, choice) in crowd.expect("the crowd ends") {
            stands.entry(n).or_default().push(choice);
        }
    }
    let tally = votes.tally(&a, &poll.asking).await.expect("a tally").expect("a known poll");
    assert_eq!(tally.total(), u64::from(CROWDS * VOTERS / 2), "one vote of each");
    assert!(stands.values().all(|counted| change || counted.len() == 1), "{stands:?}");
    if !change {
        let of = |key: &str| stands.values().filter(|counted| counted[0] == key).count();
        assert_eq!(tally.of("1"), of("1") as u64);
        assert_eq!(tally.of("2"), of("2") as u64);
    }
}

/// The votes of one crowd that were counted: its voters are those of another one too.
async fn crowd(votes: Store, poll: Ballot, crowd: u32) -> Vec<(u32, String)> {
    let (votes, poll, choice) = (&votes, &poll, ["1", "2"][crowd as usize % 2]);
    let cast = (0..VOTERS).map(|n| crowd / 2 * VOTERS + n).map(|n| async move {
        let verdict = votes.vote(&show("a"), vote(poll, n, choice)).await.expect("an answer");
        (verdict == Verdict::Counted).then(|| (n, choice.to_owned()))
    });
    all(cast).await.into_iter().flatten().collect()
}

/// Votes go on while the poll is sealed: those that were counted are in the final tally, and it
/// stays.
async fn a_sealed_tally_never_grows(votes: &Store) {
    let (a, poll) = (show("a"), ballot("sealed crowd"));
    votes.open(&a, poll.clone()).await.expect("an open poll");
    let crowd = tokio::spawn(until_it_is_closed(Arc::clone(votes), poll.clone()));
    while counted(votes, &poll).await < 500 {}
    let sealed = votes.seal(&a, &poll.asking).await.expect("a seal").expect("a known poll");
    let counted = crowd.await.expect("the crowd ends");
    assert_eq!(sealed.total(), counted);
    let tally = votes.tally(&a, &poll.asking).await.expect("a tally").expect("a known poll");
    assert_eq!(tally, sealed);
}

async fn counted(votes: &Store, poll: &Ballot) -> u64 {
    let tally = votes.tally(&show("a"), &poll.asking).await.expect("a tally");
    tally.expect("a known poll").total()
}

/// How many votes counted before the first that did not; many are under way at once.
async fn until_it_is_closed(votes: Store, poll: Ballot) -> u64 {
    let mut counted = 0;
    for n in 0.. {
        let some =
            (n * 50..(n + 1) * 50).map(|n| votes.vote(&show("a"), vote(&poll, n, "1")).boxed());
        let verdicts = join_all(some.collect::<Vec<_>>()).await;
        counted += verdicts.iter().filter(|verdict| **verdict == Ok(Verdict::Counted)).count();
        if verdicts.contains(&Ok(Verdict::Closed)) {
            break;
        }
    }
    counted as u64
}
