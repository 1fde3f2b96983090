//! What a plan waits for: a script that is mended, credentials that are slow. The others go on.

use std::fs;
use std::process::Command;

use rustix::process::Signal;
use serde_json::{Value, json};

use super::{WHO, house, of, on, press, sends, up};
use crate::rig::{House, LOCAL, Local, Runner, bare};

#[test]
fn a_change_waits_while_the_script_is_broken_and_the_show_goes_on_as_it_was() {
    let (house, local) = (house(), Local::start());
    let plan = |who: &str| {
        let show = "[[show]]\nscript = \"show/who.rhai\"\n";
        house.write("runner.toml", &format!("{show}args = {{ who = \"{who}\" }}\n"));
    };
    plan("Ada");
    let mut run = up(&house, &local, &["--json"]);
    sends(&mut run, "who", LOCAL, 1);
    house.write("show/who.rhai", "every(5);");
    run.event("reload_failed");
    plan("Bob");
    let waits = |event: &Value| {
        let words = event["message"].as_str().unwrap_or_default();
        event["event"] == "warning" && words.contains("waits") && on("who", LOCAL)(event)
    };
    let changed = run.event("plan_changed");
    assert_eq!(changed["changed"], json!([format!("who on {LOCAL}")]), "{changed}");
    let told = run.wait("what the change waits for", waits);
    let words = told["message"].as_str().expect("it has words");
    assert!(words.contains("who.rhai:1:1") && words.contains("it goes on as it was"), "{told}");
    let says = |event: &Value, who: &str| {
        event["event"] == "sent" && event["payload"].as_str().is_some_and(|it| it.contains(who))
    };
    run.wait("it goes on as it was", |event| says(event, "Ada"));
    // The plan as it was leaves nothing to wait for.
    plan("Ada");
    assert_eq!(run.event("plan_changed")["stays"], json!([format!("who on {LOCAL}")]));
    house.write("show/who.rhai", &WHO.replace("who:", "mended: 1, who:"));
    run.event("reloaded");
    run.wait("it is the same run", |event| says(event, "mended"));

    // Without its script a plan is refused as a whole.
    std::fs::remove_file(house.at("show/who.rhai")).expect("it is there");
    plan("Bob");
    run.event("plan_refused");
    run.wait("it goes on then, too", |event| says(event, "Ada"));
    // A library counts as the script does.
    house.write("show/who.rhai", &format!("import \"lib\" as lib;\n{WHO}"));
    plan("Cleo");
    let told = run.wait("what the change waits for", waits);
    assert!(told["message"].as_str().is_some_and(|it| it.contains("lib.rhai")), "{told}");
    run.wait("it goes on all the same", |event| says(event, "Ada"));
    house.write("show/lib.rhai", "fn say() {}");
    let again = of(&mut run, "started", "who", LOCAL);
    assert_eq!((&again["run"], &again["args"]["who"]), (&json!(2), &json!("Cleo")), "{again}");
    run.wait("it is changed", |event| says(event, "Cleo"));
    let ended = run.stop();
    assert_eq!(ended.code, Some(0), "{ended}");
    let starts = ended.events().iter().filter(|event| event["event"] == "started").count();
    assert_eq!(starts, 2, "{ended}");
}

/// A pipe that holds whoever reads it until something is written.
fn pipe(house: &House, name: &str) {
    let made = Command::new("mkfifo").arg(house.at(name)).status().expect("it runs");
    assert!(made.success());
}

