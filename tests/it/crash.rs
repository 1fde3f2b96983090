//! kill -9 at any moment, and the start after it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::rig::{House, LOCAL, Local, Runner};

/// Rounds, each with a fact that was never drawn before.
const SHOW: &str = r#"
    on("start", || put_metadata("started"));
    on("resume", || print("resumed"));
    cue("round", every("300ms"), || {
        state.round = (state.round ?? 0) + 1;
        put_metadata(#{round: state.round, fact: random_fact("list")});
    });
"#;

fn house() -> House {
    let house = House::with(SHOW);
    let facts: Vec<String> = (0..200).map(|n| format!("fact number {n}")).collect();
    house.write("facts/list.txt", &facts.join("\n"));
    house
}

/// The rounds of payloads.
fn rounds<'a>(payloads: impl Iterator<Item = &'a str>) -> Vec<i64> {
    let parsed = payloads.filter_map(|text| serde_json::from_str::<Value>(text).ok());
    parsed.filter_map(|payload| payload["round"].as_i64()).collect()
}

/// Waits for the moment of a crash. `n` tells the moments apart.
fn until_the_moment(show: &mut Runner, local: &Local, n: usize) {
    match n {
        0 => drop(show.event("cue_fired")),
        1 => drop(show.event("queued")),
        2 => drop(show.event("sent")),
        3 => {
            // In the middle of a call whose answer never comes.
            local.faults(&json!({ "delay_ms": 1500 }));
            show.wait("a round", |event| {
                event["event"] == "queued" && event["payload"] != "started"
            });
        }
        4 => {
            // The payload is taken, the answer is lost: the retry waits.
            local.faults(&json!({ "lost_answers": 1 }));
            show.event("refused");
        }
        5 => {
            local.faults(&json!({ "unavailable": 2 }));
            show.event("refused");
        }
        // As soon as it has begun.
        6 => {}
        _ => drop(show.several("sent", 3)),
    }
}

#[test]
fn no_fact_comes_twice_and_no_round_is_skipped() {
    let (house, local) = (house(), Local::start());
    let mut in_doubt = Vec::new();
    for n in 0..10 {
        let mut show = house.run(&local, &[]);
        let started = show.event("started");
        assert_eq!(started["resume"], n > 0, "{started}");
        assert_eq!(started["run"], n + 1);
        if n > 0 {
            show.wait("`on(\"resume\")`", |event| event["message"] == "resumed");
        }
        if n == 0 {
            show.sent("started");
        }
        until_the_moment(&mut show, &local, usize::try_from(n).expect("it is small") % 8);
        let mut doubts = show.crash();
        doubts.retain(|event| event["event"] == "in_doubt");
        assert!(doubts.len() <= 1, "at most one payload is in doubt: {doubts:?}");
        in_doubt.extend(doubts);
        local.faults(&json!({}));
    }
    let mut show = house.run(&local, &[]);
    show.several("sent", 3);
    let ended = show.stop();
    let last = ended.events();
    in_doubt.extend(last.into_iter().filter(|event| event["event"] == "in_doubt"));
    let payloads = local.payloads(LOCAL);
    assert_eq!(payloads.iter().filter(|text| *text == "started").count(), 1, "one start");
    let sent = rounds(payloads.iter().map(String::as_str));
    let once: BTreeSet<i64> = sent.iter().copied().collect();
    assert_eq!(once.len(), sent.len(), "nothing is sent twice: {sent:?}");
    let doubted = rounds(in_doubt.iter().filter_map(|event| event["payload"].as_str()));
    let all: BTreeSet<i64> = once.iter().copied().chain(doubted).collect();
    let most = *all.last().expect("there are rounds");
    assert_eq!(all, (1..=most).collect(), "no round is skipped: {sent:?}, {in_doubt:?}");
    let facts: Vec<String> = payloads
        .iter()
        .filter_map(|text| serde_json::from_str::<Value>(text).ok())
        .map(|payload| payload["fact"].to_string())
        .collect();
    let different: BTreeSet<&String> = facts.iter().collect();
    assert_eq!(different.len(), facts.len(), "no fact comes twice");
}

#[test]
fn what_waited_is_sent_after_a_crash() {
    // Put when the channel is known to be off air, so that no call was ever begun.
    let script = r#"
        cue("kept", || put_metadata("kept", #{valid_for: "10m"}));
        on("off_air", || fire("kept"));"#;
    let (house, local) = (House::with(script), Local::start());
    let mut show = house.run(&local, &[]);
    show.event("on_air");
    local.off_air();
    show.event("queued");
    show.kill();
    local.on_air();
    let mut show = house.run(&local, &[]);
    let sent = show.sent("kept");
    assert_eq!(sent["delivery"], "1-1", "it is the payload of the first run");
    show.stop();
    assert_eq!(local.payloads(LOCAL), ["kept"]);
}

#[test]
fn a_clean_stop_is_a_new_show_with_its_state() {
    let (house, local) = (house(), Local::start());
    let mut show = house.run(&local, &[]);
    show.sent("\"round\":1");
    assert_eq!(show.stop().code, Some(0));
    let next = local.rounds(LOCAL).last().map(|last| last + 1);
    let mut show = house.run(&local, &[]);
    let started = show.event("started");
    assert_eq!((&started["resume"], &started["state"]["keys"]), (&json!(false), &json!(1)));
    let queued =
        show.wait("a round", |event| event["event"] == "queued" && event["cue"] == "round");
    let round = rounds(queued["payload"].as_str().into_iter()).pop();
    assert_eq!(round, next, "its state is there");
    show.stop();

    let mut show = house.run(&local, &["--fresh"]);
    let started = show.event("started");
    assert!(started.get("state").is_none(), "{started}");
    show.sent("\"round\":1}");
}

#[test]
fn the_screen_says_that_it_goes_on() {
    let (house, local) = (house(), Local::start());
    let mut show = house.run(&local, &[]);
    show.sent("\"round\":1");
    show.kill();
    let mut show = house.run_plain(&local, &[]);
    show.line("the state", |line| {
        line.starts_with("  state     from ") && line.ends_with(", 1 key · --fresh starts anew")
    });
    show.line("the resume", |line| line.contains("  resumed  goes on after a crash · "));
}
