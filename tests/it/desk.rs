//! The operator's hand on a running show: the desk over HTTP.

use serde_json::json;

use crate::rig::{House, LOCAL, Local, Runner, get, post};

const TOKEN: &str = "a-token-of-ours";

const SHOW: &str = r#"
    cue("goal", |e| {
        if e.data != () && e.data.team == () { throw "no team" }
        state.goals = (state.goals ?? 0) + 1;
        put_metadata(#{goals: state.goals, by: e.data});
    });
    cue("asleep", || put_metadata("awake"), #{armed: false});
"#;

struct Desk {
    show: Runner,
    local: Local,
    url: String,
    _house: House,
}

/// A show with its desk, whose address the first screen tells.
fn desk() -> Desk {
    let (house, local) = (House::with(SHOW), Local::start());
    let mut show = house.run_plain(&local, &["--desk-token", TOKEN]);
    let line = show.line("the desk", |line| line.starts_with("  desk "));
    let printed = line.split_whitespace().nth(1).expect("it has an address");
    let url = printed.split("/desk?").next().expect("it has a base").to_owned();
    assert!(printed.ends_with(TOKEN), "{printed}");
    show.line("on air", |line| line.contains("  on air   "));
    Desk { show, local, url, _house: house }
}

impl Desk {
    fn act(&self, cue: &str, verb: &str, headers: &[(&str, &str)], body: &str) -> u16 {
        let bearer = format!("Bearer {TOKEN}");
        let mut all = vec![("authorization", bearer.as_str())];
        all.extend(headers);
        post(&format!("{}/api/cues/{cue}/{verb}", self.url), &all, body).0
    }
}

#[test]
fn go_sends_the_cue_with_its_data() {
    let mut desk = desk();
    assert_eq!(desk.act("goal", "fire", &[], r#"{"team":"Reds"}"#), 200);
    assert_eq!(desk.local.wait_payload("Reds"), r#"{"by":{"team":"Reds"},"goals":1}"#);
    desk.show.line("the operator's hand", |line| line.contains("  fired    goal "));
    assert_eq!(desk.act("goal", "fire", &[], ""), 200);
    assert_eq!(desk.local.wait_payload("\"goals\":2"), r#"{"by":null,"goals":2}"#);
    assert_eq!(desk.act("goal", "fire", &[], "{no json"), 400);
    let much = format!("{{\"team\":{:?}}}", "x".repeat(5_000));
    assert_eq!(desk.act("goal", "fire", &[], &much), 413);
}

#[test]
fn a_key_fires_once() {
    let desk = desk();
    let key = [("idempotency-key", "press-1")];
    for _ in 0..3 {
        assert_eq!(desk.act("goal", "fire", &key, ""), 200);
    }
    assert_eq!(desk.act("goal", "fire", &key, r#"{"team":"Reds"}"#), 422, "another request");
    assert_eq!(desk.act("goal", "fire", &[("idempotency-key", "press-2")], ""), 200);
    desk.local.wait_payload("\"goals\":2");
    assert_eq!(desk.local.payloads(LOCAL).len(), 2);
}

#[test]
fn nobody_comes_in_from_elsewhere() {
    let desk = desk();
    let goal = format!("{}/api/cues/goal/fire", desk.url);
    assert_eq!(post(&goal, &[], "").0, 401);
    assert_eq!(post(&goal, &[("authorization", "Bearer a-token-of-theirs")], "").0, 401);
    assert_eq!(post(&format!("{goal}?token={TOKEN}"), &[], "").0, 401, "a link fires nothing");
    for (name, value) in
        [("origin", "https://evil.test"), ("sec-fetch-site", "cross-site"), ("host", "evil.test")]
    {
        assert_eq!(desk.act("goal", "fire", &[(name, value)], ""), 403, "{name}");
    }
    // What is refused at the door left no trace in the show.
    assert_eq!(desk.act("goal", "fire", &[], ""), 200);
    desk.local.wait_payload("\"goals\":1");
}

#[test]
fn the_local_channel_lets_nobody_in_from_elsewhere_either() {
    let local = Local::start();
    let off_air = format!("{}/local/off_air", local.url);
    let body = json!({ "channelArn": LOCAL }).to_string();
    for header in [("origin", "https://evil.test"), ("host", "evil.test")] {
        assert_eq!(post(&off_air, &[header], &body).0, 403, "{header:?}");
    }
    assert_eq!(post(&format!("{}/GetStream", local.url), &[], &body).0, 200, "still on air");
}

#[test]
fn cues_are_listed_armed_and_disarmed() {
    let desk = desk();
    let (status, listed) = get(&format!("{}/api/cues?token={TOKEN}", desk.url), &[]);
    assert_eq!(status, 200);
    let listed = listed.to_string();
    assert!(listed.contains("\"goal\"") && listed.contains("\"asleep\""), "{listed}");
    assert_eq!(desk.act("gaol", "fire", &[], ""), 404);
    assert_eq!(desk.act("goal", "frie", &[], ""), 404);
    assert_eq!(desk.act("asleep", "fire", &[], ""), 409);
    assert_eq!(desk.act("asleep", "arm", &[], ""), 200);
    assert_eq!(desk.act("asleep", "fire", &[], ""), 200);
    desk.local.wait_payload("awake");
    assert_eq!(desk.act("goal", "disarm", &[], ""), 200);
    assert_eq!(desk.act("goal", "fire", &[], ""), 409);
    assert_eq!(desk.local.payloads(LOCAL), ["awake"]);
}
