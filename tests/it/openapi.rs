//! The audience's API and the desk's as they describe themselves, tried by a fuzzer of such
//! descriptions. Where that is not installed they are left out by name; with `CI` set that is an
//! error.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::rig::{House, Local, get, left_out, post};

const SHOP: &str = "https://shop.example";
const TOKEN: &str = "a-token-of-ours";
/// A show with something behind every button.
const DESK: &str = r#"
    on("start", || { state.score = #{home: 0}; });
    on("start", || { ask("Who wins?", ["Red", "Blue"], #{open_for: "1h"}); });
    cue("goal", |e| put_metadata(#{by: e.data}));
"#;
/// What the fuzzer may take; it takes ten seconds for an API, on a quiet machine.
const MOST: Duration = Duration::from_mins(6);
const LOOK: Duration = Duration::from_millis(50);

/// What the fuzzer is told beside the description: a file of `tests/clients`.
fn settings(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(name);
    fs::read_to_string(path).expect("it lies there")
}

fn is_there() -> bool {
    let mut command = Command::new("schemathesis");
    let asked = command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

/// Whether it ends in time, and with nothing found.
fn ends_well(fuzzing: &mut Child) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < MOST {
        if let Some(status) = fuzzing.try_wait().expect("it is ours") {
            return status.success();
        }
        std::thread::sleep(LOOK);
    }
    // It is not killed where it has ended just now.
    let _ = fuzzing.kill();
    false
}

/// Tries what is described at `{url}/api/openapi.json`; what the fuzzer said. None where there is
/// no fuzzer.
fn fuzz(house: &House, url: &str, token: &str, settings: &str, more: &[&str]) -> Option<String> {
    if !is_there() {
        left_out("schemathesis", "`pip install 'schemathesis>=4,<5'` brings it");
        return None;
    }
    let settings = house.write("settings.toml", settings);
    let mut fuzzer = Command::new("schemathesis");
    fuzzer.arg("--config-file").arg(settings).arg("run").arg(format!("{url}/api/openapi.json"));
    fuzzer.args(["--checks", "all", "--max-examples", "40", "--header"]);
    fuzzer.arg(format!("Authorization: Bearer {token}")).args(more);
    // It keeps what it learnt where it runs.
    let said = File::create(house.at("said.txt")).expect("a file can be made");
    fuzzer.current_dir(house.at("show")).stdin(Stdio::null()).stdout(said);
    let mut fuzzing = fuzzer.spawn().expect("it can be started");
    let succeeded = ends_well(&mut fuzzing);
    let said = house.read("said.txt");
    assert!(succeeded, "{said}");
    Some(said)
}

#[test]
fn every_answer_to_viewers_is_as_the_description_says() {
    let asks = r#"ask("Who wins?", ["Red", "Blue"], #{open_for: "1h", change: true})"#;
    let house = House::with(&format!("on(\"start\", || {{ {asks}; }});"));
    let local = Local::start();
    let mut show = house.run_plain(&local, &["--allow-origin", SHOP]);
    let line = show.line("the player", |line| line.starts_with("  player "));
    let url = line.split_whitespace().nth(1).expect("it has an address").trim_end_matches('/');
    local.wait_payload("Who wins?");

    let (status, viewer) = post(&format!("{url}/api/viewer"), &[("origin", SHOP)], "");
    let token = viewer["token"].as_str().unwrap_or_else(|| panic!("{status} {viewer}"));
    let Some(said) = fuzz(&house, url, token, &settings("schemathesis.toml"), &[]) else { return };
    // All but the one that it was read from.
    assert!(said.contains("Operations:       6 selected / 6 total"), "{said}");

    let (status, state) = get(&format!("{url}/api/state"), &[]);
    assert_eq!((status, &state["polls"][0]["question"]), (200, &json!("Who wins?")));
    let ended = show.stop();
    assert_eq!(ended.code, Some(0), "{ended}");
}

#[test]
fn every_answer_of_the_desk_is_as_its_description_says() {
    let (house, local) = (House::with(DESK), Local::start());
    let mut show = house.run_plain(&local, &["--desk-token", TOKEN]);
    let line = show.line("the desk", |line| line.starts_with("  desk "));
    let printed = line.split_whitespace().nth(1).expect("it has an address");
    let url = printed.split("/desk?").next().expect("it has a base");
    local.wait_payload("Who wins?");
    let bearer = format!("Bearer {TOKEN}");
    let bearer = [("authorization", bearer.as_str())];
    let (_, view) = get(&format!("{url}/api/desk"), &bearer);
    let asked = &view["polls"][0];
    // A poll that is there.
    let of_polls = format!(
        "\n[[operations]]\ninclude-path-regex = \"/api/polls/.*\"\n\
         parameters = {{ \"path.poll_id\" = {}, \"path.current_time\" = {} }}\n",
        asked["poll_id"], asked["current_time"]
    );
    // Server-sent events have no end that the fuzzer could wait for. What it reads the description
    // from is not among them, either.
    let more = ["--exclude-path", "/api/live"];
    let told = settings("schemathesis-desk.toml") + of_polls.as_str();
    let Some(said) = fuzz(&house, url, TOKEN, &told, &more) else { return };
    assert!(said.contains("Operations:       23 selected / 24 total"), "{said}");

    let (_, view) = get(&format!("{url}/api/desk"), &bearer);
    assert_ne!(view["polls"][0]["standing"], "open", "its buttons were pressed: {view}");

    // Whatever it pressed, the show is there; a panic drops what still waits of it.
    for (path, body) in [("panic", ""), ("resume", ""), ("put", r#"{"payload":"after all"}"#)] {
        let (status, said) = post(&format!("{url}/api/{path}"), &bearer, body);
        assert_eq!(status, 200, "{path}: {said}");
    }
    local.wait_payload("after all");
    let ended = show.stop();
    assert_eq!(ended.code, Some(0), "{ended}");
}
