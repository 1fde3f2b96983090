//! Many shows by a plan: each with what is its own, and edits of the plan while it plays.

mod one_channel;
mod waiting;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::rig::{House, LOCAL, Local, ROUNDS, Runner, command, post, until};

/// Says who it is, as often as may be; and that it ends.
const WHO: &str = r#"
    cue("who", every("300ms"), || {
        state.n = (state.n ?? 0) + 1;
        put_metadata(#{who: args.who ?? "nobody", n: state.n, chance: random(1, 1000000)});
    });
    on("stop", || put_metadata(#{bye: args.who ?? "nobody"}));
"#;

fn house() -> House {
    let house = House::with(ROUNDS);
    house.write("show/who.rhai", WHO);
    house
}

/// Runs the plan of a house; data lies beside it.
fn up(house: &House, local: &Local, flags: &[&str]) -> Runner {
    up_by(house, "runner.toml", local, flags)
}

/// The same by a plan of this name.
fn up_by(house: &House, plan: &str, local: &Local, flags: &[&str]) -> Runner {
    let mut command =
        command(&["up", "--endpoint-url", &local.url, "--port", "0", "--desk", "127.0.0.1:0"]);
    Runner::start(command.args(flags).arg(house.at(plan)))
}

fn on<'a>(show: &'a str, channel: &'a str) -> impl Fn(&Value) -> bool + 'a {
    move |event| event["show"] == show && event["channel"] == channel
}

/// Waits for a show's event of this name.
fn of(run: &mut Runner, name: &str, show: &str, channel: &str) -> Value {
    run.wait(&format!("{name} of {show}"), |event| {
        event["event"] == name && on(show, channel)(event)
    })
}

/// Waits until the show on this channel has sent so many payloads from now on.
fn sends(run: &mut Runner, show: &str, channel: &str, count: usize) {
    (0..count).for_each(|_| drop(of(run, "sent", show, channel)));
}

#[test]
fn each_show_has_its_own_arguments_zone_and_seed() {
    let (house, local) = (house(), Local::start());
    let other = local.another("other");
    house.write(
        "runner.toml",
        &format!(
            r#"
            [[show]]
            script = "show/who.rhai"
            channels = ["local", "{other}"]
            timezone = "Europe/Paris"
            seed = 7
            args = {{ who = "Ada" }}

            [[show]]
            script = "show/show.rhai"
            channels = ["{other}"]
            "#
        ),
    );
    let mut run =
        up(&house, &local, &["--json", "--seed", "5", "--set", "who=all", "--set", "x=1"]);
    sends(&mut run, "who", LOCAL, 2);
    sends(&mut run, "who", &other, 2);
    sends(&mut run, "show", &other, 2);
    let ended = run.stop();
    assert_eq!(ended.code, Some(0), "{ended}");
    let events = ended.events();
    let started = |show: &'static str, channel: &str| {
        let of = |event: &&Value| event["event"] == "started" && on(show, channel)(event);
        let mut all = events.iter().filter(of);
        let first = all.next().unwrap_or_else(|| panic!("{show} started on {channel}")).clone();
        assert!(all.next().is_none(), "it starts once");
        first
    };
    let (here, there) = (started("who", LOCAL), started("who", &other));
    assert_eq!((&here["zone"], &here["seed"]), (&json!("Europe/Paris"), &json!(7)));
    assert_eq!(here["args"], json!({ "who": "Ada", "x": 1 }));
    assert_eq!(there["args"], here["args"]);
    let rounds = started("show", &other);
    assert_eq!((&rounds["zone"], &rounds["seed"]), (&json!("UTC"), &json!(5)));
    assert_eq!(rounds["args"], json!({ "who": "all", "x": 1 }));
    let draws = |channel: &str| -> Vec<Value> {
        let payloads = local.payloads(channel);
        let parsed = payloads.iter().filter_map(|text| serde_json::from_str::<Value>(text).ok());
        parsed.filter(|payload| payload["n"] == 1 || payload["n"] == 2).collect()
    };
    assert_eq!(draws(LOCAL), draws(&other), "the same seed gives the same draws");
    assert!(house.at(".runner/journal.jsonl").is_file(), "data lies beside the plan");
    let shared = events.iter().filter(|event| {
        event["event"] == "warning"
            && event["message"].as_str().is_some_and(|words| words.contains("share"))
    });
    assert_eq!(shared.count(), 1, "that two shows share a channel is said once");
}

#[test]
fn an_edit_touches_only_what_it_changes() {
    let (house, local) = (house(), Local::start());
    let [changed, removed, added] = ["changed", "removed", "added"].map(|name| local.another(name));
    let show = |script: &str, channel: &str, more: &str| {
        format!("[[show]]\nscript = \"show/{script}.rhai\"\nchannels = [\"{channel}\"]\n{more}\n")
    };
    let kept = show("show", LOCAL, "seed = 1");
    let gone = show("who", &removed, "args = { who = \"gone\" }");
    house.write("runner.toml", &[kept.as_str(), &show("who", &changed, ""), &gone].concat());
    let mut run = up(&house, &local, &["--json"]);
    sends(&mut run, "show", LOCAL, 2);
    sends(&mut run, "who", &changed, 2);
    sends(&mut run, "who", &removed, 1);

    // What cannot be read changes nothing.
    house.write("runner.toml", "[[show]\n");
    let refused = run.event("plan_refused");
    assert_eq!((&refused["line"], &refused["script"].is_string()), (&json!(1), &true), "{refused}");
    sends(&mut run, "who", &removed, 1);

    let renewed = show("who", &changed, "args = { who = \"Ada\" }");
    house.write("runner.toml", &[renewed.as_str(), &show("who", &added, ""), &kept].concat());
    let told = run.event("plan_changed");
    assert_eq!(told["kept"], 1, "{told}");
    assert_eq!(told["added"], json!([format!("who on {added}")]));
    assert_eq!(told["removed"], json!([format!("who on {removed}")]));
    assert_eq!(told["changed"], json!([format!("who on {changed}")]));
    let again = of(&mut run, "started", "who", &changed);
    assert_eq!((&again["run"], &again["resume"]), (&json!(2), &json!(false)), "{again}");
    sends(&mut run, "who", &changed, 2);
    sends(&mut run, "who", &added, 1);
    sends(&mut run, "show", LOCAL, 1);
    let ended = run.stop();
    assert_eq!(ended.code, Some(0), "{ended}");

    let said = |channel: &str, words: &str| {
        local.payloads(channel).iter().any(|payload| payload.contains(words))
    };
    assert!(said(&removed, r#""bye":"gone""#), "a show that is gone ends cleanly");
    assert!(said(&changed, r#""bye":"nobody""#), "so does one that begins anew");
    assert!(said(&changed, r#""who":"Ada""#), "and then has its new arguments");
    let events = ended.events();
    let starts = |channel: &str| {
        events.iter().filter(|it| it["event"] == "started" && it["channel"] == channel).count()
    };
    assert_eq!([LOCAL, &changed, &removed, &added].map(starts), [1, 2, 1, 1]);
    let rounds = local.rounds(LOCAL);
    assert_eq!(rounds, (1..=rounds.last().copied().unwrap_or(0)).collect::<Vec<_>>(), "untouched");
    let n: Vec<Value> = local
        .payloads(&changed)
        .iter()
        .filter_map(|text| serde_json::from_str::<Value>(text).ok())
        .filter(|payload| payload["n"].is_u64())
        .map(|payload| payload["n"].clone())
        .collect();
    assert_eq!(n, (1..=n.len()).map(|n| json!(n)).collect::<Vec<_>>(), "its state goes on");
}

#[test]
fn a_plan_with_a_mistake_does_not_begin() {
    let (house, local) = (house(), Local::start());
    house.write("runner.toml", "[[show]]\nscript = \"show/show.rhai\"\nchanels = [\"local\"]\n");
    let ended = up(&house, &local, &[]).end();
    assert_eq!(ended.code, Some(2), "{ended}");
    assert!(ended.stderr.contains("did you mean `channels`?"), "{ended}");
    assert!(ended.stderr.contains("runner.toml:3:1"), "{ended}");
    assert!(!house.at(".runner").exists(), "nothing was opened");
}

#[test]
fn a_person_reads_what_becomes_of_the_plan() {
    let (house, local) = (house(), Local::start());
    let show = "[[show]]\nscript = \"show/show.rhai\"\n";
    house.write("runner.toml", show);
    let mut run = up(&house, &local, &[]);
    run.line("the head", |line| line.contains("runner.toml · 1 show · 1 channel"));
    run.line("a payload", |line| line.contains("show local") && line.contains("  sent     "));
    house.write("runner.toml", &format!("{show}seeds = 5\n"));
    run.line("the mistake", |line| line.starts_with("error: a show has no `seeds`"));
    run.line("its place", |line| line.contains("runner.toml:3:1"));
    run.line("its line", |line| line.contains("seeds = 5"));
    run.line("what then", |line| line == "the shows on air go on as they are");
    house.write("runner.toml", &format!("{show}seed = 5\n"));
    run.line("the change", |line| line.contains("0 shows go on, 1 changed · changed show on arn:"));
    run.signal(Signal::INT);
    assert_eq!(run.end().code, Some(0));
}

#[test]
fn one_show_that_fails_does_not_hinder_the_others_and_can_be_mended() {
    let (house, local) = (house(), Local::start());
    house.write("show/bad.rhai", "every(5);");
    let good = "[[show]]\nscript = \"show/show.rhai\"\n";
    house.write("runner.toml", &format!("{good}[[show]]\nscript = \"show/bad.rhai\"\n"));
    let mut run = up(&house, &local, &["--json"]);
    run.wait("its mistake", |it| it["event"] == "script_error" && it["show"] == "bad");
    sends(&mut run, "show", LOCAL, 1);
    house.write("show/bad.rhai", "every(\"300ms\", || put_metadata(\"mended\"));");
    house.write("runner.toml", &format!("{good}[[show]]\nscript = \"show/bad.rhai\"\nseed = 5\n"));
    of(&mut run, "sent", "bad", LOCAL);
    assert_eq!(run.stop().code, Some(0), "in the end all is well");
}

/// Presses a button of the desk, for all shows.
fn press(desk: &str, button: &str) -> Value {
    let (_, said) = post(&format!("{desk}/api/{button}"), &[("authorization", BEARER)], "");
    said
}

const BEARER: &str = "Bearer a-token-of-ours";

#[test]
fn a_panic_holds_whatever_begins_until_it_is_lifted() {
    let (house, local) = (house(), Local::start());
    let [kept, added] = ["kept", "added"].map(|name| local.another(name));
    let plan = |channels: &[&str], who: &str| {
        let channels = channels.join("\", \"");
        let args = format!("args = {{ who = \"{who}\" }}");
        let show = format!("[[show]]\nscript = \"show/who.rhai\"\nchannels = [\"{channels}\"]\n");
        house.write("runner.toml", &format!("{show}{args}\n"));
    };
    plan(&[LOCAL, &kept], "Ada");
    let mut run = up(&house, &local, &["--desk-token", "a-token-of-ours"]);
    let line = run.line("the desk", |line| line.starts_with("  desk "));
    let address = line.split('/').nth(2).expect("it has an address");
    let desk = format!("http://{address}");
    run.line("a payload", |line| line.contains("  sent     "));
    // Perhaps before the other has begun.
    let said = press(&desk, "panic");
    assert_eq!(said["shows"].as_array().map(Vec::len), Some(2), "{said}");
    assert!(
        said["shows"].as_array().into_iter().flatten().all(|it| it["result"] == "done"),
        "{said}"
    );
    for _ in 0..2 {
        run.line("a show's panic", |line| line.contains("  panic "));
    }
    let sent = |channel: &str| {
        let payloads = local.payloads(channel);
        payloads.iter().filter(|payload| payload.contains("who")).count()
    };
    let before = [LOCAL, &kept].map(sent);
    plan(&[LOCAL, &kept, &added], "Bob");
    for _ in 0..3 {
        run.line("a panic that goes on", |line| line.contains("  panic "));
    }
    assert_eq!([LOCAL, &kept].map(sent), before, "nothing goes out");
    assert_eq!(sent(&added), 0, "nor of what is new");
    press(&desk, "resume");
    let is_anew = |channel: &&str| {
        local.payloads(channel).iter().any(|payload| payload.contains("\"who\":\"Bob\""))
    };
    until("what all send then", || [LOCAL, &kept, &added].iter().all(is_anew).then_some(()));
    run.signal(Signal::INT);
    assert_eq!(run.end().code, Some(0));
}

#[test]
fn a_script_that_does_not_compile_begins_once_it_is_mended() {
    let (house, local) = (house(), Local::start());
    house.write("show/bad.rhai", "every(5);");
    house.write("runner.toml", "[[show]]\nscript = \"show/bad.rhai\"\n");
    // Nothing else plays, and the run waits for the edit.
    let mut run = up(&house, &local, &["--json"]);
    // It is over when that is said.
    let waits = |run: &mut Runner| {
        of(run, "script_error", "bad", LOCAL);
        let told = run.event("warning");
        let words = told["message"].as_str().expect("it has words");
        assert!(words.starts_with("bad on arn:") && words.contains("begins when"), "{told}");
    };
    waits(&mut run);
    house.write("show/bad.rhai", "every(6);");
    waits(&mut run);
    house.write("show/bad.rhai", "import \"lib\" as lib; every(\"300ms\", || lib::say());");
    waits(&mut run);
    // What it reads counts as well.
    house.write("show/lib.rhai", "fn say() { put_metadata(\"mended\") }");
    of(&mut run, "sent", "bad", LOCAL);
    assert_eq!(run.stop().code, Some(0), "in the end all is well");
}

#[test]
fn a_show_that_cannot_be_set_up_is_tried_again_until_it_can() {
    let (house, local) = (house(), Local::start());
    let other = local.another("other");
    let show = |channel: &str| {
        format!("[[show]]\nscript = \"show/show.rhai\"\nchannels = [\"{channel}\"]\n")
    };
    house.write("runner.toml", &show(&other));
    let mut first = up(&house, &local, &["--json"]);
    sends(&mut first, "show", &other, 1);
    house.write("other.toml", &[show(LOCAL), show(&other)].concat());
    let mut second = up_by(&house, "other.toml", &local, &["--json"]);
    let is_said = |event: &Value| {
        event["message"].as_str().is_some_and(|words| {
            words.contains("is tried again until it can") && words.contains("is already running")
        })
    };
    second.wait("what is wrong", is_said);
    sends(&mut second, "show", LOCAL, 1);
    first.kill();
    sends(&mut second, "show", &other, 1);
    let ended = second.stop();
    assert_eq!(ended.code, Some(0), "{ended}");
    assert_eq!(ended.events().iter().filter(|event| is_said(event)).count(), 1, "{ended}");
}
