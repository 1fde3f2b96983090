//! Many machines take the votes of one show: front ends, one Redis, one runner, for real.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::{Value, json};

use crate::rig::{Door, House, LOCAL, Local, Redis, Runner, Viewer, command, until};

const VIEWERS: usize = 200;

/// One show, two front ends, and the Redis between them.
struct Deployment {
    redis: Redis,
    local: Local,
    show: Runner,
    fronts: [(Runner, Door); 2],
    _house: House,
}

impl Deployment {
    fn start(script: &str) -> Option<Self> {
        let redis = Redis::start()?;
        let (house, local) = (House::with(script), Local::start());
        let show = house.run(&local, &["--store", &redis.url()]);
        let fronts = [(); 2].map(|()| {
            let mut front = Runner::start(&mut command(&[
                "votes",
                "--store",
                &redis.url(),
                "--port",
                "0",
                "--bind",
                "127.0.0.1",
            ]));
            let door = Door::of(&mut front);
            (front, door)
        });
        Some(Self { redis, local, show, fronts, _house: house })
    }
}

/// Votes at one front end after the other until one acknowledges it.
fn insist(doors: &[&Door], viewer: &Viewer, poll: &Value, choice: &str) {
    let mut doors = doors.iter().cycle();
    until("the vote to be acknowledged", || {
        let (status, answer) = doors.next()?.try_vote(viewer, poll, choice)?;
        assert!(matches!(status, 200 | 503), "{status} {answer}");
        (status == 200).then_some(())
    });
}

