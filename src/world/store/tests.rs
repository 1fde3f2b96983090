//! The embedded store: its contract, its file, what a kill leaves, and the keeper before it.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::json;

use super::contract::{a_step, any_change, applied, holds, show};
use super::*;
use crate::model::limits::{JSON_NESTING_MAX, STEPS_HELD_MAX};
use crate::model::operator::StateEdit;
use crate::model::saved::Kept;

fn open(path: &Path) -> Sqlite {
    Sqlite::open(path, Timestamp::UNIX_EPOCH).expect("a store").store
}

fn new_file() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("data").join(FILE_NAME);
    (folder, path)
}

#[test]
fn holds_the_contract_in_memory() {
    holds(&|| Box::new(Sqlite::in_memory().expect("a store in memory")));
}

#[test]
fn holds_the_contract_in_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = std::cell::Cell::new(0);
    holds(&|| {
        made.set(made.get() + 1);
        Box::new(open(&folder.path().join(made.get().to_string())))
    });
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(48)
    })]

    #[test]
    fn what_is_loaded_is_what_was_applied(
        steps in prop::collection::vec(prop::collection::vec(any_change(), 0..6), 0..20),
        reopen_at in 0..20_usize,
    ) {
        let (_folder, path) = new_file();
        let mut store = open(&path);
        for (n, step) in steps.iter().enumerate() {
            if n == reopen_at {
                drop(store);
                store = open(&path);
            }
            store.commit(&show("a"), step).expect("a commit");
        }
        drop(store);
        let loaded = open(&path).load(&show("a")).expect("a load");
        prop_assert_eq!(&loaded, &applied(&steps));
        let other = Sqlite::in_memory().expect("a store in memory");
        other.replace(&show("a"), &loaded).expect("a replace");
        prop_assert_eq!(other.load(&show("a")).expect("a load"), loaded);
    }
}

#[test]
fn a_step_that_fails_changes_nothing() {
    let (_folder, path) = new_file();
    let store = open(&path);
    store.commit(&show("a"), &a_step()).expect("a commit");
    let other = rusqlite::Connection::open(&path).expect("another connection");
    other
        .execute_batch(
            "CREATE TRIGGER full BEFORE INSERT ON row WHEN NEW.kind = 6
             BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
        )
        .expect("a trigger");
    let facts = "cats".to_owned();
    let step = [Change::Drawn { facts, line: 5, new_round: true }, Change::Random(8)];
    let error = store.commit(&show("a"), &step).expect_err("the trigger refuses");
    assert!(error.to_string().contains("the disk is full"), "{error}");
    let (a, b) = (show("a"), show("b"));
    let good = [Change::NewShow, Change::NextFact { facts: "cats".to_owned(), next: 9 }];
    let steps = [Step { show: &b, changes: &good }, Step { show: &a, changes: &step }];
    store.commit_all(&steps).expect_err("the trigger refuses");
    assert_eq!(store.load(&a).expect("a load"), applied([&a_step()]));
    assert_eq!(store.load(&b).expect("a load"), Saved::default(), "the step before it neither");
}

#[test]
fn what_nests_as_deep_as_it_may_is_read_again() {
    let deep = (0..=JSON_NESTING_MAX).fold(json!(1), |inside, _| json!([inside]));
    let (store, at) = (Sqlite::in_memory().expect("a store"), Timestamp::UNIX_EPOCH);
    let edit =
        StateEdit { at, path: vec!["x".to_owned()], was: deep.clone(), is: json!(1), new_steps: 0 };
    let kept = Kept { at, value: json!({ "x": deep }) };
    let step = [Change::State(kept), Change::StateEdits(vec![edit])];
    store.commit(&show("a"), &step).expect("a commit");
    assert_eq!(store.load(&show("a")).expect("a load"), applied(&[step.to_vec()]));
}

