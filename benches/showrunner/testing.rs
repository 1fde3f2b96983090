//! How long a thousand tests of shows take: those beside a show, and those in its own script.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::child::{folder, runner};
use crate::handler::{CAT_FACTS, text};
use crate::table::{Figure, Row, Unit};

const RUNS: usize = 10;
const TESTS: usize = 1_000;

pub(crate) fn measure() -> Vec<Row> {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("facts")).expect("a folder can be made");
    fs::write(at("facts/cats.txt"), text("facts/cats.txt")).expect("it can be written");
    let (show, tests) = (text(CAT_FACTS), tests());
    fs::write(at("beside.rhai"), &show).expect("it can be written");
    fs::write(at("beside_test.rhai"), &tests).expect("it can be written");
    fs::write(at("own.rhai"), format!("{show}\n{tests}")).expect("it can be written");
    let times = |script: &str| -> Vec<Duration> { (0..RUNS).map(|_| run(&at(script))).collect() };
    vec![
        Row::times("runner test, 1,000 tests beside a show", Unit::Millis, &times("beside.rhai"))
            .wanted(Figure::Max, 1_000.0),
        Row::times("runner test, 1,000 in the show's own script", Unit::Millis, &times("own.rhai"))
            .wanted(Figure::Max, 1_000.0),
    ]
}

/// Each lets half a minute pass and looks at what came of it.
fn tests() -> String {
    (0..TESTS).fold(String::new(), |mut text, number| {
        writeln!(
            text,
            "fn test_{number}() {{\n    advance(\"30s\");\n    assert_eq(sent().len(), 4);\n    \
             assert_eq(screen().poll.answers[\"1\"], \"True\");\n}}"
        )
        .expect("a text takes everything");
        text
    })
}

/// From the start of the process to its end.
fn run(script: &Path) -> Duration {
    let before = Instant::now();
    let output = runner(&["test"]).arg(script).output().expect("the binary can be started");
    let took = before.elapsed();
    let said = String::from_utf8_lossy(&output.stdout);
    let passed = format!("test result: ok. {TESTS} passed");
    assert!(said.contains(&passed), "{said}");
    took
}