#[test]
fn a_show_that_waits_for_credentials_holds_up_nothing_else() {
    let (house, local) = (house(), Local::start());
    let keys =
        json!({ "Version": 1, "AccessKeyId": "any", "SecretAccessKey": "thing" }).to_string();
    let program = format!("credential_process = cat {}", house.write("keys", &keys).display());
    let config = house.write("aws", &format!("[default]\n{program}\n"));
    let show = |script: &str, channel: &str, seed: u64| {
        let show = format!("[[show]]\nscript = \"show/{script}.rhai\"\nseed = {seed}\n");
        format!("{show}channels = [\"{channel}\"]\n")
    };
    house.write("runner.toml", &show("show", LOCAL, 1));
    let flags = ["up", "--endpoint-url", &local.url, "--port", "0", "--desk", "127.0.0.1:0"];
    let mut command = bare(&[&flags[..], &["--json"]].concat());
    let mut run =
        Runner::start(command.env("AWS_CONFIG_FILE", config).arg(house.at("runner.toml")));
    sends(&mut run, "show", LOCAL, 1);

    // Those of another region do not come yet.
    fs::remove_file(house.at("keys")).expect("it is there");
    pipe(&house, "keys");
    let elsewhere = "arn:aws:ivs:eu-west-1:000000000000:channel/elsewhere";
    let of_elsewhere = show("who", elsewhere, 1);
    house.write("runner.toml", &[show("show", LOCAL, 1), of_elsewhere.clone()].concat());
    let changed = run.event("plan_changed");
    assert_eq!(changed["added"], json!([format!("who on {elsewhere}")]));
    house.write("runner.toml", &[show("show", LOCAL, 5), of_elsewhere].concat());
    run.wait("the other change", |event| {
        assert_ne!(event["event"], "warning", "nothing is given up before: {event}");
        event["event"] == "started" && event["seed"] == 5
    });
    fs::write(house.at("keys"), &keys).expect("it is read");
    of(&mut run, "started", "who", elsewhere);
    assert_eq!(run.stop().code, Some(0));
}

#[test]
fn a_start_does_not_wait_for_slow_credentials_that_others_need() {
    let house = house();
    // Nobody ever writes there: of what is elsewhere nothing is called.
    pipe(&house, "keys");
    let program = format!("credential_process = cat {}", house.at("keys").display());
    let config = house.write("aws", &format!("[default]\n{program}\n"));
    let elsewhere = "arn:aws:ivs:eu-west-1:000000000000:channel/elsewhere";
    let show = |script: &str, channel: &str| {
        format!("[[show]]\nscript = \"show/{script}.rhai\"\nchannels = [\"{channel}\"]\n")
    };
    let both = [show("who", elsewhere), show("show", "local")].concat();
    let plan = house.write("runner.toml", &both);
    let mut command = bare(&["up", "--json", "--port", "0", "--desk", "127.0.0.1:0"]);
    let mut run = Runner::start(command.env("AWS_CONFIG_FILE", config).arg(plan));
    sends(&mut run, "show", LOCAL, 1);
    // Who waits is one of those that the plan has, and is told when it has it no more.
    house.write("runner.toml", &show("show", "local"));
    let changed = run.event("plan_changed");
    assert_eq!(changed["removed"], json!([format!("who on {elsewhere}")]), "{changed}");
    let ended = run.stop();
    assert_eq!(ended.code, Some(0), "{ended}");
    let here = on("show", LOCAL);
    let of_shows = |event: &&Value| event.get("show").is_some();
    assert!(ended.events().iter().filter(of_shows).all(here), "{ended}");
}

#[test]
fn a_panic_that_is_kept_is_lifted_also_while_its_show_waits_to_begin() {
    let (house, local) = (house(), Local::start());
    house.write("runner.toml", "[[show]]\nscript = \"show/who.rhai\"\n");
    let begin = || {
        let mut run = up(&house, &local, &["--desk-token", "a-token-of-ours"]);
        let line = run.line("the desk", |line| line.starts_with("  desk "));
        let address = line.split('/').nth(2).expect("it has an address").to_owned();
        (run, format!("http://{address}"))
    };
    let (mut run, desk) = begin();
    run.line("a payload", |line| line.contains("  sent     "));
    press(&desk, "panic");
    run.line("the panic", |line| line.contains("  panic "));
    run.kill();

    house.write("show/who.rhai", "every(5);");
    let (mut run, desk) = begin();
    run.line("what it waits for", |line| line.contains("it begins when its script"));
    let said = press(&desk, "resume");
    assert_eq!(said["shows"][0]["result"], "done", "{said}");
    house.write("show/who.rhai", WHO);
    run.line("a payload", |line| line.contains("  sent     "));
    run.signal(Signal::INT);
    assert_eq!(run.end().code, Some(0));
}
