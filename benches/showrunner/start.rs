//! From the start of the process to the event that says its first payload was taken.

use std::time::{Duration, Instant};

use crate::child::{Process, folder, runner};
use crate::handler::CAT_FACTS;
use crate::table::{Figure, Row, Unit};

const STARTS: usize = 40;

pub(crate) fn measure() -> Vec<Row> {
    let mut took = Vec::with_capacity(STARTS);
    let mut resident = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        let data = folder();
        let path = data.path().display().to_string();
        let before = Instant::now();
        let process = Process::start(&mut runner(&[CAT_FACTS, "--json", "--data", &path]));
        took.push(process.said("\"event\":\"sent\"").saturating_duration_since(before));
        std::thread::sleep(Duration::from_millis(50));
        resident.push(process.resident() / 1_024.0);
    }
    vec![
        Row::times("start of the process → first payload", Unit::Millis, &took)
            .wanted(Figure::P99, 60.0),
        Row::of("resident with one show, the local channel beside it", Unit::Megabytes, resident)
            .wanted(Figure::Max, 25.0),
    ]
}
