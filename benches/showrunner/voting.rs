//! Votes over HTTP, on disk before each is answered: how many a second beside the same server's
//! empty answers, how long one takes at half of that, and what a poll of a million viewers costs.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use tokio::time::sleep_until;

use crate::child::{Process, folder, runner};
use crate::client::Client;
use crate::table::{Figure, Row, Unit};

const KEY: &str = "the benchmark's own key that is long enough";
const SCRIPT: &str = r#"on("start", || ask("Who wins?", ["Red", "Blue"], #{open_for: "1h"}));"#;
/// Viewers who wait for their answers at a time.
const CONNECTIONS: u64 = 128;
const MEASURED: Duration = Duration::from_secs(5);
/// Viewers of the poll that is measured for its memory.
const MANY: u64 = 1_000_000;

/// A server with an open poll.
struct Stage {
    process: Process,
    audience: Arc<Audience>,
    _data: tempfile::TempDir,
}

/// Those who vote in it.
struct Audience {
    address: SocketAddr,
    /// The body of a vote in it.
    body: String,
    poll: String,
    key: Hmac<Sha256>,
    /// How many have come.
    viewers: AtomicU64,
}

/// What is asked, over and over.
#[derive(Clone, Copy)]
enum Load {
    /// What there is nothing behind.
    Empty,
    /// A vote of a viewer who has not voted yet.
    Votes,
}

pub(crate) fn measure() -> Vec<Row> {
    let runtime = Runtime::new().expect("the system gives threads");
    let stage = Stage::open(&runtime);
    let empty = runtime.block_on(rate(&stage.audience, Load::Empty, MEASURED));
    let votes = runtime.block_on(rate(&stage.audience, Load::Votes, MEASURED));
    let at_half = runtime.block_on(paced(&stage.audience, votes / 2.0));
    drop(stage);
    let mut rows = vec![
        Row::one("empty answers a second, 128 connections", Unit::Count, empty),
        Row::one("votes a second, on disk when answered", Unit::Count, votes),
        Row::one("  empty answers for each vote", Unit::Count, empty / votes)
            .wanted(Figure::Max, 2.0),
        Row::times("  one vote at half that load", Unit::Millis, &at_half)
            .wanted(Figure::P99, 50.0),
    ];
    rows.extend(many(&runtime));
    rows
}

/// A poll of a million viewers: what the server grows by, and how long its tally takes to be read.
fn many(runtime: &Runtime) -> Vec<Row> {
    let Stage { process, audience, _data } = Stage::open(runtime);
    // What every server needs under load is not what the votes need.
    runtime.block_on(rate(&audience, Load::Empty, Duration::from_secs(1)));
    audience.viewers.store(0, Ordering::Relaxed);
    let before = process.resident();
    while audience.viewers.load(Ordering::Relaxed) < MANY {
        runtime.block_on(rate(&audience, Load::Votes, Duration::from_secs(1)));
    }
    let grown = (process.resident() - before) / 1_024.0;
    let reads: Vec<Duration> = (0..200).map(|_| runtime.block_on(audience.read_tally())).collect();
    vec![
        Row::one("resident, for 1,000,000 votes in one poll", Unit::Megabytes, grown)
            .wanted(Figure::Max, 50.0),
        Row::times("  its tally read, over HTTP", Unit::Millis, &reads).wanted(Figure::P99, 5.0),
    ]
}

/// Answers a second, each connection asking anew when it was answered.
async fn rate(audience: &Arc<Audience>, load: Load, lasts: Duration) -> f64 {
    let until = Instant::now() + lasts;
    let mut connections = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let audience = Arc::clone(audience);
        connections.spawn(async move {
            let mut client = Client::connect(audience.address).await;
            let mut answered: u32 = 0;
            while Instant::now() < until {
                audience.ask(&mut client, load).await;
                answered += 1;
            }
            answered
        });
    }
    let answered: u32 = connections.join_all().await.into_iter().sum();
    f64::from(answered) / lasts.as_secs_f64()
}

