//! `fetch_json` on air: flags, the journal, and that no secret is in anything that is told.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread;

use crate::rig::{House, Local, Runner};

const SECRET: &str = "s3cret-0f-0urs";

/// A server that answers each request with whether the secret came along.
fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it listens");
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let (mut head, mut buffer) = (Vec::new(), [0; 1_024]);
            while !head.windows(4).any(|end| end == b"\r\n\r\n") {
                let count = stream.read(&mut buffer).unwrap_or_default();
                if count == 0 {
                    break;
                }
                head.extend_from_slice(&buffer[..count]);
            }
            let head = String::from_utf8_lossy(&head).into_owned();
            let knows = head.contains(&format!("authorization: Bearer {SECRET}"));
            let body = format!("{{\"knows\":{knows}}}");
            // Whoever asked may be gone.
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    address
}

fn script(at: SocketAddr) -> String {
    format!(
        r#"cue("ask", every("1s"), || {{
            let headers = #{{Authorization: "Bearer " + secret("OUR_KEY")}};
            fetch_json("http://{at}/score", #{{headers: headers}}, |data, error| {{
                state.knows = data?.knows;
                put_metadata(#{{data: data, error: error}});
            }});
        }});"#
    )
}

#[test]
fn an_answer_reaches_viewers_and_the_journal_and_the_secret_neither() {
    let (at, local) = (serve(), Local::start());
    let house = House::with(&script(at));
    let allowed = format!("http://{at}");
    let mut command = house.command(&local.url);
    command.args(["--json", "--allow-net", &allowed, "--secret", "OUR_KEY"]).env("OUR_KEY", SECRET);
    let mut show = Runner::start(&mut command);
    let fetched = show.event("fetched");
    assert_eq!(fetched["data"]["knows"], true, "{fetched}");
    assert_eq!(fetched["url"], format!("http://{at}/score"));
    assert_eq!(fetched["bytes"], 14);
    show.sent(r#""knows":true"#);
    let ended = show.stop();
    assert_eq!(ended.code, Some(0), "{ended}");
    let journal = house.read("data/journal.jsonl");
    assert!(journal.contains("\"event\":\"fetched\""), "{journal}");
    let told = format!("{journal}{ended}{:?}", local.payloads(crate::rig::LOCAL));
    assert!(!told.contains(SECRET), "{told}");
}

#[test]
fn without_a_flag_nothing_is_asked() {
    let (at, local) = (serve(), Local::start());
    let house = House::with(&script(at));
    let mut show = house.run(&local, &[]);
    let fetched = show.event("fetched");
    let error = fetched["error"].as_str().expect("it fails");
    assert!(error.contains("--secret OUR_KEY"), "{error}");
    assert_eq!(show.stop().code, Some(0));
}

#[test]
fn a_secret_that_is_not_there_is_a_mistake_of_who_typed_it() {
    let house = House::with("cue(\"c\", || 1);");
    let ended = house.do_in(&["show/show.rhai", "--secret", "NOT_THERE_AT_ALL"]);
    assert_eq!(ended.code, Some(2), "{ended}");
    assert!(ended.stderr.contains("no such environment variable"), "{ended}");
    let ended = house.do_in(&["show/show.rhai", "--allow-net", "https://example.com/path"]);
    assert_eq!(ended.code, Some(2), "{ended}");
    assert!(ended.stderr.contains("is no host"), "{ended}");
}

/// Asks an address with a secret in it, and sends what it answers.
const SCORE: &str = r#"cue("ask", every("1m"), || {
    let url = "https://api.example.com/score?key=" + secret("OUR_KEY");
    fetch_json(url, |data, error| put_metadata(notice(data?.goals ?? error.sub_string(0, 20))));
});"#;
const FOR_A_MINUTE: [&str; 6] =
    ["simulate", "show/show.rhai", "--for", "1m", "--start", "2026-12-31T20:00"];
const ANSWER: &str = "https://api.example.com/score?key=$OUR_KEY=score.json";

#[test]
fn a_rehearsal_is_answered_from_files() {
    let house = House::with(SCORE);
    house.write("score.json", r#"{"goals": "2 : 1"}"#);
    let asked = [&FOR_A_MINUTE[..], &["--answer", ANSWER]].concat();
    let answered = house.do_in(&asked);
    assert_eq!(answered.code, Some(0), "{answered}");
    assert!(answered.to_string().contains("2 : 1"), "{answered}");
    // What a show on air needs may stay; the variable is not there, and is not missed.
    let more = ["--allow-net", "api.example.com", "--secret", "OUR_KEY"];
    assert_eq!(house.do_in(&[&asked[..], &more].concat()).lines, answered.lines);
    let alone = house.do_in(&FOR_A_MINUTE);
    assert!(alone.to_string().contains("nobody is asked"), "{alone}");
    // A kept evening holds its answers.
    let keep = [&asked[..], &["--golden", "evening.jsonl", "--update"]].concat();
    assert_eq!(house.do_in(&keep).code, Some(0));
    let kept = house.do_in(&["simulate", "show/show.rhai", "--golden", "evening.jsonl"]);
    assert_eq!(kept.code, Some(0), "{kept}");
}

#[test]
fn a_check_runs_the_handler_of_an_answer() {
    let house = House::with(
        r#"every("1m", || fetch_json("https://api.example.com/score", |data| {
               put_metadata(notice(data.goals.home));
           }));"#,
    );
    house.write("score.json", r#"{"goals": []}"#);
    assert_eq!(house.do_in(&["check", "show"]).code, Some(0), "it is never called");
    let answer = "https://api.example.com/score=score.json";
    let checked = house.do_in(&["check", "show", "--answer", answer]);
    assert_eq!(checked.code, Some(1), "{checked}");
    assert!(checked.to_string().contains("data.goals.home"), "{checked}");
}

#[test]
fn a_file_that_is_no_answer_is_a_mistake_of_who_typed_it() {
    let house = House::with(SCORE);
    house.write("text.json", "no JSON");
    for (answer, said) in [
        ("https://a.example/=none.json", "cannot read `none.json`"),
        (
            "https://a.example/=text.json",
            "`text.json`, the answer of https://a.example/, is no JSON",
        ),
        ("none.json", "does not say what answers what"),
    ] {
        for verb in [&FOR_A_MINUTE[..], &["check", "show"]] {
            let ended = house.do_in(&[verb, &["--answer", answer]].concat());
            assert_eq!(ended.code, Some(2), "{ended}");
            assert!(ended.stderr.contains(said), "{ended}");
        }
    }
}
