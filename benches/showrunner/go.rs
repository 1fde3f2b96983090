//! From an operator's press of GO to the payload at the service: over the desk's own listener, on
//! channels that had no GO for a second.

use std::net::SocketAddr;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::runtime::Runtime;
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::child::{Process, folder, runner};
use crate::client::Client;
use crate::service::{Arrived, Service};
use crate::table::{Figure, Row, Unit};

const SCRIPT: &str = r#"cue("goal", |e| put_metadata(#{due: e.data.pressed}));"#;
const TOKEN: &str = "the-benchmarks-own";
const CHANNELS: usize = 25;
/// How often GO is pressed on each channel.
const ROUNDS: usize = 8;
/// From one GO to the next on another channel; with so many channels each has 1.5 s of its own.
const APART: Duration = Duration::from_millis(60);
/// The most that 99 of 100 may take, in milliseconds.
const WANTED: f64 = 20.0;
/// How long anything may take before the benchmark gives up.
const PATIENCE: Duration = Duration::from_secs(20);
const LOOK: Duration = Duration::from_millis(20);

pub(crate) fn measure() -> Vec<Row> {
    let service = Service::start();
    let channels: Vec<String> = (0..CHANNELS).map(|_| service.channel()).collect();
    let data = folder();
    let script = data.path().join("go.rhai");
    std::fs::write(&script, SCRIPT).expect("it is ours");
    let script = script.display().to_string();
    let mut command = runner(&[&script, "--endpoint-url", service.endpoint()]);
    command.args(["--desk", "127.0.0.1:0", "--desk-token", TOKEN]).args(&channels);
    let process = Process::start(&mut command);
    let (_, line) = process.line("  desk ");
    let address =
        line.split("http://").nth(1).and_then(|rest| rest.split('/').next()?.parse().ok());
    let runtime = Runtime::new().expect("the network's threads start");
    runtime.block_on(press(address.expect("the line has the address"), &channels));
    let presses = CHANNELS * ROUNDS;
    assert!(service.wait_for(presses, PATIENCE), "every GO sends");
    let took: Vec<Duration> = service.take().iter().filter_map(took).collect();
    assert_eq!(took.len(), presses, "every payload tells when its GO was pressed");
    drop(process);
    service.end();
    vec![
        Row::times("GO pressed → payload on the wire", Unit::Millis, &took)
            .wanted(Figure::P99, WANTED),
    ]
}

/// Presses GO on one channel after the other, over one connection.
async fn press(desk: SocketAddr, channels: &[String]) {
    let mut client = Client::connect(desk).await;
    until_ready(&mut client).await;
    let mut turns = interval(APART);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for channel in (0..ROUNDS).flat_map(|_| channels) {
        turns.tick().await;
        let body = format!(r#"{{"pressed":"{}"}}"#, Timestamp::now());
        let request = format!(
            "POST /api/cues/goal/fire?channel={channel} HTTP/1.1\r\nhost: localhost\r\n\
             authorization: Bearer {TOKEN}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len(),
        );
        let answer = client.ask(request.as_bytes()).await;
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    }
}

/// Waits until every show is on.
async fn until_ready(client: &mut Client) {
    let looks = PATIENCE.as_millis() / LOOK.as_millis();
    for _ in 0..looks {
        let asked = client.ask(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
        if asked.status == 200 {
            return;
        }
        sleep(LOOK).await;
    }
    panic!("the shows did not begin in time");
}

/// How long a payload was on its way since its GO was pressed.
fn took(arrived: &Arrived) -> Option<Duration> {
    let took = arrived.at.duration_since(arrived.due?);
    Some(took.max(SignedDuration::ZERO).unsigned_abs())
}
