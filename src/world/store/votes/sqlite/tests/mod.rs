//! The file of votes: its contract, and what becomes of it in bad times.

use std::path::Path;
use std::sync::Arc;

use futures_util::FutureExt;

use super::super::Votes;
use super::super::contract::{self, Make};
use super::*;

fn open(path: &Path) -> SqliteVotes {
    SqliteVotes::open(path, Timestamp::UNIX_EPOCH).expect("a store of votes").votes
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
