//! Several channels in one command, and what makes two runs of a show the same.

use serde_json::{Value, json};

use crate::rig::{House, LOCAL, Local, Runner, command, until};

const SHOW: &str = r#"
    cue("round", every("300ms"), || {
        state.round = (state.round ?? 0) + 1;
        put_metadata(#{round: state.round, team: args.team ?? "none", all: args.all});
    });
"#;

fn on<'a>(events: &'a [Value], name: &'a str, channel: &'a str) -> impl Iterator<Item = &'a Value> {
    events.iter().filter(move |event| event["event"] == name && event["channel"] == channel)
}

/// Waits until this channel got `count` payloads.
fn sent_on(show: &mut Runner, channel: &str, count: usize) {
    for _ in 0..count {
        show.wait("a payload there", |event| {
            event["event"] == "sent" && event["channel"] == channel
        });
    }
}

#[test]
fn each_channel_has_its_own_state_zone_and_arguments() {
    let (house, local) = (House::with(SHOW), Local::start());
    let other = local.another("other");
    let mut alone = house.run(&local, &["--set", "all=1"]);
    sent_on(&mut alone, LOCAL, 3);
    alone.stop();
    let before = local.rounds(LOCAL).len();

    let reds = format!("{other}@Europe/Paris@team=Reds");
    let flags = ["--json", "--set", "all=[2]"];
    let mut both = house.run_at(&local.url, &["local", &reds], &flags);
    sent_on(&mut both, &other, 2);
    sent_on(&mut both, LOCAL, 2);
    let ended = both.stop();
    assert_eq!(ended.code, Some(0), "{ended}");
    let events = ended.events();
    let here = on(&events, "started", LOCAL).next().expect("it started here");
    let there = on(&events, "started", &other).next().expect("it started there");
    assert_eq!((&here["zone"], &there["zone"]), (&json!("UTC"), &json!("Europe/Paris")));
    assert_eq!(here["args"], json!({ "all": [2] }));
    assert_eq!(there["args"], json!({ "all": [2], "team": "Reds" }));
    assert_eq!(here["seed"], there["seed"], "same seed, same draws");
    let of = |channel: &str, n: usize| {
        let payload = local.payloads(channel).swap_remove(n);
        serde_json::from_str::<Value>(&payload).expect("it is JSON")
    };
    assert_eq!(of(&other, 0), json!({ "round": 1, "team": "Reds", "all": [2] }));
    assert_eq!(of(LOCAL, before), json!({ "round": before + 1, "team": "none", "all": [2] }));
    let stopped = events.iter().filter(|event| event["event"] == "stopped").count();
    assert_eq!((stopped, ended.last().as_str()), (2, "stopped"));
}

#[test]
fn one_channel_that_fails_does_not_hinder_the_other() {
    let (house, local) = (House::with(SHOW), Local::start());
    let other = local.another("other");
    local.faults(&json!({ "unavailable": 100_000 }));
    let mut both = house.run_at(&local.url, &["local", &other], &["--json"]);
    both.wait("a refusal", |it| it["event"] == "refused" && it["channel"] == LOCAL);
    sent_on(&mut both, &other, 3);
    local.faults(&json!({}));
    sent_on(&mut both, LOCAL, 1);
}

#[test]
fn the_screen_tells_the_channels_apart() {
    let (house, local) = (House::with(SHOW), Local::start());
    let other = local.another("other");
    let id = other.rsplit('/').next().expect("an ARN has an id").to_owned();
    let mut both = house.run_at(&local.url, &["local", &other], &[]);
    both.line("the first line", |line| line.contains(" · 2 channels · seed "));
    let shown: String = id.chars().take(12).collect();
    both.line("a payload there", |line| line.contains(&shown) && line.contains("  sent     "));
    both.line("a payload here", |line| line.contains("local ") && line.contains("  sent     "));
}

fn facts_of(seed: &str) -> Vec<String> {
    let script = "cue(\"f\", every(\"300ms\"), || put_metadata(random_fact(\"list\")));";
    let house = House::with(script);
    let facts: Vec<String> = (0..100).map(|n| format!("fact {n}")).collect();
    house.write("facts/list.txt", &facts.join("\n"));
    let local = Local::start();
    let mut show = house.run(&local, &["--seed", seed]);
    show.several("sent", 5);
    show.stop();
    local.payloads(LOCAL).into_iter().take(5).collect()
}

#[test]
fn the_same_seed_gives_the_same_facts() {
    let seven = facts_of("7");
    assert_eq!(facts_of("7"), seven);
    assert_ne!(facts_of("8"), seven);
}

#[test]
fn a_channel_beside_the_local_one_is_the_same_each_time() {
    const SECOND: &str = "arn:aws:ivs:us-west-2:000000000000:channel/second";
    let house = House::with(r#"every("1s", || put_metadata("x"));"#);
    house.write(
        "runner.toml",
        &format!("[[show]]\nscript = \"show/show.rhai\"\nchannels = [\"local\", \"{SECOND}\"]\n"),
    );
    for _ in 0..2 {
        let local = Local::begin(&mut command(&["local", "--port", "0", "--channel", "second"]));
        let mut up = command(&["up", "--endpoint-url", &local.url, "--port", "0", "--json"]);
        let up = Runner::start(up.args(["--desk", "127.0.0.1:0"]).current_dir(house.at("")));
        for channel in [LOCAL, SECOND] {
            until("a payload there", || (!local.payloads(channel).is_empty()).then_some(()));
        }
        assert_eq!(up.stop().code, Some(0));
    }
}
