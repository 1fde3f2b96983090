//! Viewers answer: votes over HTTP, on a show that really runs.

use serde_json::{Value, json};

use crate::rig::{Door, House, LOCAL, Local, Runner, until};

/// A show that runs, and where its viewers are.
struct Stage {
    show: Runner,
    door: Door,
}

impl Stage {
    fn begin(house: &House, local: &Local) -> Self {
        let mut show = house.run_plain(local, &[]);
        let door = Door::of(&mut show);
        Self { show, door }
    }
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
    let viewers = [stage.door.viewer(), stage.door.viewer(), stage.door.viewer()];
    let poll = stage.door.poll(&viewers[0]);
    assert_eq!(poll["question"], "Who wins?");
    assert_eq!(poll["choice"], Value::Null);
    for (viewer, choice) in viewers.iter().zip(["1", "2", "1"]) {
        let (status, vote) = stage.door.vote(viewer, &poll, choice);
        assert_eq!((status, &vote["choice"]), (200, &json!(choice)), "{vote}");
        assert_eq!(vote["counted"], true);
    }
    // The first answer counts.
    let (status, vote) = stage.door.vote(&viewers[0], &poll, "2");
    assert_eq!((status, &vote["choice"], &vote["counted"]), (200, &json!("1"), &json!(false)));
    assert_eq!(
        stage.door.poll(&viewers[1])["choice"],
        "2",
        "a page that loads anew knows the choice"
    );
    let (status, _) = stage.door.vote(&viewers[0], &poll, "3");
    assert_eq!(status, 400, "there is no third answer");

    let told = results(&local);
    assert_eq!(told["counts"], json!({ "1": 2, "2": 1 }), "{told}");
    assert_eq!(told["total"], 3);
    let closed = closed(&local);
    assert_eq!(closed["winner"], "Red", "{closed}");
    assert_eq!(closed["late"], false);
    let (status, _) = stage.door.vote(&viewers[0], &poll, "1");
    assert_eq!(status, 409, "its votes are final");
    let (status, tally) = stage.door.tally(&poll);
    assert_eq!((status, &tally["counts"], &tally["final"]), (200, &told["counts"], &json!(true)));
}

