//! Bad times: a job that is at fault, a crowd too large, a full disk, a kill, a damaged file.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc;

use super::*;

/// Keeps the writer busy until what is returned is let go.
fn busy(votes: &SqliteVotes) -> mpsc::Sender<()> {
    let (release, held) = mpsc::channel::<()>();
    drop(votes.ask(move |_| {
        // It ends when the other end is let go.
        held.recv().ok();
        Ok(())
    }));
    release
}

#[test]
fn a_vote_that_cannot_be_written_harms_no_other() {
    let (_folder, path) = new_file();
    let (votes, poll) = (open(&path), ballot("bad"));
    wait(votes.open(&show("a"), poll.clone())).expect("an open poll");
    let bad = viewer(50);
    let other = rusqlite::Connection::open(&path).expect("another connection");
    let trigger = format!(
        "CREATE TRIGGER bad BEFORE INSERT ON vote WHEN NEW.viewer = x'{bad}'
         BEGIN SELECT RAISE(ABORT, 'this one not'); END"
    );
    other.execute_batch(&trigger).expect("a trigger");
    let release = busy(&votes);
    let all: Vec<_> = (0..100).map(|n| votes.vote(&show("a"), vote(&poll, n, "1"))).collect();
    drop(release);
    for (n, verdict) in wait(join_all(all)).into_iter().enumerate() {
        if n == 50 {
            let Err(VotesError::Unavailable { problem }) = verdict else { panic!("{verdict:?}") };
            assert!(problem.contains("this one not"), "{problem}");
        } else {
            assert_eq!(verdict, Ok(Verdict::Counted));
        }
    }
    assert_eq!(total(&votes, &poll), 99);
}

#[test]
fn a_crowd_too_large_is_refused_and_the_show_is_not() {
    let (votes, poll) = (SqliteVotes::in_memory().expect("votes in memory"), ballot("crowd"));
    wait(votes.open(&show("a"), poll.clone())).expect("an open poll");
    let release = busy(&votes);
    let many = u32::try_from(VOTES_WAITING_MAX).expect("it is small") + 10;
    let all: Vec<_> = (0..many).map(|n| votes.vote(&show("a"), vote(&poll, n, "1"))).collect();
    let seal = votes.seal(&show("a"), &poll.asking);
    drop(release);
    let (all, sealed) = wait(async { (join_all(all).await, seal.await) });
    let busy = all.iter().filter(|verdict| **verdict == Err(VotesError::Busy)).count();
    let counted = all.iter().filter(|verdict| **verdict == Ok(Verdict::Counted)).count();
    // One may have been the writer's already.
    assert!(busy == 10 || busy == 11, "{busy} of {many} were refused");
    let tally = sealed.expect("a seal").expect("a known poll");
    assert_eq!((tally.total(), counted + busy), (counted as u64, all.len()));
}

#[test]
fn a_full_disk_refuses_votes_and_recovers() {
    let (_folder, path) = new_file();
    let (votes, poll) = (open(&path), ballot("full"));
    wait(votes.open(&show("a"), poll.clone())).expect("an open poll");
    let set_max = |pages: u32| {
        let set = move |writer: &mut writer::Writer| {
            let connection = writer.disk.existing().expect("it was made");
            connection.pragma_update(None, "max_page_count", pages).expect("a setting");
            Ok(())
        };
        wait(votes.ask(set)).expect("a setting");
    };
    // As many as there are.
    set_max(1);
    let mut counted = 0;
    let refused = loop {
        match wait(votes.vote(&show("a"), vote(&poll, counted, "1"))) {
            Ok(verdict) => assert_eq!(verdict, Verdict::Counted),
            Err(error) => break error,
        }
        counted += 1;
    };
    assert!(matches!(refused, VotesError::Unavailable { .. }), "{refused}");
    assert_eq!(total(&votes, &poll), u64::from(counted), "none that was refused is in it");
    set_max(100_000);
    let again = wait(votes.vote(&show("a"), vote(&poll, counted, "1")));
    assert_eq!(again, Ok(Verdict::Counted));
    drop(votes);
    assert_eq!(total(&open(&path), &poll), u64::from(counted) + 1);
}

#[test]
fn points_that_could_not_all_be_given_are_given_later_and_once() {
    let (_folder, path) = new_file();
    let (votes, a) = (open(&path), show("a"));
    let poll = Ballot { is_quiz: true, ..ballot("points") };
    wait(votes.open(&a, poll.clone())).expect("an open poll");
    let many = u32::try_from(AWARDS_PER_COMMIT_MAX).expect("it is small") + 500;
    let all: Vec<_> = (0..many).map(|n| votes.vote(&a, vote(&poll, n, "1"))).collect();
    wait(join_all(all));
    let other = rusqlite::Connection::open(&path).expect("another connection");
    let trigger = "CREATE TRIGGER bad BEFORE INSERT ON viewer
         WHEN (SELECT COUNT(*) FROM viewer) > 5000 BEGIN SELECT RAISE(ABORT, 'not now'); END";
    other.execute_batch(trigger).expect("a trigger");
    let award = || Award { choice: "1".to_owned(), points: 3 };
    let failed = wait(votes.award(&a, &poll.asking, award())).expect_err("the trigger refuses");
    assert!(failed.to_string().contains("not now"), "{failed}");
    assert_eq!(wait(votes.leaders(&a, 9_000)).expect("leaders").len(), AWARDS_PER_COMMIT_MAX);
    drop(votes);
    other.execute_batch("DROP TRIGGER bad").expect("no trigger");
    let votes = open(&path);
    let leaders = wait(votes.leaders(&a, 9_000)).expect("leaders");
    assert_eq!(leaders.len(), many as usize, "it goes on by itself after a start");
    wait(votes.award(&a, &poll.asking, award())).expect("an award");
    let leaders = wait(votes.leaders(&a, 9_000)).expect("leaders");
    assert!(leaders.iter().all(|leader| leader.points == 3), "and nobody gets them twice");
}

