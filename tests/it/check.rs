//! `runner check`: a script for every mistake, each of which says what is found in it.

mod plan;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::rig::{Ended, House, Runner, command};

/// When all rehearsals of these tests begin.
const START: &str = "2026-11-22T20:00Z";

/// How a line begins that says what is found.
const EXPECT: &str = "// expect: ";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts/check")
}

fn check(args: &[&str]) -> Ended {
    let mut command = command(&["check", "--start", START]);
    Runner::start(command.args(args).current_dir(env!("CARGO_MANIFEST_DIR"))).end()
}

/// What the first lines of a script say is found in it: none for `ok`.
fn expected(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).expect("it can be read");
    let lines = text.lines().map_while(|line| line.strip_prefix(EXPECT));
    let lines: Vec<String> = lines.map(str::to_owned).collect();
    assert!(!lines.is_empty(), "{} does not say what is expected", path.display());
    if lines == ["ok"] { Vec::new() } else { lines }
}

/// Whether a finding is the one expected: `error 3:16 some of its words`, or those of another
/// file, `error long.txt:3:1 …`.
fn is_met(expected: &str, finding: &Value, script: &str) -> bool {
    let text = |key: &str| finding[key].as_str().unwrap_or_default();
    let (file, name) = (text("file"), script.rsplit('/').next().unwrap_or_default());
    let place = format!("{}:{}", finding["line"], finding["column"]);
    let place = match file.rsplit('/').next().unwrap_or_default() {
        own if own == name => place,
        other => format!("{other}:{place}"),
    };
    let mut words = expected.splitn(3, ' ');
    let gravity = words.next().unwrap_or_default();
    let at = words.next().unwrap_or_default();
    let said = format!("{}\nhint: {}", text("message"), text("hint"));
    let is_said =
        words.next().is_some_and(|words| words.split(" … ").all(|part| said.contains(part)));
    gravity == text("gravity") && at == place && is_said
}

