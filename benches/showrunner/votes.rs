//! What keeping votes costs: in a file, synced before each is answered, and in Redis beside a load
//! tool; and what a million viewers of one poll take.

use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;
use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt};
use jiff::{SignedDuration, Timestamp};
use showrunner::model::channel::{ChannelArn, ShowId};
use showrunner::model::payload::Slot;
use showrunner::model::poll::{AskingId, Choice};
use showrunner::model::vote::{Ballot, Verdict, ViewerId};
use showrunner::world::runtime;
use showrunner::world::store::votes::{FILE_NAME, RedisVotes, SqliteVotes, Vote, Votes};

use crate::child::{Process, folder};
use crate::table::{Figure, Row, Unit};

/// Viewers who vote at once.
const AT_ONCE: usize = 500;
const VOTES: u64 = 100_000;
const MANY: u64 = 1_000_000;

/// A line of Redis's log of slow commands: number, time, microseconds, words, who asked.
type LogLine = (u64, u64, u64, Vec<redis::Value>, redis::Value, redis::Value);

pub(crate) fn measure() -> Vec<Row> {
    let mut rows = sqlite();
    rows.extend(redis_beside_its_tool());
    rows
}

fn sqlite() -> Vec<Row> {
    let data = folder();
    let opened = SqliteVotes::open(&data.path().join(FILE_NAME), Timestamp::UNIX_EPOCH);
    let votes = opened.expect("votes can be opened").votes;
    let of = |count: u64, poll: &str| {
        let poll = ballot(poll);
        runtime::wait_for(cast(&votes, &poll, count)).expect("a runtime")
    };
    let took = of(VOTES, "speed");
    let before = resident();
    of(MANY, "million");
    let grown = resident() - before;
    let asking = ballot("million").asking;
    let reads = (0..1_000).map(|_| {
        let begun = Instant::now();
        let tally = runtime::wait_for(votes.tally(&show(), &asking)).expect("a runtime");
        let total = tally.expect("a tally").expect("a known poll").total();
        assert_eq!(total, MANY, "each viewer counts once");
        begun.elapsed()
    });
    let reads: Vec<Duration> = reads.collect();
    vec![
        Row::one("votes a second: SQLite, synced, 500 at once", Unit::Count, rate(VOTES, took)),
        Row::one("memory that 1,000,000 viewers of a poll take", Unit::Megabytes, grown)
            .wanted(Figure::Max, 50.0),
        Row::times("  its tally read", Unit::Millis, &reads).wanted(Figure::Max, 5.0),
    ]
}

/// Nothing where Redis is not installed.
fn redis_beside_its_tool() -> Vec<Row> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    drop(listener);
    if Command::new("redis-server").arg("--version").output().is_err() {
        return Vec::new();
    }
    let data = folder();
    let _server = Process::start_silent(
        Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--dir"])
            .arg(data.path())
            .args(["--appendonly", "yes", "--appendfsync", "always"])
            .args(["--slowlog-log-slower-than", "0"]),
    );
    let (ours, vote) = runtime::wait_for(through_the_store(port)).expect("a runtime");
    let tool = with_the_tool(port, &vote);
    vec![
        Row::one("votes a second: Redis, synced, 500 at once", Unit::Count, ours),
        Row::one("  redis-benchmark, the same script, 500 in its pipe", Unit::Count, tool),
        Row::one("  time of a vote beside the tool's", Unit::Percent, tool / ours * 100.0)
            .wanted(Figure::Max, 200.0),
    ]
}

/// Votes a second, and the command of one as Redis met it.
async fn through_the_store(port: u16) -> (f64, Vec<String>) {
    let url = format!("redis://127.0.0.1:{port}");
    let poll = ballot("p");
    let votes = loop {
        let address = url.parse().expect("an address");
        let votes = RedisVotes::open(&address).await.expect("an address").votes;
        if votes.open(&show(), poll.clone()).await.is_ok() {
            break votes;
        }
    };
    let took = cast(&votes, &poll, VOTES).await;
    let client = redis::Client::open(url).expect("an address");
    let mut connection = client.get_connection().expect("it is there");
    let slow: Vec<LogLine> =
        redis::cmd("SLOWLOG").arg("GET").arg(1).query(&mut connection).expect("the last command");
    let words = slow[0].3.iter().map(|word| {
        // The viewer's bytes are no text.
        redis::from_redis_value_ref(word).unwrap_or_else(|_| "__rand_int__".to_owned())
    });
    (rate(VOTES, took), words.collect())
}

/// The same command by Redis's own load tool.
fn with_the_tool(port: u16, vote: &[String]) -> f64 {
    let output = Command::new("redis-benchmark")
        .args(["-p", &port.to_string(), "-n", &VOTES.to_string(), "-c", "1", "--csv"])
        .args(["-P", &AT_ONCE.to_string(), "-r", "1000000000"])
        .args(vote)
        .output()
        .expect("it comes with the server");
    let told = String::from_utf8_lossy(&output.stdout);
    let last = told.lines().last().expect("it tells something");
    let rate = last.rsplit("\",\"").nth(6).and_then(|rate| rate.parse().ok());
    rate.unwrap_or_else(|| panic!("no rate in `{last}`"))
}

/// Lets so many viewers vote, and says how long they took.
async fn cast(votes: &dyn Votes, poll: &Ballot, count: u64) -> Duration {
    votes.open(&show(), poll.clone()).await.expect("an open poll");
    let of = show();
    let begun = Instant::now();
    let all = stream::iter(0..count).map(|n| votes.vote(&of, vote(poll, n)));
    all.buffer_unordered(AT_ONCE)
        .for_each(|verdict| async move { assert_eq!(verdict, Ok(Verdict::Counted)) })
        .await;
    begun.elapsed()
}

fn vote(poll: &Ballot, n: u64) -> Vote {
    // Spread over all ids, as random ones are.
    let viewer = u128::from(n.wrapping_mul(0x9e37_79b9_7f4a_7c15)) << 64 | u128::from(n);
    let choice = (n % 2 + 1).to_string();
    let viewer = ViewerId((viewer | 0xff << 120).to_be_bytes());
    Vote { asking: poll.asking.clone(), viewer, choice, at: poll.opened }
}

fn show() -> ShowId {
    ShowId { script: "b".into(), channel: ChannelArn::local() }
}

fn ballot(poll_id: &str) -> Ballot {
    let choice = |key: &str, text: &str| Choice { key: key.to_owned(), text: text.to_owned() };
    let opened = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_800_000_000);
    let current_time = "2027-Jan-15-080000".to_owned();
    Ballot {
        asking: AskingId { poll_id: poll_id.to_owned(), current_time },
        question: "Who wins?".to_owned(),
        answers: vec![choice("1", "Red"), choice("2", "Blue")],
        slot: Slot("poll".to_owned()),
        change: false,
        is_quiz: false,
        is_sent: false,
        is_void: false,
        opened,
        closes_at: opened + SignedDuration::from_hours(1),
        votes_until: opened + SignedDuration::from_hours(1),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a rate is no exact number")]
fn rate(count: u64, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

/// Megabytes of this process that are in memory.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    kilobytes.map_or(f64::NAN, |kilobytes| kilobytes / 1_024.0)
}
