//! A show on the local channel, from its first line to its last.

use rustix::process::Signal;
use serde_json::{Value, json};
use showrunner::model::limits::SIGNAL_ECHO;

use crate::rig::{House, LOCAL, Local, ROUNDS, Runner, command, get};

fn name(event: &Value) -> &str {
    event["event"].as_str().expect("an event has a name")
}

#[test]
fn what_is_sent_is_what_viewers_get() {
    let (house, local) = (House::with(ROUNDS), Local::start());
    let mut show = house.run(&local, &[]);
    let sent = show.event("sent");
    let told: Vec<String> = show.so_far().iter().map(|event| name(event).to_owned()).collect();
    assert_eq!(told, ["started", "on_air", "cue_fired", "queued", "sent"]);
    assert_eq!(sent["payload"], r#"{"round":1}"#);
    assert_eq!((&sent["bytes"], &sent["attempts"]), (&json!(11), &json!(1)));
    assert_eq!((&sent["cue"], &sent["delivery"]), (&json!("round"), &json!("1-1")));
    assert_eq!((&sent["show"], &sent["channel"]), (&json!("show"), &json!(LOCAL)));
    assert!(sent.get("maybe_twice").is_none(), "{sent}");
    show.several("sent", 2);
    let ended = show.stop();
    let sent: Vec<Value> =
        ended.events().into_iter().filter(|event| name(event) == "sent").collect();
    let payloads: Vec<&str> =
        sent.iter().map(|event| event["payload"].as_str().expect("it is text")).collect();
    assert_eq!(local.payloads(LOCAL), payloads);
}

#[test]
fn a_string_goes_out_as_it_is() {
    let text = "ünï  \"x\"";
    let script = format!("on(\"start\", || put_metadata({text:?}));");
    let (house, local) = (House::with(&script), Local::start());
    let mut show = house.run(&local, &[]);
    assert_eq!(show.event("sent")["payload"], text);
    assert_eq!(local.payloads(LOCAL), [text]);
}

#[test]
fn the_first_screen_says_where_to_look() {
    let house = House::with(ROUNDS);
    let mut command = command(&["show/show.rhai", "--seed", "7", "--timezone", "Europe/Paris"]);
    command.args(["--port", "0", "--desk", "127.0.0.1:0"]).current_dir(house.at(""));
    let mut show = Runner::start(&mut command);
    let first = show.line("the first line", |_| true);
    let wanted =
        format!("showrunner {} · show · channel local · seed 7", env!("CARGO_PKG_VERSION"));
    assert_eq!(first, wanted);
    let player = show.line("the player", |_| true);
    let endpoint = show.line("the endpoint", |line| line.contains("endpoint"));
    let url = endpoint.split_whitespace().nth(1).expect("it is there");
    assert!(endpoint.ends_with("use it with any AWS SDK"), "{endpoint}");
    assert_eq!(player, format!("  player    {url}/"));
    show.line("the desk", |line| line.contains("desk      http://127.0.0.1:"));
    show.line("the journal", |line| line == "  journal   show/.runner/journal.jsonl");
    show.line("the zone", |line| line == "  zone      Europe/Paris");
    let on_air = show.line("on air", |line| line.contains("  on air   st-"));
    assert_eq!(on_air.find("on air"), Some("00:00:00.000  ".len()), "columns stand still");
    show.line("a payload", |line| line.contains("  sent     round      11 B"));
    let (status, listed) = get(&format!("{url}/local/payloads?channelArn={LOCAL}"), &[]);
    assert_eq!(status, 200);
    assert_eq!(listed["payloads"][0]["metadata"], r#"{"round":1}"#);
    let ended = show.stop();
    let last = ended.lines.last().expect("it said something");
    assert!(last.contains("  stopped  ") && last.ends_with("0 refused, 0 expired"), "{last}");
    assert!(!ended.lines.iter().any(|line| line.contains('\u{1b}')), "no colour on a pipe");
}

#[test]
fn the_endpoint_may_be_named_as_for_every_aws_tool() {
    let (house, local) = (House::with(ROUNDS), Local::start());
    let arn = local.another("elsewhere");
    let mut command = command(&["show/show.rhai", &arn, "--json", "--port", "0"]);
    command.args(["--desk", "127.0.0.1:0"]);
    command.env("AWS_ENDPOINT_URL_IVS", &local.url).current_dir(house.at(""));
    let mut show = Runner::start(&mut command);
    show.sent("round");
    assert_eq!(show.stop().code, Some(0));
    assert!(!local.rounds(&arn).is_empty());
}

#[test]
fn another_port_than_the_usual_one_is_said() {
    // Whoever has them, they are taken.
    let taken = [5001, 5002].map(|port| std::net::TcpListener::bind(("127.0.0.1", port)));
    let house = House::with(ROUNDS);
    let mut command = command(&["show/show.rhai", "--json"]);
    let mut show = Runner::start(command.current_dir(house.at("")));
    let said = show.several("warning", 2);
    let said: Vec<&str> = said.iter().filter_map(|event| event["message"].as_str()).collect();
    assert!(said[0].starts_with("port 5001 is taken, this run uses 50"), "{said:?}");
    assert!(said[1].starts_with("port 5002 is taken, the desk uses 50"), "{said:?}");
    let second = Runner::start(&mut command).end();
    assert_eq!((second.code, second.lines.len()), (Some(2), 0), "of its ports nothing: {second}");
    assert_eq!(show.stop().code, Some(0));
    let mut local = Runner::start(&mut crate::rig::command(&["local"]));
    let endpoint = local.line("the endpoint", |line| line.contains("endpoint"));
    let moved = local.line("the port", |line| line.contains("port 5001 is taken"));
    let port = moved.rsplit(' ').next().expect("it names the other");
    assert!(endpoint.contains(&format!("http://127.0.0.1:{port} ")), "{endpoint} {moved}");
    drop(taken);
}

#[test]
fn ctrl_c_and_its_like_end_it_cleanly() {
    for signal in [Signal::INT, Signal::TERM] {
        let house = House::with(&format!("{ROUNDS} on(\"stop\", || put_metadata(\"bye\"));"));
        let local = Local::start();
        let mut show = house.run(&local, &[]);
        show.event("sent");
        show.signal(signal);
        let ended = show.end();
        assert_eq!((ended.code, ended.last().as_str()), (Some(0), "stopped"), "{signal:?} {ended}");
        let last = local.payloads(LOCAL).pop();
        assert_eq!(last.as_deref(), Some("bye"), "what `on(\"stop\")` sends goes out");
    }
}

#[test]
fn the_call_in_flight_is_waited_for() {
    let script = r#"
        on("start", || put_metadata("slow"));
        on("stop", || print("stopping"));"#;
    let (house, local) = (House::with(script), Local::start());
    local.faults(&json!({ "delay_ms": 1000 }));
    let mut show = house.run(&local, &[]);
    show.event("queued");
    let ended = show.stop();
    assert_eq!((ended.code, ended.last().as_str()), (Some(0), "stopped"), "{ended}");
    assert_eq!(ended.events().last().map(|event| event["sent"].clone()), Some(json!(1)));
    assert_eq!(local.payloads(LOCAL), ["slow"]);
}

#[test]
fn a_second_ctrl_c_ends_it_at_once() {
    let script = r#"
        on("start", || put_metadata("slow"));
        on("stop", || print("stopping"));"#;
    let (house, local) = (House::with(script), Local::start());
    // Far more than a stop waits: the call is in flight until the end.
    local.faults(&json!({ "delay_ms": 60000, "unavailable": 100 }));
    let mut show = house.run(&local, &[]);
    show.event("queued");
    show.signal(Signal::INT);
    show.event("log");
    // A person presses later than a terminal repeats itself.
    std::thread::sleep((SIGNAL_ECHO * 2).unsigned_abs());
    show.signal(Signal::INT);
    assert_eq!(show.end().code, Some(1), "it did not wait for a clean end");
}

#[test]
fn a_show_ends_by_itself_when_it_is_told_to() {
    let (house, local) = (House::with(ROUNDS), Local::start());
    let ended = house.run(&local, &["--for", "700ms"]).end();
    assert_eq!((ended.code, ended.last().as_str()), (Some(0), "stopped"), "{ended}");
    assert!(!local.rounds(LOCAL).is_empty());
}

#[test]
fn a_handler_that_fails_changes_nothing_and_the_show_goes_on() {
    let script = r#"
        cue("bad", every("300ms"), || {
            state.lost = 1;
            put_metadata("never");
            throw "not today";
        });
        cue("good", every("300ms"), || put_metadata(#{round: 1, lost: state.lost ?? 0}));"#;
    let (house, local) = (House::with(script), Local::start());
    let mut show = house.run(&local, &[]);
    let error = show.event("script_error");
    assert_eq!((&error["line"], &error["message"]), (&json!(5), &json!("not today")));
    show.several("sent", 3);
    show.stop();
    let payloads = local.payloads(LOCAL);
    assert!(payloads.iter().all(|payload| payload == r#"{"lost":0,"round":1}"#), "{payloads:?}");
}

#[test]
fn mistakes_in_a_handler_are_drawn_once_and_harm_no_other() {
    for (body, wanted) in [
        ("sleep(1);", "never sleeps"),
        ("let s = \"x\"; loop { s += s; }", "4194304 bytes"),
        ("let l = []; loop { let m = l; l = [m]; }", "nest|too long|operations"),
        ("let f = || 1; loop { let g = f; f = || g.call(); }", "nest|too long|operations"),
        ("put_metadata(#{n: 0.0 / 0.0});", "NaN"),
        ("put_metadata(#{f: || 1});", "function"),
        ("put_metadata(\"\");", "empty"),
        ("let s = \"\"; for i in 0..1025 { s += \"x\"; } put_metadata(s);", "1025"),
        ("random_fact(\"none\");", "none"),
        ("read_lines(\"../../etc/passwd\");", "passwd"),
    ] {
        let script = format!("{ROUNDS}\ncue(\"bad\", every(\"1h\"), || {{ {body} }});");
        let (house, local) = (House::with(&script), Local::start());
        let mut show = house.run(&local, &[]);
        let error = show.event("script_error");
        let words = format!("{} {}", error["message"], error["hint"]).to_lowercase();
        let told = wanted.split('|').any(|part| words.contains(&part.to_lowercase()));
        assert!(told, "{body}: {error}");
        let before = local.rounds(LOCAL).len();
        show.wait("a later round", |event| {
            event["payload"] == format!(r#"{{"round":{}}}"#, before + 2) && event["event"] == "sent"
        });
        assert_eq!(show.stop().code, Some(0), "{body}");
    }
}
