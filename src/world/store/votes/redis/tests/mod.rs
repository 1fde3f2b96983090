//! Votes in a real Redis: the contract, and what becomes of them when it fails.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;

use super::super::super::redis::server::Server;
use super::super::super::{StoreError, StoreUrl};
use super::super::contract::{self, Make, Store, ballot, show, vote};
use super::super::{Votes, VotesError};
use super::RedisVotes;
use crate::model::limits::REDIS_TIMEOUT;
use crate::model::vote::{Ballot, Verdict};
use crate::world::clock::Clock;
use crate::world::runtime;

/// With time enough for a machine that is busy.
async fn open(url: &StoreUrl) -> Store {
    let opened = RedisVotes::open_with(url, Duration::from_secs(30)).await;
    Arc::new(opened.expect("an address").votes)
}

async fn open_impatiently(url: &StoreUrl) -> Store {
    Arc::new(RedisVotes::open(url).await.expect("an address").votes)
}

#[test]
fn holds_the_contract() {
    let Some(server) = Server::start() else { return };
    let databases: Mutex<BTreeMap<String, usize>> = Mutex::default();
    let make: &Make<'_> = &|name| {
        let mut databases = databases.lock().expect("one thread");
        let next = databases.len();
        let url = server.url(*databases.entry(name.to_owned()).or_insert(next));
        async move { open(&url).await }.boxed_local()
    };
    contract::holds(make);
}

#[test]
fn a_cluster_of_one_shard_holds_the_contract() {
    let Some(server) = Server::start_shard(0..=16_383) else { return };
    Server::join(std::slice::from_ref(&server));
    let last: Mutex<String> = Mutex::default();
    let make: &Make<'_> = &|name| {
        let before = std::mem::replace(&mut *last.lock().expect("one thread"), name.to_owned());
        // It has one database.
        if before != name {
            server.empty();
        }
        let url = server.url(0);
        async move { open(&url).await }.boxed_local()
    };
    contract::holds(make);
}

#[test]
fn a_cluster_of_several_shards_is_refused() {
    let shards = [0..=5_460, 5_461..=10_922, 10_923..=16_383].map(Server::start_shard);
    let shards: Vec<Server> = shards.into_iter().flatten().collect();
    let Some(first) = shards.first() else { return };
    Server::join(&shards);
    wait(async {
        let refused = RedisVotes::open(&first.url(0)).await.expect_err("three have the keys");
        assert!(matches!(refused, StoreError::Cluster { shards: 3 }), "{refused}");
    });
}

#[test]
fn all_front_ends_count_into_one_tally_and_sign_with_one_key() {
    let Some(server) = Server::start() else { return };
    wait(async {
        let (one, two, poll) =
            (open(&server.url(0)).await, open(&server.url(0)).await, ballot("p"));
        one.open(&show("a"), poll.clone()).await.expect("an open poll");
        let (first, second) = tokio::join!(one.key(), two.key());
        assert!(first.is_ok());
        assert_eq!(first, second);
        let both = (0..2_000).map(|n| {
            let votes = if n % 2 == 0 { &one } else { &two };
            votes.vote(&show("a"), vote(&poll, n / 2 * 3 % 999, "1"))
        });
        let counted =
            join_all(both).await.into_iter().filter(|verdict| *verdict == Ok(Verdict::Counted));
        let tally = two.seal(&show("a"), &poll.asking).await.expect("a seal").expect("a poll");
        assert_eq!((tally.total(), counted.count()), (333, 333));
        assert_eq!(one.vote(&show("a"), vote(&poll, 5_000, "1")).await, Ok(Verdict::Closed));
    });
}

#[test]
fn a_server_that_syncs_at_every_write_needs_no_note() {
    let Some(server) = Server::start() else { return };
    wait(async {
        let notes = async || RedisVotes::open(&server.url(0)).await.expect("an address").notes;
        assert_eq!(notes().await, [""; 0]);
        let mut set = server.connect();
        let mut say = |words: &[&str]| redis::cmd("CONFIG").arg("SET").arg(words).exec(&mut set);
        say(&["appendfsync", "everysec"]).expect("a setting");
        assert!(notes().await[0].contains("appendfsync is everysec"));
        say(&["maxmemory-policy", "allkeys-lru"]).expect("a setting");
        assert!(notes().await[1].contains("maxmemory-policy is allkeys-lru"));
        say(&["appendonly", "no"]).expect("a setting");
        assert!(notes().await[0].contains("keeps no append-only file"));
    });
    wait(async {
        // As managed services do.
        let mut set = server.connect();
        let user = ["SETUSER", "votes", "on", ">secret", "~*", "+@all", "-config"];
        redis::cmd("ACL").arg(&user).exec(&mut set).expect("a user");
        let url = server.url_of("votes:secret@", 0);
        let opened = RedisVotes::open(&url).await.expect("an address");
        assert!(opened.notes[0].contains("does not tell how safely"), "{:?}", opened.notes);
        assert!(opened.votes.key().await.is_ok());
    });
}

