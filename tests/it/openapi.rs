//! The audience's API as it describes itself, tried by a fuzzer of such descriptions. Where that is
//! not installed it is left out by name; with `CI` set that is an error.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::rig::{House, Local, get, left_out, post};

const SHOP: &str = "https://shop.example";
/// What the fuzzer may take; it takes ten seconds.
const MOST: Duration = Duration::from_mins(1);
const LOOK: Duration = Duration::from_millis(50);

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

#[test]
fn every_answer_is_as_the_description_says() {
    if !is_there() {
        left_out("schemathesis", "`pip install 'schemathesis>=4,<5'` brings it");
        return;
    }
    let asks = r#"ask("Who wins?", ["Red", "Blue"], #{open_for: "1h", change: true})"#;
    let house = House::with(&format!("on(\"start\", || {{ {asks}; }});"));
    let local = Local::start();
    let mut show = house.run_plain(&local, &["--allow-origin", SHOP]);
    let line = show.line("the player", |line| line.starts_with("  player "));
    let url = line.split_whitespace().nth(1).expect("it has an address").trim_end_matches('/');
    local.wait_payload("Who wins?");

    let (status, viewer) = post(&format!("{url}/api/viewer"), &[("origin", SHOP)], "");
    let token = viewer["token"].as_str().unwrap_or_else(|| panic!("{status} {viewer}"));
    let settings = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/schemathesis.toml");
    let mut fuzzer = Command::new("schemathesis");
    fuzzer.arg("--config-file").arg(settings).arg("run").arg(format!("{url}/api/openapi.json"));
    fuzzer.args(["--checks", "all", "--max-examples", "40", "--header"]);
    fuzzer.arg(format!("Authorization: Bearer {token}"));
    // It keeps what it learnt where it runs.
    let said = File::create(house.at("said.txt")).expect("a file can be made");
    fuzzer.current_dir(house.at("show")).stdin(Stdio::null()).stdout(said);
    let mut fuzzing = fuzzer.spawn().expect("it can be started");
    let succeeded = ends_well(&mut fuzzing);
    let said = house.read("said.txt");
    assert!(succeeded, "{said}");
    // All but the one that it was read from.
    assert!(said.contains("Operations:       6 selected / 6 total"), "{said}");

    let (status, state) = get(&format!("{url}/api/state"), &[]);
    assert_eq!((status, &state["polls"][0]["question"]), (200, &json!("Who wins?")));
    let ended = show.stop();
    assert_eq!(ended.code, Some(0), "{ended}");
}