#[test]
fn a_newer_file_is_refused_and_left_alone() {
    let (_folder, path) = new_file();
    drop(open(&path));
    let other = rusqlite::Connection::open(&path).expect("a connection");
    other.pragma_update(None, "user_version", 2).expect("a version");
    drop(other);
    let before = std::fs::read(&path).expect("the file");
    let error = Sqlite::open(&path, Timestamp::UNIX_EPOCH).expect_err("a newer version");
    assert!(matches!(error, StoreError::Newer { met: 2, known: 1, .. }), "{error}");
    assert!(error.to_string().contains("\nhint: "), "{error}");
    assert_eq!(std::fs::read(&path).expect("the file"), before);
}

#[test]
fn a_damaged_file_is_kept_aside() {
    let whole = {
        let (_folder, path) = new_file();
        open(&path).commit(&show("a"), &a_step()).expect("a commit");
        std::fs::read(&path).expect("the file")
    };
    let mut torn = whole.clone();
    torn.truncate(whole.len() - 4_096);
    for damaged in [b"no database, but long enough to be taken for one".to_vec(), torn] {
        let (_folder, path) = new_file();
        std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder");
        std::fs::write(&path, &damaged).expect("a file");
        let Opened { store, notes } =
            Sqlite::open(&path, Timestamp::UNIX_EPOCH).expect("a new store");
        assert_eq!(store.shows().expect("the shows"), []);
        store.commit(&show("a"), &a_step()).expect("a commit");
        let [note] = notes.as_slice() else { panic!("wanted one note, met {notes:?}") };
        assert!(note.contains(".damaged-19700101T000000.000Z`"), "{note}");
        let kept = format!("{}.damaged-19700101T000000.000Z", path.display());
        assert_eq!(std::fs::read(kept).expect("the damaged file"), damaged);
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("file"), "").expect("a file");
    let path = folder.path().join("file").join(FILE_NAME);
    let error = Sqlite::open(&path, Timestamp::UNIX_EPOCH).expect_err("no folder there");
    assert!(matches!(error, StoreError::Folder { .. }), "{error}");
}

#[test]
fn the_log_is_moved_into_the_file() {
    let (_folder, path) = new_file();
    let store = open(&path);
    let value = json!({"text": "x".repeat(200_000)});
    for n in 0..60 {
        let at = Timestamp::UNIX_EPOCH;
        let step = [Change::State(Kept { at, value: value.clone() }), Change::Random(n)];
        store.commit(&show("a"), &step).expect("a commit");
    }
    drop(store);
    let log = std::fs::metadata(format!("{}-wal", path.display())).map_or(0, |file| file.len());
    assert_eq!(log, 0, "a clean end leaves no log");
    assert_eq!(open(&path).load(&show("a")).expect("a load").random, 59);
}

/// Names the store of the child that is killed.
const KILLED_STORE: &str = "SHOWRUNNER_TEST_KILLED_STORE";

/// Does nothing by itself: it is what `acknowledged_steps_survive_a_kill` starts as a process.
#[test]
fn child_that_is_killed() {
    let Some(path) = std::env::var_os(KILLED_STORE) else { return };
    let store = open(Path::new(&path));
    let mut stdout = std::io::stdout();
    for n in 1..1_000_000 {
        store.commit(&show("a"), &numbered(n)).expect("a commit");
        writeln!(stdout, "kept {n}").expect("the parent listens");
        stdout.flush().expect("the parent listens");
    }
}

fn numbered(n: u64) -> [Change; 3] {
    let value = json!({"n": n, "text": "x".repeat(20_000)});
    [
        Change::Random(n),
        Change::Drawn { facts: "cats".to_owned(), line: n, new_round: n % 100 == 1 },
        Change::State(Kept { at: Timestamp::UNIX_EPOCH, value }),
    ]
}

