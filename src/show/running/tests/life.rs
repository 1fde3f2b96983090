//! From the start to the end of a show, without edits or crashes.

use jiff::SignedDuration;

use super::*;
use crate::model::io::Ending;
use crate::show::evening::Fault;

#[test]
fn every_fires_at_once_and_then_on_its_grid() {
    let mut stage = Stage::play(r#"every("10s", || put_metadata("tick"));"#);
    stage.advance("35s");
    assert_eq!(stage.seconds(), [0, 10, 20, 30]);
}

#[test]
fn the_shortest_show_asks_a_fact() {
    let script = r#"every("10s", || {
        let fact = random_fact("cats");
        put_metadata(poll(fact, ["True", "False", pick(["Maybe", "Perhaps"])]));
    });"#;
    let mut stage = Stage::play(script);
    stage.advance("45s");
    assert_eq!(stage.mistakes(), [] as [String; 0]);
    let mut questions: Vec<String> = stage
        .texts()
        .iter()
        .map(|text| {
            let poll: Value = serde_json::from_str(text).expect("a poll is JSON");
            assert_eq!(poll["answers"]["1"], "True");
            poll["question"].as_str().expect("a poll has a question").to_owned()
        })
        .collect();
    questions.sort();
    assert_eq!(questions, ["fact 1", "fact 2", "fact 3", "fact 4", "fact 5"]);
}

#[test]
fn a_failed_handler_changes_nothing_and_the_show_goes_on() {
    let script = r#"every("10s", || {
        state.round = (state.round ?? 0) + 1;
        put_metadata("round " + state.round);
        after("1s", || put_metadata("later"));
        if state.round == 2 && !(state.failed ?? false) { throw "no"; }
    });
    cue("mend", || state.failed = true);"#;
    let mut stage = Stage::play(script);
    stage.advance("12s");
    assert_eq!(stage.texts(), ["round 1", "later"]);
    assert_eq!(stage.count("script_error"), 1);
    assert_eq!(stage.saved().state.expect("it was set").value, json!({"round": 1}));
}

