//! The bare `aws-sdk-ivs` loop that a show is compared with, in a process of its own: this
//! program, started again.

use std::process::Command;
use std::time::Duration;

use aws_sdk_ivs::Client;
use aws_sdk_ivs::config::{BehaviorVersion, Credentials, Region};
use jiff::Timestamp;

use crate::wire::{TEXT, Turn};

const MARK: &str = "SHOWRUNNER_BENCH_BARE";

/// The loop as a process: its endpoint and its turns.
pub(crate) fn command(endpoint: &str, turns: &[Turn]) -> Command {
    let program = std::env::current_exe().expect("the benchmark knows where it lies");
    let mut command = Command::new(program);
    let plan = (endpoint, turns);
    let plan = serde_json::to_string(&plan).expect("a plan of texts and times is JSON");
    command.env(MARK, plan);
    command
}

/// Whether this process is to be the loop.
pub(crate) fn is_asked_for() -> bool {
    std::env::var_os(MARK).is_some()
}

/// The loop: each turn at its time, then idle until it is ended.
pub(crate) fn run() {
    let plan = std::env::var(MARK).expect("it was asked for");
    let (endpoint, turns): (String, Vec<Turn>) =
        serde_json::from_str(&plan).expect("the plan is as it was written");
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build();
    let runtime = runtime.expect("the network's threads start");
    runtime.block_on(async move {
        let looped = tokio::spawn(play(endpoint, turns)).await;
        looped.expect("the loop comes to its end");
        tokio::time::sleep(Duration::from_secs(20)).await;
    });
}

async fn play(endpoint: String, turns: Vec<Turn>) {
    let config = aws_sdk_ivs::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-west-2"))
        .credentials_provider(Credentials::new("bench", "bench", None, None, "bench"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url(endpoint);
    let client = Client::from_conf(config.build());
    for Turn { channel, at } in turns {
        let wait = at.duration_since(Timestamp::now()).unsigned_abs();
        if at > Timestamp::now() {
            tokio::time::sleep(wait).await;
        }
        let due = Timestamp::now();
        let payload = serde_json::json!({ "due": due, "text": TEXT }).to_string();
        let call = client.put_metadata().channel_arn(channel).metadata(payload);
        call.send().await.expect("the local channel takes what is within its limits");
    }
}
