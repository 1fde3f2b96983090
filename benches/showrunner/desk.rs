//! What an operator waits for at a desk that has had a long evening: how even its frames are while
//! 5,000 events are scrolled and more come, and what it holds.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::child::{Process, folder, runner};
use crate::player::stage::{CASES, Stage};
use crate::table::{Figure, Row, Unit, say};

/// The most that 99 of 100 frames may take, in milliseconds: sixty a second, and no frame twice.
const FRAME: f64 = 17.0;
/// The most that the page may hold, in megabytes.
const HELD: f64 = 100.0;
/// How long the case may take.
const BOUND: Duration = Duration::from_mins(2);

pub(crate) fn measure() -> Vec<Row> {
    let stage = match Stage::ready() {
        Ok(stage) => stage,
        Err(missing) => {
            say(&format!("left out: {missing}"));
            return Vec::new();
        }
    };
    let at = folder();
    let script = at.path().join("desk.rhai");
    fs::copy(Path::new(CASES).join("desk.rhai"), &script).expect("the show can be copied");
    let script = script.display().to_string();
    let show = Process::start(&mut runner(&["--port", "0", "--desk", "127.0.0.1:0", &script]));
    let told = |label: &str| {
        let line = show.line(&format!("  {label} ")).1;
        line.split_whitespace().nth(1).expect("it has an address").to_owned()
    };
    let (url, desk) = (told("endpoint"), told("desk"));
    show.said("on air");
    let figures = stage.play("crowded", &[&url, &desk, &script], BOUND);
    let figures = figures.unwrap_or_else(|why| panic!("{why}"))["figures"].take();
    let gaps = figures["gaps"].as_array().into_iter().flatten().filter_map(Value::as_f64);
    let held = |what: &str| figures[what].as_f64().expect("it was measured, on Linux");
    vec![
        Row::of("desk with 5,000 events: frame → frame", Unit::Millis, gaps.collect())
            .wanted(Figure::P99, FRAME),
        Row::one("desk with 5,000 events: heap", Unit::Megabytes, held("heap")),
        Row::one("desk with 5,000 events: page's own memory", Unit::Megabytes, held("own"))
            .wanted(Figure::Max, HELD),
    ]
}
