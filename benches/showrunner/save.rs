//! From an edited script's last byte to the event that says the new version is in charge, as a
//! reader of `--json` sees it: real files, the watcher, the show, the report.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::child::{Process, folder, runner};
use crate::table::{Figure, Row, Unit};

const SAVES: usize = 200;
/// Between two saves: so that each meets a program at rest.
const PAUSE: Duration = Duration::from_millis(10);

pub(crate) fn measure() -> Vec<Row> {
    let shows = folder();
    let script = shows.path().join("edited.rhai");
    fs::write(&script, version(0)).expect("it is ours");
    let process = Process::start(&mut runner(&[&script.display().to_string(), "--json"]));
    process.said("\"event\":\"sent\"");
    let (mut renamed, mut in_place) = (Vec::new(), Vec::new());
    for n in 1..=SAVES {
        std::thread::sleep(PAUSE);
        let (save, took): (fn(&Path, &str), _) = match n % 2 {
            0 => (rename_over, &mut renamed),
            _ => (write_over, &mut in_place),
        };
        let before = Instant::now();
        save(&script, &version(n));
        took.push(process.said("\"event\":\"reloaded\"").saturating_duration_since(before));
    }
    let all = [renamed.as_slice(), in_place.as_slice()].concat();
    vec![
        Row::times("save → live", Unit::Millis, &all)
            .wanted(Figure::P50, 6.0)
            .wanted(Figure::P99, 20.0),
        Row::times("  by a rename over the script", Unit::Millis, &renamed),
        Row::times("  by writing in place", Unit::Millis, &in_place),
    ]
}

fn version(n: usize) -> String {
    format!("every(\"1h\", || put_metadata(notice(\"this is version {n}\")));\n")
}

fn write_over(script: &Path, text: &str) {
    fs::write(script, text).expect("it is ours");
}

fn rename_over(script: &Path, text: &str) {
    let beside = script.with_extension("new");
    fs::write(&beside, text).expect("the folder is ours");
    fs::rename(beside, script).expect("the folder is ours");
}
