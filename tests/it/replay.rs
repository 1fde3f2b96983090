//! `runner simulate --replay`: evenings that were played, played again, unchanged and after an
//! edit. What went in then goes in again: votes, points, fires, refusals, answers, gaps and jumps.

use serde_json::Value;

use crate::rig::{Ended, House};

const WHEN: [&str; 6] =
    ["simulate", "show/show.rhai", "--start", "2026-12-31T20:00", "--for", "10m"];
const ANSWER: [&str; 2] = ["--answer", "https://api.example.com/score=score.json"];

/// Plays an evening, keeps its timeline, and plays that again: nothing is different. Then once
/// more with `from` replaced by `to` in the script: the lines that tell the differences.
fn again(house: &House, more: &[&str], (from, to): (&str, &str)) -> (Vec<Value>, Vec<Value>) {
    let played = house.do_in(&[&WHEN[..], &["--json"], more].concat());
    assert_eq!(played.code, Some(0), "{played}");
    house.write("evening.jsonl", &(played.lines.join("\n") + "\n"));
    let replay =
        || house.do_in(&["simulate", "show/show.rhai", "--json", "--replay", "evening.jsonl"]);
    let same = replay();
    assert_eq!(same.code, Some(0), "{same}");
    let head = &lines(&same)[0];
    assert_eq!((&head["same_script"], &head["unread"]), (&true.into(), &0.into()), "{same}");
    let is_sent = |line: &&Value| line["event"] == "sent" && line["repeat"] != true;
    let sent = lines(&played).iter().filter(is_sent).count();
    assert!(sent > 0, "{played}");
    assert_eq!(lines(&same).last().expect("a summary")["same"], sent, "{same}");
    let script = house.read("show/show.rhai");
    assert!(script.contains(from), "{script}");
    house.write("show/show.rhai", &script.replace(from, to));
    let other = replay();
    assert_eq!(other.code, Some(1), "{other}");
    assert_eq!(lines(&other)[0]["same_script"], false, "{other}");
    (lines(&played), lines(&other))
}

fn lines(ended: &Ended) -> Vec<Value> {
    let parse = |line: &String| serde_json::from_str(line).expect("each line is JSON");
    ended.lines.iter().map(parse).collect()
}

fn has(lines: &[Value], event: &str) -> bool {
    lines.iter().any(|line| line["event"] == event)
}

fn said(lines: &[Value], part: &str) -> bool {
    lines.iter().any(|line| line.to_string().contains(part))
}

#[test]
fn votes_are_read_as_they_were_then() {
    let house = House::with(
        r#"cue("ask", every("2m"), || {
               state.asked = ask("Do cats dream?", ["Yes", "No"], #{open_for: "40s"});
               after("7s", || put_metadata(notice(`so far ${tally(state.asked).total}`)));
               after("21s", || put_metadata(notice(`by now ${tally(state.asked).total}`)));
           });
           on("poll_closed", |e| put_metadata(notice(`${e.data.winner} of ${e.data.total}`)));"#,
    );
    let (played, other) = again(&house, &["--viewers", "700"], ("`so far ${", "`it is ${"));
    let read = played.iter().find(|line| line["event"] == "tally_read").expect("it is read");
    let total = read["total"].as_u64().expect("a number");
    assert!(total > 0 && has(&played, "poll_closed"), "{read}");
    assert!(said(&other, &format!("it is {total}")), "the votes of then: {other:?}");
}

#[test]
fn an_operators_fire_has_its_data_again() {
    let house =
        House::with(r#"cue("goal", |e| put_metadata(notice(`goal for the ${e.data.team}`)));"#);
    let go = ["--go", r#"goal@4m30s={"team":"reds"}"#];
    let (_, other) = again(&house, &go, ("goal for", "hurrah for"));
    assert!(said(&other, "hurrah for the reds"), "{other:?}");
}

#[test]
fn refusals_and_jumps_of_the_clock_come_again() {
    let house = House::with(
        r#"cue("round", every("3s"), || put_metadata(notice("still here")));
           cue("minute", cron("* * * * *"), || put_metadata(notice(`minute ${now().minute}`)));"#,
    );
    let (played, other) = again(&house, &["--faults"], ("still here", "here again"));
    let throttled = |line: &Value| line["refusal"] == "throttled";
    assert!(played.iter().any(throttled) && has(&played, "clock_jumped"));
    assert!(said(&other, "here again"), "{other:?}");
}

#[test]
fn a_gap_off_air_is_there_again() {
    let house = House::with(r#"cue("round", every("10s"), || put_metadata(notice("on air")));"#);
    let (played, other) = again(&house, &["--off-air", "2m..4m"], ("on air", "live"));
    assert!(has(&played, "off_air") && has(&played, "skipped"));
    let summary = other.last().expect("a summary");
    assert_eq!((&summary["gone"], &summary["new"]), (&0.into(), &0.into()), "{summary}");
}

#[test]
fn an_answer_comes_again_and_nobody_is_asked() {
    let house = House::with(
        r#"cue("ask", every("1m"), || {
               fetch_json("https://api.example.com/score", |data, error| {
                   put_metadata(notice(data?.goals ?? "nothing"));
               });
               fetch_json("https://api.example.com/score", |data, error| {
                   if error != () { put_metadata(notice("asked twice")); }
               });
           });"#,
    );
    house.write("score.json", r#"{"goals": "2 : 1"}"#);
    let (played, other) = again(&house, &ANSWER, ("notice(data?", "notice(\"goals \" + data?"));
    let refused = played.iter().filter(|line| line["not_asked"] == true).count();
    assert!(refused > 0 && said(&played, "asked twice"), "{played:?}");
    assert!(said(&other, "goals 2 : 1"), "{other:?}");
}

#[test]
fn a_script_that_asks_at_another_time_gets_what_had_come_last() {
    let house = House::with(
        r#"cue("ask", every("4m"), || fetch_json("https://api.example.com/score", |data, error| {
               put_metadata(notice(data?.goals ?? error));
           }));"#,
    );
    house.write("score.json", r#"{"goals": "2 : 1"}"#);
    let (_, other) = again(&house, &ANSWER, ("\"4m\"", "\"90s\""));
    let new: Vec<&Value> = other.iter().filter(|line| line["event"] == "new").collect();
    assert!(
        !new.is_empty() && new.iter().all(|line| line.to_string().contains("2 : 1")),
        "{new:?}"
    );
}