#[test]
fn a_script_that_redis_forgot_is_told_again() {
    let Some(server) = Server::start() else { return };
    wait(async {
        let (votes, poll) = (open(&server.url(0)).await, ballot("forgot"));
        votes.open(&show("a"), poll.clone()).await.expect("an open poll");
        for n in 0..3 {
            assert_eq!(votes.vote(&show("a"), vote(&poll, n, "1")).await, Ok(Verdict::Counted));
            let mut other = server.connect();
            redis::cmd("SCRIPT").arg("FLUSH").exec(&mut other).expect("a flush");
        }
    });
}

#[test]
fn acknowledged_votes_survive_a_kill() {
    let Some(mut server) = Server::start() else { return };
    wait(async {
        let (votes, poll) = (open(&server.url(0)).await, Arc::new(ballot("kill")));
        votes.open(&show("a"), (*poll).clone()).await.expect("an open poll");
        let acknowledged = Arc::new(Mutex::new(Vec::new()));
        let crowd: Vec<_> = (0..20)
            .map(|n| {
                tokio::spawn(vote_on(
                    Arc::clone(&votes),
                    Arc::clone(&poll),
                    n,
                    Arc::clone(&acknowledged),
                ))
            })
            .collect();
        while acknowledged.lock().expect("no panic").len() < 3_000 {
            tokio::task::yield_now().await;
        }
        server.kill();
        join_all(crowd).await;
        server.start_again();
        let acknowledged = acknowledged.lock().expect("no panic").clone();
        let tally = recovered(&votes, &poll).await;
        // Of each voter's, one may have been counted whose answer never came.
        let most = acknowledged.len() as u64 + 20;
        assert!((acknowledged.len() as u64..=most).contains(&tally), "{tally} of {most}");
        let again = acknowledged.iter().map(|n| votes.vote(&show("a"), vote(&poll, *n, "2")));
        for verdict in contract::all(again).await {
            assert_eq!(verdict, Ok(Verdict::Stands { choice: "1".to_owned() }));
        }
    });
}

/// Votes one after the other until the store cannot be used.
async fn vote_on(votes: Store, poll: Arc<Ballot>, first: u32, acknowledged: Arc<Mutex<Vec<u32>>>) {
    for n in 0.. {
        let n = n * 20 + first;
        match votes.vote(&show("a"), vote(&poll, n, "1")).await {
            Ok(verdict) => {
                assert_eq!(verdict, Verdict::Counted);
                acknowledged.lock().expect("no panic").push(n);
            }
            Err(error) => {
                assert!(matches!(error, VotesError::Unavailable { .. }), "{error}");
                return;
            }
        }
    }
}

/// The tally as soon as the store has come back by itself.
async fn recovered(votes: &Store, poll: &Ballot) -> u64 {
    let begun = Clock::start();
    loop {
        if let Ok(Some(tally)) = votes.tally(&show("a"), &poll.asking).await {
            return tally.total();
        }
        assert!(begun.up().unsigned_abs() < Duration::from_secs(30), "it does not come back");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[test]
fn what_cannot_be_reached_refuses_quickly() {
    let Some(mut server) = Server::start() else { return };
    let url = server.url(0);
    server.kill();
    wait(async {
        let opened = RedisVotes::open(&url).await.expect("an address");
        assert!(opened.notes[0].contains("votes are refused until"), "{:?}", opened.notes);
        let votes: Store = Arc::new(opened.votes);
        let begun = Clock::start();
        let refused = votes.vote(&show("a"), vote(&ballot("p"), 1, "1")).await;
        assert!(matches!(refused, Err(VotesError::Unavailable { .. })), "{refused:?}");
        assert!(begun.up().unsigned_abs() < generous(), "{:?}", begun.up().unsigned_abs());
        server.start_again();
        assert_eq!(recovered_open(&votes).await, Ok(Verdict::Counted));
    });
}

/// The answer to a first vote, as soon as its poll could be opened.
async fn recovered_open(votes: &Store) -> Result<Verdict, VotesError> {
    let (begun, poll) = (Clock::start(), ballot("p"));
    while votes.open(&show("a"), poll.clone()).await.is_err() {
        assert!(begun.up().unsigned_abs() < Duration::from_secs(30), "it does not come back");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    votes.vote(&show("a"), vote(&poll, 1, "1")).await
}

#[test]
fn what_does_not_answer_refuses_in_time() {
    let Some(server) = Server::start() else { return };
    wait(async {
        let (votes, poll) = (open_impatiently(&server.url(0)).await, ballot("frozen"));
        votes.open(&show("a"), poll.clone()).await.expect("an open poll");
        server.freeze();
        let begun = Clock::start();
        let several = (0..100).map(|n| votes.vote(&show("a"), vote(&poll, n, "1")));
        for refused in join_all(several).await {
            assert!(matches!(refused, Err(VotesError::Unavailable { .. })), "{refused:?}");
        }
        assert!(begun.up().unsigned_abs() < generous(), "{:?}", begun.up().unsigned_abs());
        server.thaw();
        recovered(&votes, &poll).await;
        let last = votes.vote(&show("a"), vote(&poll, 500, "1")).await;
        assert_eq!(last, Ok(Verdict::Counted));
    });
}

/// The time after which Redis is given up, and much for a busy machine.
fn generous() -> Duration {
    REDIS_TIMEOUT.unsigned_abs() + Duration::from_secs(4)
}

fn wait<T>(work: impl Future<Output = T>) -> T {
    runtime::wait_for(work).expect("a runtime")
}