#[test]
fn while_off_air_nothing_timed_runs_and_the_grid_begins_on_air() {
    let mut evening = evening(START);
    let arn: ChannelArn = REMOTE.parse().expect("it is well formed");
    evening.go_offline(&arn);
    let script = r#"every("10s", || put_metadata("tick"));
        on("start", || put_metadata("waits in the outbox", #{valid_for: "1m"}));"#;
    let show = evening.add(setup(REMOTE), script, Files::new(), Saved::default());
    let mut stage = Stage { evening, show };
    stage.advance("25s");
    assert_eq!(stage.seconds(), [] as [i64; 0]);
    stage.evening.go_live(&arn);
    stage.advance("15s");
    assert_eq!(stage.texts(), ["waits in the outbox", "tick", "tick"]);
    assert_eq!(stage.count("off_air"), 1);
    assert_eq!(stage.count("on_air"), 1);
}

#[test]
fn a_short_gap_is_the_same_broadcast() {
    let script = r#"on("on_air", || put_metadata("live"));
        on("off_air", || put_metadata("gone", #{valid_for: "1s"}));"#;
    let arn: ChannelArn = REMOTE.parse().expect("it is well formed");
    let mut stage = Stage::play(script);
    stage.advance("1m");
    stage.evening.go_offline(&arn);
    stage.advance("1m");
    stage.evening.go_live(&arn);
    stage.advance("1m");
    assert_eq!(stage.texts(), ["live"]);
    stage.evening.go_offline(&arn);
    stage.advance("15m");
    stage.evening.go_live(&arn);
    stage.advance("1m");
    assert_eq!(stage.texts(), ["live", "live"]);
}

#[test]
fn stop_runs_its_handler_and_drops_what_waited() {
    let script = r#"on("start", || for n in 0..20 { put_metadata("wait " + n) });
        on("stop", || put_metadata("good night"));"#;
    let mut stage = Stage::play(script);
    stage.advance("500ms");
    stage.input(ShowInput::Stop);
    stage.advance("10s");
    assert_eq!(stage.evening.ending(stage.show), Some(Ending::Clean));
    assert_eq!(stage.texts().last().map(String::as_str), Some("good night"));
    assert_eq!(stage.names().last().map(String::as_str), Some("stopped"));
    assert_eq!(stage.count("dropped") + stage.count("sent"), 21);
    assert!(stage.saved().run.expect("it ran").ended);
    assert!(stage.saved().deliveries.is_empty());
}

#[test]
fn a_script_that_does_not_compile_ends_the_show_before_it_began() {
    let stage = Stage::play("every(\"10s\", || { put_metadata(random_fct(\"cats\")) });");
    assert_eq!(stage.evening.ending(stage.show), Some(Ending::Failed));
    assert!(stage.mistakes()[0].contains("random_fct"), "{:?}", stage.mistakes());
}

#[test]
fn a_refused_delivery_is_heard_once_when_given_up() {
    let script = r#"on("start", || put_metadata("first", #{valid_for: "3s"}));
        on("refused", |e| put_metadata("gave up " + e.data.payload));"#;
    let arn: ChannelArn = REMOTE.parse().expect("it is well formed");
    let mut evening = evening(START);
    evening.fault(&arn, Fault::Throttled, 0);
    evening.fault(&arn, Fault::Unavailable, 8);
    let show = evening.add(setup(REMOTE), script, Files::new(), Saved::default());
    let mut stage = Stage { evening, show };
    stage.advance("30s");
    assert_eq!(stage.texts(), ["gave up first"]);
}

#[test]
fn the_same_seed_gives_the_same_events() {
    let script = r#"every("5s..20s", || put_metadata(random_fact("cats") + random(1, 1000)));"#;
    let play = || {
        let mut stage = Stage::play(script);
        stage.advance("10m");
        let events = stage.evening.events().iter();
        events.map(|e| serde_json::to_string(e).expect("JSON")).collect::<Vec<_>>()
    };
    let first = play();
    assert!(first.len() > 60);
    assert_eq!(first, play());
}

#[test]
fn fires_that_chain_for_ever_are_cut() {
    let mut stage = Stage::play(r#"cue("a", || fire("a")); on("start", || fire("a"));"#);
    stage.advance("1s");
    assert_eq!(stage.count("not_run"), 1);
    assert!(stage.count("cue_fired") <= 1_010);
}

#[test]
fn a_wall_clock_that_steps_back_fires_nothing_twice() {
    let mut stage = Stage::play(
        r#"cron("0 * * * * *", || put_metadata("minute"));
        every("50s", || put_metadata("fifty"));"#,
    );
    stage.advance("2m30s");
    let before = stage.texts();
    stage.evening.jump_wall(SignedDuration::from_secs(-120));
    stage.advance("45s");
    let minutes = |texts: &[String]| texts.iter().filter(|text| *text == "minute").count();
    assert_eq!(minutes(&stage.texts()), minutes(&before));
    assert_eq!(stage.count("clock_jumped"), 1);
    stage.advance("2m");
    assert!(minutes(&stage.texts()) > minutes(&before));
}

#[test]
fn a_day_of_facts_is_played_in_no_time() {
    let mut stage = Stage::play(r#"every("10s", || put_metadata(random_fact("cats")));"#);
    stage.advance("24h");
    assert_eq!(stage.got().len(), 8_640);
    assert_eq!(stage.count("script_error"), 0);
}

#[test]
fn two_fires_in_one_cue_do_not_hang_the_show() {
    let script = r#"cue("a", || { fire("a"); fire("a"); }); on("start", || fire("a"));
        every("10s", || put_metadata("alive"));"#;
    let mut stage = Stage::play(script);
    stage.advance("15s");
    assert_eq!(stage.seconds(), [0, 10]);
    assert_eq!(stage.count("not_run"), 1);
    assert!(stage.count("cue_fired") <= 1_010);
}

#[test]
fn nothing_begins_once_a_show_has_left() {
    let script = r#"on("start", || put_metadata("held", #{valid_for: "1h"}));
        on("refused", || put_metadata("again"));
        cue("go", || put_metadata("go"));
        on("stop", || put_metadata("bye"));"#;
    let mut stage = Stage::play(script);
    stage.advance("1s");
    stage.input(ShowInput::Stop);
    let cue = crate::model::cue::CueKey::named("go").expect("it is a name");
    let action = crate::model::io::OperatorAction::Fire { cue, data: Value::Null };
    stage.input(ShowInput::Operator { request: 7, action });
    stage.advance("10s");
    assert_eq!(stage.texts(), ["held", "bye"]);
    assert!(stage.saved().deliveries.is_empty());
}

#[test]
fn a_stop_handler_may_read_a_file_for_the_first_time() {
    let script = r#"cue("x", || 1); on("stop", || put_metadata(next_fact("cats")));"#;
    let mut stage = Stage::play(script);
    stage.advance("1s");
    stage.input(ShowInput::Stop);
    stage.advance("10s");
    assert_eq!(stage.texts(), ["fact 1"]);
    assert_eq!(stage.names().last().map(String::as_str), Some("stopped"));
}

#[test]
fn a_new_show_in_the_same_broadcast_knows_what_fired_in_it() {
    let script =
        r#"stream_at("3s", || put_metadata("three")); on("on_air", || put_metadata("on"));"#;
    let arn: ChannelArn = REMOTE.parse().expect("it is well formed");
    let mut stage = Stage::play(script);
    stage.advance("4s");
    stage.input(ShowInput::Stop);
    stage.advance("1s");
    assert_eq!(stage.texts(), ["on", "three"]);
    let mut evening = evening("2026-11-22T20:00:06Z");
    evening.live_since(&arn, START.parse().expect("it is a time"));
    let show = evening.add(setup(REMOTE), script, Files::new(), stage.saved());
    let mut after = Stage { evening, show };
    after.advance("1m");
    assert_eq!(after.texts(), [] as [String; 0]);
    assert_eq!(after.count("missed"), 0);
}

#[test]
fn a_restart_is_a_new_broadcast_only_where_the_run_serves_the_channel_itself() {
    let script =
        r#"stream_at("3s", || put_metadata("three")); on("on_air", || put_metadata("on"));"#;
    let local = ChannelArn::local();
    let play = |start: &str, own_stream: bool, saved: Saved| {
        let mut evening = evening(start);
        evening.live_since(&local, start.parse().expect("it is a time"));
        let setup = ShowSetup { own_stream, ..setup(local.as_str()) };
        let show = evening.add(setup, script, Files::new(), saved);
        let mut stage = Stage { evening, show };
        stage.advance("1m");
        stage.input(ShowInput::Stop);
        stage.advance("1s");
        stage
    };
    for (own_stream, wanted) in [(true, &["on", "three"][..]), (false, &[])] {
        let before = play(START, own_stream, Saved::default());
        assert_eq!(before.texts(), ["on", "three"]);
        let after = play("2026-11-22T20:02:00Z", own_stream, before.saved());
        assert_eq!(after.texts(), wanted, "served by the run: {own_stream}");
    }
}

#[test]
fn a_broadcast_begins_when_its_stream_did() {
    let script = r#"on("start", || put_metadata("first"));
        after("1s", || put_metadata("at " + stream().elapsed_s));"#;
    let arn: ChannelArn = REMOTE.parse().expect("it is well formed");
    let mut evening = evening(START);
    evening.live_since(&arn, "2026-11-22T19:59:00Z".parse().expect("it is a time"));
    let show = evening.add(setup(REMOTE), script, Files::new(), Saved::default());
    let mut stage = Stage { evening, show };
    stage.advance("5s");
    assert_eq!(stage.texts(), ["first", "at 61"]);
}

#[test]
fn what_is_forgotten_is_forgotten_only_when_the_new_show_begins() {
    let good = r#"on("start", || { state.x = 42; });"#;
    let mut stage = Stage::play(good);
    stage.advance("1s");
    let saved = stage.saved();
    let play = |script: &str| {
        let mut evening = evening("2026-11-22T20:30:00Z");
        let show = evening.add_fresh(setup(REMOTE), script, Files::new(), saved.clone());
        Stage { evening, show }.saved().state.map(|kept| kept.value)
    };
    assert_eq!(play("this is no script"), Some(json!({"x": 42})));
    assert_eq!(play(r#"cue("a", || 1);"#), None);
}

#[test]
fn a_fresh_evening_has_no_open_poll_and_no_points() {
    let script = r#"on("start", || ask(quiz("2 + 2?", ["3", "4"], "4"), #{open_for: "5s"}));"#;
    let mut stage = Stage::play(script);
    stage.advance("1s");
    stage.evening.vote_as(stage.show, "Ada", None, "4").expect("it is open");
    stage.advance("30s");
    let leaders = r#"on("start", || ask("Tea?", ["Yes", "No"], #{open_for: "1m"}));
        every("1s", #{first: "2s"}, || state.best = leaderboard(5).len());"#;
    let ballots = stage.evening.ballots(stage.show).expect("there was a poll").clone();
    let best = |fresh: bool| {
        let mut evening = evening("2026-11-22T20:30:00Z");
        evening.keep_ballots(setup(REMOTE).script.id.clone(), ballots.clone());
        let (setup, saved) = (setup(REMOTE), stage.saved());
        let show = if fresh {
            evening.add_fresh(setup, leaders, Files::new(), saved)
        } else {
            evening.add(setup, leaders, Files::new(), saved)
        };
        let mut stage = Stage { evening, show };
        stage.advance("10s");
        stage
    };
    let leading = |stage: &Stage| stage.saved().state.map(|kept| kept.value["best"].clone());
    assert_eq!(leading(&best(false)), Some(json!(1)));
    let mut fresh = best(true);
    assert_eq!((leading(&fresh), fresh.asked().len()), (Some(json!(0)), 1));
    // What was open when it crashed is not open in a fresh evening.
    fresh.vote("Yes", 1);
    let mut evening = evening("2026-11-22T20:31:00Z");
    let quiet = r#"cue("x", || ());"#;
    let show = evening.add_fresh(setup(REMOTE), quiet, Files::new(), fresh.saved());
    let mut after = Stage { evening, show };
    after.advance("1s");
    assert_eq!((after.asked(), after.evening.open_polls(after.show).len()), (Vec::new(), 0));
}
