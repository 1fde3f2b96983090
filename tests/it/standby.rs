//! Two runners, one Redis: one sends, the other follows, whatever becomes of the first.

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::rig::{Door, House, LOCAL, Line, Local, Redis, Runner, command, until};

/// Says who sends, and counts in `state`.
const SHOW: &str = r#"
    on("start", || ask("Who wins?", ["Red", "Blue"], #{open_for: "10m"}));
    cue("round", every("300ms"), || {
        state.round = (state.round ?? 0) + 1;
        put_metadata(#{round: state.round, by: args.by});
    });
"#;

struct Stage {
    redis: Redis,
    local: Local,
    houses: [House; 2],
}

impl Stage {
    fn new() -> Option<Self> {
        let redis = Redis::start()?;
        Some(Self { redis, local: Local::start(), houses: [(); 2].map(|()| House::with(SHOW)) })
    }

    /// Starts the runner that says it is `by`, which reaches Redis at this address.
    fn run(&self, by: &str, url: &str, more: &[&str]) -> Runner {
        let (house, by) = (&self.houses[usize::from(by != "a")], format!("by={by}"));
        house.run(&self.local, &[&["--store", url, "--standby", "--set", &by], more].concat())
    }

    /// One that sends, and one that follows it.
    fn pair(&self) -> [Runner; 2] {
        self.pair_with(&self.redis.url(), &[])
    }

    /// The same; the first reaches Redis at this address, the second has these flags besides.
    fn pair_with(&self, url: &str, more: &[&str]) -> [Runner; 2] {
        let mut first = self.run("a", url, &[]);
        turned(&mut first, "taken");
        self.wait_round("a", 0);
        let mut second = self.run("b", &self.redis.url(), more);
        let following = turned(&mut second, "following");
        let holder = following["holder"].as_str().expect("it says whom it follows");
        assert!(holder.starts_with(&format!("{}@", first.pid())), "{holder}");
        assert!(following["since"].is_string(), "{following}");
        [first, second]
    }

    /// Each round that was sent, and by whom, oldest first.
    fn rounds(&self) -> Vec<(i64, String)> {
        let payloads = self.local.payloads(LOCAL);
        let parsed = payloads.iter().filter_map(|text| serde_json::from_str::<Value>(text).ok());
        let round = |payload: Value| {
            let by = payload["by"].as_str()?.to_owned();
            Some((payload["round"].as_i64()?, by))
        };
        parsed.filter_map(round).collect()
    }

    /// Waits for a round of this runner after round `after`.
    fn wait_round(&self, by: &str, after: i64) -> i64 {
        let is_it = |(round, who): &(i64, String)| *round > after && who == by;
        until("a round", || self.rounds().into_iter().find(is_it)).0
    }

    /// The last round so far.
    fn last(&self) -> i64 {
        self.rounds().iter().map(|(round, _)| *round).max().unwrap_or(0)
    }
}

/// Waits until the lease of a runner's show turns so.
fn turned(runner: &mut Runner, turn: &str) -> Value {
    runner.wait(turn, |event| event["event"] == "lease" && event["turn"] == turn)
}

/// The rounds of the first and those of the second come after one another, and none twice.
fn one_after_the_other(rounds: &[(i64, String)]) {
    assert!(rounds.is_sorted_by(|(a, _), (b, _)| a < b), "{rounds:?}");
    assert!(rounds.is_sorted_by(|(_, a), (_, b)| a <= b), "{rounds:?}");
}

#[test]
fn when_the_first_is_killed_the_second_goes_on_with_state_and_open_poll() {
    let Some(stage) = Stage::new() else { return };
    let [first, mut second] = stage.pair();
    let url = stage.redis.url();
    let votes = ["votes", "--store", &url, "--port", "0", "--bind", "127.0.0.1"];
    let mut front = Runner::start(&mut command(&votes));
    let door = Door::of(&mut front);
    let [ada, ben] = [door.viewer(), door.viewer()];
    let poll = door.poll(&ada);
    assert_eq!(door.vote(&ada, &poll, "1").0, 200);
    let last = stage.last();
    let told = first.crash();
    let next = stage.wait_round("b", 0);
    turned(&mut second, "taken");
    assert_eq!(second.event("started")["resume"], true);
    // One that was under way is in doubt, and not sent again.
    assert!(next > last && next <= last + 3, "{last}, then {next}");
    assert!(told.iter().all(|event| event["turn"] != "lost"));
    one_after_the_other(&stage.rounds());
    assert_eq!(door.poll(&ben)["current_time"], poll["current_time"], "the same asking is open");
    assert_eq!(door.vote(&ben, &poll, "2").0, 200);
    let counted = stage.houses[0].do_in(&["polls", "--store", &url, "--json"]).events();
    let votes = |answer: &Value| answer["votes"].clone();
    let votes: Option<Vec<Value>> =
        counted[0]["answers"].as_array().map(|answers| answers.iter().map(votes).collect());
    assert_eq!(votes, Some(vec![json!(1), json!(1)]), "{counted:?}");
}

#[test]
fn when_the_first_stops_the_second_plays_at_once() {
    let Some(stage) = Stage::new() else { return };
    // What the first kept is not forgotten by who came second.
    let [first, mut second] = stage.pair_with(&stage.redis.url(), &["--fresh"]);
    let ended = first.stop();
    assert_eq!(ended.code, Some(0), "{ended}");
    turned(&mut second, "taken");
    let started = second.event("started");
    // As after any stop: a new show with its state.
    assert_eq!((&started["resume"], &started["state"]["keys"]), (&json!(false), &json!(1)));
    stage.wait_round("b", 0);
    one_after_the_other(&stage.rounds());
    assert_eq!(second.stop().code, Some(0));
}

#[test]
fn one_that_follows_can_be_stopped() {
    let Some(stage) = Stage::new() else { return };
    let [_first, second] = stage.pair();
    let ended = second.stop();
    assert_eq!(ended.code, Some(0), "{ended}");
    let last = stage.last();
    stage.wait_round("a", last);
}

#[test]
fn one_that_was_paused_sends_no_more_but_what_had_begun() {
    let Some(stage) = Stage::new() else { return };
    let [mut first, mut second] = stage.pair();
    first.signal(Signal::STOP);
    stage.wait_round("b", 0);
    let before = stage.rounds().len();
    first.signal(Signal::CONT);
    turned(&mut first, "lost");
    turned(&mut first, "following");
    let last = stage.last();
    stage.wait_round("b", last);
    let all = stage.rounds();
    // What the first sends after the second began is one payload at most, and it says so itself.
    let late: Vec<i64> =
        all[before..].iter().filter(|(_, by)| by == "a").map(|(round, _)| *round).collect();
    assert!(late.len() <= 1, "{late:?} of {all:?}");
    let is_late = |event: &Value| {
        let payload = event["payload"].as_str().and_then(|text| serde_json::from_str(text).ok());
        payload.is_some_and(|payload: Value| late.contains(&payload["round"].as_i64().unwrap_or(0)))
    };
    for event in first.so_far().iter().filter(|event| event["event"] == "sent" && is_late(event)) {
        assert_eq!(event["maybe_twice"], true, "{event}");
    }
    // And it is as good a follower as any.
    let last = stage.last();
    second.kill();
    stage.wait_round("a", last);
}

#[test]
fn one_that_is_cut_off_from_redis_stops_before_the_other_begins() {
    let Some(stage) = Stage::new() else { return };
    let line = Line::to(stage.redis.port());
    let [mut first, mut second] = stage.pair_with(&line.url(), &[]);
    line.cut();
    stage.wait_round("b", 0);
    turned(&mut first, "lapsed");
    let last = stage.last();
    stage.wait_round("b", last);
    one_after_the_other(&stage.rounds());
    line.mend();
    turned(&mut first, "lost");
    turned(&mut first, "following");
    turned(&mut second, "taken");
    assert!(second.so_far().iter().all(|event| event["turn"] != "lost"));
    one_after_the_other(&stage.rounds());
}

#[test]
fn a_redis_that_answers_slowly_is_told_of_and_nothing_is_sent_that_it_does_not_keep() {
    let Some(stage) = Stage::new() else { return };
    let line = Line::to(stage.redis.port());
    let mut show = stage.run("a", &line.url(), &[]);
    // Slow, but in time.
    line.slow(40);
    show.several("sent", 3);
    line.slow(400);
    show.wait("what is wrong", |event| {
        let message = event["message"].as_str().unwrap_or_default();
        message.contains("does not answer within 500 ms") && message.contains("nothing is sent")
    });
    show.wait("a refusal", |event| {
        event["event"] == "refused" && event["message"].to_string().contains("not in redis")
    });
    line.slow(0);
    show.wait("that it is mended", |event| {
        event["message"].as_str().is_some_and(|message| message.contains("is written again"))
    });
    let last = stage.last();
    stage.wait_round("a", last);
    one_after_the_other(&stage.rounds());
}

#[test]
fn what_lies_in_redis_is_shown_and_emptied_while_nobody_plays_it() {
    let Some(stage) = Stage::new() else { return };
    let url = stage.redis.url();
    let first = stage.run("a", &url, &[]);
    stage.wait_round("a", 1);
    let ask = |more: &[&str]| {
        stage.houses[0].do_in(&[&["state", "--store", &url, "show/show.rhai"], more].concat())
    };
    let shown = ask(&[]).to_string();
    assert!(shown.contains("  state     of ") && shown.contains("\"round\": "), "{shown}");
    assert!(shown.contains("open until") && shown.contains("Who wins?"), "{shown}");
    let refused = ask(&["--clear"]);
    assert_eq!(refused.code, Some(2), "{refused}");
    assert!(refused.stderr.contains("another runner has the show show"), "{refused}");
    assert_eq!(first.stop().code, Some(0));
    assert!(ask(&["--clear"]).to_string().contains("is emptied"));
    let nothing = ask(&[]).to_string();
    assert!(nothing.contains(&format!("nothing is kept of it in `{url}`")), "{nothing}");
}

/// Two machines with the same plan.
fn plans(stage: &Stage, channels: &[&str]) {
    let channels = channels.join("\", \"");
    let plan = format!("[[show]]\nscript = \"show/show.rhai\"\nchannels = [\"{channels}\"]\n");
    stage.houses.iter().for_each(|house| drop(house.write("runner.toml", &plan)));
}

/// The runner of a plan that says it is `by`.
fn up(stage: &Stage, by: &str) -> Runner {
    let house = &stage.houses[usize::from(by != "a")];
    let (url, endpoint) = (stage.redis.url(), &stage.local.url);
    let mut command = command(&["up", "--endpoint-url", endpoint, "--port", "0", "--json"]);
    command.args(["--desk", "127.0.0.1:0", "--store", &url, "--standby"]);
    Runner::start(command.args(["--set", &format!("by={by}")]).arg(house.at("runner.toml")))
}

/// Waits until the lease of each of these channels' shows turned so, in whatever order.
fn all_turned(runner: &mut Runner, turn: &str, channels: &[&str]) {
    let mut left = channels.to_vec();
    while !left.is_empty() {
        let event = turned(runner, turn);
        left.retain(|channel| event["channel"] != *channel);
    }
}

#[test]
fn of_a_plan_the_second_takes_over_all_that_the_first_played_as_it_is_then() {
    let Some(stage) = Stage::new() else { return };
    let [one, two, gone, new] = ["one", "two", "gone", "new"].map(|name| stage.local.another(name));
    let by = |channel: &str, by: &str| {
        let payloads = stage.local.payloads(channel);
        payloads.iter().filter(|payload| payload.contains(&format!("\"by\":\"{by}\""))).count()
    };
    plans(&stage, &[&one, &two, &gone]);
    let mut first = up(&stage, "a");
    all_turned(&mut first, "taken", &[&one, &two, &gone]);
    let mut second = up(&stage, "b");
    all_turned(&mut second, "following", &[&one, &two, &gone]);

    plans(&stage, &[&one, &two, &new]);
    for runner in [&mut first, &mut second] {
        let told = runner.event("plan_changed");
        assert_eq!((&told["kept"], &told["changed"]), (&json!(2), &Value::Null), "{told}");
    }
    // The new one is whose runner asked first: either way one plays it, and the other follows.
    until("the new show", || (by(&new, "a") + by(&new, "b") > 0).then_some(()));
    let is_own = by(&new, "b") > 0;
    let ends = |event: &Value| event["event"] == "stopped" && event["channel"] == *gone;
    first.wait("the end of what is gone", ends);
    first.kill();
    let mut taken: Vec<&str> = vec![&one, &two];
    taken.extend((!is_own).then_some(new.as_str()));
    all_turned(&mut second, "taken", &taken);
    for channel in [&one, &two, &new] {
        until("what the second sends", || (by(channel, "b") > 0).then_some(()));
        let payloads = stage.local.payloads(channel);
        let is_a = |payload: &&String| payload.contains("\"by\":\"a\"");
        let after = payloads.iter().skip_while(|payload| !payload.contains("\"by\":\"b\""));
        assert_eq!(after.filter(is_a).count(), 0, "one after the other on {channel}");
    }
    assert_eq!(by(&gone, "b"), 0, "what is gone from the plan is taken over by nobody");
    let ended = second.stop();
    assert_eq!(ended.code, Some(0), "{ended}");
}
