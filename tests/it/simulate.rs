//! `runner simulate` from outside: the run sheet, the JSON lines, goldens, replays, bad input.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::rig::{Ended, House, ROUNDS, Runner, command};

/// One payload a minute, and one for the operator.
const MINUTES: &str = r#"
    timezone("Europe/Paris");
    cue("minute", every("1m"), || put_metadata(notice(`minute ${now().minute}`)));
    cue("goal", |e| put_metadata(notice(`goal for the ${e.data.team}`)));
"#;
const EVENING: [&str; 4] = ["--start", "2026-12-31T20:00", "--for", "5m"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn simulate(house: &House, more: &[&str]) -> Ended {
    let mut args = vec!["simulate", "show/show.rhai"];
    args.extend(EVENING);
    args.extend(more);
    house.do_in(&args)
}

/// The text without the program's version.
fn unversioned(house: &House, ended: &Ended) -> String {
    house.tidy(&ended.to_string()).replace(env!("CARGO_PKG_VERSION"), "[version]")
}

fn values(ended: &Ended) -> Vec<Value> {
    let parse = |line: &String| serde_json::from_str(line).expect("each line is JSON");
    ended.lines.iter().map(parse).collect()
}

#[test]
fn a_run_sheet_is_read_from_top_to_bottom() {
    let house = House::with(MINUTES);
    let ended = simulate(
        &house,
        &["--off-air", "20:01:30..20:03:30", "--go", r#"goal@4m30s={"team":"reds"}"#],
    );
    insta::assert_snapshot!(unversioned(&house, &ended), @"
    exit code: 0
    ----- stdout -----
    showrunner [version] · simulate · show · seed 1 · 1,000 viewers
      zone      Europe/Paris
      evening   Thu 31 Dec 2026 20:00:00 · 5 min

    20:00:00.020  on air   st-local-1 · 141 viewers
    20:00:00.040  sent     minute     35 B          minute 0
    20:01:00.040  sent     minute     35 B          minute 1
    20:01:40.020  off air  ────────────────────────────────────────────────────────────
    20:03:32.020  on air   ── after 1 min ─────────────────────────────────────────────
    20:03:32.020  skipped  2 timed fires while off air
    20:04:00.040  sent     minute     35 B          minute 4
    20:04:30.000  fired    goal      by the operator
    20:04:30.020  sent     goal       44 B          goal for the reds
    20:05:00.000  stopped  4 sent, 0 refused, 0 expired

      payloads  4
      bytes     149 B · the largest 44 of 1,024 B
      peak      1 of 5 a second · first at 20:00:00
      waited    0
      lost      0
      refused   0

      cue                         fired       sent      bytes    largest     failed
      minute                          3          3        105         35          0
      goal                            1          1         44         44          0
    ----- stderr -----
    ");
}

#[test]
fn json_has_a_head_the_journals_events_and_a_summary() {
    let house = House::with(MINUTES);
    let ended = simulate(&house, &["--json", "--seed", "7", "--set", "team=reds"]);
    assert_eq!(ended.code, Some(0), "{ended}");
    let lines = values(&ended);
    let (head, summary) = (&lines[0], &lines[lines.len() - 1]);
    assert_eq!((&head["event"], &head["format"]), (&"simulation".into(), &1.into()));
    assert_eq!((&head["seed"], &head["viewers"]), (&7.into(), &1_000.into()));
    assert_eq!(head["start"], "2026-12-31T19:00:00Z");
    assert_eq!((&head["zone"], &head["for"]), (&"Europe/Paris".into(), &"5m".into()));
    assert_eq!(head["args"]["team"], "reds");
    assert_eq!(lines[1]["event"], "started");
    assert!(lines[1].get("version").is_none() && lines[1].get("script_hash").is_none());
    let sent = lines.iter().filter(|line| line["event"] == "sent").count();
    assert_eq!(summary["event"], "summary");
    assert_eq!(summary["sent"].as_u64(), u64::try_from(sent).ok());
    assert_eq!(summary["cues"]["minute"]["fired"], 5);
    assert!(!ended.to_string().contains(house.at("").to_str().expect("a path")), "no paths");
}

#[test]
fn the_same_evening_is_the_same_bytes() {
    let house = House::with(MINUTES);
    let more = ["--json", "--seed", "9", "--faults", "--off-air", "1m..2m"];
    let (one, other) = (simulate(&house, &more), simulate(&house, &more));
    assert_eq!(one.lines, other.lines);
    assert!(one.lines.iter().any(|line| line.contains("on purpose")), "{one}");
    assert_ne!(one.lines, simulate(&house, &["--json", "--seed", "10", "--faults"]).lines);
}

/// The goldens of this repository: on every machine the same.
#[test]
fn the_scripts_play_as_they_were_kept() {
    for name in ["cat_facts", "countdown"] {
        let golden = root().join("tests/golden").join(name).with_extension("jsonl");
        let script = root().join("scripts").join(name).with_extension("rhai");
        let mut run = command(&["simulate"]);
        run.arg(&script).arg("--golden").arg(&golden);
        let ended = Runner::start(&mut run).end();
        assert_eq!(ended.code, Some(0), "{ended}");
        let head = fs::read_to_string(&golden).expect("the golden is there");
        let head: Value = serde_json::from_str(head.lines().next().expect("it has a head"))
            .expect("the head is JSON");
        let mut run = command(&["simulate", "--json"]);
        let given = |name: &str| head[name].as_str().expect("it is given").to_owned();
        run.arg(&script).args(["--start", &given("start"), "--for", &given("for"), "--faults"]);
        let seed = head["seed"].to_string();
        let lines = Runner::start(run.args(["--seed", &seed])).end().lines;
        let kept = fs::read_to_string(&golden).expect("the golden is there");
        let kept: Vec<&str> = kept.lines().collect();
        assert_eq!(lines[1..], kept[1..], "all but the head, which has the version");
    }
}

#[test]
fn a_golden_is_kept_compared_and_updated() {
    let house = House::with(MINUTES);
    let golden = ["--golden", "evening.jsonl"];
    let missing = simulate(&house, &golden);
    assert_eq!(missing.code, Some(2));
    assert!(missing.stderr.contains("`--update` writes it"), "{missing}");

    let update = [&golden[..], &["--update", "--seed", "7", "--off-air", "2m..3m"]].concat();
    assert_eq!(simulate(&house, &update).code, Some(0));
    // What is not given is as it was then.
    let same = house.do_in(&["simulate", "show/show.rhai", "--golden", "evening.jsonl"]);
    assert_eq!(same.code, Some(0), "{same}");
    assert!(same.to_string().contains("as in `evening.jsonl`"), "{same}");

    // A comment changes nothing; a word does.
    house.write("show/show.rhai", &format!("// Hello.\n{MINUTES}"));
    let same = house.do_in(&["simulate", "show/show.rhai", "--golden", "evening.jsonl"]);
    assert_eq!(same.code, Some(0), "{same}");
    house.write("show/show.rhai", &MINUTES.replace("`minute ${", "`it is ${"));
    let other = house.do_in(&["simulate", "show/show.rhai", "--golden", "evening.jsonl"]);
    assert_eq!(other.code, Some(1), "{other}");
    let text = other.to_string();
    // Only the field that differs is named.
    assert!(text.contains("~ 20:00:00.040  sent  minute\n"), "{text}");
    assert!(text.contains("\n-   payload.text minute 0\n+   payload.text it is 0\n"), "{text}");
    // What was put is told by what was sent.
    assert!(!text.contains("queued"), "{text}");
    assert!(text.contains("it is 0") && text.contains("minute 0"), "{text}");
    assert!(text.contains("hint: `--update` keeps it as it is now"), "{text}");

    // Of a script that does not compile only its mistake is shown.
    house.write("show/show.rhai", "every(\"1m\", || {");
    let broken = house.do_in(&["simulate", "show/show.rhai", "--golden", "evening.jsonl"]);
    assert_eq!(broken.code, Some(1), "{broken}");
    assert!(broken.to_string().contains("--> show/show.rhai:1"), "{broken}");
    assert!(broken.lines.is_empty(), "{broken}");
}

#[test]
fn a_golden_of_something_else_is_refused() {
    let house = House::with(MINUTES);
    let compare = |text: &str| {
        house.write("evening.jsonl", text);
        let ended = simulate(&house, &["--golden", "evening.jsonl"]);
        assert_eq!(ended.code, Some(2), "{ended}");
        ended.stderr
    };
    let update = simulate(&house, &["--golden", "evening.jsonl", "--update"]);
    assert_eq!(update.code, Some(0), "{update}");
    let kept = house.read("evening.jsonl");
    assert!(compare("").contains("is not a kept timeline"));
    assert!(compare("{\"event\":\"started\"}\n").contains("is not a kept timeline"));
    let newer = kept.replacen("\"format\":1", "\"format\":2", 1);
    let said = compare(&newer);
    assert!(said.contains("format 2, this program writes 1"), "{said}");
    let other = kept.replacen("\"script\":\"show\"", "\"script\":\"quiz\"", 1);
    assert!(compare(&other).contains("is a timeline of `quiz`, not of `show`"));

    // `--update` writes over a timeline of another form of the same script, and over nothing else.
    let anew = |text: &str| {
        house.write("evening.jsonl", text);
        simulate(&house, &["--golden", "evening.jsonl", "--update"])
    };
    for text in ["notes", "{\"format\":2}\n", &other, &other.replacen(":1", ":2", 1)] {
        let refused = anew(text);
        assert_eq!(refused.code, Some(2), "{refused}");
        assert_eq!(house.read("evening.jsonl"), text);
    }
    assert_eq!(anew(&newer).code, Some(0));
    assert!(house.read("evening.jsonl").contains("\"format\":1"));
}

#[test]
fn an_evening_nobody_reads_goes_on_to_its_end() {
    let house =
        House::with(&format!("{MINUTES} cue(\"bad\", after(\"4m\"), || {{ let a = [1]; a[7] }});"));
    for (n, how) in [&[][..], &["--json"], &["--quiet"]].into_iter().enumerate() {
        let picture = format!("evening{n}.html");
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut run = command(&["simulate"]);
        run.arg(house.at("show/show.rhai")).arg("--html").arg(house.at(&picture)).args(EVENING);
        let ended = run.args(how).stdout(writer).stderr(Stdio::piped()).output();
        let ended = ended.expect("it can be run");
        assert_eq!(ended.status.code(), Some(1), "{how:?}: {ended:?}");
        assert!(house.read(&picture).starts_with("<!doctype html>"), "{how:?}");
    }
}

#[test]
fn a_mistake_is_shown_with_its_line_and_fails() {
    let house = House::with("every(\"1m\", || { let a = [1]; put_metadata(a[7]); });");
    let ended = simulate(&house, &["--quiet"]);
    assert_eq!(ended.code, Some(1), "{ended}");
    let text = ended.to_string();
    assert!(text.contains("--> show/show.rhai:1:") && text.contains('^'), "{text}");
    assert!(text.contains("script errors"), "{text}");
    let broken = House::with("every(\"1m\", || {");
    let ended = simulate(&broken, &[]);
    assert_eq!(ended.code, Some(1), "{ended}");
    assert!(ended.to_string().contains("--> show/show.rhai:1:"), "{ended}");
}

#[test]
fn an_evening_that_never_ends_is_ended_and_its_cue_is_named() {
    let house = House::with(
        r#"cue("calm", every("1m"), || 1);
           cue("heavy", every("300ms"), || { let n = 0; while n < 20000 { n += 1; } });"#,
    );
    let ended = house.do_in(&["simulate", "show/show.rhai", "--for", "12h", "--quiet"]);
    assert_eq!(ended.code, Some(1), "{ended}");
    let text = ended.to_string();
    assert!(text.contains("`heavy` took") && text.contains("hint: shorten it"), "{text}");
}

#[test]
fn a_storm_of_cues_is_cut_and_said() {
    let house = House::with(
        r#"cue("a", || fire("b")); cue("b", || fire("a")); cue("c", after("1s"), || fire("a"));"#,
    );
    let ended = simulate(&house, &[]);
    assert!(ended.to_string().contains("too many fires followed one another"), "{ended}");
}

#[test]
fn what_cannot_be_simulated_says_what_to_type() {
    let house = House::with(MINUTES);
    for (more, said) in [
        (&["--off-air", "3m..2m"][..], "ends before it begins"),
        (
            &["--off-air", "20:45..20:50"],
            "lies outside the evening, which is from 2026-12-31T20:00:00 to 2026-12-31T20:05",
        ),
        (&["--go", "goals@1m"], "has no cue `goals`, did you mean `goal`?"),
        (&["--go", "goal"], "does not say what is fired and when"),
        (&["--go", "intro@1m"], "has no cue `intro`\nhint: it has `minute`, `goal`"),
        (&["--go", "goal@6m"], "lies outside the evening"),
        (
            &["--go", "goal@2026-12-31T19:00"],
            "before the evening, which begins at 2026-12-31T20:00:00 Europe/Paris\nhint: `--start`",
        ),
        (&["--off-air", "soon"], "is not a stretch of time"),
        (&["--seed", "abc"], "`abc` is not a number\nhint: write a whole one, 0 or more"),
        (&["--viewers", "-1"], "`-1` is not a number"),
        (&["--replay", "none.jsonl", "--run", "x"], "`x` is not a number"),
        (&["--answer", "https://a.b=none"], "cannot read `none`, the answer of https://a.b: No"),
        (&["--update"], "--golden"),
        (&["--replay", "none.jsonl", "--seed", "1"], "cannot be used with"),
    ] {
        let ended = simulate(&house, more);
        assert_eq!(ended.code, Some(2), "{more:?}: {ended}");
        assert!(ended.stderr.contains(said), "{more:?}: {ended}");
    }
    // Nothing is said twice.
    let ended = simulate(&house, &["--answer", "https://a.b=none"]);
    assert_eq!(ended.stderr.matches("No such file").count(), 1, "{ended}");
    let ended = house.do_in(&["simulate", "show/show.rhai", "--for", "9000h"]);
    assert_eq!(ended.code, Some(2), "{ended}");
    assert!(ended.stderr.contains("out of range"), "{ended}");
    for start in ["9999-12-30T20:00Z", "9999-12-31T23:59", "0001-01-01T00:00"] {
        let ended = house.do_in(&["simulate", "show/show.rhai", "--start", start]);
        assert_eq!(ended.code, Some(2), "{ended}");
        assert!(ended.stderr.contains("from the year 1970 to 9900"), "{ended}");
    }
}

#[test]
fn viewers_vote_and_the_sheet_shows_what_they_chose() {
    let house = House::with(
        r#"cue("ask", after("1m"), || ask("Do cats dream?", ["Yes", "No"], #{open_for: "20s"}));"#,
    );
    let ended = simulate(&house, &["--viewers", "500", "--json"]);
    let lines = values(&ended);
    let closed = lines.iter().find(|line| line["event"] == "poll_closed").expect("it closes");
    let total = closed["total"].as_u64().expect("a number");
    assert!((1..=500).contains(&total), "{closed}");
    assert_eq!(lines[lines.len() - 1]["votes"], total);
    // One block, from the opening to the result.
    let sheet = simulate(&house, &["--viewers", "500"]);
    let block = sheet.lines.iter().position(|line| line.contains("poll     ask"));
    let [poll, result, first, ..] = &sheet.lines[block.expect("a block")..] else {
        panic!("it is cut off: {sheet}");
    };
    assert!(poll.ends_with("Do cats dream?"), "{poll}");
    let winner = closed["winner"].as_str().expect("one of the two");
    let said = format!("open from 20:01:00 · {total} votes · winner: {winner}");
    assert!(result.ends_with(&said), "{result}");
    assert!(first.trim_start().starts_with(winner) && first.contains('█'), "{first}");
    assert!(!sheet.to_string().contains("open until"), "{sheet}");
    let nobody = simulate(&house, &["--viewers", "0", "--json"]);
    let lines = values(&nobody);
    assert_eq!(lines[lines.len() - 1]["votes"], 0, "{nobody}");
    let nobody = simulate(&house, &["--viewers", "0"]).to_string();
    assert!(nobody.contains("open from 20:01:00 · no votes"), "{nobody}");
    let cut = house.do_in(&["simulate", "show/show.rhai", "--for", "70s"]).to_string();
    assert!(cut.contains("still open at the end"), "{cut}");
}

#[test]
fn viewers_of_a_quiz_have_names_and_points() {
    let house = House::with(
        "every(\"5m\", #{first: \"10m\"}, || {
            ask(quiz(\"Capital of Italy?\", [\"Paris\", \"Rome\"], \"Rome\"), #{points: 10});
        });
        on(\"poll_closed\", || {
            put_metadata(board(\"Best\", leaderboard(3).map(|it| [it.name, it.points])));
        });",
    );
    let play = |viewers| {
        let evening = ["simulate", "show/show.rhai", "--for", "30m", "--json", "--viewers"];
        house.do_in(&[&evening[..], &[viewers]].concat())
    };
    let sent = values(&play("1000")).into_iter().filter(|it| it["event"] == "sent");
    let mut sent = sent.filter_map(|it| it["payload"].as_str().map(str::to_owned));
    let best = sent.rfind(|it| it.contains("\"board\"")).expect("it is sent");
    let best: Value = serde_json::from_str(&best).expect("it is JSON");
    let rows = best["rows"].as_array().expect("it has rows");
    assert_eq!(rows.len(), 3, "{best}");
    assert!(rows[0][1].as_u64() > Some(10), "{best}");
    // Nobody watches: nobody has points.
    let nobody = play("0").to_string();
    assert!(nobody.contains("\\\"rows\\\":[]"), "{nobody}");
}

#[test]
fn a_folder_is_no_script() {
    let house = House::with(MINUTES);
    house.write("show/show_test.rhai", "");
    for verb in ["simulate", "next", "run"] {
        let ended = house.do_in(&[verb, "show"]);
        assert_eq!(ended.code, Some(2), "{ended}");
        let wanted =
            "show` is a folder, wanted a show's script\nhint: name a script in it: `show.rhai`\n";
        assert!(ended.stderr.contains(wanted), "{ended}");
    }
}

#[test]
fn a_rehearsal_begins_today_where_only_a_time_is_named() {
    let house = House::with(ROUNDS);
    let ended = house.do_in(&["simulate", "show/show.rhai", "--start", "20:00", "--for", "1m"]);
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(ended.lines.iter().any(|line| line.starts_with("20:00:00")), "{ended}");
}
