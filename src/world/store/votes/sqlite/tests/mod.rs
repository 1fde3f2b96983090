//! The file of votes: its contract, when it is written, and what becomes of it in bad times.

mod faults;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::join_all;

use super::super::contract::{self, Make, ballot, show, viewer, vote};
use super::super::{Votes, VotesError};
use super::*;
use crate::model::limits::{AWARDS_PER_COMMIT_MAX, REFUSED_VOTES_HELD};
use crate::model::vote::{Award, Ballot, RefusedVotes, Verdict};
use crate::world::runtime;

fn open(path: &Path) -> SqliteVotes {
    SqliteVotes::open(path, Timestamp::UNIX_EPOCH).expect("a store of votes").votes
}

fn new_file() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("data").join(FILE_NAME);
    (folder, path)
}

fn wait<T>(work: impl Future<Output = T>) -> T {
    runtime::wait_for(work).expect("a runtime")
}

/// All votes of a poll.
fn total(votes: &SqliteVotes, poll: &Ballot) -> u64 {
    let tally = wait(votes.tally(&show("a"), &poll.asking)).expect("a tally");
    tally.expect("a known poll").total()
}

#[test]
fn holds_the_contract_in_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let make: &Make<'_> = &|name| {
        let votes: Arc<dyn Votes> = Arc::new(open(&folder.path().join(name)));
        async move { votes }.boxed_local()
    };
    contract::holds(make);
}

#[test]
fn holds_the_contract_in_memory() {
    // One that is opened again is the same one, for nothing else could keep it.
    let kept: Mutex<BTreeMap<String, Arc<dyn Votes>>> = Mutex::default();
    let make: &Make<'_> = &|name| {
        let new = || Arc::new(SqliteVotes::in_memory().expect("votes in memory")) as Arc<dyn Votes>;
        let votes =
            Arc::clone(kept.lock().expect("one thread").entry(name.to_owned()).or_insert_with(new));
        async move { votes }.boxed_local()
    };
    contract::holds(make);
}

#[test]
fn polls_that_nobody_votes_in_are_never_written() {
    let (_folder, path) = new_file();
    let (votes, a) = (open(&path), show("a"));
    let sent = |n| Ballot { is_sent: true, ..ballot(&format!("sent {n}")) };
    for n in 0..20 {
        wait(votes.open(&a, sent(n))).expect("an open poll");
        wait(votes.set_screen(&a, vec![])).expect("a screen");
        wait(votes.close(&a, &sent(n).asking, Timestamp::UNIX_EPOCH)).expect("a close");
        wait(votes.seal(&a, &sent(n).asking)).expect("a seal");
    }
    assert_eq!(wait(votes.leaders(&a, 9)), Ok(vec![]));
    let reports = wait(votes.reports(&a)).expect("reports").len();
    assert!(reports <= 9, "{reports} are remembered");
    assert!(!path.exists(), "there is nothing to keep");
    wait(votes.open(&a, sent(30))).expect("an open poll");
    assert_eq!(wait(votes.vote(&a, vote(&sent(30), 1, "1"))), Ok(Verdict::Counted));
    assert!(path.exists());
    assert!(
        wait(SqliteVotes::look(&path).expect("a look").reports(&a)).expect("reports").len() == 1
    );
}

#[test]
fn at_rest_the_writer_sleeps() {
    let (_folder, path) = new_file();
    let (votes, a, poll) = (open(&path), show("a"), ballot("rest"));
    let sleeps = || wait(votes.ask(|writer| Ok(writer.wait()))).expect("an answer");
    assert_eq!(sleeps(), None);
    wait(votes.open(&a, poll.clone())).expect("an open poll");
    wait(votes.vote(&a, vote(&poll, 1, "1"))).expect("a vote");
    assert_eq!(sleeps(), None);
    wait(votes.vote(&a, vote(&poll, 1, "2"))).expect("a vote");
    assert!(sleeps().is_some_and(|wait| wait <= REFUSED_VOTES_HELD.unsigned_abs()));
    // Written without anybody's help.
    let refused = || {
        let file = rusqlite::Connection::open(&path).expect("a connection");
        rows::reports(&file, &a).expect("reports").remove(0).refused
    };
    let begun = crate::world::clock::Clock::start();
    while refused() == RefusedVotes::default() {
        assert!(begun.up() < jiff::SignedDuration::from_secs(30), "it is never written");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(refused(), RefusedVotes { duplicate: 1, ..RefusedVotes::default() });
    assert_eq!(sleeps(), None);
}

#[test]
fn whoever_only_looks_changes_nothing() {
    let (_folder, path) = new_file();
    let (votes, a, poll) = (open(&path), show("a"), ballot("look"));
    assert_eq!(wait(SqliteVotes::look(&path).expect("a look").reports(&a)), Ok(vec![]));
    assert!(!path.exists());
    wait(votes.open(&a, poll.clone())).expect("an open poll");
    wait(votes.vote(&a, vote(&poll, 1, "1"))).expect("a vote");
    let look = SqliteVotes::look(&path).expect("a look");
    assert_eq!(total(&look, &poll), 1);
    assert_eq!(wait(look.reports(&a)), wait(votes.reports(&a)));
    assert_eq!(wait(look.shows()), Ok(vec![a.clone()]));
    let refused = wait(look.vote(&a, vote(&poll, 2, "1")));
    assert!(matches!(refused, Err(VotesError::Unavailable { .. })), "{refused:?}");
    wait(votes.vote(&a, vote(&poll, 2, "1"))).expect("a vote");
    assert_eq!(total(&look, &poll), 2);
}
