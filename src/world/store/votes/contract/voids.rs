//! What every store must do with a poll that the operator made void.

use super::super::*;
use super::{Make, ballot, cast, show};

/// Its part of the contract.
pub(super) async fn holds(make: &Make<'_>) {
    for (name, is_sealed) in [("void", false), ("void after all", true)] {
        let (a, poll) = (show("a"), ballot(name));
        let votes = make(name).await;
        votes.open(&a, poll.clone()).await.expect("an open poll");
        assert_eq!(cast(&votes, &poll, 1, "1").await, Verdict::Counted);
        if is_sealed {
            votes.seal(&a, &poll.asking).await.expect("a seal");
        }
        for _ in 0..2 {
            votes.void(&a, &poll.asking).await.expect("it is void");
        }
        // Whoever opens the store later is told so, too.
        for votes in [votes, make(name).await] {
            let void = Ballot { is_void: true, ..poll.clone() };
            assert_eq!(votes.ballot(&a, &poll.asking).await, Ok(Some((void.clone(), true))));
            assert_eq!(cast(&votes, &poll, 2, "1").await, Verdict::Closed);
            let reports = votes.reports(&a).await.expect("reports");
            assert_eq!((&reports[0].ballot, reports[0].is_final), (&void, true), "{name}");
        }
        let votes = make(name).await;
        assert_eq!(votes.void(&a, &ballot("unknown").asking).await, Ok(()));
    }
}
