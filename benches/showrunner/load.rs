//! What many shows cost: memory once each has sent, and processor time while they send.

use std::time::{Duration, Instant};

use crate::child::{Process, folder, runner};
use crate::service::Service;
use crate::table::{Figure, Row, Unit};

/// Each sends once in this time.
const PERIOD_MS: usize = 10_000;
const WATCHED: Duration = Duration::from_secs(5);
/// When the watch begins, whatever the number of shows: each has sent, and what a process does only
/// now and then it has done in all of them, so that they differ in their shows alone.
const AGE: Duration = Duration::from_secs(12);
const PATIENCE: Duration = Duration::from_secs(30);
/// One channel of the service's thousand is its own.
const SHOWS: [(usize, &str); 3] = [(1, "1 show"), (100, "100 shows"), (999, "999 shows")];

const SCRIPT: &str = "every(\"10s\", #{first: args.first}, || put_metadata(notice(\"hello\")));";

/// What so many shows use.
struct Used {
    resident: f64,
    cpu_percent: f64,
}

pub(crate) fn measure() -> Vec<Row> {
    let all: Vec<Used> = SHOWS.iter().map(|(count, _)| run(*count)).collect();
    let mut rows = Vec::new();
    for ((_, name), used) in SHOWS.iter().zip(&all) {
        let name = format!("CPU with {name} that send every 10 s, of one core");
        rows.push(Row::one(name, Unit::Percent, used.cpu_percent));
    }
    let Some(one) = all.first() else { return rows };
    for ((count, name), used) in SHOWS.iter().zip(&all) {
        let name = format!("resident with {name}");
        rows.push(Row::one(name, Unit::Megabytes, used.resident / 1_024.0));
        if *count == 1 {
            continue;
        }
        let further = u32::try_from(count - 1).expect("shows are few");
        let each = (used.resident - one.resident) / f64::from(further);
        rows.push(
            Row::one("  for each further one", Unit::Kilobytes, each).wanted(Figure::Max, 15.0),
        );
    }
    rows
}

fn run(count: usize) -> Used {
    let service = Service::start();
    let data = folder();
    let script = data.path().join("small.rhai");
    std::fs::write(&script, SCRIPT).expect("it is ours");
    let script = script.display().to_string();
    let mut command = runner(&[&script, "--endpoint-url", service.endpoint()]);
    for n in 0..count {
        let first = 300 + n * PERIOD_MS / count;
        command.arg(format!("{}@first={first}ms", service.channel()));
    }
    let started = Instant::now();
    let process = Process::start_silent(&mut command);
    assert!(service.wait_for(count, PATIENCE), "every show sends");
    std::thread::sleep(AGE.saturating_sub(started.elapsed()));
    let (before, from) = (process.cpu(), Instant::now());
    std::thread::sleep(WATCHED);
    let cpu = process.cpu().since(&before);
    let cpu_percent = 100.0 * cpu.as_secs_f64() / from.elapsed().as_secs_f64();
    let used = Used { resident: process.resident(), cpu_percent };
    drop(process);
    service.end();
    used
}
