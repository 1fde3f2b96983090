//! Shows whose store of votes is in trouble, each on its own way to it.

use std::sync::mpsc;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Connection;

use super::lane::{Lane, Ties};
use super::*;
use crate::model::channel::ChannelArn;
use crate::model::limits::POLL_NEWS_WAITING_MAX;
use crate::model::poll::tests::quiz;
use crate::model::poll::{AskingId, Poll, Tally};
use crate::model::time::Now;
use crate::model::vote::Ballot;
use crate::world::store::votes::SqliteVotes;

/// Longer than any of this takes.
const PATIENCE: Duration = Duration::from_mins(1);

/// A store that can write nothing of the show `bad`.
struct Bench {
    folder: tempfile::TempDir,
    votes: Arc<dyn Votes>,
    warned: mpsc::Sender<String>,
    told: mpsc::Sender<ShowInput>,
}

/// The run of that bench's lanes: its time stands still.
struct BenchTies {
    votes: Arc<dyn Votes>,
    warned: mpsc::Sender<String>,
    told: mpsc::Sender<ShowInput>,
    network: Handle,
}

impl Ties for BenchTies {
    fn votes(&self) -> &dyn Votes {
        &*self.votes
    }

    fn tell(&self, _show: &ShowId, input: ShowInput) -> bool {
        self.told.send(input).is_ok()
    }

    fn warn(&self, _show: &ShowId, message: String) {
        drop(self.warned.send(message));
    }

    fn now(&self) -> Now {
        Now { up: jiff::SignedDuration::ZERO, wall: Timestamp::UNIX_EPOCH }
    }

    fn network(&self) -> &Handle {
        &self.network
    }
}

fn show(script: &str) -> ShowId {
    ShowId { script: script.into(), channel: ChannelArn::local() }
}

fn poll(n: usize) -> Arc<Poll> {
    let mut poll = quiz("Capital of Italy?");
    poll.asking.poll_id = format!("poll {n}");
    Arc::new(poll)
}

