//! The operator's buttons on a running show, over HTTP: hold, panic, and what a page that watches
//! gets.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use crate::ready::credentials_process;
use crate::rig::{House, LOCAL, Local, Runner, get, post, until};

const TOKEN: &str = "a-token-of-ours";

const SHOW: &str = r#"
    cue("goal", || { state.goals = (state.goals ?? 0) + 1; put_metadata(`goal ${state.goals}`); });
    cue("ask", || ask("Red or blue?", ["Red", "Blue"], #{open_for: "1h"}));
    every("300ms", || put_metadata("tick"));
"#;

/// How long a live connection may say nothing.
const SILENCE: Duration = Duration::from_secs(30);

struct Desk {
    show: Runner,
    /// `127.0.0.1:…`.
    address: String,
}

impl Desk {
    fn of(house: &House, local: &Local) -> Self {
        Self::run(&mut house.command(&local.url))
    }

    fn run(command: &mut Command) -> Self {
        let mut show = Runner::start(command.args(["--desk-token", TOKEN]));
        let line = show.line("the desk", |line| line.starts_with("  desk "));
        let address = line.split('/').nth(2).expect("it has an address").to_owned();
        Self { show, address }
    }

    fn press(&self, path: &str, body: &str) -> (u16, Value) {
        let bearer = format!("Bearer {TOKEN}");
        let url = format!("http://{}/api/{path}", self.address);
        post(&url, &[("authorization", bearer.as_str())], body)
    }

    fn view(&self) -> Value {
        let bearer = format!("Bearer {TOKEN}");
        let url = format!("http://{}/api/desk", self.address);
        let (status, view) = get(&url, &[("authorization", bearer.as_str())]);
        assert_eq!(status, 200, "{view}");
        view
    }

    /// A live connection, past its head.
    fn watch(&self) -> BufReader<TcpStream> {
        let mut stream = TcpStream::connect(&self.address).expect("the desk listens");
        stream.set_read_timeout(Some(SILENCE)).expect("a time to wait");
        let request = format!(
            "GET /api/live HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {TOKEN}\r\n\r\n",
            self.address
        );
        stream.write_all(request.as_bytes()).expect("it takes a request");
        BufReader::new(stream)
    }
}

/// Reads lines until one has these words.
fn heard(watched: &mut BufReader<TcpStream>, words: &str) -> String {
    for line in watched.lines() {
        let line = line.expect("it goes on");
        if line.contains(words) {
            return line;
        }
    }
    panic!("it ended without `{words}`")
}

fn ticks(local: &Local) -> usize {
    local.payloads(LOCAL).iter().filter(|text| *text == "tick").count()
}

#[test]
fn the_desk_knows_until_when_the_credentials_hold() {
    let (house, local) = (House::with(SHOW), Local::start());
    let keys = |desk: &Desk| desk.view()["credentials"].clone();
    let without_end = json!({ "until": null, "held": "without an end", "problem": null });
    assert_eq!(keys(&Desk::of(&house, &local)), without_end);
    let mut command = house.command(&local.url);
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    command.env("AWS_CONFIG_FILE", credentials_process(&house)).args(["--profile", "session"]);
    let held = "until 2099-01-01 20:00 UTC";
    let until = json!({ "until": 4_070_980_800_000_i64, "held": held, "problem": null });
    assert_eq!(keys(&Desk::run(&mut command)), until);
}

#[test]
fn a_held_show_stays_held_after_kill_9() {
    let (house, local) = (House::with(SHOW), Local::start());
    let mut desk = Desk::of(&house, &local);
    local.wait_payload("tick");
    assert_eq!(desk.press("hold", "").0, 200);
    desk.show.line("the hold", |line| line.contains("  held     since "));
    // What was on its way when the answer came has arrived with the next payload.
    assert_eq!(desk.press("cues/goal/fire", "").0, 200);
    local.wait_payload("goal 1");
    let before = ticks(&local);
    until("skipped fires", || {
        let skipped = desk.view()["held"]["skipped"].as_u64()?;
        (skipped >= 3).then_some(())
    });
    assert_eq!(ticks(&local), before);
    desk.show.kill();

    let mut desk = Desk::of(&house, &local);
    desk.show.line("the hold again", |line| line.contains("  held     since "));
    assert_eq!(desk.press("cues/goal/fire", "").0, 200);
    local.wait_payload("goal 2");
    assert_eq!((ticks(&local), &desk.view()["panic"]), (before, &json!(false)));
    assert_eq!(desk.press("resume", "").0, 200);
    until("ticks again", || (ticks(&local) > before).then_some(()));
    let ended = desk.show.stop();
    assert_eq!(ended.code, Some(0), "{ended}");
}

#[test]
fn a_panic_is_seen_by_those_who_watch_and_outlives_kill_9() {
    let (house, local) = (House::with(SHOW), Local::start());
    let mut desk = Desk::of(&house, &local);
    local.wait_payload("tick");
    let mut watched = desk.watch();
    assert!(heard(&mut watched, "HTTP/1.1").contains(" 200 "));
    let view = heard(&mut watched, "data: ");
    assert!(view.contains(r#""panic":false"#), "{view}");
    assert_eq!(desk.press("cues/ask/fire", "").0, 200);
    local.wait_payload("Red or blue?");
    heard(&mut watched, r#""standing":"open""#);
    assert_eq!(desk.press("panic", "").0, 200);
    heard(&mut watched, r#""panic":true"#);
    local.wait_payload(r#"{"type":"clear"}"#);
    let (status, said) = desk.press("cues/goal/fire", "");
    assert_eq!((status, &said["shows"][0]["result"]), (409, &json!("panicked")));
    assert_eq!(desk.press("notice", r#"{"text":"Back in 5"}"#).0, 409);
    until("an empty screen", || (desk.view()["screen"] == json!({})).then_some(()));
    desk.show.kill();

    let mut desk = Desk::of(&house, &local);
    desk.show.line("the panic again", |line| line.contains("  panic    held since "));
    let before = local.payloads(LOCAL).len();
    until("skipped fires", || {
        let skipped = desk.view()["held"]["skipped"].as_u64()?;
        (skipped >= 5).then_some(())
    });
    // The one that clears the screen may be sent again, in doubt.
    let since = local.payloads(LOCAL).split_off(before);
    assert!(since.iter().all(|text| text.contains("clear")), "{since:?}");
    assert_eq!(desk.press("resume", "").0, 200);
    assert_eq!(desk.press("notice", r#"{"text":"Back"}"#).0, 200);
    local.wait_payload("Back");
    let mut watched = desk.watch();
    heard(&mut watched, r#""notice":{"payload""#);
    let ended = desk.show.stop();
    assert_eq!(ended.code, Some(0), "a page that watches holds nobody up: {ended}");
}

#[test]
fn a_crowd_of_watchers_does_no_harm() {
    let (house, local) = (House::with(SHOW), Local::start());
    let desk = Desk::of(&house, &local);
    local.wait_payload("tick");
    let mut crowd: Vec<BufReader<TcpStream>> = (0..200).map(|_| desk.watch()).collect();
    let heads: Vec<String> = crowd.iter_mut().map(|it| heard(it, "HTTP/1.1")).collect();
    let taken = heads.iter().filter(|head| head.contains(" 200 ")).count();
    assert_eq!(taken, 64, "the others are told to come later");
    // Nobody reads on, and the desk answers as before.
    assert_eq!(desk.press("cues/goal/fire", "").0, 200);
    local.wait_payload("goal 1");
    drop(crowd);
    until("room again", || {
        let head = heard(&mut desk.watch(), "HTTP/1.1");
        head.contains(" 200 ").then_some(())
    });
}
