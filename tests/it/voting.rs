//! Viewers answer: votes over HTTP, on a show that really runs.

use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::Request;

use crate::rig::{BOUND, House, LOCAL, Local, Runner, get, until};

/// A show that runs, and where its viewers are.
struct Stage {
    show: Runner,
    url: String,
}

impl Stage {
    fn begin(house: &House, local: &Local) -> Self {
        let mut show = house.run_plain(local, &[]);
        let line = show.line("the player", |line| line.starts_with("  player "));
        let url = line.split_whitespace().nth(1).expect("it has an address");
        Self { url: url.trim_end_matches('/').to_owned(), show }
    }

    fn viewer(&self) -> Viewer {
        let (status, _, cookie) = ask("POST", &format!("{}/api/viewer", self.url), "", "");
        assert_eq!(status, 200);
        Viewer { cookie: cookie.expect("a new viewer gets an id") }
    }

    /// The polls that take votes, and what of this viewer's stands.
    fn state(&self, viewer: &Viewer) -> Value {
        let (status, state, _) = ask("GET", &format!("{}/api/state", self.url), &viewer.cookie, "");
        assert_eq!(status, 200, "{state}");
        state
    }

    /// The open poll, once there is one.
    fn poll(&self, viewer: &Viewer) -> Value {
        until("an open poll", || {
            let state = self.state(viewer);
            state["polls"].as_array().and_then(|polls| polls.last().cloned())
        })
    }

    fn vote(&self, viewer: &Viewer, poll: &Value, choice: &str) -> (u16, Value) {
        let (id, time) = (&poll["poll_id"], &poll["current_time"]);
        let body = json!({ "poll_id": id, "current_time": time, "choice": choice });
        let url = format!("{}/api/votes", self.url);
        let (status, answer, _) = ask("POST", &url, &viewer.cookie, &body.to_string());
        (status, answer)
    }

    fn me(&self, viewer: &Viewer, name: Option<&str>) -> Value {
        let url = format!("{}/api/me", self.url);
        let (method, body) = match name {
            Some(name) => ("POST", json!({ "name": name }).to_string()),
            None => ("GET", String::new()),
        };
        let (status, me, _) = ask(method, &url, &viewer.cookie, &body);
        assert_eq!(status, 200, "{me}");
        me
    }
}

/// Somebody with a browser, as far as cookies go.
struct Viewer {
    cookie: String,
}

/// A request with a cookie: the status, the body, and the cookie that was set.
fn ask(method: &str, url: &str, cookie: &str, body: &str) -> (u16, Value, Option<String>) {
    let mut request = Request::builder().method(method).uri(url);
    if !cookie.is_empty() {
        request = request.header("cookie", cookie);
    }
    let request = request.header("content-type", "application/json");
    let request = request.body(body.to_owned()).expect("it is a request");
    let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(BOUND));
    let agent = Agent::new_with_config(config.allow_non_standard_methods(true).build());
    let mut answer = agent.run(request).expect("the server answers");
    let set = answer.headers().get("set-cookie").and_then(|value| value.to_str().ok());
    let set = set.and_then(|set| set.split(';').next()).map(str::to_owned);
    let body = answer.body_mut().read_to_string().expect("the body is text");
    let body = serde_json::from_str(&body).unwrap_or(Value::String(body));
    (answer.status().as_u16(), body, set)
}

fn results(local: &Local) -> Value {
    let results = local.wait_payload(r#""type":"results""#);
    serde_json::from_str(&results).expect("results are JSON")
}

/// What `on("poll_closed")` was told.
fn closed(local: &Local) -> Value {
    let closed = local.wait_payload(r#""closed":"#);
    serde_json::from_str(&closed).expect("it is JSON")
}

fn house(asks: &str) -> House {
    House::with(&format!(
        r#"
        on("start", || {{ {asks} }});
        on("poll_closed", |e| put_metadata(#{{
            closed: e.question, counts: e.counts, winner: e.winner, late: e.late,
            best: leaderboard(2),
        }}));
        "#
    ))
}

