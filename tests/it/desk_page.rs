//! The operator's page as the binary serves it.

use std::collections::BTreeSet;

use crate::player::{ask, assert_served, files_of_the_desk, source};
use crate::rig::{House, Local, ROUNDS, Runner};

const TOKEN: &str = "a-token-of-ours";
const PAGE: &str = "desk/index.html";

struct Desk {
    _show: Runner,
    _local: Local,
    _house: House,
    /// What the first screen tells.
    printed: String,
    base: String,
}

fn desk() -> Desk {
    let (house, local) = (House::with(ROUNDS), Local::start());
    let mut show = house.run_plain(&local, &["--desk-token", TOKEN]);
    let line = show.line("the desk", |line| line.starts_with("  desk "));
    let printed = line.split_whitespace().nth(1).expect("it has an address").to_owned();
    let base = printed.split("/desk?").next().expect("it has a base").to_owned();
    Desk { _show: show, _local: local, _house: house, printed, base }
}

/// The files of `player/` that a file names, as they lie there.
fn named_in(name: &str) -> Vec<String> {
    let text = source(name);
    let quoted = text.split('"').skip(1).step_by(2);
    let is_file = |it: &&str| [".js", ".css", ".svg"].iter().any(|end| it.ends_with(end));
    // The page lies at `/desk`, and what it names at `/desk/…`.
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
    let path = |it: &str| match (it.strip_prefix("desk/"), it.strip_prefix("../")) {
        (Some(of_page), _) if name == PAGE => of_page.to_owned(),
        (_, Some(above)) => above.to_owned(),
        _ if folder.is_empty() => it.trim_start_matches("./").to_owned(),
        _ => format!("{folder}/{}", it.trim_start_matches("./")),
    };
    quoted.filter(is_file).map(path).collect()
}

#[test]
fn the_printed_address_opens_the_page() {
    let desk = desk();
    assert_eq!(desk.printed, format!("{}/desk?token={TOKEN}", desk.base));
    let page = ask(&desk.printed, &[]);
    assert_served(&page, PAGE);
    let cookie = page.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    let policy = page.header("content-security-policy");
    for strict in ["default-src 'none'", "script-src 'self';", "connect-src 'self';"] {
        assert!(policy.contains(strict), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    let text = source(PAGE);
    assert!(!text.contains(" style=") && text.matches("<script").count() == 1, "{text}");
}

#[test]
fn all_that_the_page_names_is_served_to_who_has_the_token() {
    let desk = desk();
    let bearer = format!("Bearer {TOKEN}");
    let with_token = [("authorization", bearer.as_str())];
    let mut to_see = vec![PAGE.to_owned()];
    let mut seen = BTreeSet::new();
    while let Some(name) = to_see.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        let url = format!("{}/desk/{name}", desk.base);
        assert_eq!(ask(&url, &[]).status, 401, "{name}");
        assert_served(&ask(&url, &with_token), &name);
        to_see.extend(named_in(&name));
    }
    assert!(seen.contains("cards/poll.js") && seen.contains("desk/live.js"), "{seen:?}");
    for name in files_of_the_desk() {
        assert!(seen.contains(&name), "nothing uses {name}");
    }
    assert_eq!(ask(&format!("{}/desk/tests/desk.test.mjs", desk.base), &with_token).status, 404);
}
