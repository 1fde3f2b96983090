//! `runner new`: shows from templates, from outside.

use std::fs;

use crate::cli::typed;
use crate::rig::{House, Local};

const TEMPLATES: [&str; 6] = ["facts", "poll", "quiz", "products", "scoreboard", "countdown"];

fn house() -> House {
    House::with("")
}

#[test]
fn says_what_was_written_and_what_is_next() {
    let house = house();
    insta::assert_snapshot!(house.do_in(&["new", "shows/friday"]), @"
    exit code: 0
    ----- stdout -----
    written:
      shows/                  a new folder
      shows/friday.rhai       the show
      shows/friday_test.rhai  its tests
      shows/facts/friday.txt  its facts, one a line

    next:
      runner shows/friday.rhai        the show, on a local channel
      runner test shows/friday.rhai   its tests
      runner check shows/friday.rhai  its mistakes, before it is on air
    ----- stderr -----
    ");
    assert!(house.read("shows/friday.rhai").contains(r#"random_fact("friday")"#));
}

#[test]
fn every_template_passes_its_check_and_its_own_tests() {
    for template in TEMPLATES {
        let house = house();
        let made = house.do_in(&["new", "shows/friday", "--template", template]);
        assert_eq!(made.code, Some(0), "{template}: {made}");
        let checked = house.do_in(&["check", "shows"]);
        assert_eq!(checked.code, Some(0), "{template}: {checked}");
        let tested = house.do_in(&["test", "shows"]);
        assert_eq!(tested.code, Some(0), "{template}: {tested}");
        let last = tested.lines.last().expect("it says how it went");
        assert!(last.starts_with("test result: ok. ") && !last.contains(" 0 passed"), "{last}");
    }
}

#[test]
fn every_template_runs_without_an_error_or_a_warning() {
    for template in TEMPLATES {
        let (house, local) = (house(), Local::start());
        house.do_in(&["new", "show/friday", "--template", template]);
        fs::rename(house.at("show/friday.rhai"), house.script()).expect("it was written");
        let mut show = house.run(&local, &[]);
        show.event("on_air");
        let ended = show.stop();
        assert_eq!(ended.code, Some(0), "{template}: {ended}");
        for event in ended.events() {
            let name = event["event"].as_str().expect("an event has a name");
            assert!(!["script_error", "script_warning"].contains(&name), "{template}: {event}");
        }
    }
}

#[test]
fn nothing_is_written_over() {
    let house = house();
    house.write("friday_test.rhai", "mine");
    let refused = house.do_in(&["new", "friday"]);
    insta::assert_snapshot!(refused, @"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: `friday_test.rhai` is there already, so nothing was written
    hint: choose another name, or move the file away
    ");
    assert!(!house.at("friday.rhai").exists(), "nothing else was written");
    assert_eq!(house.read("friday_test.rhai"), "mine");
}

#[test]
fn a_template_that_is_none() {
    insta::assert_snapshot!(typed(&["new", "friday", "--template", "scorebord"]), @r#"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: invalid value 'scorebord' for '--template <TEMPLATE>': there is no template \
      `scorebord`
    hint: did you mean `scoreboard`? there are facts, poll, quiz, products, scoreboard, \
      countdown

    For more information, try '--help'.
    "#);
}

#[test]
fn a_name_that_is_none() {
    insta::assert_snapshot!(typed(&["new", "../friday"]), @r#"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: invalid value '../friday' for '<NAME>': `../friday` cannot be the name of a \
      show, wanted letters, digits, `_` and `-`
    hint: `my_show`, or with a folder `shows/my_show`; `--dir` says where they begin

    For more information, try '--help'.
    "#);
    insta::assert_snapshot!(typed(&["new", "friday_test"]), @r#"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: invalid value 'friday_test' for '<NAME>': `friday_test` is the name of a show's \
      tests
    hint: choose one without `_test` at its end

    For more information, try '--help'.
    "#);
}

#[test]
fn it_can_be_written_elsewhere() {
    let house = house();
    let made = house.do_in(&["new", "friday", "--template", "countdown", "--dir", "a/b"]);
    assert_eq!(made.code, Some(0), "{made}");
    assert!(house.at("a/b/friday.rhai").exists() && house.at("a/b/friday_test.rhai").exists());
}