#[test]
fn votes_and_viewers_outlive_a_crash() {
    let house = house(r#"ask("Who wins?", ["Red", "Blue"], #{open_for: "4s"});"#);
    let local = Local::start();
    let mut stage = Stage::begin(&house, &local);
    let [ada, ben] = [stage.door.viewer(), stage.door.viewer()];
    let poll = stage.door.poll(&ada);
    assert_eq!(stage.door.vote(&ada, &poll, "2").0, 200);
    stage.show.kill();

    let stage = Stage::begin(&house, &local);
    let again = stage.door.poll(&ada);
    assert_eq!(again["current_time"], poll["current_time"], "it is the same asking");
    assert_eq!(again["choice"], "2");
    until("who comes late to see it", || {
        let screen = stage.door.state(&ben)["screen"].clone();
        screen[0]["payload"].as_str()?.contains("Who wins?").then_some(())
    });
    let (status, vote) = stage.door.vote(&ada, &poll, "1");
    assert_eq!((status, &vote["choice"]), (200, &json!("2")), "nobody votes twice");
    assert_eq!(stage.door.vote(&ben, &poll, "2").0, 200);
    assert_eq!(results(&local)["counts"], json!({ "1": 0, "2": 2 }));
}

#[test]
fn a_poll_that_should_have_closed_meanwhile_is_closed_late() {
    let house = house(r#"ask("Who wins?", ["Red", "Blue"], #{open_for: "1s"});"#);
    let local = Local::start();
    let mut stage = Stage::begin(&house, &local);
    let ada = stage.door.viewer();
    let poll = stage.door.poll(&ada);
    assert_eq!(stage.door.vote(&ada, &poll, "1").0, 200);
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
    let ada = stage.door.viewer();
    let poll = stage.door.poll(&ada);
    assert_eq!(stage.door.vote(&ada, &poll, "2").0, 200);
    let (status, tally) = stage.door.tally(&poll);
    assert_eq!((status, &tally["total"], &tally["open"]), (200, &json!(1), &json!(true)));
    let screen = stage.door.state(&ada)["screen"].clone();
    let sent = local.payloads(LOCAL);
    assert_eq!(screen[0]["payload"], json!(sent[0]), "who comes late sees it");
}

#[test]
fn a_right_answer_is_a_point_and_leaves_no_trace_before() {
    let asks = r#"ask(quiz("2 + 2?", ["Three", "Four"], "Four"), #{open_for: "2s", points: 5});"#;
    let (house, local) = (house(asks), Local::start());
    let stage = Stage::begin(&house, &local);
    let [ada, ben] = [stage.door.viewer(), stage.door.viewer()];
    assert_eq!(stage.door.me(&ada, Some("Ada"))["name"], "Ada");
    let poll = stage.door.poll(&ada);
    let (_, right) = stage.door.vote(&ada, &poll, "2");
    let (_, wrong) = stage.door.vote(&ben, &poll, "1");
    for seen in [&poll, &right, &wrong, &stage.door.state(&ada), &stage.door.me(&ada, None)] {
        assert!(!seen.to_string().contains("correct"), "{seen}");
    }
    let told = results(&local);
    assert_eq!(told["correct"], "2", "{told}");
    let best = closed(&local)["best"].clone();
    assert_eq!(best, json!([{ "name": "Ada", "points": 5, "rank": 1 }]));
    let me = stage.door.me(&ada, None);
    assert_eq!((&me["points"], &me["place"]), (&json!(5), &json!(1)), "{me}");
    assert_eq!(stage.door.me(&ben, None)["points"], 0);
}

#[test]
fn points_of_a_quiz_that_was_merely_sent_outlive_a_crash() {
    let script = r#"
        on("start", || put_metadata(quiz("2 + 2?", ["Three", "Four"], "Four")));
        cue("end", every("300ms"), || {
            let quiz = quiz("2 + 2?", ["Three", "Four"], "Four");
            if state.ended != true && tally(quiz).total == 2 {
                state.ended = true;
                put_metadata(#{over: true, slot: "poll"});
            }
        });
        on("poll_closed", |e| put_metadata(results(e.poll)));
    "#;
    let (house, local) = (House::with(script), Local::start());
    let mut stage = Stage::begin(&house, &local);
    let [ada, ben] = [stage.door.viewer(), stage.door.viewer()];
    let poll = stage.door.poll(&ada);
    assert_eq!(stage.door.vote(&ada, &poll, "2").0, 200);
    assert_eq!(stage.door.vote(&ben, &poll, "1").0, 200);
    local.wait_payload(r#""over":true"#);
    stage.show.kill();

    let mut stage = Stage::begin(&house, &local);
    let told = results(&local);
    assert_eq!((&told["counts"], &told["correct"]), (&json!({ "1": 1, "2": 1 }), &json!("2")));
    let points = |stage: &Stage| [&ada, &ben].map(|one| stage.door.me(one, None)["points"].clone());
    until("the point", || (points(&stage)[0] == 1).then_some(()));
    stage.show.kill();

    // The next run tells the store of the point again; one that ends has told it.
    let stage = Stage::begin(&house, &local);
    assert_eq!(stage.show.stop().code, Some(0));
    let stage = Stage::begin(&house, &local);
    assert_eq!(points(&stage), [json!(1), json!(0)], "once");
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
    let [ada, ben] = [stage.door.viewer(), stage.door.viewer()];
    let poll = stage.door.poll(&ada);
    for (viewer, choice, status) in
        [(&ada, "1", 200), (&ada, "2", 200), (&ben, "2", 200), (&ben, "'; DROP TABLE", 400)]
    {
        assert_eq!(stage.door.vote(viewer, &poll, choice).0, status);
    }
    let ended = stage.show.stop();
    assert_eq!(ended.code, Some(0), "{ended}");

    let listed = polls(&["--json"]);
    let asking: Value = serde_json::from_str(&listed.lines[0]).expect("it is JSON");
    assert_eq!((&asking["question"], &asking["total"]), (&json!("Who wins?"), &json!(2)));
    assert_eq!(asking["answers"][0]["percent"], 50);
    assert_eq!(asking["refused"], json!({ "duplicate": 1, "late": 0, "invalid": 1 }));
    let missing = house.do_in(&["polls", "show/shwo.rhai", "--data", "data"]);
    assert_eq!((missing.code, missing.lines.len()), (Some(2), 0), "{missing}");
    let plain = polls(&[]);
    assert!(plain.lines.iter().any(|line| line.contains("1   50 %")), "{plain}");
    assert_eq!(polls(&["--csv"]).lines.len(), 3);
    assert_eq!(polls(&["--csv", "--json"]).code, Some(2));

    // Who voted is told to nobody: neither the whole of it, nor the number in it.
    let told = [ended.lines.join("\n"), ended.stderr, house.read("data/journal.jsonl")].concat();
    for viewer in [&ada, &ben] {
        let id = viewer.id();
        assert!(id.len() == 32 && !told.contains(id), "{told}");
        assert!(!listed.lines.concat().contains(id));
    }
}