#[test]
fn a_poll_is_answered_counted_and_told() {
    let house = house(r#"ask("Who wins?", ["Red", "Blue"], #{open_for: "2s"});"#);
    let local = Local::start();
    let stage = Stage::begin(&house, &local);
    let viewers = [stage.viewer(), stage.viewer(), stage.viewer()];
    let poll = stage.poll(&viewers[0]);
    assert_eq!(poll["question"], "Who wins?");
    assert_eq!(poll["choice"], Value::Null);
    for (viewer, choice) in viewers.iter().zip(["1", "2", "1"]) {
        let (status, vote) = stage.vote(viewer, &poll, choice);
        assert_eq!((status, &vote["choice"]), (200, &json!(choice)), "{vote}");
        assert_eq!(vote["counted"], true);
    }
    // The first answer counts.
    let (status, vote) = stage.vote(&viewers[0], &poll, "2");
    assert_eq!((status, &vote["choice"], &vote["counted"]), (200, &json!("1"), &json!(false)));
    assert_eq!(stage.poll(&viewers[1])["choice"], "2", "a page that loads anew knows the choice");
    let (status, _) = stage.vote(&viewers[0], &poll, "3");
    assert_eq!(status, 400, "there is no third answer");

    let told = results(&local);
    assert_eq!(told["counts"], json!({ "1": 2, "2": 1 }), "{told}");
    assert_eq!(told["total"], 3);
    let closed = closed(&local);
    assert_eq!(closed["winner"], "Red", "{closed}");
    assert_eq!(closed["late"], false);
    let (status, _) = stage.vote(&viewers[0], &poll, "1");
    assert_eq!(status, 409, "its votes are final");
    let final_tally = format!(
        "{}/api/polls/{}/{}",
        stage.url,
        poll["poll_id"].as_str().expect("it has an id"),
        poll["current_time"].as_str().expect("it has a time"),
    );
    let (status, tally) = get(&final_tally, &[]);
    assert_eq!((status, &tally["counts"], &tally["final"]), (200, &told["counts"], &json!(true)));
}

#[test]
fn votes_and_viewers_outlive_a_crash() {
    let house = house(r#"ask("Who wins?", ["Red", "Blue"], #{open_for: "4s"});"#);
    let local = Local::start();
    let mut stage = Stage::begin(&house, &local);
    let [ada, ben] = [stage.viewer(), stage.viewer()];
    let poll = stage.poll(&ada);
    assert_eq!(stage.vote(&ada, &poll, "2").0, 200);
    stage.show.kill();

    let stage = Stage::begin(&house, &local);
    let again = stage.poll(&ada);
    assert_eq!(again["current_time"], poll["current_time"], "it is the same asking");
    assert_eq!(again["choice"], "2");
    let (status, vote) = stage.vote(&ada, &poll, "1");
    assert_eq!((status, &vote["choice"]), (200, &json!("2")), "nobody votes twice");
    assert_eq!(stage.vote(&ben, &poll, "2").0, 200);
    assert_eq!(results(&local)["counts"], json!({ "1": 0, "2": 2 }));
}

#[test]
fn a_poll_that_should_have_closed_meanwhile_is_closed_late() {
    let house = house(r#"ask("Who wins?", ["Red", "Blue"], #{open_for: "1s"});"#);
    let local = Local::start();
    let mut stage = Stage::begin(&house, &local);
    let ada = stage.viewer();
    let poll = stage.poll(&ada);
    assert_eq!(stage.vote(&ada, &poll, "1").0, 200);
    stage.show.kill();
    let closes: jiff::Timestamp =
        poll["closes_at"].as_str().and_then(|at| at.parse().ok()).expect("it says when");
    until("its last moment", || (jiff::Timestamp::now() > closes).then_some(()));

    let stage = Stage::begin(&house, &local);
    assert_eq!(results(&local)["counts"], json!({ "1": 1, "2": 0 }));
    assert_eq!(closed(&local)["late"], true);
    drop(stage);
}

#[test]
fn a_poll_that_was_merely_sent_takes_votes_too() {
    let local = Local::start();
    let house =
        House::with(r#"on("start", || put_metadata(poll("Tea or coffee?", ["Tea", "Coffee"])));"#);
    let stage = Stage::begin(&house, &local);
    let ada = stage.viewer();
    let poll = stage.poll(&ada);
    assert_eq!(stage.vote(&ada, &poll, "2").0, 200);
    let url = format!(
        "{}/api/polls/{}/{}",
        stage.url,
        poll["poll_id"].as_str().expect("it has an id"),
        poll["current_time"].as_str().expect("it has a time"),
    );
    let (status, tally) = get(&url, &[]);
    assert_eq!((status, &tally["total"], &tally["open"]), (200, &json!(1), &json!(true)));
    let screen = stage.state(&ada)["screen"].clone();
    let sent = local.payloads(LOCAL);
    assert_eq!(screen[0]["payload"], json!(sent[0]), "who comes late sees it");
}

#[test]
fn a_right_answer_is_a_point_and_leaves_no_trace_before() {
    let asks = r#"ask(quiz("2 + 2?", ["Three", "Four"], "Four"), #{open_for: "2s", points: 5});"#;
    let (house, local) = (house(asks), Local::start());
    let stage = Stage::begin(&house, &local);
    let [ada, ben] = [stage.viewer(), stage.viewer()];
    assert_eq!(stage.me(&ada, Some("Ada"))["name"], "Ada");
    let poll = stage.poll(&ada);
    let (_, right) = stage.vote(&ada, &poll, "2");
    let (_, wrong) = stage.vote(&ben, &poll, "1");
    for seen in [&poll, &right, &wrong, &stage.state(&ada), &stage.me(&ada, None)] {
        assert!(!seen.to_string().contains("correct"), "{seen}");
    }
    let told = results(&local);
    assert_eq!(told["correct"], "2", "{told}");
    let best = closed(&local)["best"].clone();
    assert_eq!(best, json!([{ "name": "Ada", "points": 5, "rank": 1 }]));
    let me = stage.me(&ada, None);
    assert_eq!((&me["points"], &me["place"]), (&json!(5), &json!(1)), "{me}");
    assert_eq!(stage.me(&ben, None)["points"], 0);
}

#[test]
fn afterwards_the_askings_are_listed() {
    let house =
        House::with(r#"on("start", || ask("Who wins?", ["Red", "Blue"], #{open_for: "10m"}));"#);
    let polls = |more: &[&str]| {
        let mut args = vec!["polls", "show/show.rhai", "--data", "data"];
        args.extend(more);
        house.do_in(&args)
    };
    let before = polls(&[]);
    assert!(before.to_string().contains("nothing was asked with the data folder"), "{before}");
    let missing = house.do_in(&["polls", "show/shwo.rhai"]);
    assert_eq!(missing.code, Some(2), "{missing}");

    let local = Local::start();
    let stage = Stage::begin(&house, &local);
    let [ada, ben] = [stage.viewer(), stage.viewer()];
    let poll = stage.poll(&ada);
    for (viewer, choice, status) in
        [(&ada, "1", 200), (&ada, "2", 200), (&ben, "2", 200), (&ben, "'; DROP TABLE", 400)]
    {
        assert_eq!(stage.vote(viewer, &poll, choice).0, status);
    }
    let ended = stage.show.stop();
    assert_eq!(ended.code, Some(0), "{ended}");

    let listed = polls(&["--json"]);
    let asking: Value = serde_json::from_str(&listed.lines[0]).expect("it is JSON");
    assert_eq!((&asking["question"], &asking["total"]), (&json!("Who wins?"), &json!(2)));
    assert_eq!(asking["answers"][0]["percent"], 50);
    assert_eq!(asking["refused"], json!({ "duplicate": 1, "late": 0, "invalid": 1 }));
    let plain = polls(&[]);
    assert!(plain.lines.iter().any(|line| line.contains("1   50 %")), "{plain}");
    assert_eq!(polls(&["--csv"]).lines.len(), 3);
    assert_eq!(polls(&["--csv", "--json"]).code, Some(2));

    // Who voted is told to nobody: neither the whole of it, nor the number in it.
    let told = [ended.lines.join("\n"), ended.stderr, house.read("data/journal.jsonl")].concat();
    for viewer in [&ada, &ben] {
        let id = viewer.cookie.split('.').nth(1).expect("a signed id has its number");
        assert!(id.len() == 32 && !told.contains(id), "{told}");
        assert!(!listed.lines.concat().contains(id));
    }
}
