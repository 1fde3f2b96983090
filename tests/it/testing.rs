//! `runner test`: tests of shows, from outside.

mod mistakes;

use std::path::Path;

use rustix::process::Signal;

use crate::rig::{Ended, House, Runner, command};

const SHOW: &str = r#"every("10s", || {
    state.round = (state.round ?? 0) + 1;
    put_metadata(notice(`round ${state.round}`));
});

cue("break", || throw "not now");
"#;

/// A house with a show and tests beside it.
fn house(tests: &str) -> House {
    let house = House::with(SHOW);
    house.write("show/show_test.rhai", tests);
    house
}

/// How its tests go, without how long they took.
fn test(house: &House, more: &[&str]) -> Ended {
    let mut args = vec!["test", "show"];
    args.extend(more);
    let mut ended = house.do_in(&args);
    for line in &mut ended.lines {
        if let Some((before, _)) = line.split_once("finished in ") {
            *line = format!("{before}finished in [time]");
        }
    }
    ended
}

#[test]
fn those_that_pass() {
    let tests = "fn test_b() { advance(\"10s\"); assert_eq(sent().len(), 2); }
        fn test_a() { assert_eq(state.round, 1); }";
    insta::assert_snapshot!(test(&house(tests), &[]), @"
    exit code: 0
    ----- stdout -----
    running 2 tests
    test show::test_b ... ok
    test show::test_a ... ok

    test result: ok. 2 passed; 0 failed; finished in [time]
    ----- stderr -----
    ");
}

#[test]
fn one_that_fails_shows_both_sides_and_what_happened() {
    let tests = "// Tests.\n\nfn test_counts() {\n    advance(\"20s\");\n    print(\"here\");
    assert_eq(screen(), #{notice: #{text: \"round 4\", type: \"notice\"}});\n}\n";
    insta::assert_snapshot!(test(&house(tests), &[]), @r#"
    exit code: 1
    ----- stdout -----
    running 1 test
    test show::test_counts ... FAILED

    failures:

    ---- show::test_counts ----
    error: the two are not equal
      --> show/show_test.rhai:6:5
    6 |     assert_eq(screen(), #{notice: #{text: "round 4", type: "notice"}});
      |     ^^^^^^^^^
       left: {"notice":{"text":"round 3","type":"notice"}}
      right: {"notice":{"text":"round 4","type":"notice"}}

    what had happened until then:
    20:00:00.000  on air   st-local-1 · 0 viewers
    20:00:00.000  sent     every 10s  34 B          round 1
    20:00:10.000  sent     every 10s  34 B          round 2
    20:00:20.000  sent     every 10s  34 B          round 3
    20:00:20.000  print    here

    failures:
        show::test_counts

    test result: FAILED. 0 passed; 1 failed; finished in [time]
    ----- stderr -----
    "#);
}

#[test]
fn an_error_of_a_handler_is_shown_where_it_is() {
    let tests = "fn test_breaks() {\n    fire(\"break\");\n}";
    insta::assert_snapshot!(test(&house(tests), &[]), @r#"
    exit code: 1
    ----- stdout -----
    running 1 test
    test show::test_breaks ... FAILED

    failures:

    ---- show::test_breaks ----
    error: not now
      --> show/show.rhai:6:17
    6 | cue("break", || throw "not now");
      |                 ^^^^^
    `break` failed, and this test expects no error

    what had happened until then:
    20:00:00.000  on air   st-local-1 · 0 viewers
    20:00:00.000  sent     every 10s  34 B          round 1

    failures:
        show::test_breaks

    test result: FAILED. 0 passed; 1 failed; finished in [time]
    ----- stderr -----
    "#);
}

#[test]
fn a_test_that_does_not_end_is_ended() {
    let tests =
        "fn test_for_ever() {\n    loop { advance(\"1h\"); }\n}\nfn test_turns() { loop {} }";
    let house = house(tests);
    let heavy = "cue(\"heavy\", every(\"1s\"), || { let n = 0; while n < 30000 { n += 1; } });";
    house.write("show/show.rhai", heavy);
    insta::assert_snapshot!(test(&house, &[]), @r#"
    exit code: 1
    ----- stdout -----
    running 2 tests
    test show::test_for_ever ... FAILED
    test show::test_turns ... FAILED

    failures:

    ---- show::test_for_ever ----
    error: the show's handlers used up what they may take in one test, `heavy` the most
      --> show/show_test.rhai:2:12
    2 |     loop { advance("1h"); }
      |            ^^^^^^^ begin nearer to what is tested: `start_at("2026-12-31T23:50")`

    what had happened until then:
    20:00:00.000  on air   st-local-1 · 0 viewers

    ---- show::test_turns ----
    error: a test may take 5000000 operations, and this one takes more
      --> show/show_test.rhai:4:17
    4 | fn test_turns() { loop {} }
      |                 ^
    hint: is there a loop without an end? `advance` lets time pass, and takes none of yours

    nothing had happened until then

    failures:
        show::test_for_ever
        show::test_turns

    test result: FAILED. 0 passed; 2 failed; finished in [time]
    ----- stderr -----
    "#);
}

#[test]
fn tests_in_the_shows_own_script() {
    let house = House::with(&format!("{SHOW}\nfn test_own() {{ assert_eq(sent().len(), 1); }}"));
    house.write("show/other.rhai", SHOW);
    house.write("show/deep/quiz.rhai", &format!("{SHOW}\nfn test_deep() {{ }}"));
    let ended = test(&house, &[]);
    assert_eq!(ended.code, Some(0), "{ended}");
    let names: Vec<&String> = ended.lines.iter().filter(|line| line.starts_with("test ")).collect();
    assert!(names[0].starts_with("test deep/quiz::test_deep ... ok"), "{ended}");
    assert!(names[1].starts_with("test show::test_own ... ok"), "{ended}");
}

#[test]
fn only_those_that_are_meant() {
    let house = house("fn test_ab() {} fn test_bc() {} fn test_c() {}");
    let ended = test(&house, &["--", "b"]);
    assert!(ended.lines[0].starts_with("running 2 tests"), "{ended}");
    let one = house.do_in(&["test", "show/show_test.rhai"]);
    assert!(one.lines[0].starts_with("running 3 tests"), "{one}");
    insta::assert_snapshot!(test(&house, &["--", "nobody"]), @"
    exit code: 1
    ----- stdout -----

    ----- stderr -----
    error: there is no test here
    hint: what stands after `--` is a part of the names of the tests to run
    ");
}

#[test]
fn where_there_is_none() {
    insta::assert_snapshot!(test(&House::with(SHOW), &[]), @r#"
    exit code: 1
    ----- stdout -----

    ----- stderr -----
    error: there is no test here
    hint: a test is a function of a script: `fn test_begins() { assert_eq(sent().len(), 1); \
      }`
    "#);
    let missing = House::with(SHOW).do_in(&["test", "shwo"]);
    assert_eq!(missing.code, Some(2), "{missing}");
    assert!(
        missing.stderr.contains("no script or folder `shwo`\nhint: did you mean `show`?"),
        "{missing}"
    );
}

#[test]
fn one_object_a_test_for_a_program() {
    let house = house("fn test_a() { } fn test_b() { assert_eq(1, 2); }");
    let events = test(&house, &["--json"]).events();
    assert_eq!(events[0]["test"], "show::test_a");
    assert_eq!(events[0]["passed"], true);
    assert_eq!((&events[1]["left"], &events[1]["right"]), (&"1".into(), &"2".into()));
    assert_eq!(events[1]["error"]["line"], 1);
    assert_eq!((&events[2]["event"], &events[2]["failed"]), (&"tested".into(), &1.into()));
}

#[test]
fn flags_reach_the_show() {
    let house =
        House::with("on(\"start\", || put_metadata(`${args.team} ${random_fact(\"own\")}`));");
    house.write("lines/own.txt", "a line\n");
    house.write(
        "show/show_test.rhai",
        "fn test_a() { assert_eq(last().payload, `${args.team} a line`);
            assert_eq(last().at.format(\"%H:%M %z\"), \"20:00 +0100\"); }",
    );
    let flags = ["--set", "team=Reds", "--facts", "lines", "--timezone", "Europe/Paris"];
    let ended = test(&house, &flags);
    assert_eq!(ended.code, Some(0), "{ended}");
}

#[test]
fn they_run_again_after_a_save() {
    let house = house("fn test_a() { assert_eq(state.round, 2); }");
    let watched = || command(&["test", "--watch"]);
    let mut runner = Runner::start(watched().arg(house.at("show")));
    runner.line("a failure", |line| line.starts_with("test result: FAILED. 0 passed; 1 failed"));
    runner.line("its watch", |line| line.starts_with("watching 2 files"));
    house.write("show/show_test.rhai", "fn test_a() { assert_eq(state.round, 1); }");
    runner.line("the save", |line| line.starts_with("saved: "));
    runner.line("a pass", |line| line.starts_with("test result: ok. 1 passed"));
    house.write("show/show.rhai", "every(\"1s\", || oops());");
    runner.line("a mistake", |line| line.contains("`oops` is not part of the show language"));
    house.write("show/show.rhai", SHOW);
    runner.line("a pass again", |line| line.starts_with("test result: ok. 1 passed"));
    runner.line("its watch", |line| line.starts_with("watching "));
    let away = house.at("away");
    std::fs::rename(house.at("show"), &away).expect("it can be moved");
    runner.line("its watch still", |line| line.starts_with("watching "));
    std::fs::rename(&away, house.at("show")).expect("it can be moved back");
    runner.line("a pass once more", |line| line.starts_with("test result: ok. 1 passed"));
    runner.signal(Signal::INT);
    assert_eq!(runner.end().code, Some(0));
}

#[test]
fn new_scripts_are_run_too() {
    let house = House::with(&format!("{SHOW}\nfn test_own() {{ }}"));
    let mut runner = Runner::start(command(&["test", "--watch"]).arg(house.at("show")));
    runner.line("a pass", |line| line.starts_with("test result: ok. 1 passed"));
    runner.line("its watch", |line| line.starts_with("watching 2 files"));
    house.write("show/show_test.rhai", "fn test_beside() { }");
    runner.line("two", |line| line.starts_with("test result: ok. 2 passed"));
    house.write("show/deep/quiz.rhai", &format!("{SHOW}\nfn test_deep() {{ }}"));
    runner.line("three", |line| line.starts_with("test result: ok. 3 passed"));
    runner.signal(Signal::INT);
    assert_eq!(runner.end().code, Some(0));
}

#[test]
fn a_signal_ends_the_watch_while_tests_run() {
    let house = house("fn test_a() { loop { advance(\"1s\"); } } fn test_b() { test_a(); }");
    let cue = "let n = 0; while n < 9000 { n += 1; }";
    house.write("show/show.rhai", &format!("cue(\"heavy\", every(\"1s\"), || {{ {cue} }});"));
    let mut runner = Runner::start(command(&["test", "--watch"]).arg(house.at("show")));
    runner.line("a run", |line| line.starts_with("running 2 tests"));
    runner.signal(Signal::INT);
    let ended = runner.end();
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(!ended.lines.iter().any(|line| line.starts_with("watching")), "{ended}");
}

#[test]
fn the_tests_that_ship_with_the_scripts_pass() {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
    let ended = Runner::start(command(&["test"]).arg(&scripts)).end();
    assert_eq!(ended.code, Some(0), "{ended}");
    for show in crate::scripts::scripts() {
        let name = show.file_stem().expect("it has a name").to_string_lossy().into_owned();
        let tests = show.with_file_name(format!("{name}_test.rhai"));
        assert!(tests.is_file(), "{name} has no tests");
    }
}
