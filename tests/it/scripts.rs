//! The scripts that ship with the program, each run by the binary.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::rig::{Ended, House, LOCAL, Local, Runner, command, post};

/// The shows that ship, in order: what ends with `_test` are their tests, `.d.rhai` is for editors.
pub(crate) fn scripts() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
    let entries = fs::read_dir(folder).expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("it can be listed").path());
    let is_script = |path: &PathBuf| {
        let name = path.file_name().expect("it has a name").to_string_lossy();
        name.ends_with(".rhai") && !name.ends_with("_test.rhai") && !name.ends_with(".d.rhai")
    };
    let mut scripts: Vec<PathBuf> = paths.filter(is_script).collect();
    scripts.sort();
    scripts
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts").join(name).with_extension("rhai")
}

fn start(house: &House, local: &Local, script: &Path, more: &[&str]) -> Runner {
    let mut command =
        command(&["--endpoint-url", &local.url, "--port", "0", "--desk", "127.0.0.1:0"]);
    command.arg("--data").arg(house.at("data")).arg(script).args(more);
    Runner::start(&mut command)
}

/// Nothing the script does is a mistake.
fn is_well(ended: &Ended, script: &Path) {
    assert_eq!((ended.code, ended.last().as_str()), (Some(0), "stopped"), "{}", script.display());
    for event in ended.events() {
        let name = event["event"].as_str().expect("an event has a name");
        let is_bad = ["script_error", "script_warning", "warning", "refused"].contains(&name);
        assert!(!is_bad, "{}: {event}", script.display());
    }
}

#[test]
fn every_script_runs() {
    let all = scripts();
    assert!(all.len() >= 5, "{all:?}");
    for script in all {
        let (house, local) = (House::with(""), Local::start());
        is_well(&start(&house, &local, &script, &["--json", "--for", "1s"]).end(), &script);
    }
}

#[test]
fn those_that_begin_by_themselves_send() {
    for (name, part) in [
        ("cat_facts", r#""2":"False""#),
        ("hourly_poll", r#""3":"It depends""#),
        ("scoreboard", r#""rows":[["Reds",0],["Blues",0]]"#),
    ] {
        let (house, local) = (House::with(""), Local::start());
        let path = script(name);
        let mut show = start(&house, &local, &path, &["--json"]);
        show.sent(part);
        is_well(&show.stop(), &path);
        assert!(!local.payloads(LOCAL).is_empty());
    }
}

#[test]
fn cat_facts_sends_what_the_page_of_before_understood() {
    let (house, local) = (House::with(""), Local::start());
    let mut show = start(&house, &local, &script("cat_facts"), &["--json"]);
    let sent = show.event("sent");
    let payload = sent["payload"].as_str().expect("it is text");
    let poll: Value = serde_json::from_str(payload).expect("it is JSON");
    let keys: Vec<&String> = poll.as_object().expect("it is an object").keys().collect();
    assert_eq!(keys, ["answers", "current_time", "poll_id", "question"]);
    assert_eq!(poll["poll_id"].as_str().map(str::len), Some(32));
    assert_eq!(poll["answers"]["1"], "True");
    let facts = Path::new(env!("CARGO_MANIFEST_DIR")).join("facts/cats.txt");
    let facts = fs::read_to_string(facts).expect("it is there");
    let question = poll["question"].as_str().expect("it is text");
    assert!(facts.lines().any(|fact| fact == question), "{question}");
}

#[test]
fn those_that_wait_for_the_operator_do_as_told() {
    for (name, cue, body, part) in [
        ("product_tour", "next", "", "\"title\":\"Window perch\""),
        ("product_tour", "hide", "", "\"slot\":\"card\""),
        ("scoreboard", "score", r#"{"team":"reds","points":"2"}"#, "[\"Reds\",2]"),
        ("scoreboard", "donation", r#"{"amount":"12"}"#, "\"value\":12"),
        ("countdown", "break", "", "\"text\":\"A short break\""),
        ("countdown", "welcome", "", "Welcome to the show!"),
    ] {
        let (house, local) = (House::with(""), Local::start());
        let mut show = start(&house, &local, &script(name), &["--desk-token", "a-token-of-ours"]);
        let line = show.line("the desk", |line| line.starts_with("  desk "));
        let url = line.split_whitespace().nth(1).expect("it has an address");
        let base = url.split("/desk?").next().expect("it has a base");
        show.line("on air", |line| line.contains("  on air   "));
        let bearer = [("authorization", "Bearer a-token-of-ours")];
        let (status, answer) = post(&format!("{base}/api/cues/{cue}/fire"), &bearer, body);
        assert_eq!(status, 200, "{name} {cue}: {answer}");
        local.wait_payload(part);
    }
}
