//! Where events go, and what happens when that place is full, missing or deaf.

use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::rig::{House, LOCAL, Local, ROUNDS, Runner, bare, until};

/// Says far more than a pipe holds.
const LOUD: &str = r#"
    cue("round", every("300ms"), || {
        let words = "";
        for i in 0..1000 { words += "x"; }
        for i in 0..90 { print(words); }
        state.round = (state.round ?? 0) + 1;
        put_metadata(#{round: state.round});
    });
"#;

#[test]
fn the_journal_holds_what_json_says() {
    let (house, local) = (House::with(ROUNDS), Local::start());
    let mut show = house.run(&local, &[]);
    show.several("sent", 3);
    let ended = show.stop();
    let journal = house.read("data/journal.jsonl");
    let journal: Vec<&str> = journal.lines().collect();
    assert_eq!(ended.lines, journal);
    let mut again = house.run(&local, &["--journal", &house.at("else/where").to_string_lossy()]);
    again.event("sent");
    let ended = again.stop();
    let elsewhere = house.read("else/where");
    assert_eq!(ended.lines, elsewhere.lines().collect::<Vec<&str>>());
}

#[test]
fn polls_are_events_rows_and_payloads() {
    let script = r#"on("start", || {
            state.asking = ask("Tea or coffee?", ["Tea", "Coffee"], #{open_for: "10m"});
            after("300ms", || ask(quiz("Capital of Italy?", ["Paris", "Rome"], "Rome"), #{
                open_for: "10m",
            }));
        });
        on("poll_closed", |e| print(e.question + " " + (e.winner ?? "nobody")));"#;
    let (house, local) = (House::with(script), Local::start());
    let mut show = house.run(&local, &[]);
    let opened = show.event("poll_opened");
    assert_eq!((&opened["asked"], &opened["answers"]["2"]), (&json!(true), &json!("Coffee")));
    let closed = show.event("poll_closed");
    assert_eq!((&closed["poll_id"], &closed["total"]), (&opened["poll_id"], &json!(0)));
    assert_eq!((&closed["winner"], &closed["counts"]["Tea"]), (&json!(null), &json!(0)));
    assert_eq!(show.event("log")["message"], "Tea or coffee? nobody");
    show.sent("Capital of Italy?");
    let ended = show.stop();
    let names: Vec<String> =
        ended.events().iter().map(|event| event["event"].to_string()).collect();
    for name in ["\"poll_opened\"", "\"tally_read\"", "\"poll_closed\""] {
        assert!(names.contains(&name.to_owned()), "{name}: {names:?}");
    }
    let payloads = local.payloads(LOCAL);
    assert!(payloads[1].contains(r#""type":"results""#), "{payloads:?}");
    let state = house.do_in(&["state", "--data", "data"]).lines.join("\n");
    assert!(state.contains(": Capital of Italy?") && !state.contains("until: Tea"), "{state}");
    for told in [ended.lines.join("\n"), payloads.join("\n")] {
        assert!(!told.contains("\"correct\":\""), "it is nobody's business yet: {told}");
    }
}

#[test]
fn a_full_disk_under_the_journal() {
    let (house, local) = (House::with(ROUNDS), Local::start());
    let mut show = house.run(&local, &["--journal", "/dev/full"]);
    let warning = show.event("warning");
    let words = warning["message"].as_str().expect("it is text");
    assert!(words.starts_with("the journal cannot be written: "), "{words}");
    assert!(words.ends_with("; the show goes on without it"), "{words}");
    show.several("sent", 2);
    let ended = show.stop();
    assert_eq!((ended.code, ended.last().as_str()), (Some(0), "stopped"));
    let said = ended.events().iter().filter(|event| event["event"] == "warning").count();
    assert_eq!(said, 1, "it is said once");
}

#[test]
fn a_journal_that_cannot_be() {
    let (house, local) = (House::with(ROUNDS), Local::start());
    let ended = house.run(&local, &["--journal", "/dev/null/journal"]).end();
    assert_eq!(ended.code, Some(2), "{ended}");
    assert!(ended.stderr.contains("`/dev/null/journal`"), "{ended}");
}

#[test]
fn a_data_folder_that_cannot_be() {
    let (house, local) = (House::with(ROUNDS), Local::start());
    house.write("data", "a file where the folder should be");
    let mut show = house.run(&local, &[]);
    let warning = show.event("warning");
    let words = warning["message"].as_str().expect("it is text");
    assert!(words.contains("state and journal are kept in memory only"), "{words}");
    show.sent("\"round\":3");
    assert_eq!(show.stop().code, Some(0));
    assert_eq!(house.read("data"), "a file where the folder should be");
}

#[test]
fn what_was_to_be_on_the_first_screen_is_said_when_there_is_none() {
    let house = House::with(ROUNDS);
    house.write("data", "a file where the folder should be");
    let arn = "arn:aws:ivs:us-west-2:123456789012:channel/abcd";
    for more in [&[][..], &["--json"]] {
        let mut command = bare(&["show/show.rhai", arn, "--desk", "127.0.0.1:0", "--data", "data"]);
        let ended = Runner::start(command.args(more).current_dir(house.at(""))).end();
        assert_eq!(ended.code, Some(3), "{ended}");
        assert!(ended.stderr.starts_with("error: no AWS credentials were found"), "{ended}");
        let said = ended.lines.join("\n");
        assert!(said.contains("state and journal are kept in memory only"), "{ended}");
        assert!(!said.contains("showrunner"), "no first screen of what never began: {ended}");
    }
}

#[test]
fn quiet_says_only_what_went_wrong() {
    let script = format!("{ROUNDS} cue(\"bad\", every(\"1h\"), || {{ throw \"no\"; }});");
    let (house, local) = (House::with(&script), Local::start());
    let show = house.run_plain(&local, &["--quiet", "--for", "1s"]);
    let ended = show.end();
    assert_eq!((ended.code, ended.lines.len()), (Some(0), 0), "{ended}");
    assert!(ended.stderr.starts_with("error: no\n"), "{ended}");
    assert!(!ended.stderr.contains("sent"), "{ended}");
}

/// A child that nobody listens to; it is killed with its test.
struct Unheard(Child);

impl Unheard {
    fn start(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        Self(command.spawn().expect("the binary can be started"))
    }

    fn stop(&mut self) -> Option<i32> {
        let pid = i32::try_from(self.0.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.expect("a child has an id"), Signal::TERM).expect("it runs");
        until("its end", || self.0.try_wait().expect("it is ours")).code()
    }
}

impl Drop for Unheard {
    fn drop(&mut self) {
        // Where it has ended already, nothing is to be done.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn plays_on(local: &Local) {
    until("six rounds", || (local.rounds(LOCAL).len() >= 6).then_some(()));
    let rounds = local.rounds(LOCAL);
    assert!(rounds.windows(2).all(|two| two[0] + 1 == two[1]), "{rounds:?}");
}

#[test]
fn a_screen_that_nobody_reads_stops_nothing() {
    for flag in ["--json", "--fresh"] {
        let (house, local) = (House::with(LOUD), Local::start());
        let mut show = Unheard::start(house.command(&local.url).arg(flag));
        plays_on(&local);
        assert_eq!(show.stop(), Some(0), "{flag}");
    }
}

#[test]
fn a_screen_that_is_gone_stops_nothing() {
    for flag in ["--json", "--fresh"] {
        let (house, local) = (House::with(LOUD), Local::start());
        let mut show = Unheard::start(house.command(&local.url).arg(flag));
        drop(show.0.stdout.take());
        plays_on(&local);
        assert_eq!(show.stop(), Some(0), "{flag}");
    }
}
