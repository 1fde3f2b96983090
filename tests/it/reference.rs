//! The pages made from the code are as the code is; the page on the command line, too.

use std::fs;
use std::path::Path;

use showrunner::script::reference::{self, KINDS};

use crate::rig::{Ended, House};
use crate::scripts::scripts;

fn stdout(ended: &Ended) -> String {
    ended.lines.join("\n") + "\n"
}

/// Writes the file anew where it is not as the code says, and fails saying so.
fn is_up_to_date(name: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if fs::read_to_string(&path).is_ok_and(|met| met == wanted) {
        return;
    }
    fs::write(&path, wanted).expect("the checkout can be written");
    panic!("{name} was not what the code says; it is written anew: look at it and commit it");
}

#[test]
fn the_page_is_up_to_date() {
    is_up_to_date("scripts/README.md", &reference::page());
}

#[test]
fn the_definitions_are_up_to_date() {
    is_up_to_date("scripts/showrunner.d.rhai", &reference::definitions());
}

#[test]
fn the_page_names_every_script_that_ships() {
    let page = reference::page();
    for script in scripts() {
        let name = script.file_name().expect("a file has a name").to_string_lossy().into_owned();
        assert!(page.contains(&format!("({name})")), "{name}");
    }
}

#[test]
fn the_kinds_are_those_that_the_player_page_draws() {
    let player = Path::new(env!("CARGO_MANIFEST_DIR")).join("player");
    let cards = fs::read_to_string(player.join("cards/index.js")).expect("it is there");
    let list = cards.split_once("const KINDS = {").and_then(|(_, rest)| rest.split_once('}'));
    let (list, _) = list.expect("the page lists its cards");
    let mut drawn: Vec<&str> =
        list.split(',').filter_map(|item| item.split(':').next()).map(str::trim).collect();
    let told = |kind: &&str| KINDS.iter().any(|told| told.name == *kind);
    assert!(drawn.contains(&"quiz"), "{drawn:?}");
    drawn.retain(|kind| *kind != "raw");
    assert!(drawn.iter().all(told), "{drawn:?}");
}

#[test]
fn a_word_is_told_and_an_unknown_one_is_guessed() {
    let house = House::with("");
    let told = house.do_in(&["reference", "mmss"]);
    assert_eq!(told.code, Some(0), "{told}");
    assert!(stdout(&told).contains("mmss(seconds)"), "{told}");
    assert!(stdout(&told).contains(r#"{"text":"1:30 to go","type":"notice"}"#), "{told}");
    let unknown = house.do_in(&["reference", "evry"]);
    assert_eq!(unknown.code, Some(2), "{unknown}");
    assert!(unknown.stderr.contains("did you mean `every`?"), "{unknown}");
    for (looked_for, form) in [
        (&["maps"][..], "#{name: \"Ada\", points: 3}"),
        (&["array"], "[1, 2, 3]"),
        (&["string"], "text.len()"),
        (&["durations"], "\"1m30s\""),
        (&["switch"], "if a { … } else { … }"),
        (&["time", "of", "day"], "\"20:30\""),
    ] {
        let told = house.do_in(&[&["reference"], looked_for].concat());
        assert!(stdout(&told).contains(form), "{told}");
    }
    let unknown = house.do_in(&["reference", "optoins"]);
    assert!(unknown.stderr.contains("did you mean `options`?"), "{unknown}");
}

#[test]
fn all_of_it_is_told_in_three_forms() {
    let house = House::with("");
    let whole = stdout(&house.do_in(&["reference"]));
    let json = stdout(&house.do_in(&["reference", "--json"]));
    let subjects: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
    let entries = subjects.as_array().expect("a list").iter();
    let names: Vec<&str> = entries
        .flat_map(|subject| subject["entries"].as_array().expect("a list"))
        .map(|entry| entry["name"].as_str().expect("a name"))
        .collect();
    assert!(names.len() > 50, "{names:?}");
    for entry in names.iter().filter_map(|name| reference::find(name)) {
        assert!(whole.contains(entry.forms[0]), "{}", entry.name);
    }
    let definitions = stdout(&house.do_in(&["reference", "--definitions"]));
    assert_eq!(definitions, reference::definitions());
}