#[test]
fn acknowledged_steps_survive_a_kill() {
    let (_folder, path) = new_file();
    let mut child = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "world::store::tests::child_that_is_killed", "--nocapture"])
        .env(KILLED_STORE, &path)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the child");
    let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
    let kept =
        lines.map_while(Result::ok).filter_map(|line| line.split("kept ").nth(1)?.parse().ok());
    let mut last: u64 = 0;
    for n in kept {
        last = n;
        // More than one move of the log into the file lies behind it then.
        if n == 500 {
            child.kill().expect("it runs");
        }
    }
    child.wait().expect("it was killed");
    assert!(last >= 500, "the child ended at {last}");
    let saved = open(&path).load(&show("a")).expect("a load");
    assert!(saved.random == last || saved.random == last + 1, "{} after {last}", saved.random);
    assert_eq!(
        saved,
        applied((1..=saved.random).map(|n| numbered(n).to_vec()).collect::<Vec<_>>().iter())
    );
}

/// A store that fails while it is told to.
struct Fails {
    store: Sqlite,
    now: Arc<AtomicBool>,
}

impl Fails {
    fn or<T>(
        &self,
        answer: impl FnOnce(&Sqlite) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if self.now.load(Ordering::SeqCst) {
            return Err(rusqlite::Error::InvalidQuery.into());
        }
        answer(&self.store)
    }
}

