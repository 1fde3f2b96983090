//! The pages in a real browser: the player's with each of the three players, the operator's, and
//! the picture of a simulated evening. One process after the other, and after all other tests, for
//! what is asked of a player is asked of a machine that has time for it.
//!
//! Where a browser, node or npm is missing, the cases are left out: the summary counts them as
//! ignored and says how to get what is missing. With `CI` set that is a failure.

mod evening;
#[path = "../it/rig/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the other tests stand on the rest of it")]
mod rig;
mod stage;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;

use rig::{House, Local, Runner};
use stage::Stage;

/// The cases, each a file beside this one. One with a script of its name is played on that show.
const CASES: [&str; 9] =
    ["delivery", "airing", "sleeping", "looks", EVENING, "votes", "quiz", "desk", SEVERAL];
/// The one with several shows, by a plan.
const SEVERAL: &str = "desks";
/// The one that looks at pictures of evenings; others play on a local channel.
const EVENING: &str = "evening";
/// A site whose pages may vote beside our own; `lib/elsewhere.mjs` opens one.
const ELSEWHERE: &str = "https://elsewhere.test";
/// How long each may take.
const BOUND: Duration = Duration::from_mins(3);

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads = Some(1);
    let is_asked = |name: &str| arguments.filter.as_ref().is_none_or(|part| name.contains(part));
    let names: Vec<&str> = CASES.into_iter().filter(|name| is_asked(name)).collect();
    let is_wanted = !arguments.list && !names.is_empty();
    let stage = if is_wanted {
        Stage::ready().map(Arc::new)
    } else {
        Err("nobody asked for it".to_owned())
    };
    let is_left_out = is_wanted && stage.is_err() && std::env::var_os("CI").is_none();
    let trials = CASES.into_iter().map(|name| {
        let stage = stage.clone();
        Trial::test(name, move || play(&*stage?, name)).with_ignored_flag(is_left_out)
    });
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    if let (true, Err(missing)) = (is_left_out, &stage) {
        let said = writeln!(std::io::stderr(), "left out: {}: {missing}\n", names.join(", "));
        said.expect("stderr can be written");
    }
    conclusion.exit_code()
}

/// A show on a local channel of its own.
struct Show {
    _runner: Runner,
    /// Where it is seen.
    url: String,
    /// Where its operator is.
    desk: String,
    /// Where its script lies.
    script: String,
    _house: House,
}

impl Show {
    fn start(script: &str) -> Self {
        let house = House::with(script);
        let mut command = rig::command(&["--port", "0", "--desk", "127.0.0.1:0"]);
        command.args(["--allow-origin", ELSEWHERE]);
        command.arg("--data").arg(house.at("data")).arg(house.script());
        let mut runner = Runner::start(&mut command);
        let mut told = |label: &str| {
            let line = runner.line(label, |line| line.trim_start().starts_with(label));
            line.split_whitespace().nth(1).expect("it has an address").to_owned()
        };
        let (url, desk) = (told("endpoint"), told("desk"));
        runner.line("on air", |line| line.contains("  on air   "));
        let script = house.script().display().to_string();
        Self { _runner: runner, url, desk, script, _house: house }
    }
}

/// Three shows of two scripts; two of them share a channel that is not the local one.
struct Several {
    _runner: Runner,
    /// Where their payloads go.
    local: Local,
    /// Where their operator is.
    desk: String,
    _house: House,
}

impl Several {
    fn start() -> Self {
        let house = House::with("");
        let local = Local::start();
        let away = local.another("away");
        for (name, team) in [("red", "Reds"), ("blue", "Blues")] {
            let goal = format!("cue(\"goal\", || put_metadata(notice(\"{team} score\")));");
            let only = format!("cue(\"{name} only\", || put_metadata(notice(\"{name}\")));");
            house.write(&format!("show/{name}.rhai"), &format!("{goal}\n{only}\n"));
        }
        let show = |name: &str, channels: &str| {
            format!("[[show]]\nscript = \"show/{name}.rhai\"\nchannels = [{channels}]\n")
        };
        let red = show("red", &format!("\"local\", \"{away}\""));
        let plan = house.write("runner.toml", &(red + &show("blue", &format!("\"{away}\""))));
        let mut command = rig::command(&["up", "--endpoint-url", &local.url, "--port", "0"]);
        command.args(["--desk", "127.0.0.1:0"]).arg(plan);
        let mut runner = Runner::start(&mut command);
        let line = runner.line("desk", |line| line.trim_start().starts_with("desk "));
        let desk = line.split_whitespace().nth(1).expect("it has an address").to_owned();
        for _ in 0..3 {
            runner.line("on air", |line| line.contains("  on air   "));
        }
        Self { _runner: runner, local, desk, _house: house }
    }
}

fn play(stage: &Stage, case: &str) -> Result<(), Failed> {
    let script = Path::new(stage::CASES).join(case).with_extension("rhai");
    let told = if let Ok(script) = fs::read_to_string(script) {
        let show = Show::start(&script);
        stage.play(case, &[&show.url, &show.desk, &show.script], BOUND)?
    } else if case == SEVERAL {
        let shows = Several::start();
        stage.play(case, &[&shows.local.url, &shows.desk], BOUND)?
    } else if case == EVENING {
        let house = evening::drawn();
        stage.play(case, &[&format!("file://{}", house.at("").display())], BOUND)?
    } else {
        stage.play(case, &[&Local::start().url], BOUND)?
    };
    let mut out = std::io::stdout();
    writeln!(out)?;
    for line in told["said"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        writeln!(out, "  {line}")?;
    }
    Ok(())
}