/// Names the file of the child that is killed.
const KILLED_VOTES: &str = "SHOWRUNNER_TEST_KILLED_VOTES";

/// Does nothing by itself: it is what `acknowledged_votes_survive_a_kill` starts as a process.
#[test]
fn child_that_is_killed() {
    let Some(path) = std::env::var_os(KILLED_VOTES) else { return };
    let (votes, poll) = (open(Path::new(&path)), ballot("killed"));
    wait(votes.open(&show("a"), poll.clone())).expect("an open poll");
    let vote_on = async |from: u32| {
        for n in (from..).step_by(300) {
            let verdict = votes.vote(&show("a"), vote(&poll, n, "1")).await;
            assert_eq!(verdict, Ok(Verdict::Counted));
            writeln!(std::io::stdout(), "kept {n}").expect("the parent listens");
        }
    };
    wait(join_all((0..300).map(vote_on)));
}

#[test]
fn acknowledged_votes_survive_a_kill() {
    let (_folder, path) = new_file();
    let mut child = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "world::store::votes::sqlite::tests::faults::child_that_is_killed"])
        .arg("--nocapture")
        .env(KILLED_VOTES, &path)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the child");
    let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
    let kept = lines.map_while(Result::ok);
    let mut acknowledged: Vec<u32> = Vec::new();
    for n in kept.filter_map(|line| line.split("kept ").nth(1)?.parse().ok()) {
        acknowledged.push(n);
        // The log has been moved into the file by then.
        if acknowledged.len() == 40_000 {
            child.kill().expect("it runs");
        }
    }
    child.wait().expect("it was killed");
    assert!(acknowledged.len() >= 40_000, "the child ended at {}", acknowledged.len());
    let (votes, poll) = (open(&path), ballot("killed"));
    // Of each voter's, one may have been counted whose answer never came.
    let (least, tally) = (acknowledged.len() as u64, total(&votes, &poll));
    assert!((least..=least + 300).contains(&tally), "{tally} after {least}");
    for some in acknowledged.chunks(5_000) {
        let again = some.iter().map(|n| votes.vote(&show("a"), vote(&poll, *n, "2")));
        for verdict in wait(join_all(again)) {
            assert_eq!(verdict, Ok(Verdict::Stands { choice: "1".to_owned() }));
        }
    }
    drop(votes);
    let file = rusqlite::Connection::open(&path).expect("a connection");
    let rows: i64 =
        file.query_row("SELECT COUNT(*) FROM vote", [], |row| row.get(0)).expect("a count");
    assert_eq!(rows.unsigned_abs(), tally, "the tally is what was voted");
}

#[test]
fn a_damaged_file_is_kept_aside() {
    let (_folder, path) = new_file();
    std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder");
    let damaged = b"no database, but long enough to be taken for one";
    std::fs::write(&path, damaged).expect("a file");
    let Opened { votes, notes } =
        SqliteVotes::open(&path, Timestamp::UNIX_EPOCH).expect("new votes");
    let [note] = notes.as_slice() else { panic!("wanted one note, met {notes:?}") };
    assert!(note.contains("the store of votes was damaged"), "{note}");
    let poll = ballot("damaged");
    wait(votes.open(&show("a"), poll.clone())).expect("an open poll");
    assert_eq!(wait(votes.vote(&show("a"), vote(&poll, 1, "1"))), Ok(Verdict::Counted));
    let kept = format!("{}.damaged-19700101T000000.000Z", path.display());
    assert_eq!(std::fs::read(kept).expect("the damaged file"), damaged);
}

#[test]
fn a_newer_file_is_refused_and_left_alone() {
    let (_folder, path) = new_file();
    wait(open(&path).key()).expect("a key");
    let other = rusqlite::Connection::open(&path).expect("a connection");
    other.pragma_update(None, "user_version", 2).expect("a version");
    drop(other);
    let before = std::fs::read(&path).expect("the file");
    let error = SqliteVotes::open(&path, Timestamp::UNIX_EPOCH).expect_err("a newer version");
    assert!(matches!(error, StoreError::Newer { met: 2, known: 1, .. }), "{error}");
    assert_eq!(std::fs::read(&path).expect("the file"), before);
}
