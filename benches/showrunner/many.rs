//! One process with a thousand channels, and ten thousand shows on the virtual clock.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use showrunner::model::channel::ShowId;
use showrunner::model::saved::Saved;
use showrunner::script::api::{Files, Setup, Shelf};
use showrunner::show::ShowSetup;
use showrunner::show::evening::{Evening, World};

use crate::child::{Process, folder, runner};
use crate::service::Service;
use crate::table::{Figure, Row, Unit};

const CHANNELS: usize = 1_000;
/// Each sends once in this time: two thirds of what an account takes.
const PERIOD_MS: usize = 10_000;
/// Rounds that are looked at.
const ROUNDS: usize = 2;
const PATIENCE: Duration = Duration::from_mins(1);
const SCRIPT: &str = "every(\"10s\", #{first: args.first}, |e| put_metadata(#{late: e.late_ms}));";

const SHOWS: usize = 10_000;
const LOADS: usize = 3;
const SMALL: &str = "every(\"10s\", || put_metadata(notice(\"hello\")));";

pub(crate) fn measure() -> Vec<Row> {
    let mut rows = channels();
    let load = |own| (0..LOADS).map(|_| load(own)).collect::<Vec<_>>();
    for (own, name) in [(false, "of one script"), (true, "each of its own script")] {
        let name = format!("10,000 small shows loaded on the virtual clock, {name}");
        rows.push(Row::times(name, Unit::Millis, &load(own)).wanted(Figure::Max, 2_000.0));
    }
    rows
}

/// A plan of many channels, played by one process.
fn channels() -> Vec<Row> {
    let service = Service::start();
    let data = folder();
    std::fs::write(data.path().join("small.rhai"), SCRIPT).expect("it is ours");
    let mut plan = String::new();
    // One channel of the service's thousand is there from its start.
    let local = std::iter::once("local".to_owned());
    for (n, channel) in local.chain((1..CHANNELS).map(|_| service.channel())).enumerate() {
        let first = 300 + n * PERIOD_MS / CHANNELS;
        writeln!(
            plan,
            "[[show]]\nscript = \"small.rhai\"\nchannels = [\"{channel}\"]\n\
             args = {{ first = \"{first}ms\" }}"
        )
        .expect("a text takes any length");
    }
    let file = data.path().join("runner.toml");
    std::fs::write(&file, plan).expect("it is ours");
    let file = file.display().to_string();
    let process =
        Process::start_silent(&mut runner(&["up", &file, "--endpoint-url", service.endpoint()]));
    assert!(service.wait_for(CHANNELS, PATIENCE), "every show sends");
    drop(service.take());
    assert!(service.wait_for(CHANNELS * ROUNDS, PATIENCE), "and goes on sending");
    let late: Vec<f64> = service.take().iter().filter_map(|arrived| arrived.late_ms).collect();
    let resident = process.resident() / 1_024.0;
    drop(process);
    service.end();
    vec![
        Row::of("trigger lateness, 1,000 channels in one process", Unit::Millis, late)
            .wanted(Figure::P99, 2.0),
        Row::one("resident with 1,000 channels", Unit::Megabytes, resident)
            .wanted(Figure::Max, 150.0),
    ]
}

/// Begins many shows at once, each on a channel of its own; until all have their cues.
fn load(own: bool) -> Duration {
    let start = Timestamp::from_second(1_795_367_101).expect("a time of this century");
    let texts: Vec<String> = (0..SHOWS)
        .map(|n| if own { format!("{SMALL}\nconst N = {n};") } else { SMALL.into() })
        .collect();
    let shelf = Shelf::default();
    let from = Instant::now();
    let mut evening = Evening::new(World { start, latency: SignedDuration::from_millis(20) });
    let mut shows = Vec::with_capacity(SHOWS);
    for (n, text) in texts.iter().enumerate() {
        let shelf = if own { Shelf::default() } else { shelf.clone() };
        shows.push(evening.add(setup(n, shelf), text, Files::new(), Saved::default()));
    }
    evening.advance(SignedDuration::ZERO);
    let took = from.elapsed();
    assert!(shows.iter().all(|show| evening.cues(*show).len() == 1), "every show plays");
    took
}

fn setup(n: usize, shelf: Shelf) -> ShowSetup {
    let channel = format!("arn:aws:ivs:us-west-2:1:channel/c{n:05}");
    let channel = channel.parse().expect("it is an ARN");
    ShowSetup {
        script: Arc::new(Setup {
            id: ShowId { script: "small".into(), channel },
            seed: 7,
            args: Arc::default(),
            zone: None,
            channel_name: None,
            shelf,
            meter: None,
        }),
        script_file: "small.rhai".to_owned(),
        same_show: SignedDuration::from_mins(10),
        own_stream: true,
    }
}
