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
    fs::create_dir(at("own")).expect("a folder can be made");
    let show = text(CAT_FACTS);
    fs::write(at("beside.rhai"), &show).expect("it can be written");
    fs::write(at("beside_test.rhai"), tests(TESTS)).expect("it can be written");
    // One script has room for no more than a thousand functions, those of the show among them.
    for script in ["own/one.rhai", "own/two.rhai"] {
        let both = format!("{show}\n{}", tests(TESTS / 2));
        fs::write(at(script), both).expect("it can be written");
    }
    let times = |path: &str| -> Vec<Duration> { (0..RUNS).map(|_| run(&at(path))).collect() };
    vec![
        Row::times("runner test, 1,000 tests beside a show", Unit::Millis, &times("beside.rhai"))
            .wanted(Figure::Max, 1_000.0),
        Row::times("runner test, 1,000 in two shows' own scripts", Unit::Millis, &times("own"))
            .wanted(Figure::Max, 1_000.0),
    ]
}

/// Each lets half a minute pass and looks at what came of it.
fn tests(count: usize) -> String {
    (0..count).fold(String::new(), |mut text, number| {
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