#[test]
fn every_script_has_the_findings_it_says() {
    let folder = folder();
    let ended = check(&["--json", "tests/scripts/check"]);
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    let mut findings: Vec<Value> = Vec::new();
    let (mut checked, mut wrong) = (0, Vec::new());
    for line in ended.events() {
        if line["type"] == "finding" {
            findings.push(line);
            continue;
        }
        let script = line["file"].as_str().expect("a file has a name");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(script);
        let expected = expected(&path);
        let pairs = expected.iter().zip(&findings);
        let is_well = expected.len() == findings.len()
            && pairs.into_iter().all(|(expected, met)| is_met(expected, met, script));
        if !is_well {
            let met: Vec<String> = findings.iter().map(shown).collect();
            wrong.push(format!("{script}\n  met\n{}", met.join("\n")));
        }
        findings.clear();
        checked += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    let files = fs::read_dir(folder).expect("it is there").count();
    assert_eq!(checked, files, "every file of the folder is a script that was checked");
}

/// As an expectation would say it.
fn shown(finding: &Value) -> String {
    let text = |key: &str| finding[key].as_str().unwrap_or_default();
    let (file, gravity) = (text("file"), text("gravity"));
    let name = file.rsplit('/').next().unwrap_or_default();
    let (line, column) = (&finding["line"], &finding["column"]);
    format!("{name}: {gravity} {line}:{column} {}\n    hint: {}", text("message"), text("hint"))
}

/// A house with these scripts in `show/`.
fn house(scripts: &[(&str, &str)]) -> House {
    let house = House::with("");
    fs::remove_file(house.script()).expect("it is there");
    for (name, text) in scripts {
        house.write(&format!("show/{name}"), text);
    }
    house
}

fn said(house: &House, args: &[&str]) -> String {
    let mut all = vec!["check", "--start", START];
    all.extend(args);
    house.tidy(&house.do_in(&all).to_string())
}

const GOOD: &str = r#"timezone("Europe/Paris");
every("10s", || put_metadata(poll(next_fact("cats"), ["True", "False"])));
cue("intro", || put_metadata(notice("hello")), #{key: "1"});
cue("friday", cron("30 20 * * Fri"), || put_metadata(notice("bonsoir")));
cue("score", |e| { if number(e.data.points) < 9 { throw "too few" } }, #{input: ["points"]});
"#;

#[test]
fn what_a_person_sees_of_a_good_script() {
    let house = house(&[("show.rhai", GOOD)]);
    house.write("facts/cats.txt", "Cats purr.\n");
    insta::assert_snapshot!(said(&house, &["show/show.rhai"]), @r#"
    exit code: 0
    ----- stdout -----
    ok       show/show.rhai · 4 cues · Europe/Paris
      line 2  every 10 s           331 payloads, at most 141 of 1,024 B
      intro   by hand              1 payload, 32 of 1,024 B
      friday  at 20:30 on Fridays  1 payload, 34 of 1,024 B
              next Fri 27 Nov 20:30, Fri 4 Dec 20:30, Fri 11 Dec 20:30, Fri 18 Dec 20:30, \
      Fri 25 Dec 20:30
      score   by hand              refused made-up data: too few

    1 script, nothing found
    ----- stderr -----
    "#);
}

#[test]
fn what_a_person_sees_of_bad_ones() {
    let bad = r#"every("10s", || {
    let fact = random_fct("cats");
    notice(fact);
    1
});
"#;
    let doubtful =
        "cue(\"late\", cron(\"30 2 * * *\"), || put_metadata(notice(state.team.name)));\n";
    let house = house(&[
        ("bad.rhai", bad),
        ("doubtful.rhai", doubtful),
        ("lib.rhai", "fn one() { 1 }\n"),
        ("bad_test.rhai", "fn test_it() { advance(\"10s\"); }\n"),
    ]);
    insta::assert_snapshot!(said(&house, &["--timezone", "Europe/Paris", "show"]), @r#"
    exit code: 1
    ----- stdout -----
    error    show/bad.rhai
    error: `random_fct` is not part of the show language
      --> show/bad.rhai:2:16
    2 |     let fact = random_fct("cats");
      |                ^^^^^^^^^^ did you mean `random_fact`?
    error: this `notice` is built and thrown away
      --> show/bad.rhai:3:5
    3 |     notice(fact);
      |     ^^^^^^ send it: `put_metadata(notice(…))`

    error    show/doubtful.rhai · 1 cue · Europe/Paris
    warning: `cron 30 2 * * *` falls into a change of the clocks in Europe/Paris: 02:30 on \
      Sun 28 Mar 2027 is skipped, 02:30 on Sun 31 Oct 2027 fires twice
      --> show/doubtful.rhai:1:13
    1 | cue("late", cron("30 2 * * *"), || put_metadata(notice(state.team.name)));
      |             ^^^^ take a time outside that hour, or `every(…)`, which counts real \
      seconds
    error: there is nothing here to have `name`, it is `()`
      --> show/doubtful.rhai:1:67
    1 | cue("late", cron("30 2 * * *"), || put_metadata(notice(state.team.name)));
      |                                                                   ^^^^
    hint: what is not set or not found is `()`: `x?.name` is `()` then too, and `x ?? \
      other` stands in for it

      late  at 02:30 every day  no payload
            next Mon 23 Nov 02:30, Tue 24 Nov 02:30, Wed 25 Nov 02:30, Thu 26 Nov 02:30, \
      Fri 27 Nov 02:30

    ok       show/lib.rhai · library, 1 function

    3 scripts, 3 errors, 1 warning · 1 script of tests left to `runner test`
    ----- stderr -----
    "#);
}

#[test]
fn facts_that_are_too_long_are_named_where_they_stand() {
    let script = "every(\"10s\", || put_metadata(notice(random_fact(\"cats\"))));\n";
    let house = house(&[("show.rhai", script)]);
    house.write("facts/cats.txt", &format!("Cats purr.\n{}\n", "purr ".repeat(250)));
    insta::assert_snapshot!(said(&house, &["show/show.rhai"]), @r#"
    exit code: 1
    ----- stdout -----
    error    show/show.rhai · 1 cue · UTC
    error: this fact is 252 bytes too long: the payload of `every 10s` would have 1276, \
      1024 fit
      --> facts/cats.txt:2:998
    2 | …urr purr purr purr purr purr purr purr purr purr purr purr purr purr purr purr \
      purr purr purr…
      |                                 \
      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    hint: shorten it here, or cut it in the script: `fit(fact, bytes)`

      line 1  every 10 s  no payload

    1 script, 1 error
    ----- stderr -----
    "#);
}

/// Lines of JSON, each spread out.
fn spread(ended: &Ended) -> String {
    let lines = ended.events();
    let lines = lines.iter().map(|line| serde_json::to_string_pretty(line).expect("it is JSON"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_a_program_reads() {
    let script = "timezone(\"Asia/Tokyo\");\nat(\"9:00\", || put_metadata(nope));\n";
    let house = house(&[("bad.rhai", script), ("good.rhai", "at(\"9:00\", || print(1));\n")]);
    let ended = house.do_in(&["check", "--json", "--start", START, "show/bad.rhai"]);
    insta::assert_snapshot!(spread(&ended), @r#"
    {
      "type": "finding",
      "gravity": "error",
      "file": "show/bad.rhai",
      "line": 2,
      "column": 28,
      "message": "`nope` is not known here",
      "hint": "a function sees its arguments, `state`, `args` and the constants of the top level",
      "cue": null,
      "source": "at(\"9:00\", || put_metadata(nope));"
    }
    {
      "type": "file",
      "file": "show/bad.rhai",
      "is": "broken",
      "zone": null,
      "functions": null,
      "errors": 1,
      "warnings": 0,
      "more": 0,
      "cues": []
    }
    "#);
    let good = ["check", "--json", "--start", START, "--timezone", "Asia/Tokyo", "show/good.rhai"];
    insta::assert_snapshot!(spread(&house.do_in(&good)), @r#"
    {
      "type": "file",
      "file": "show/good.rhai",
      "is": "show",
      "zone": "Asia/Tokyo",
      "functions": null,
      "errors": 0,
      "warnings": 0,
      "more": 0,
      "cues": [
        {
          "cue": "at 09:00:00",
          "line": 1,
          "triggers": [
            "at 09:00:00"
          ],
          "when": "once, at 09:00",
          "calls": 1,
          "payloads": 0,
          "bytes_max": 0,
          "next": [],
          "refused": null
        }
      ]
    }
    "#);
}

#[test]
fn exit_codes() {
    let house = house(&[
        ("good.rhai", "every(\"1m\", || put_metadata(\"x\"));\n"),
        ("doubtful.rhai", "at(\"20:30\", || put_metadata(\"x\"));\n"),
        ("bad.rhai", "nope();\n"),
    ]);
    let code = |args: &[&str]| house.do_in(&[&["check"], args].concat()).code;
    assert_eq!(code(&["show/good.rhai"]), Some(0));
    assert_eq!(code(&["show/doubtful.rhai"]), Some(1));
    assert_eq!(code(&["show/doubtful.rhai", "--timezone", "Asia/Tokyo"]), Some(0));
    assert_eq!(code(&["show/bad.rhai"]), Some(1));
    assert_eq!(code(&["show"]), Some(1));
    assert_eq!(code(&[]), Some(2));
    assert_eq!(code(&["show/good.rhai", "--facts", "nowhere"]), Some(2));
}

#[test]
fn what_is_no_script() {
    let house = house(&[("show.rhai", "every(\"1m\", || put_metadata(\"x\"));\n")]);
    fs::create_dir(house.at("empty")).expect("a folder can be made");
    fs::write(house.at("show/latin.rhai"), b"// caf\xe9\n").expect("a file can be written");
    insta::assert_snapshot!(said(&house, &["empty"]), @r#"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: there is no script in `empty`
    hint: a show's script is a `.rhai` file
    "#);
    insta::assert_snapshot!(said(&house, &["show/shwo.rhai"]), @r#"
    exit code: 2
    ----- stdout -----

    ----- stderr -----
    error: there is no script or folder `show/shwo.rhai`
    hint: did you mean `show.rhai`?
    "#);
    insta::assert_snapshot!(said(&house, &["show/latin.rhai", "show/show.rhai"]), @r#"
    exit code: 1
    ----- stdout -----
    error    show/latin.rhai
    error: line 1 of `[house]/show/latin.rhai` is not UTF-8 text
      --> show/latin.rhai
    hint: save the file as UTF-8

    ok       show/show.rhai · 1 cue · UTC
      line 1  every 1 min  56 payloads, at most 1 of 1,024 B

    2 scripts, 1 error
    ----- stderr -----
    "#);
}

#[test]
fn the_scripts_that_ship_with_the_program_are_well() {
    let ended = check(&["scripts"]);
    assert_eq!(ended.code, Some(0), "{ended}");
}
