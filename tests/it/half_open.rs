//! Ten thousand connections that say nothing keep nobody from voting, nor do a thousand of the desk
//! keep anybody from pressing its buttons.

use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::net::TcpStream;

use rustix::process::{Resource, getrlimit, setrlimit};
use serde_json::json;

use crate::rig::{House, Local, post};

const MANY: usize = 10_000;
/// Files of this process that are left for what else its tests open.
const SPARE: u64 = 500;

/// As many connections as there may be: this process holds one end of each. Where the system
/// allows less than ten thousand, as many as it does.
fn as_many_as_allowed() -> usize {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    let raised = setrlimit(Resource::Nofile, limit);
    raised.expect("a process may open as many files as it is allowed");
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    usize::try_from(files.saturating_sub(SPARE)).map_or(MANY, |files| files.min(MANY))
}

#[test]
fn those_who_say_nothing_keep_nobody_from_voting() {
    let asks = r#"ask("Who wins?", ["Red", "Blue"], #{open_for: "10m"})"#;
    let house = House::with(&format!("on(\"start\", || {{ {asks}; }});"));
    let local = Local::start();
    let mut show = house.run_plain(&local, &["--allow-origin", "https://shop.example"]);
    let line = show.line("the player", |line| line.starts_with("  player "));
    let url = line.split_whitespace().nth(1).expect("it has an address").trim_end_matches('/');
    let poll: serde_json::Value =
        serde_json::from_str(&local.wait_payload("Who wins?")).expect("it is JSON");
    let at = url.strip_prefix("http://").expect("it is plain http");

    let mut silent = Vec::new();
    for n in 0..as_many_as_allowed() {
        let mut stream = TcpStream::connect(at).expect("it listens");
        // Some say nothing, some half of what they want; it may have been sent away already.
        let said =
            if n % 2 == 0 { Ok(()) } else { stream.write_all(b"POST /api/votes HTTP/1.1\r\n") };
        let gone = |error: &std::io::Error| {
            matches!(error.kind(), ErrorKind::BrokenPipe | ErrorKind::ConnectionReset)
        };
        assert!(said.as_ref().map_or_else(gone, |()| true), "{said:?}");
        silent.push(stream);
    }
    for choice in ["1", "2", "1"] {
        let from = ("origin", "https://shop.example");
        let (status, viewer) = post(&format!("{url}/api/viewer"), &[from], "");
        let token = viewer["token"].as_str().unwrap_or_else(|| panic!("{status} {viewer}"));
        let bearer = format!("Bearer {token}");
        let vote = json!({
            "poll_id": poll["poll_id"], "current_time": poll["current_time"], "choice": choice,
        });
        let headers = [from, ("authorization", &*bearer)];
        let (status, voted) = post(&format!("{url}/api/votes"), &headers, &vote.to_string());
        assert_eq!((status, &voted["counted"]), (200, &json!(true)), "{voted}");
    }
    drop(silent);
    let ended = show.stop();
    assert_eq!(ended.code, Some(0), "{ended}");
}

/// Those that watch live, of a thousand connections of the desk.
const WATCHING: usize = 64;

#[test]
fn a_thousand_connections_of_the_desk_keep_no_button_from_being_pressed() {
    let house = House::with(r#"cue("goal", || put_metadata("goal"));"#);
    let local = Local::start();
    let mut show = house.run_plain(&local, &["--desk-token", "a-token-of-ours"]);
    let line = show.line("the desk", |line| line.starts_with("  desk "));
    let at = line.split('/').nth(2).expect("it has an address");
    let request = format!(
        "GET /api/live HTTP/1.1\r\nhost: {at}\r\nauthorization: Bearer a-token-of-ours\r\n\r\n"
    );
    let (mut silent, mut watching) = (Vec::new(), Vec::new());
    for n in 0..as_many_as_allowed().min(1_000) {
        let mut stream = TcpStream::connect(at).expect("it listens");
        if n % 2 == 0 {
            silent.push(stream);
            continue;
        }
        stream.write_all(request.as_bytes()).expect("it takes a request");
        watching.push(BufReader::new(stream));
    }
    let mut taken = 0;
    for stream in &mut watching {
        let mut status = String::new();
        stream.read_line(&mut status).expect("it is answered");
        let is_refused = status.starts_with("HTTP/1.1 503 ");
        assert!(is_refused || status.starts_with("HTTP/1.1 200 "), "{status}");
        taken += usize::from(!is_refused);
    }
    assert_eq!(taken, WATCHING.min(watching.len()), "the others are told that there are enough");
    let bearer = ("authorization", "Bearer a-token-of-ours");
    let (status, said) = post(&format!("http://{at}/api/cues/goal/fire"), &[bearer], "");
    assert_eq!(status, 200, "{said}");
    local.wait_payload("goal");
    drop((silent, watching));
    assert_eq!(show.stop().code, Some(0));
}
