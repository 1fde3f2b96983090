//! `runner check` of a long script, from the start of the process to its end, the rehearsed hour
//! included.

use std::fs;
use std::time::{Duration, Instant};

use crate::child::{folder, runner};
use crate::table::{Figure, Row, Unit};

const CHECKS: usize = 30;
/// Parts of ten lines each.
const PARTS: usize = 30;

/// Ten lines as a show has them: a function, a cue by time, one for the operator.
const PART: &str = r#"
fn announce_N(name, points) {
    state.rounds_N = (state.rounds_N ?? 0) + 1;
    put_metadata(board(`Round ${state.rounds_N}`, [[name, points], ["Blues", random(1, 6)]]));
}
cue("facts N", every("SPANs", #{first: "Ns"}), || {
    let answers = ["True", "False", pick(["Maybe", "Perhaps", "Feasible"])];
    put_metadata(poll(`${random_fact("cats")} N`, answers));
});
cue("score N", |e| announce_N(e.data.team, number(e.data.points)), #{input: ["team", "points"]});
"#;

pub(crate) fn measure() -> Vec<Row> {
    let home = folder();
    let script = home.path().join("long.rhai");
    let facts = concat!(env!("CARGO_MANIFEST_DIR"), "/facts");
    // Thirty cues that send every 15 to 160 s: a payload every other second in all.
    let gap = |n: usize| (10 + 5 * n).to_string();
    let part = |n: usize| PART.replace("SPAN", &gap(n)).replace("_N", &format!("_{n}"));
    let part = |n: usize| part(n).replace("Ns", &format!("{n}s")).replace(" N", &format!(" {n}"));
    let text: String = (1..=PARTS).map(part).collect();
    let lines = text.lines().count();
    fs::write(&script, text).expect("a file can be written");
    let script = script.display().to_string();
    let arguments = ["check", "--timezone", "Europe/Paris", "--facts", facts, &script];
    let mut took: Vec<Duration> = Vec::with_capacity(CHECKS);
    for _ in 0..CHECKS {
        let before = Instant::now();
        let output = runner(&arguments).output().expect("the program can be started");
        took.push(before.elapsed());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    let name = format!("check of {lines} lines, start to end of the process");
    vec![Row::times(name, Unit::Millis, &took).wanted(Figure::P99, 50.0)]
}
