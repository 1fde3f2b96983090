//! A run that machines watch: its health, and what Prometheus reads of it.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::rig::{BOUND, House, Local, ROUNDS, Runner, get, left_out, until};

const TOKEN: &str = "a-token-of-ours";

/// A show with its desk, whose address the first screen tells.
fn show(house: &House, local: &Local, more: &[&str]) -> (Runner, String) {
    with_desk(house.run_plain(local, &[&["--desk-token", TOKEN], more].concat()))
}

fn with_desk(mut show: Runner) -> (Runner, String) {
    let line = show.line("the desk", |line| line.starts_with("  desk "));
    let printed = line.split_whitespace().nth(1).expect("it has an address");
    let url = printed.split("/desk?").next().expect("it has a base").to_owned();
    (show, url)
}

/// What `/metrics` says.
fn metrics(url: &str) -> String {
    let agent = ureq::Agent::config_builder().timeout_global(Some(BOUND)).build().new_agent();
    let request = agent.get(format!("{url}/metrics"));
    let mut answer =
        request.header("authorization", format!("Bearer {TOKEN}")).call().expect("it answers");
    answer.body_mut().read_to_string().expect("it is text")
}

/// The value of a measure.
fn value(text: &str, measure: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(measure)?.strip_prefix(' '));
    line.map(|number| number.parse().expect("a number"))
}

#[test]
fn a_run_is_alive_and_ready_and_says_when_it_is_not() {
    let (house, local) = (House::with(ROUNDS), Local::start());
    let (mut show, url) = show(&house, &local, &[]);
    show.line("a round", |line| line.contains("  sent     "));
    assert_eq!(get(&format!("{url}/healthz"), &[]), (200, json!({"alive": true})));
    let (status, body) = get(&format!("{url}/readyz"), &[]);
    assert_eq!((status, &body["ready"], &body["shows"]), (200, &json!(true), &json!(1)), "{body}");
    assert_eq!(get(&format!("{url}/metrics"), &[]).0, 401, "measures are for who has the token");
    local.faults(&json!({"unavailable": 1000}));
    let not_ready = until("a run whose service fails", || {
        let (status, body) = get(&format!("{url}/readyz"), &[]);
        (status == 503).then_some(body)
    });
    assert_eq!(not_ready["unreachable"], 1, "{not_ready}");
    local.faults(&json!({"unavailable": 0}));
    until("a run that is well again", || {
        (get(&format!("{url}/readyz"), &[]).0 == 200).then_some(())
    });
    assert_eq!(show.stop().code, Some(0));
}

