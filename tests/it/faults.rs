//! A service that misbehaves, goes off air or goes away: the show goes on.

use aws_sdk_ivs::Client;
use aws_sdk_ivs::config::{BehaviorVersion, Credentials, Region};
use serde_json::json;

use crate::rig::{House, LOCAL, Local, ROUNDS};

const ONCE: &str = r#"on("start", || put_metadata("hello"));"#;

#[test]
fn a_throttled_payload_is_tried_again() {
    let (house, local) = (House::with(ONCE), Local::start());
    local.faults(&json!({ "throttled": 2 }));
    let mut show = house.run(&local, &[]);
    for attempt in 1..=2 {
        let refused = show.event("refused");
        assert_eq!(refused["refusal"], "throttled");
        assert_eq!(refused["attempts"], attempt);
        assert!(refused["again_ms"].is_i64() && refused.get("given_up").is_none(), "{refused}");
    }
    assert_eq!(show.event("sent")["attempts"], 3);
    assert_eq!(local.payloads(LOCAL), ["hello"]);
}

#[test]
fn an_unavailable_service_is_tried_again() {
    let (house, local) = (House::with(ONCE), Local::start());
    local.faults(&json!({ "unavailable": 2 }));
    let mut show = house.run(&local, &[]);
    let refused = show.several("refused", 2);
    assert!(refused.iter().all(|event| event["refusal"] == "unavailable"), "{refused:?}");
    let sent = show.event("sent");
    assert_eq!((&sent["attempts"], sent.get("maybe_twice")), (&json!(3), None));
    assert_eq!(local.payloads(LOCAL), ["hello"]);
}

#[test]
fn a_lost_answer_is_marked() {
    let (house, local) = (House::with(ONCE), Local::start());
    local.faults(&json!({ "lost_answers": 1 }));
    let mut show = house.run(&local, &[]);
    let sent = show.event("sent");
    assert_eq!((&sent["maybe_twice"], &sent["attempts"]), (&json!(true), &json!(2)));
    assert_eq!(local.payloads(LOCAL), ["hello", "hello"], "it was twice indeed");
}

#[test]
fn what_is_no_longer_worth_it_expires() {
    let script = r#"
        on("start", || put_metadata("short", #{valid_for: "500ms"}));
        cue("later", every("300ms"), || put_metadata("later"));"#;
    let (house, local) = (House::with(script), Local::start());
    local.faults(&json!({ "throttled": 100_000 }));
    let mut show = house.run(&local, &[]);
    show.wait("its end", |event| event["event"] == "expired" && event["payload"] == "short");
    local.faults(&json!({}));
    show.sent("later");
    show.stop();
    assert!(!local.payloads(LOCAL).contains(&"short".to_owned()));
}

#[test]
fn a_channel_that_is_not_there_is_said_and_the_show_goes_on() {
    let (house, local) = (House::with(ONCE), Local::start());
    let missing = "arn:aws:ivs:us-west-2:000000000000:channel/none";
    let mut show = house.run_at(&local.url, &[missing], &["--json"]);
    let refused = show.wait("it is given up", |event| event["given_up"] == true);
    assert_eq!(refused["refusal"], "rejected", "{refused}");
    let ended = show.stop();
    assert_eq!(ended.code, Some(0));
    let said = ended.events().into_iter().filter(|event| event["event"] == "warning");
    let said: Vec<String> = said.map(|event| event["message"].to_string()).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains(&format!("there is no channel {missing}")), "{said:?}");
}

#[test]
fn an_endpoint_that_cannot_be_reached_is_said_before_anything_is_sent() {
    let house = House::with("cue(\"later\", || put_metadata(\"later\"));");
    // Nobody listens on the port for multiplexing services, and nobody may without asking.
    let mut show = house.run_at("http://127.0.0.1:1", &[], &["--json"]);
    let warning = show.event("warning");
    let words = warning["message"].as_str().expect("it is text");
    assert!(words.starts_with("the service cannot be reached: "), "{words}");
    assert_eq!(show.stop().code, Some(0));
}

#[test]
fn off_air_holds_and_on_air_releases() {
    let script = format!("{ROUNDS} on(\"start\", || put_metadata(\"held\"));");
    let (house, local) = (House::with(&script), Local::start());
    local.off_air();
    let mut show = house.run(&local, &[]);
    let (mut is_off, mut waits) = (false, false);
    show.wait("off air, and a payload that waits", |event| {
        is_off |= event["event"] == "off_air";
        waits |= event["event"] == "queued" && event["payload"] == "held";
        is_off && waits
    });
    assert!(local.payloads(LOCAL).is_empty());
    local.on_air();
    // Channel and show each tell what they did; which is heard first is left to them.
    let (mut is_on, mut is_sent) = (false, false);
    show.wait("on air, and what was held", |event| {
        is_on |= event["event"] == "on_air";
        is_sent |= event["event"] == "sent" && event["payload"] == "held";
        is_on && is_sent
    });
    show.sent("round");
    local.off_air();
    show.event("off_air");
    let skipped = show.event("skipped");
    assert_eq!((&skipped["why"], skipped.get("count")), (&json!("off_air"), None));
    local.on_air();
    show.event("on_air");
    show.sent("round");
    let ended = show.stop();
    let errors = ended.events().iter().filter(|it| it["event"] == "script_error").count();
    assert_eq!(errors, 0, "off air is no error of the script");
    let rounds = local.rounds(LOCAL);
    assert!(rounds.windows(2).all(|two| two[0] < two[1]), "in order, each once: {rounds:?}");
}

#[test]
fn a_stream_that_the_account_stops_is_off_air() {
    let (house, local) = (House::with(ROUNDS), Local::start());
    let mut show = house.run(&local, &[]);
    show.event("sent");
    let config = aws_sdk_ivs::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(&local.url)
        .region(Region::new("us-west-2"))
        .credentials_provider(Credentials::for_tests())
        .build();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let stopped = runtime.expect("a runtime can be made").block_on(async {
        Client::from_conf(config).stop_stream().channel_arn(LOCAL).send().await
    });
    stopped.expect("StopStream is answered");
    show.event("off_air");
    local.on_air();
    show.event("on_air");
    show.event("sent");
}

#[test]
fn a_service_that_goes_away_and_comes_back() {
    let (house, local) = (House::with(ROUNDS), Local::start());
    let mut show = house.run(&local, &[]);
    show.event("sent");
    let port = local.port().to_owned();
    local.kill();
    let refused = show.wait("nobody answers", |event| {
        event["event"] == "refused" && event["refusal"] == "unavailable"
    });
    let held = refused["payload"].as_str().expect("it is text").to_owned();
    let local = Local::start_on(&port);
    show.sent(&held);
    show.several("sent", 2);
    let ended = show.stop();
    assert_eq!(ended.code, Some(0), "{ended}");
    let rounds = local.rounds(LOCAL);
    let is_whole = rounds.windows(2).all(|two| two[0] + 1 == two[1]);
    assert!(is_whole && rounds.len() >= 3, "in order, each once: {rounds:?}");
}

#[test]
fn a_burst_keeps_to_five_a_second() {
    let script = r#"on("start", || { for n in 0..20 { put_metadata(#{round: n}); } });"#;
    let (house, local) = (House::with(script), Local::start());
    let mut show = house.run(&local, &[]);
    show.several("sent", 20);
    let ended = show.stop();
    let refused = ended.events().iter().filter(|it| it["event"] == "refused").count();
    assert_eq!(refused, 0, "the service never had to say no");
    assert_eq!(local.rounds(LOCAL), (0..20).collect::<Vec<i64>>());
}
