//! The player page as the binary serves it, and its modules in node.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use sha2::{Digest, Sha384};
use ureq::Agent;
use ureq::http::{HeaderMap, Request};

use crate::rig::{BOUND, House, LOCAL, Local, ROUNDS, Runner, get, left_out};

/// What of `player/` is for developers, not for browsers.
const NOT_SERVED: [&str; 4] = ["engines.json", "package.json", "package-lock.json", "README.md"];

/// What the desk alone serves, behind its token.
const OF_THE_DESK: &str = "desk/";

pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("it is text"))
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).expect("it is text")
    }
}

pub(crate) fn ask(url: &str, headers: &[(&str, &str)]) -> Answer {
    let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(BOUND));
    let agent = Agent::new_with_config(config.build());
    let request = Request::builder().uri(url);
    let request =
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let request = request.body(()).expect("it is a request");
    let (head, mut body) = agent.run(request).expect("it answers").into_parts();
    let bytes = body.read_to_vec().expect("the answer is whole");
    Answer { status: head.status.as_u16(), headers: head.headers, bytes }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("player")
}

pub(crate) fn source(name: &str) -> String {
    fs::read_to_string(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn json(name: &str) -> Value {
    serde_json::from_str(&source(name)).expect("it is JSON")
}

/// Every file of the player's page, by its name in `player/`.
fn own_files() -> Vec<String> {
    let mut names = files(&folder());
    names.retain(|name| !name.starts_with(OF_THE_DESK));
    names
}

/// Every file of the desk's page.
pub(crate) fn files_of_the_desk() -> Vec<String> {
    files(&folder().join(OF_THE_DESK))
}

/// Every file of a folder that a browser gets, by its name in `player/`.
fn files(of: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(of).expect("the folder can be read") {
        let path = entry.expect("the folder can be read").path();
        let name = path.strip_prefix(folder()).expect("it lies in the folder");
        let name = name.to_str().expect("its name is text").replace('\\', "/");
        let is_hidden = name.starts_with('.') || name.starts_with("node_modules");
        if path.is_dir() && !is_hidden && name != "tests" {
            found.extend(files(&path));
        } else if path.is_file() && !is_hidden && !name.ends_with(".d.ts") {
            found.push(name);
        }
    }
    found.retain(|name| !NOT_SERVED.contains(&name.as_str()));
    found
}

/// Every host that a text names.
fn hosts(text: &str) -> Vec<&str> {
    let after = text.split("://").skip(1);
    let host = |rest: &'_ str| {
        rest.find(|c: char| !c.is_ascii_alphanumeric() && !".-:".contains(c)).unwrap_or(rest.len())
    };
    after.map(|rest| &rest[..host(rest)]).filter(|host| !host.is_empty()).collect()
}

/// That an answer is the file of this name, as what it is.
pub(crate) fn assert_served(served: &Answer, name: &str) {
    assert_eq!((served.status, served.text()), (200, source(name).as_str()), "{name}");
    let kind = match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => panic!("{name} is of no known kind"),
    };
    assert_eq!(served.header("content-type"), kind, "{name}");
    assert_eq!(served.header("x-content-type-options"), "nosniff", "{name}");
    assert_eq!(served.header("cache-control"), "no-cache", "{name}");
}

#[test]
fn every_file_is_served_as_it_lies_there() {
    let local = Local::start();
    let names = own_files();
    assert!(names.len() > 20 && names.contains(&"cards/poll.js".to_owned()), "{names:?}");
    for name in names {
        let served = ask(&format!("{}/player/{name}", local.url), &[]);
        assert_served(&served, &name);
    }
    for none in ["package.json", "../Cargo.toml", "tests/slots.test.mjs", "desk/main.js", "x"] {
        assert_eq!(ask(&format!("{}/player/{none}", local.url), &[]).status, 404, "{none}");
    }
}

#[test]
fn what_a_browser_has_is_not_sent_again() {
    let local = Local::start();
    let url = format!("{}/player/main.js", local.url);
    let first = ask(&url, &[]);
    assert_eq!(first.header("cache-control"), "no-cache");
    let again = ask(&url, &[("if-none-match", first.header("etag"))]);
    assert_eq!((again.status, again.bytes.len()), (304, 0));
    assert_eq!(ask(&url, &[("if-none-match", "\"other\"")]).status, 200);
}

#[test]
fn the_page_asks_no_outside_host() {
    let local = Local::start();
    let page = ask(&format!("{}/", local.url), &[]);
    assert_eq!((page.status, page.text()), (200, source("index.html").as_str()));
    for name in own_files() {
        // A namespace is a name, and nothing is fetched from it.
        let text = source(&name).replace("http://www.w3.org/2000/svg", "");
        assert_eq!(hosts(&text), [""; 0], "{name}");
    }
    let told = get(&format!("{}/player/config", local.url), &[]).1;
    let hls = told["engines"]["hls"]["url"].as_str().expect("it is there");
    let published = json("engines.json")["hls"]["url"].clone();
    let cdn = if hls == "player/vendor/hls.min.js" {
        String::new()
    } else {
        // npm was not there when the binary was built.
        assert_eq!(published, hls);
        format!(" https://{}", hosts(hls)[0])
    };
    let policy = page.header("content-security-policy");
    let own = policy.replace("img-src 'self' data: http: https:", "");
    let scripts = format!("script-src 'self'{cdn};");
    assert!(own.contains("default-src 'none'") && own.contains(&scripts), "{policy}");
    let own = own.replace(&scripts, "");
    assert!(!own.contains("http") && !own.contains('*'), "{policy}");
}