/// How long each vote takes when so many a second come, whether the one before was answered or not.
async fn paced(audience: &Arc<Audience>, per_second: f64) -> Vec<Duration> {
    let apart = Duration::from_secs_f64(128.0 / per_second);
    let begun = Instant::now();
    let mut connections = JoinSet::new();
    for n in 0..CONNECTIONS {
        let audience = Arc::clone(audience);
        connections.spawn(async move {
            let mut client = Client::connect(audience.address).await;
            let mut due = begun + apart.mul_f64(f64::from(u32::try_from(n).unwrap_or(0)) / 128.0);
            let mut took = Vec::new();
            while due < begun + MEASURED {
                sleep_until(due.into()).await;
                audience.ask(&mut client, Load::Votes).await;
                // From when it was due, so that one that had to wait for another counts.
                took.push(due.elapsed());
                due += apart;
            }
            took
        });
    }
    connections.join_all().await.into_iter().flatten().collect()
}

impl Stage {
    fn open(runtime: &Runtime) -> Self {
        let data = folder();
        let script = data.path().join("show.rhai");
        std::fs::write(&script, SCRIPT).expect("it is ours");
        let process = Process::start(&mut runner(&[
            script.to_str().expect("a path of ours is text"),
            "--trust-proxy",
            "--vote-key",
            KEY,
        ]));
        let (_, line) = process.line("  player ");
        let url = line.split_whitespace().find_map(|word| word.strip_prefix("http://"));
        let address = url.and_then(|url| url.trim_end_matches('/').parse().ok());
        let key = Hmac::new_from_slice(&Sha256::digest(KEY)).expect("a key may have any length");
        let mut audience = Audience {
            address: address.expect("the line has the address"),
            body: String::new(),
            poll: String::new(),
            key,
            viewers: AtomicU64::new(0),
        };
        let poll = runtime.block_on(audience.find_poll());
        let text = |name: &str| poll[name].as_str().expect("a poll is named").to_owned();
        let (id, time) = (text("poll_id"), text("current_time"));
        audience.body = format!(r#"{{"poll_id":"{id}","current_time":"{time}","choice":"1"}}"#);
        audience.poll = format!("/api/polls/{id}/{time}");
        Self { process, audience: Arc::new(audience), _data: data }
    }
}

impl Audience {
    /// The open poll, once there is one.
    async fn find_poll(&self) -> Value {
        let mut client = Client::connect(self.address).await;
        for _ in 0..500 {
            let answer =
                client.ask(b"GET /api/state HTTP/1.1\r\nhost: localhost\r\n\r\n").await.body;
            let state: Value = serde_json::from_slice(&answer).expect("the state is JSON");
            if state["polls"][0].is_object() {
                return state["polls"][0].clone();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("no poll was opened");
    }

    async fn read_tally(&self) -> Duration {
        let mut client = Client::connect(self.address).await;
        let request = format!("GET {} HTTP/1.1\r\nhost: localhost\r\n\r\n", self.poll);
        let begun = Instant::now();
        client.ask(request.as_bytes()).await;
        begun.elapsed()
    }

    async fn ask(&self, client: &mut Client, load: Load) {
        let number = self.viewers.fetch_add(1, Ordering::Relaxed);
        // Not one after the other, as ids that are drawn are not either.
        let id = u128::from(number.wrapping_mul(0x9e37_79b9_7f4a_7c15)) << 64 | u128::from(number);
        let mac = self.key.clone().chain_update(b"showrunner viewer v1\0");
        let mac = mac.chain_update(id.to_be_bytes()).finalize().into_bytes();
        let [high, low] = [0, 16].map(|at| {
            u128::from_be_bytes(mac[at..at + 16].try_into().expect("it is half of the mac"))
        });
        let (path, body) = match load {
            Load::Empty => ("/api/nothing", &self.body),
            Load::Votes => ("/api/votes", &self.body),
        };
        let from = number % 60_000;
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer \
             v1.{id:032x}.{high:032x}{low:032x}\r\nx-forwarded-for: 10.1.{}.{}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            from / 250,
            from % 250,
            body.len(),
        );
        let answer = client.ask(request.as_bytes()).await.body;
        let counted = answer.windows(14).any(|part| part == br#""counted":true"#);
        assert!(
            counted || matches!(load, Load::Empty),
            "a vote was not counted: {}",
            String::from_utf8_lossy(&answer)
        );
    }
}
