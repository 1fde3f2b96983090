//! What a viewer waits for, in a real browser with each of the three players: the first picture
//! after the page opens, and a payload after it was put.

#[path = "../../tests/browser/stage.rs"]
pub(crate) mod stage;

use std::time::Duration;

use serde_json::Value;
use stage::Stage;

use crate::child::{Process, runner};
use crate::table::{Figure, Row, Unit, say};

/// The players as the page knows them, their names, and the most that a payload's median may
/// take, in milliseconds.
const PLAYERS: [(&str, &str, f64); 3] = [
    ("hls", "hls.js", 2_000.0),
    ("videojs", "video.js", 1_200.0),
    ("ivs", "the IVS player", 2_500.0),
];
/// The most that the median of a first picture may take, in milliseconds.
const PICTURE: f64 = 1_500.0;
/// How long a case may take.
const BOUND: Duration = Duration::from_mins(4);

pub(crate) fn measure() -> Vec<Row> {
    let stage = match Stage::ready() {
        Ok(stage) => stage,
        Err(missing) => {
            say(&format!("left out: {missing}"));
            return Vec::new();
        }
    };
    let local = Process::start(&mut runner(&["local", "--port", "0"]));
    let line = local.line("endpoint").1;
    let url = line.split_whitespace().find(|word| word.starts_with("http://"));
    let url = url.expect("the line has the address");
    let play = |case| stage.play(case, &[url], BOUND).unwrap_or_else(|why| panic!("{case}: {why}"));
    let (opening, delivery) = (play("opening"), play("delivery"));
    let figures = |told: &Value, path: String| -> Vec<f64> {
        let list = told["figures"].pointer(&path).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_f64).collect()
    };
    let rows = PLAYERS.into_iter().flat_map(|(engine, name, shown)| {
        let pictures = figures(&opening, format!("/{engine}"));
        let late = figures(&delivery, format!("/{engine}/late"));
        [
            Row::of(format!("page opens → first picture, {name}"), Unit::Millis, pictures)
                .wanted(Figure::P50, PICTURE),
            Row::of(format!("put → shown, {name}"), Unit::Millis, late).wanted(Figure::P50, shown),
        ]
    });
    rows.collect()
}