#[test]
fn hls_js_is_the_very_file_that_is_pinned() {
    let (published, lock) = (json("engines.json"), json("package-lock.json"));
    let version = lock["packages"]["node_modules/hls.js"]["version"].as_str();
    let version = version.expect("the lock file pins it");
    let url = published["hls"]["url"].as_str().expect("it is there");
    assert!(url.contains(&format!("/hls.js@{version}/")), "{url} is not {version}");
    let local = Local::start();
    let served = ask(&format!("{}/player/vendor/hls.min.js", local.url), &[]);
    if served.status == 404 {
        left_out("the hash of hls.js", "the binary was built without npm");
        return;
    }
    let hash = Sha384::digest(&served.bytes);
    let hash = format!("sha384-{}", aws_smithy_types::base64::encode(hash));
    assert_eq!(published["hls"]["integrity"], hash.as_str());
    let licence = ask(&format!("{}/player/vendor/hls.js-LICENSE.txt", local.url), &[]);
    assert!(licence.text().contains("Apache License"), "{}", licence.text());
}

#[test]
fn the_page_plays_the_local_channel() {
    let local = Local::start();
    let (status, told) = get(&format!("{}/player/config", local.url), &[]);
    assert_eq!((status, &told["src"]), (200, &"/local/playback.m3u8".into()));
    assert_eq!(told["channel"], LOCAL);
    let (status, told) = get(&format!("{}/player/config?channel=nobody", local.url), &[]);
    assert_eq!(status, 404);
    assert!(told["error"].as_str().is_some_and(|it| it.contains("`nobody`")), "{told}");
}

#[test]
fn a_page_from_elsewhere_is_not_let_in() {
    let local = Local::start();
    for path in ["/", "/player/main.js", "/player/config"] {
        let answer = ask(&format!("{}{path}", local.url), &[("host", "evil.test")]);
        assert_eq!(answer.status, 403, "{path}");
    }
}

/// Where a show's player page is.
fn player(show: &mut Runner) -> String {
    let line = show.line("the player", |line| line.starts_with("  player    "));
    line.trim_start_matches("  player    ").to_owned()
}

#[test]
fn with_an_arn_the_page_plays_what_the_service_names() {
    let (house, local) = (House::with(ROUNDS), Local::start());
    let (one, other) = (local.another("one"), local.another("other"));
    let mut show = house.run_at(&local.url, &[&one, &other], &[]);
    let page = player(&mut show);
    let (_, told) = get(&format!("{page}player/config"), &[]);
    let id = |arn: &str| arn.rsplit('/').next().expect("an ARN has an id").to_owned();
    assert_eq!(told["src"], format!("{}/{}/playback.m3u8", local.url, id(&one)));
    assert_eq!(told["channels"], serde_json::json!([one, other]));
    let (_, told) = get(&format!("{page}player/config?channel={other}"), &[]);
    assert_eq!(told["src"], format!("{}/{}/playback.m3u8", local.url, id(&other)));
    let policy = ask(&page, &[]);
    let policy = policy.header("content-security-policy");
    assert!(policy.contains("connect-src 'self' https:"), "{policy}");
    // The local channel's API is another runner's.
    assert_eq!(get(&format!("{page}local/payloads?channelArn={LOCAL}"), &[]).0, 404);
}

#[test]
fn where_asking_is_in_vain_the_page_says_what_to_do() {
    let (house, local) = (House::with(ROUNDS), Local::start());
    let arn = local.another("gone");
    let mut show = house.run_at(&local.url, &[&arn], &[]);
    let page = player(&mut show);
    show.line("on air", |line| line.contains("  on air   "));
    local.kill();
    let (status, told) = get(&format!("{page}player/config"), &[]);
    assert_eq!((status, &told["src"]), (200, &Value::Null));
    assert!(told["hint"].as_str().is_some_and(|hint| hint.contains("?src=")), "{told}");
}

#[test]
fn a_browser_that_cannot_be_opened_stops_nothing() {
    let (house, local) = (House::with(ROUNDS), Local::start());
    // In this environment there is no PATH to find one on.
    let mut show = house.run_plain(&local, &["--json", "--open"]);
    let warned = show.event("warning")["message"].as_str().unwrap_or_default().to_owned();
    assert!(warned.starts_with("no browser can be opened: "), "{warned}");
    show.event("sent");
    assert_eq!(show.stop().code, Some(0));
}

#[test]
fn the_modules_pass_their_own_tests() {
    let node = Command::new("node").arg("--version").stdout(Stdio::null()).status();
    if !node.is_ok_and(|status| status.success()) {
        left_out("the tests of the player's modules", "node runs them");
        return;
    }
    let tests = fs::read_dir(folder().join("tests")).expect("they are there");
    let tests: Vec<PathBuf> = tests.map(|file| file.expect("it is there").path()).collect();
    assert!(tests.len() >= 5, "{tests:?}");
    let run = Command::new("node").arg("--test").args(tests).output().expect("node can be started");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
}
