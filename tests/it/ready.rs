//! `runner ready`: over the wire, against a local channel that is well and one that is not.

use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use crate::rig::{Ended, House, LOCAL, Local, ROUNDS, Runner, command};

/// Asks about the local channel with credentials that anybody may have.
fn ready(house: &House, endpoint: &str, more: &[&str]) -> Ended {
    let script = house.script();
    let script = script.to_string_lossy();
    let mut args = vec!["ready", &script, LOCAL, "--endpoint-url", endpoint];
    args.extend(more);
    let mut command: Command = command(&args);
    Runner::start(&mut command).end()
}

/// Each check by its name.
fn check<'a>(checks: &'a [Value], name: &str) -> &'a Value {
    checks.iter().find(|check| check["check"] == name).expect("it is asked")
}

fn lines(ended: &Ended) -> Vec<Value> {
    ended.lines.iter().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn all_is_there_on_a_channel_that_is_live() {
    let (house, local) = (House::with(ROUNDS), Local::start());
    let ended = ready(&house, &local.url, &[]);
    assert_eq!((ended.code, ended.lines.len()), (Some(0), 6), "{ended}");
    assert!(ended.lines.iter().all(|line| line.starts_with("ok ")), "{ended}");
    assert!(local.payloads(LOCAL).is_empty(), "nothing was sent");
    let tested = ready(&house, &local.url, &["--send-test", "--json"]);
    assert_eq!(tested.code, Some(0), "{tested}");
    let checks = lines(&tested);
    let met = format!("may ask {}, and a payload was sent", local.url);
    assert_eq!(check(&checks, "permission")["met"], met);
    let playback = format!("{}/local/playback.m3u8", local.url);
    assert_eq!(check(&checks, "playback")["met"], playback);
    assert_eq!(check(&checks, "clock")["ok"], true);
    local.wait_payload("{\"type\":\"test\"}");
}

#[test]
fn credentials_of_a_process_are_there_until_they_end() {
    let (house, local) = (House::with(ROUNDS), Local::start());
    let config = credentials_process(&house);
    let script = house.script();
    let other = "arn:aws:ivs:us-west-2:123456789012:channel/abcdEFGH1234";
    let args = ["ready", &*script.to_string_lossy(), other, "--endpoint-url", &local.url, "--json"];
    let mut command = crate::rig::bare(&args);
    let ended =
        Runner::start(command.args(["--profile", "session"]).env("AWS_CONFIG_FILE", config)).end();
    let checks = lines(&ended);
    assert_eq!(check(&checks, "credentials")["met"], "there, until 2099-01-01 20:00 UTC");
}

/// A profile `session` whose credentials end in 2099; the file that has it.
pub(crate) fn credentials_process(house: &House) -> PathBuf {
    let keys = json!({
        "Version": 1,
        "AccessKeyId": "any",
        "SecretAccessKey": "thing",
        "SessionToken": "of a session",
        "Expiration": "2099-01-01T20:00:00Z",
    });
    let keys = house.write("keys.json", &keys.to_string());
    let profile = format!("[profile session]\ncredential_process = cat {}\n", keys.display());
    house.write("aws", &profile)
}

#[test]
fn what_is_wanting_is_named() {
    let (house, local) = (House::with(ROUNDS), Local::start());
    local.off_air();
    let ended = ready(&house, &local.url, &["--send-test"]);
    assert_eq!(ended.code, Some(1), "{ended}");
    let starts: Vec<&str> = ended.lines.iter().map(|line| &line[..19]).collect();
    assert_eq!(
        starts,
        [
            "ok      credentials",
            "not ok  permission ",
            "not ok  stream     ",
            "ok      clock      ",
            "not ok  playback   ",
            "ok      disk       ",
        ],
        "{ended}"
    );
    local.on_air();
    house.write("data", "a file, no folder");
    let file = house.at("data/inside");
    let ended = ready(&house, &local.url, &["--json", "--data", &file.to_string_lossy()]);
    assert_eq!(ended.code, Some(1), "{ended}");
    assert_eq!(check(&lines(&ended), "disk")["ok"], false);
}

#[test]
fn what_the_outside_refuses_is_its_own_exit_code() {
    let (house, local) = (House::with(ROUNDS), Local::start());
    local.faults(&json!({"unavailable": 1}));
    let ended = ready(&house, &local.url, &["--send-test", "--json"]);
    assert_eq!(ended.code, Some(3), "{ended}");
    assert_eq!(check(&lines(&ended), "permission")["refused"], true);
    let url = local.url.clone();
    local.kill();
    let ended = ready(&house, &url, &["--json"]);
    assert_eq!(ended.code, Some(3), "{ended}");
    let checks = lines(&ended);
    assert_eq!(check(&checks, "stream")["met"], "not known");
    assert_eq!(check(&checks, "disk")["ok"], true, "it is asked all the same");
    let other = "arn:aws:ivs:us-west-2:123456789012:channel/abcdEFGH1234";
    let script = house.script();
    let args = ["ready", &*script.to_string_lossy(), other, "--json", "--profile", "nobody"];
    let none = Runner::start(&mut crate::rig::bare(&args)).end();
    assert_eq!(none.code, Some(3), "{none}");
    let checks = lines(&none);
    assert_eq!(checks.len(), 6, "{none}");
    assert_eq!(check(&checks, "credentials")["ok"], false);
    assert_eq!(check(&checks, "clock")["met"], "not asked");
    let missing = house.do_in(&["ready", "nowhere.rhai", "local"]);
    assert_eq!(missing.code, Some(2), "{missing}");
}

#[test]
fn an_address_that_is_no_service_is_named_and_no_channel_is_ready_there() {
    let (house, local) = (House::with(ROUNDS), Local::start());
    let nowhere = format!("{}/nowhere", local.url);
    let ended = ready(&house, &nowhere, &["--json"]);
    assert_eq!(ended.code, Some(3), "{ended}");
    let checks = lines(&ended);
    let may = check(&checks, "permission");
    assert_eq!(
        (&may["met"], &may["refused"]),
        (&json!(format!("{nowhere}: UnknownOperationException: Unknown operation")), &json!(true))
    );
    assert_eq!(check(&checks, "stream")["ok"], false);
}
