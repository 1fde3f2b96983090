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