#[test]
fn a_front_end_that_dies_takes_no_vote_with_it() {
    let script = r#"
        on("start", || ask("Who wins?", ["Red", "Blue"], #{open_for: "8s"}));
    "#;
    let Some(mut stage) = Deployment::start(script) else { return };
    let doors = stage.fronts.each_ref().map(|(_, door)| door.clone());
    let viewers: Vec<Viewer> = (0..VIEWERS).map(|n| doors[n % 2].viewer()).collect();
    let poll = doors[1].poll(&viewers[0]);
    let voted = AtomicUsize::new(0);
    thread::scope(|scope| {
        for (n, some) in viewers.chunks(VIEWERS / 8).enumerate() {
            let (doors, poll, voted) = (&doors, &poll, &voted);
            scope.spawn(move || {
                for viewer in some {
                    // The cookie of one front end is as good at the other.
                    let order = [&doors[n % 2], &doors[(n + 1) % 2]];
                    insist(&order, viewer, poll, if n < 6 { "1" } else { "2" });
                    voted.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        until("half of the votes", || (voted.load(Ordering::SeqCst) >= VIEWERS / 2).then_some(()));
        stage.fronts[0].0.kill();
    });
    let results = stage.local.wait_payload(r#""type":"results""#);
    let results: Value = serde_json::from_str(&results).expect("results are JSON");
    assert_eq!(results["counts"], json!({ "1": 150, "2": 50 }), "{results}");
    assert_eq!(doors[1].tally(&poll).1["total"], 200);
}

#[test]
fn without_redis_votes_are_refused_and_the_show_goes_on() {
    let script = r#"
        on("start", || ask("Who wins?", ["Red", "Blue"], #{open_for: "10s"}));
        cue("round", every("300ms"), || {
            state.round = (state.round ?? 0) + 1;
            put_metadata(#{round: state.round});
        });
    "#;
    let Some(mut stage) = Deployment::start(script) else { return };
    let door = stage.fronts[0].1.clone();
    let [ada, ben] = [door.viewer(), door.viewer()];
    let poll = door.poll(&ada);
    assert_eq!(door.vote(&ada, &poll, "1").0, 200);
    stage.redis.kill();
    let (status, answer) = door.vote(&ben, &poll, "2");
    assert_eq!(status, 503, "{answer}");
    let rounds = stage.local.rounds(LOCAL).len();
    until("the show to go on", || (stage.local.rounds(LOCAL).len() > rounds + 3).then_some(()));
    stage.redis.again();
    insist(&[&door], &ben, &poll, "2");
    assert_eq!(door.vote(&ada, &poll, "2").1["choice"], "1", "the first vote is still there");
    let results = stage.local.wait_payload(r#""type":"results""#);
    assert!(results.contains(r#""counts":{"1":1,"2":1}"#), "{results}");
    drop(stage.show);
}

#[test]
fn results_that_nobody_could_count_are_not_told() {
    let script = r#"
        on("start", || {
            ask("First?", ["Red", "Blue"], #{open_for: "60s"});
            after("4s", || ask("Second?", ["Red", "Blue"], #{open_for: "60s"}));
        });
    "#;
    let Some(mut stage) = Deployment::start(script) else { return };
    let door = stage.fronts[0].1.clone();
    let ada = door.viewer();
    let poll = door.poll(&ada);
    assert_eq!(door.vote(&ada, &poll, "1").0, 200);
    stage.redis.kill();
    stage.local.wait_payload("Second?");
    let told = stage.local.payloads(LOCAL);
    assert!(!told.iter().any(|payload| payload.contains("results")), "{told:?}");
    // What was voted is not lost for that.
    stage.redis.again();
    until("the true tally", || {
        let (status, tally) = door.tally(&poll);
        (status == 200 && tally["final"] == true && tally["counts"]["1"] == 1).then_some(())
    });
}

#[test]
fn a_show_begins_while_redis_is_away_and_takes_votes_when_it_is_back() {
    let Some(mut redis) = Redis::start() else { return };
    redis.kill();
    let house =
        House::with(r#"on("start", || ask("Who wins?", ["Red", "Blue"], #{open_for: "60s"}));"#);
    let local = Local::start();
    let mut show = house.run_plain(&local, &["--store", &redis.url()]);
    let door = Door::of(&mut show);
    local.wait_payload("Who wins?");
    redis.again();
    let ada = until("a viewer's id", || door.try_viewer());
    let poll = door.poll(&ada);
    assert_eq!(door.vote(&ada, &poll, "1").0, 200);
}

#[test]
fn votes_reach_a_redis_with_tls_that_the_system_vouches_for() {
    let Some(redis) = Redis::start_tls() else { return };
    let asks = r#"ask("Who wins?", ["Red", "Blue"], #{open_for: "60s"})"#;
    let house = House::with(&format!("on(\"start\", || {asks});"));
    let (local, url) = (Local::start(), redis.url());
    let front = || command(&["votes", "--store", &url, "--port", "0", "--bind", "127.0.0.1"]);
    let mut show = house.command(&local.url);
    show.args(["--store", &url, "--standby"]).env("SSL_CERT_FILE", redis.authority());
    let _show = Runner::start(&mut show);
    // With `--standby` nothing is sent that does not lie in Redis.
    local.wait_payload("Who wins?");
    let mut trusting = Runner::start(front().env("SSL_CERT_FILE", redis.authority()));
    let door = Door::of(&mut trusting);
    let ada = until("a viewer's id", || door.try_viewer());
    let poll = door.poll(&ada);
    assert_eq!(door.vote(&ada, &poll, "1").0, 200);
    assert_eq!(door.poll(&ada)["choice"], "1", "it was read there, too");
    // Whoever does not know the authority asks nothing of the server.
    let mut wary = Runner::start(&mut front());
    let door = Door::of(&mut wary);
    wary.line("why not", |line| line.contains("invalid peer certificate"));
    assert!(door.try_viewer().is_none());
}

#[test]
fn two_runners_of_one_show_and_store_are_warned_of_each_other() {
    let Some(redis) = Redis::start() else { return };
    let script = r#"on("start", || put_metadata("hello"));"#;
    let (houses, local) = ([House::with(script), House::with(script)], Local::start());
    let run = |house: &House| house.run(&local, &["--store", &redis.url()]);
    let mut both = houses.each_ref().map(run);
    for show in &mut both {
        let warning = show.event("warning");
        let words = warning["message"].as_str().expect("it is text");
        assert!(words.contains("plays this show with the same store"), "{words}");
        assert!(words.contains("--standby"), "{words}");
    }
}

#[test]
fn two_shows_of_one_channel_and_store_have_their_own_votes() {
    let Some(redis) = Redis::start() else { return };
    let asks = |question: &str, slot: &str| {
        let options = format!(r#"#{{open_for: "6s", slot: "{slot}"}}"#);
        format!(r#"on("start", || ask("{question}", ["Red", "Blue"], {options}));"#)
    };
    let house = House::with(&asks("Who wins?", "poll"));
    let other = house.write("show/other.rhai", &asks("Who loses?", "second"));
    let local = Local::start();
    let with = ["--json", "--store", &redis.url()];
    let one = Runner::start(house.command(&local.url).args(with));
    let mut second = command(&["--endpoint-url", &local.url, "--port", "0"]);
    second.args(["--desk", "127.0.0.1:0", "--data"]).arg(house.at("other")).arg(other).args(with);
    let two = Runner::start(&mut second);
    let mut front = Runner::start(&mut command(&["votes", "--store", &redis.url(), "--port", "0"]));
    let door = Door::of(&mut front);
    let ada = until("a viewer's id", || door.try_viewer());
    let polls = until("both polls", || {
        let polls = door.try_state(&ada)?["polls"].as_array()?.clone();
        (polls.len() == 2).then_some(polls)
    });
    for poll in &polls {
        let choice = if poll["question"] == "Who wins?" { "1" } else { "2" };
        assert_eq!(door.vote(&ada, poll, choice).0, 200);
    }
    for (mut show, counts) in [(one, json!({ "1": 1, "2": 0 })), (two, json!({ "1": 0, "2": 1 }))] {
        let results = show.sent(r#""type":"results""#);
        let results: Value = serde_json::from_str(results["payload"].as_str().expect("it is text"))
            .expect("results are JSON");
        assert_eq!(results["counts"], counts, "{results}");
        let said = show.so_far().into_iter().filter(|event| event["event"] == "warning");
        assert_eq!(said.collect::<Vec<_>>(), [Value::Null; 0]);
    }
}
