//! The bare `aws-sdk-ivs` loop that a show is compared with, in a process of its own: this
//! program, started again. Also the least that a show can do for a fire: the same loop, which lets
//! a handler run and keeps its step before it calls.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

use aws_sdk_ivs::Client;
use aws_sdk_ivs::config::{BehaviorVersion, Credentials, Region};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use showrunner::model::channel::{ChannelArn, ShowId};
use showrunner::model::io::{ShowInput, ShowOutput};
use showrunner::world::store::{FILE_NAME, Sqlite, Store};
use tempfile::TempDir;

use crate::child::folder;
use crate::handler::Stage;
use crate::wire::{TEXT, Turn};

const MARK: &str = "SHOWRUNNER_BENCH_BARE";

/// What the loop does for a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Does {
    /// It calls.
    Calls,
    /// A show's handler runs, and its step is on disk before the call.
    StepsAndCalls,
}

/// The loop as a process: its endpoint and its turns.
pub(crate) fn command(endpoint: &str, turns: &[Turn], does: Does) -> Command {
    let program = std::env::current_exe().expect("the benchmark knows where it lies");
    let mut command = Command::new(program);
    let plan = (endpoint, turns, does);
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
    let (endpoint, turns, does): (String, Vec<Turn>, Does) =
        serde_json::from_str(&plan).expect("the plan is as it was written");
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build();
    let runtime = runtime.expect("the network's threads start");
    runtime.block_on(async move {
        let looped = tokio::spawn(play(endpoint, turns, does)).await;
        looped.expect("the loop comes to its end");
        tokio::time::sleep(Duration::from_secs(20)).await;
    });
}

async fn play(endpoint: String, turns: Vec<Turn>, does: Does) {
    let config = aws_sdk_ivs::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-west-2"))
        .credentials_provider(Credentials::new("bench", "bench", None, None, "bench"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url(endpoint);
    let client = Client::from_conf(config.build());
    let mut shows = (does == Does::StepsAndCalls).then(|| Shows::play(&turns));
    for Turn { channel, at } in turns {
        let wait = at.duration_since(Timestamp::now()).unsigned_abs();
        if at > Timestamp::now() {
            tokio::time::sleep(wait).await;
        }
        let due = Timestamp::now();
        if let Some(shows) = &mut shows {
            shows.step(&channel);
        }
        let payload = serde_json::json!({ "due": due, "text": TEXT }).to_string();
        let call = client.put_metadata().channel_arn(channel).metadata(payload);
        call.send().await.expect("the local channel takes what is within its limits");
    }
}

/// A small show for each channel, and the store of all.
struct Shows {
    stages: BTreeMap<String, (ShowId, Stage)>,
    store: Sqlite,
    _folder: TempDir,
}

impl Shows {
    fn play(turns: &[Turn]) -> Self {
        let folder = folder();
        let opened = Sqlite::open(&folder.path().join(FILE_NAME), Timestamp::UNIX_EPOCH);
        let store = opened.expect("a store can be made").store;
        let script = format!("every(\"300ms\", || put_metadata(#{{due: 1, text: \"{TEXT}\"}}));");
        let mut stages = BTreeMap::new();
        for Turn { channel, .. } in turns {
            let stage = || {
                let arn: ChannelArn = channel.parse().expect("the service's channels have ARNs");
                let show = ShowId { script: "least".into(), channel: arn };
                (show, Stage::play(&script, "least.rhai"))
            };
            stages.entry(channel.clone()).or_insert_with(stage);
        }
        Self { stages, store, _folder: folder }
    }

    /// The next fire of a channel's show.
    fn step(&mut self, channel: &str) {
        let (show, stage) = self.stages.get_mut(channel).expect("each channel has a show");
        stage.next();
        stage.tell(ShowInput::Tick, |output| {
            if let ShowOutput::Commit(changes) = output {
                self.store.commit(show, changes).expect("the store can be written");
            }
        });
    }
}