impl Store for Fails {
    fn load(&self, show: &ShowId) -> Result<Saved, StoreError> {
        self.or(|store| store.load(show))
    }
    fn commit_all(&self, steps: &[Step<'_>]) -> Result<(), StoreError> {
        self.or(|store| store.commit_all(steps))
    }
    fn replace(&self, show: &ShowId, saved: &Saved) -> Result<(), StoreError> {
        self.or(|store| store.replace(show, saved))
    }
    fn clear(&self, show: &ShowId) -> Result<(), StoreError> {
        self.or(|store| store.clear(show))
    }
    fn shows(&self) -> Result<Vec<ShowId>, StoreError> {
        self.or(Sqlite::shows)
    }
}

struct Failing {
    keeper: Keeper,
    store: Arc<Fails>,
    said: mpsc::Receiver<&'static str>,
}

fn failing() -> Failing {
    failing_tried(SignedDuration::ZERO)
}

/// A keeper in front of a store that can fail, which is tried again after `again`.
fn failing_tried(again: SignedDuration) -> Failing {
    let store = Sqlite::in_memory().expect("a store in memory");
    let store = Arc::new(Fails { store, now: Arc::default() });
    let (say, said) = mpsc::channel();
    let keeper = Keeper::new(Arc::clone(&store) as Arc<dyn Store>, again, move |trouble| {
        let word = match trouble {
            Trouble::Began(_) => "began",
            Trouble::Ended => "ended",
        };
        say.send(word).expect("the test listens");
    });
    Failing { keeper, store, said }
}

#[test]
fn what_could_not_be_written_is_written_later_and_said_once() {
    let Failing { keeper, store, said } = failing();
    for name in ["a", "b"] {
        keeper.load(&show(name)).expect("a load");
        assert_eq!(keeper.commit(&show(name), vec![Change::Random(1)]), Written::InStore);
    }
    store.now.store(true, Ordering::SeqCst);
    assert_eq!(keeper.commit(&show("a"), a_step()), Written::InMemory);
    assert_eq!(keeper.commit(&show("b"), vec![Change::Random(2)]), Written::InMemory);
    assert_eq!(keeper.commit(&show("a"), vec![Change::Random(3)]), Written::InMemory);
    store.now.store(false, Ordering::SeqCst);
    assert_eq!(keeper.commit(&show("a"), vec![Change::Random(4)]), Written::InStore);
    let wanted = applied([&a_step(), &vec![Change::Random(4)]]);
    assert_eq!(store.load(&show("a")).expect("a load"), wanted);
    assert_eq!(store.load(&show("b")).expect("a load").random, 2);
    assert_eq!(said.try_iter().collect::<Vec<_>>(), ["began", "ended"]);
}

#[test]
fn a_store_that_fails_is_left_alone_for_a_while() {
    let Failing { keeper, store, said } = failing_tried(SignedDuration::from_hours(1));
    keeper.load(&show("a")).expect("a load");
    store.now.store(true, Ordering::SeqCst);
    assert_eq!(keeper.commit(&show("a"), vec![Change::Random(1)]), Written::InMemory);
    store.now.store(false, Ordering::SeqCst);
    assert_eq!(keeper.commit(&show("a"), vec![Change::Random(2)]), Written::InMemory);
    assert_eq!(store.load(&show("a")).expect("a load").random, 0);
    assert_eq!(said.try_iter().collect::<Vec<_>>(), ["began"]);
}

#[test]
fn a_show_that_could_not_be_loaded_begins_empty() {
    let Failing { keeper, store, said } = failing();
    store.commit(&show("a"), &a_step()).expect("a commit");
    store.now.store(true, Ordering::SeqCst);
    keeper.load(&show("a")).expect_err("the store fails");
    store.now.store(false, Ordering::SeqCst);
    assert_eq!(keeper.commit(&show("a"), vec![Change::Random(1)]), Written::InStore);
    assert_eq!(store.load(&show("a")).expect("a load"), applied([&vec![Change::Random(1)]]));
    assert_eq!(said.try_iter().count(), 0);
}

#[test]
fn what_is_held_is_kept_with_the_next_commit_in_its_order() {
    let Failing { keeper, store, said } = failing();
    for name in ["a", "b"] {
        keeper.load(&show(name)).expect("a load");
    }
    keeper.hold(&show("a"), vec![Change::Random(1)]);
    keeper.hold(&show("a"), vec![Change::Random(2)]);
    assert_eq!(store.load(&show("a")).expect("a load").random, 0);
    assert_eq!(keeper.commit(&show("b"), vec![Change::Random(3)]), Written::InStore);
    assert_eq!(store.load(&show("a")).expect("a load").random, 2);
    keeper.hold(&show("b"), vec![Change::Random(4)]);
    keeper.flush();
    assert_eq!(store.load(&show("b")).expect("a load").random, 4);
    keeper.hold(&show("b"), vec![Change::Random(5)]);
    drop(keeper);
    assert_eq!(store.load(&show("b")).expect("a load").random, 5);
    assert_eq!(said.try_iter().count(), 0);
}

#[test]
fn no_more_is_held_than_may_be() {
    let Failing { keeper, store, .. } = failing();
    keeper.load(&show("a")).expect("a load");
    let max = u64::try_from(STEPS_HELD_MAX).expect("a small number");
    for n in 1..=max {
        keeper.hold(&show("a"), vec![Change::Random(n)]);
    }
    assert_eq!(store.load(&show("a")).expect("a load").random, max);
}

#[test]
fn what_was_held_when_the_store_failed_is_written_later() {
    let Failing { keeper, store, said } = failing();
    for name in ["a", "b"] {
        keeper.load(&show(name)).expect("a load");
    }
    keeper.hold(&show("a"), vec![Change::Random(1)]);
    store.now.store(true, Ordering::SeqCst);
    assert_eq!(keeper.commit(&show("b"), vec![Change::Random(2)]), Written::InMemory);
    store.now.store(false, Ordering::SeqCst);
    assert_eq!(keeper.commit(&show("b"), vec![Change::Random(3)]), Written::InStore);
    assert_eq!(store.load(&show("a")).expect("a load").random, 1);
    assert_eq!(said.try_iter().collect::<Vec<_>>(), ["began", "ended"]);
}

#[test]
fn one_show_that_is_behind_does_not_keep_another_from_the_store() {
    let Failing { keeper, store, said: _said } = failing();
    keeper.load(&show("a")).expect("a load");
    store.now.store(true, Ordering::SeqCst);
    keeper.load(&show("b")).expect_err("the store fails");
    keeper.hold(&show("b"), vec![Change::Random(1)]);
    keeper.hold(&show("b"), vec![Change::Random(2)]);
    assert_eq!(keeper.commit(&show("a"), vec![Change::Random(3)]), Written::InMemory);
    store.now.store(false, Ordering::SeqCst);
    keeper.flush();
    assert_eq!(keeper.commit(&show("a"), vec![Change::Random(4)]), Written::InStore);
    assert_eq!(store.load(&show("a")).expect("a load").random, 4);
    assert_eq!(store.load(&show("b")).expect("a load").random, 2);
}
