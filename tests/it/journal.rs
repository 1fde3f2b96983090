//! `runner journal`: what happened, looked up and followed; one that went on in new files.

use std::fs;

use crate::rig::{House, LOCAL, Local, ROUNDS, Runner, bare};

/// A show that sent three rounds, and ended.
fn played() -> (House, Vec<String>) {
    let (house, local) = (House::with(ROUNDS), Local::start());
    let mut show = house.run(&local, &[]);
    show.several("sent", 3);
    let ended = show.stop();
    (house, ended.lines)
}

#[test]
fn a_journal_tells_what_was_on_the_screen() {
    let (house, lines) = played();
    let ended = house.do_in(&["journal", "show/show.rhai", "--data", "data"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended}");
    let sent = lines.iter().filter(|line| line.contains("\"event\":\"sent\"")).count();
    let told = ended.lines.iter().filter(|line| line.contains("  sent     ")).count();
    assert_eq!(told, sent, "{ended}");
    assert!(ended.lines.last().expect("a line").contains("stopped"), "{ended}");
    let json = house.do_in(&["journal", "data/journal.jsonl", "--json", "--since", "10m"]);
    assert_eq!(json.lines, lines, "{json}");
    let some = house.do_in(&[
        "journal",
        "data",
        "--json",
        "--event",
        "sent",
        "--show",
        "show",
        "--channel",
        LOCAL,
    ]);
    let wanted: Vec<&String> =
        lines.iter().filter(|line| line.contains("\"event\":\"sent\"")).collect();
    assert_eq!(some.lines.iter().collect::<Vec<_>>(), wanted, "{some}");
    let table = house.do_in(&["journal", "--data", "data", "--csv", "--event", "sent"]);
    assert_eq!(table.lines.len(), sent + 1, "{table}");
    assert!(table.lines[0].starts_with("at,event,show,channel,cue,delivery,bytes,"), "{table}");
}

#[test]
fn what_is_not_there_is_said_with_what_is() {
    let (house, _) = played();
    let ended = house.do_in(&["journal", "data", "--event", "send"]);
    assert_eq!((ended.code, ended.lines.len()), (Some(0), 0), "{ended}");
    assert!(ended.stderr.contains("hint: events in it: "), "{ended}");
    assert!(ended.stderr.contains("sent, "), "{ended}");
    let missing = house.do_in(&["journal", "nowhere/journal.jsonl"]);
    assert_eq!(missing.code, Some(2), "{missing}");
    assert!(missing.stderr.contains("there is no journal `nowhere/journal.jsonl`"), "{missing}");
    let none = house.do_in(&["journal", "show/show.rhai/../none.txt", "--data", "data"]);
    assert_eq!(none.code, Some(2), "{none}");
    house.write("notes.txt", "milk\nbread\n");
    let none = house.do_in(&["journal", "notes.txt"]);
    assert!(none.code == Some(2) && none.stderr.contains("is no journal"), "{none}");
    // A crash cut the last line off.
    let text = house.read("data/journal.jsonl");
    fs::write(house.at("data/journal.jsonl"), &text.as_bytes()[..text.len() - 9]).expect("a file");
    let cut = house.do_in(&["journal", "data", "--json"]);
    assert_eq!((cut.code, cut.lines.len()), (Some(0), text.lines().count() - 1), "{cut}");
    assert!(cut.stderr.contains("1 line is no event"), "{cut}");
}

#[test]
fn a_script_that_is_not_there_is_an_error_and_no_show_without_a_past() {
    let (house, _) = played();
    for (verb, why) in [
        ("journal", "nothing of it is in the journal `data/journal.jsonl`"),
        ("state", "nothing is kept of it in `data`"),
        ("polls", "nothing"),
    ] {
        let ended = house.do_in(&[verb, "show/shwo.rhai", "--data", "data"]);
        assert_eq!((ended.code, ended.lines.len()), (Some(2), 0), "{ended}");
        let said = format!("error: there is no script `show/shwo.rhai`, and {why}");
        assert!(ended.stderr.contains(&said), "{ended}");
        // What is kept of one that was removed since can still be looked at.
        assert_eq!(house.do_in(&[verb, "show/show.rhai", "--data", "data"]).code, Some(0));
    }
    fs::remove_file(house.at("show/show.rhai")).expect("it was there");
    for verb in ["journal", "state"] {
        let ended = house.do_in(&[verb, "show/show.rhai", "--data", "data"]);
        assert!(ended.code == Some(0) && !ended.lines.is_empty(), "{ended}");
    }
}

#[test]
fn a_journal_is_followed_while_it_is_written() {
    let (house, local) = (House::with(ROUNDS), Local::start());
    let mut show = house.run(&local, &[]);
    show.several("sent", 2);
    let journal = house.at("data/journal.jsonl");
    let mut follower = Runner::start(bare(&["journal", "-f", "--json"]).arg(&journal));
    follower.several("sent", 3);
    // What a full file becomes: the show goes on in a new one, and so does who follows.
    fs::rename(&journal, house.at("data/journal.1.jsonl")).expect("it can be moved");
    follower.several("sent", 3);
    let lines = show.stop().lines;
    follower.event("stopped");
    let told = follower.stop();
    assert_eq!(told.code, Some(0), "{told}");
    let begins = lines.len() - told.lines.len();
    assert_eq!(told.lines, lines[begins..], "all from where it began, in order");
    assert!(fs::metadata(&journal).is_ok_and(|file| file.len() > 0), "the new file is written");
    let both = house.do_in(&["journal", "data", "--json"]);
    assert_eq!(both.lines, lines, "{both}");
    let replayed =
        house.do_in(&["simulate", "show/show.rhai", "--replay", "data/journal.jsonl", "--json"]);
    let sent = lines.iter().filter(|line| line.contains("\"event\":\"sent\"")).count();
    assert!(
        replayed.lines.last().expect("a summary").contains(&format!("\"same\":{sent}")),
        "{replayed}"
    );
}