/// Before the first payload, too: only asking tells then.
#[test]
fn a_run_is_not_ready_where_nobody_knows_its_channel() {
    let (house, local) = (House::with(r#"cue("late", after("1h"), || {});"#), Local::start());
    let missing = "arn:aws:ivs:us-west-2:000000000000:channel/abcdEFGH1234";
    let nowhere = format!("{}/nowhere", local.url);
    for (endpoint, channel) in [(&local.url, missing), (&nowhere, "local")] {
        let flags = ["--desk-token", TOKEN];
        let (show, url) = with_desk(house.run_at(endpoint, &[channel], &flags));
        let not_ready = until("a run that is not ready", || {
            let (_, body) = get(&format!("{url}/readyz"), &[]);
            (body["on_now"] == 1 && body["unreachable"] == 1).then_some(body)
        });
        assert_eq!(not_ready["ready"], false, "{not_ready}");
        drop(show);
    }
}

#[test]
fn what_is_measured_is_what_happened() {
    let (house, local) = (House::with(ROUNDS), Local::start());
    let (mut show, url) = show(&house, &local, &[]);
    for _ in 0..3 {
        show.line("a round", |line| line.contains("  sent     "));
    }
    let text = metrics(&url);
    let sent: f64 = text
        .lines()
        .filter_map(|line| line.strip_prefix("showrunner_payloads_sent_total{channel=\"local\","))
        .map(|rest| rest.split(' ').next_back().and_then(|it| it.parse().ok()).unwrap_or(0.0))
        .sum();
    assert!(sent >= 3.0, "{text}");
    assert_eq!(value(&text, "showrunner_channel_on_air{channel=\"local\"}"), Some(1.0), "{text}");
    assert_eq!(value(&text, "showrunner_shows"), Some(1.0), "{text}");
    local.off_air();
    until("a channel that is off air", || {
        let on_air = value(&metrics(&url), "showrunner_channel_on_air{channel=\"local\"}");
        (on_air == Some(0.0)).then_some(())
    });
    assert_eq!(show.stop().code, Some(0));
}

#[test]
fn prometheus_clients_read_it() {
    let is_there = Command::new("python3")
        .args(["-c", "import prometheus_client"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !is_there {
        left_out("prometheus_client", "`pip install prometheus_client` brings it");
        return;
    }
    let (house, local) = (House::with(ROUNDS), Local::start());
    let (mut show, url) = show(&house, &local, &[]);
    for _ in 0..3 {
        show.line("a round", |line| line.contains("  sent     "));
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/metrics.py");
    let mut reader = Command::new("python3")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it can be started");
    let mut input = reader.stdin.take().expect("it is piped");
    input.write_all(metrics(&url).as_bytes()).expect("it reads");
    drop(input);
    let output = reader.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(String::from_utf8_lossy(&output.stdout).contains("all as expected"), "{said}");
}

/// A payload each second, so that a few are enough.
const EVERY_SECOND: &str = r#"
    cue("round", every("1s"), || {
        state.round = (state.round ?? 0) + 1;
        put_metadata(#{round: state.round});
    });
"#;

#[test]
fn what_is_sent_is_proved_by_the_channels_own_video() {
    let (house, local) = (House::with(EVERY_SECOND), Local::start());
    let mut show = house.run(&local, &["--verify"]);
    let shown = show.several("shown", 3);
    for proof in &shown {
        assert_eq!(proof["cue"], "round", "{proof}");
        assert!(proof["delay_ms"].as_i64().is_some_and(|delay| delay >= 0), "{proof}");
    }
    // The answer of a call is lost, and its payload is in the stream all the same.
    local.faults(&json!({"lost_answers": 1}));
    let twice = show.wait("a lost answer", |event| event["maybe_twice"] == true);
    let delivery = twice["delivery"].clone();
    show.wait("its proof", |event| event["event"] == "shown" && event["delivery"] == delivery);
    let ended = show.stop();
    let events = ended.events();
    assert!(!events.iter().any(|event| event["event"] == "unseen"), "{ended}");
    let of = |kind: &str| -> Vec<String> {
        let of_kind = events.iter().filter(|event| event["event"] == kind);
        of_kind.map(|event| event["delivery"].to_string()).collect()
    };
    let (sent, shown) = (of("sent"), of("shown"));
    assert!(shown.iter().all(|delivery| sent.contains(delivery)), "{ended}");
}

#[test]
fn what_never_shows_up_is_an_event() {
    let (house, mut local) = (House::with(EVERY_SECOND), Local::start());
    let port = local.port().to_owned();
    let mut show = house.run(&local, &["--verify=2s"]);
    show.several("shown", 1);
    // Its video ends right after a payload was taken, in the part that would have had it. Where
    // the reader was faster, once more: it takes the service seconds to refuse six times.
    loop {
        show.event("sent");
        local.kill();
        let mut refused = 0;
        let met = show.wait("a payload that is unseen, or refusals", |event| {
            refused += usize::from(event["event"] == "refused");
            event["event"] == "unseen" || refused == 6
        });
        if met["event"] == "unseen" {
            assert!(met["after_ms"].as_i64().is_some_and(|after| after >= 2_000), "{met}");
            assert_eq!(met["cue"], "round", "{met}");
            break;
        }
        local = Local::start_on(&port);
        show.event("shown");
    }
    let ended = show.stop();
    assert_eq!(ended.code, Some(0), "{ended}");
    let plain = house.do_in(&["journal", "data", "--event", "unseen"]);
    assert!(plain.lines[0].contains("  unseen   round "), "{plain}");
}
