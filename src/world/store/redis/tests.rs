//! Rows in a real Redis: the contract, and who may write.

use std::cell::Cell;
use std::time::Duration;

use proptest::prelude::*;

use super::super::contract::{a_step, any_change, applied, holds, show};
use super::super::{Step, Store, StoreError, StoreUrl};
use super::RedisRows;
use super::keys::Keys;
use super::server::Server;
use crate::model::saved::{Change, Saved};

/// With time enough for a machine that is busy.
fn open(url: &StoreUrl) -> RedisRows {
    RedisRows::with(url, Duration::from_secs(30)).expect("an address")
}

#[test]
fn holds_the_contract() {
    let Some(server) = Server::start() else { return };
    let made = Cell::new(0);
    holds(&|| {
        made.set(made.get() + 1);
        Box::new(open(&server.url(made.get())))
    });
}

#[test]
fn a_cluster_of_one_shard_holds_the_contract() {
    let Some(server) = Server::start_shard(0..=16_383) else { return };
    Server::join(std::slice::from_ref(&server));
    holds(&|| {
        server.empty();
        Box::new(open(&server.url(0)))
    });
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(1)
    })]

    #[test]
    fn what_is_loaded_is_what_was_applied(
        evenings in prop::collection::vec(
            prop::collection::vec(prop::collection::vec(any_change(), 0..6), 0..20), 48,
        ),
    ) {
        let Some(server) = Server::start() else { return Ok(()) };
        let (store, other) = (open(&server.url(1)), open(&server.url(2)));
        for steps in evenings {
            store.clear(&show("a")).expect("a clear");
            for step in &steps {
                store.commit(&show("a"), step).expect("a commit");
            }
            let loaded = store.load(&show("a")).expect("a load");
            prop_assert_eq!(&loaded, &applied(&steps));
            other.replace(&show("a"), &loaded).expect("a replace");
            prop_assert_eq!(other.load(&show("a")).expect("a load"), loaded);
        }
    }
}

#[test]
fn who_lost_the_lease_changes_nothing() {
    let Some(server) = Server::start() else { return };
    let (old, new) = (open(&server.url(0)), open(&server.url(0)));
    let (mut redis, keys) = (server.connect(), Keys::of(&show("a")));
    let mut set = |key: String, value: &str| {
        redis::cmd("SET").arg(key).arg(value).exec(&mut redis).expect("it is there");
    };
    set(keys.fence(), "7");
    old.set_fence(&show("a"), Some(7));
    old.commit(&show("a"), &a_step()).expect("it holds the lease");
    set(keys.fence(), "8");
    new.set_fence(&show("a"), Some(8));
    let is_fenced = |error| matches!(error, StoreError::Fenced { show: of } if of == show("a"));
    let late = [Change::Random(1), Change::NewShow];
    assert!(is_fenced(old.commit(&show("a"), &late).expect_err("it lost it")));
    assert!(is_fenced(old.replace(&show("a"), &Saved::default()).expect_err("it lost it")));
    assert!(is_fenced(old.clear(&show("a")).expect_err("it lost it")));
    let (lost, other) = (show("a"), show("b"));
    let steps = [(&lost, &late[..]), (&other, &[Change::Random(5)])];
    let steps = steps.map(|(show, changes)| Step { show, changes });
    assert!(is_fenced(old.commit_all(&steps).expect_err("it lost one of them")));
    assert_eq!(new.load(&other).expect("a load").random, 5);
    assert_eq!(new.load(&show("a")).expect("a load"), applied([&a_step()]));
    new.commit(&show("a"), &[Change::Random(2)]).expect("it holds the lease");
    // Who holds none empties it while nobody does.
    set(keys.lease(), "somebody");
    let nobody = open(&server.url(0));
    assert!(is_fenced(nobody.clear(&show("a")).expect_err("somebody holds it")));
    redis::cmd("DEL").arg(keys.lease()).exec(&mut server.connect()).expect("it is there");
    nobody.clear(&show("a")).expect("nobody holds it");
    assert_eq!(new.load(&show("a")).expect("a load"), Saved::default());
}

#[test]
fn a_redis_that_does_not_answer_is_an_error_and_comes_back() {
    let Some(mut server) = Server::start() else { return };
    let store = RedisRows::new(&server.url(0)).expect("an address");
    let patient = open(&server.url(0));
    patient.commit(&show("a"), &[Change::Random(1)]).expect("a commit");
    store.list(&show("a")).expect("a start");
    server.freeze();
    let (first, second) = (show("a"), show("b"));
    let steps = [&first, &second].map(|show| Step { show, changes: &[Change::Random(2)] });
    let error = store.commit_all(&steps).expect_err("it does not answer");
    assert!(error.to_string().contains("does not answer within 500 ms"), "{error}");
    server.thaw();
    // What came late is no answer to the next question.
    patient.commit(&show("a"), &[Change::Random(3)]).expect("a commit");
    assert_eq!(patient.load(&show("a")).expect("a load").random, 3);
    assert_eq!(patient.load(&second).expect("a load"), Saved::default(), "nobody asked for it");
    server.kill();
    let error = store.load(&show("a")).expect_err("nobody is there");
    assert!(matches!(error, StoreError::Redis { .. }), "{error}");
    server.start_again();
    assert_eq!(patient.load(&show("a")).expect("it was kept").random, 3);
}