impl Bench {
    async fn new() -> (Self, mpsc::Receiver<String>, mpsc::Receiver<ShowInput>) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("votes.sqlite");
        let opened = SqliteVotes::open(&path, Timestamp::UNIX_EPOCH).expect("a store");
        let votes: Arc<dyn Votes> = Arc::new(opened.votes);
        votes.key().await.expect("a key: the file is there");
        let ((warned, warnings), (told, inputs)) = (mpsc::channel(), mpsc::channel());
        let bench = Self { folder, votes, warned, told };
        bench.run(
            "CREATE TRIGGER trouble BEFORE INSERT ON show WHEN NEW.script = 'bad'
             BEGIN SELECT RAISE(ABORT, 'not this one'); END",
        );
        (bench, warnings, inputs)
    }

    fn run(&self, sql: &str) {
        let file = Connection::open(self.folder.path().join("votes.sqlite")).expect("the file");
        file.execute_batch(sql).expect("it is SQL");
    }

    fn lane(&self, script: &str) -> Arc<Lane> {
        Arc::new(self.new_lane(script))
    }

    fn new_lane(&self, script: &str) -> Lane {
        let ties = BenchTies {
            votes: Arc::clone(&self.votes),
            warned: self.warned.clone(),
            told: self.told.clone(),
            network: Handle::current(),
        };
        Lane::new(show(script), Arc::new(ties))
    }

    async fn is_known(&self, script: &str, asking: &AskingId) -> bool {
        self.votes.ballot(&show(script), asking).await.expect("an answer").is_some()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_trouble_of_one_show_holds_up_no_other() {
    let (bench, warnings, _inputs) = Bench::new().await;
    let (bad, good) = (bench.lane("bad"), bench.lane("good"));
    let poll = poll(0);
    bad.hear(PollNews::Opened(Arc::clone(&poll)));
    let warning = warnings.recv_timeout(PATIENCE).expect("a warning");
    assert!(warning.contains("not this one"), "{warning}");
    good.hear(PollNews::Opened(Arc::clone(&poll)));
    good.end(PATIENCE).await;
    assert!(bench.is_known("good", &poll.asking).await);
    assert!(!bench.is_known("bad", &poll.asking).await);
    bench.run("DROP TRIGGER trouble");
    bad.end(PATIENCE).await;
    assert!(bench.is_known("bad", &poll.asking).await);
    assert_eq!(warnings.try_recv().as_deref(), Ok("the vote store takes votes again"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_too_much_waits_all_is_told_anew() {
    let (bench, warnings, inputs) = Bench::new().await;
    let lane = bench.lane("bad");
    for n in 0..POLL_NEWS_WAITING_MAX + 9 {
        lane.hear(PollNews::Opened(poll(n)));
    }
    let told: Vec<String> =
        (0..2).map(|_| warnings.recv_timeout(PATIENCE).expect("a warning")).collect();
    let too_far = |it: &&String| it.contains("told of all polls anew");
    assert_eq!(told.iter().filter(too_far).count(), 1, "{told:?}");
    bench.run("DROP TRIGGER trouble");
    assert_eq!(inputs.recv_timeout(PATIENCE), Ok(ShowInput::TellPolls));
    assert!(bench.is_known("bad", &poll(0).asking).await);
    lane.hear(PollNews::Opened(poll(POLL_NEWS_WAITING_MAX + 8)));
    lane.end(PATIENCE).await;
    assert!(bench.is_known("bad", &poll(POLL_NEWS_WAITING_MAX + 8).asking).await);
    assert!(inputs.try_recv().is_err(), "once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_lane_of_a_show_that_is_gone_goes_when_all_was_told() {
    let (bench, warnings, _inputs) = Bench::new().await;
    let (lanes, network) = (lanes::Lanes::default(), Handle::current());
    let [bad, good] = ["bad", "good"].map(show);
    let poll = poll(0);
    for show in [&bad, &good] {
        let lane = lanes.of(show, || bench.new_lane(&show.script));
        lane.hear(PollNews::Opened(Arc::clone(&poll)));
    }
    warnings.recv_timeout(PATIENCE).expect("a warning");
    for show in [&bad, &good] {
        lanes.release(show, &network);
    }
    gone(&lanes, &good).await;
    assert!(bench.is_known("good", &poll.asking).await);
    let lane = lanes.get(&bad).expect("it has something to tell");
    // It plays again.
    lanes.keep(&bad);
    bench.run("DROP TRIGGER trouble");
    lane.end(PATIENCE).await;
    assert!(bench.is_known("bad", &poll.asking).await);
    assert!(lanes.get(&bad).is_some(), "one that plays again is kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lane_goes_with_the_last_release_of_its_show() {
    let (bench, _warnings, _inputs) = Bench::new().await;
    let (lanes, network) = (lanes::Lanes::default(), Handle::current());
    let (bad, last) = (show("bad"), poll(1));
    let lane = lanes.of(&bad, || bench.new_lane(&bad.script));
    lane.hear(PollNews::Opened(poll(0)));
    lanes.release(&bad, &network);
    // It plays again and is over once more while nothing can be told.
    lanes.keep(&bad);
    lane.hear(PollNews::Opened(Arc::clone(&last)));
    lanes.release(&bad, &network);
    lanes.release(&show("nobody"), &network);
    bench.run("DROP TRIGGER trouble");
    gone(&lanes, &bad).await;
    assert!(bench.is_known("bad", &last.asking).await);
    assert_eq!(lanes.all().len(), 0);
}

/// Waits until a show has no lane.
async fn gone(lanes: &lanes::Lanes, show: &ShowId) {
    while lanes.get(show).is_some() {
        sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn votes_of_a_poll_that_the_store_hears_of_only_now_are_counted_all_the_same() {
    let (bench, _warnings, _inputs) = Bench::new().await;
    let (poll, show) = (poll(0), show("good"));
    let asking = poll.asking.clone();
    // The store is asked first, and does not know it.
    let (counted, opened) = tokio::join!(
        counted_soon(&*bench.votes, &show, Counting::Final(asking.clone())),
        bench.votes.open(&show, Ballot::from(&*poll)),
    );
    opened.expect("it is opened");
    let tally = Tally::default();
    assert_eq!(counted, Some(ShowInput::Tally { asking, tally, is_final: true }));
}

#[tokio::test]
async fn the_store_hears_that_a_poll_is_void() {
    let (bench, _warnings, _inputs) = Bench::new().await;
    let (lane, poll) = (bench.lane("good"), poll(0));
    lane.hear(PollNews::Opened(Arc::clone(&poll)));
    lane.hear(PollNews::Voided(poll.asking.clone()));
    lane.end(PATIENCE).await;
    let ballot = bench.votes.ballot(&show("good"), &poll.asking).await.expect("an answer");
    assert!(ballot.is_some_and(|(ballot, is_final)| ballot.is_void && is_final));
}
