//! `runner simulate --replay`: evenings that were played, played again, unchanged and after an
//! edit. What went in then goes in again: votes, points, fires, refusals, answers, gaps and jumps.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::rig::{Ended, House, LOCAL, Local, get, post, until};

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

const JOURNAL: &str = "evening.jsonl";

/// An evening of a script, kept as `evening.jsonl`, its lines changed; then played again.
fn changed(house: &House, change: impl Fn(&mut Vec<Value>)) -> Ended {
    let played = house.do_in(&[&WHEN[..], &["--json"]].concat());
    assert_eq!(played.code, Some(0), "{played}");
    let mut lines = lines(&played);
    change(&mut lines);
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    let text = lines.join("\n") + "\n";
    house.write(JOURNAL, &text);
    house.do_in(&["simulate", "show/show.rhai", "--json", "--replay", JOURNAL])
}

const ROUND: &str = r#"cue("round", every("1m"), || put_metadata(#{second: now().unix}));"#;

#[test]
fn points_are_read_as_they_were_then() {
    let house = House::with(
        r#"cue("best", every("5m"), || {
               put_metadata(board("Best", leaderboard(3).map(|it| [it.name, it.points])));
           });"#,
    );
    let ended = changed(&house, |lines| {
        let read = lines.iter_mut().find(|line| line["event"] == "leaderboard_read");
        let read = read.expect("the points are read");
        read["leaders"] = serde_json::json!([{"name": "Ann", "points": 7}]);
    });
    let told = lines(&ended);
    let other = told.iter().find(|line| line["event"] == "changed").expect("the board is another");
    assert!(other["now"]["payload"].to_string().contains("Ann"), "{ended}");
    assert!(!other["then"]["payload"].to_string().contains("Ann"), "{ended}");
}

#[test]
fn what_a_run_before_left_is_not_of_this_one() {
    let house = House::with(ROUND);
    let ended = changed(&house, |lines| {
        let at = lines.iter().position(|line| line["event"] == "sent").expect("it sends");
        let mut old = lines[at].clone();
        old["delivery"] = "0-1".into();
        old["payload"] = "of the run before".into();
        let mut refused = old.clone();
        refused["event"] = "refused".into();
        refused["refusal"] = "rejected".into();
        refused["delivery"] = "0-2".into();
        lines.splice(at..at, [refused, old]);
    });
    assert_eq!(ended.code, Some(0), "{ended}");
}

#[test]
fn what_was_due_while_the_show_stopped_is_nothing_new() {
    let house = House::with(r#"cue("round", every("1s"), || put_metadata("round"));"#);
    let ended = changed(&house, |lines| {
        let stopped = lines.iter().position(|line| line["event"] == "stopped").expect("it stops");
        // A stop of four seconds, as a call in flight makes it.
        lines[stopped]["at"] = "2026-12-31T20:10:04.000Z".into();
        lines[stopped]["took_ms"] = 4_000.into();
    });
    assert_eq!(ended.code, Some(0), "{ended}");
}

#[test]
fn an_evening_that_is_too_much_is_refused_in_words() {
    let house = House::with(ROUND);
    let late = |at: &'static str| {
        move |lines: &mut Vec<Value>| {
            let mut off = lines[1].clone();
            off["event"] = "off_air".into();
            off["at"] = at.into();
            lines.insert(3, off);
        }
    };
    let ended = changed(&house, late("9998-12-31T23:59:59Z"));
    assert_eq!(ended.code, Some(2), "{ended}");
    assert!(ended.stderr.contains("lasts until 9998-12-31"), "{ended}");
    let ended = changed(&house, |lines| {
        for _ in 0..3 {
            let mut jumped = lines[1].clone();
            jumped["event"] = "clock_jumped".into();
            jumped["by_ms"] = i64::MAX.into();
            lines.insert(3, jumped);
        }
    });
    assert_eq!(ended.code, Some(2), "{ended}");
    assert!(ended.stderr.contains("a clock that was set too far"), "{ended}");
}

/// A real run: fires by hand, a gap, refusals and randomness; nothing is different.
#[test]
fn a_journal_of_a_real_run_is_played_again() {
    let house = House::with(
        r#"cue("draw", every("400ms"), || put_metadata(#{drawn: random(1, 100000)}));
           cue("goal", |e| put_metadata(notice(`goal for the ${e.data.team}`)));
           cue("late", after("3s"), || put_metadata(notice("it is late")));
           on("stop", || put_metadata(notice("good night")));"#,
    );
    let local = Local::start();
    let mut show = house.run_plain(&local, &["--seed", "7", "--desk-token", "ours-alone"]);
    let line = show.line("the desk", |line| line.starts_with("  desk "));
    let printed = line.split_whitespace().nth(1).expect("it has an address");
    let url = printed.split("/desk?").next().expect("it has a base").to_owned();
    local.wait_payload("drawn");
    local.faults(&serde_json::json!({ "throttled": 2 }));
    show.line("a refusal", |line| line.contains("  refused "));
    let goal = format!("{url}/api/cues/goal/fire");
    let (code, _) = post(&goal, &[("authorization", "Bearer ours-alone")], r#"{"team":"reds"}"#);
    assert_eq!(code, 200);
    local.wait_payload("goal for the reds");
    // What was refused is long sent then: here a call takes longer than there.
    local.wait_payload("it is late");
    assert_eq!(show.stop().code, Some(0));
    let journal = house.at("data/journal.jsonl");
    let journal = journal.to_str().expect("a path of text");
    let ended = house.do_in(&["simulate", "show/show.rhai", "--json", "--replay", journal]);
    assert_eq!(ended.code, Some(0), "{ended}");
    let told = lines(&ended);
    assert!(told.last().expect("a summary")["same"].as_u64() > Some(3), "{ended}");
}

/// A journal of a real run of this script.
fn journal(house: &House) -> PathBuf {
    let local = Local::start();
    let mut show = house.run(&local, &["--seed", "7"]);
    show.several("sent", 2);
    assert_eq!(show.stop().code, Some(0));
    house.at("data/journal.jsonl")
}

fn replay(house: &House, journal: &Path, more: &[&str]) -> Ended {
    let journal = journal.to_str().expect("a path of text");
    let mut args = vec!["simulate", "show/show.rhai", "--replay", journal];
    args.extend(more);
    house.do_in(&args)
}

const DRAWS: &str = r#"cue("draw", every("300ms"), || put_metadata(#{drawn: random(1, 1000)}));"#;

#[test]
fn a_past_evening_is_played_again() {
    let house = House::with(DRAWS);
    let journal = journal(&house);
    let same = replay(&house, &journal, &[]);
    assert_eq!(same.code, Some(0), "{same}");
    assert!(same.to_string().contains("payloads the same"), "{same}");

    house.write("show/show.rhai", &DRAWS.replace("drawn:", "number:"));
    let other = replay(&house, &journal, &[]);
    assert_eq!(other.code, Some(1), "{other}");
    assert!(other.to_string().contains("0 payloads the same ·"), "{other}");
    let other = replay(&house, &journal, &["--json"]);
    let told = lines(&other);
    assert_eq!((&told[0]["event"], &told[0]["seed"]), (&"replay".into(), &7.into()));
    assert!(told.iter().any(|line| line["event"] == "changed"), "{other}");
    assert_eq!(told[told.len() - 1]["same"], 0, "{other}");
}

#[test]
fn a_journal_that_was_cut_is_read_up_to_there() {
    let house = House::with(DRAWS);
    let whole = fs::read_to_string(journal(&house)).expect("the journal is there");
    // In the middle of the line of its last payload.
    let cut = whole.rfind("\"sent\"").expect("it sent something");
    let torn = house.write("torn.jsonl", &whole[..cut]);
    let ended = replay(&house, &torn, &[]);
    let text = ended.to_string();
    assert_eq!(ended.code, Some(0), "{text}");
    assert!(text.contains("1 line cannot be read"), "{text}");
    assert!(text.contains("the journal ends before the show does"), "{text}");
}

#[test]
fn a_journal_of_another_show_says_which_it_holds() {
    let house = House::with(DRAWS);
    let journal = journal(&house);
    house.write("show/quiz.rhai", DRAWS);
    let journal = journal.to_str().expect("a path of text");
    let other = house.do_in(&["simulate", "show/quiz.rhai", "--replay", journal]);
    assert_eq!(other.code, Some(2), "{other}");
    assert!(other.stderr.contains("holds nothing of `quiz`"), "{other}");
    assert!(other.stderr.contains("it holds show"), "{other}");
    let run = house.do_in(&["simulate", "show/show.rhai", "--replay", journal, "--run", "9"]);
    assert!(run.stderr.contains("holds no run 9 of `show`"), "{run}");
    let none = house.write("none.jsonl", "not a journal\n");
    let none = replay(&house, &none, &[]);
    assert_eq!(none.code, Some(2), "{none}");
    assert!(none.stderr.contains("is no journal"), "{none}");
}

/// What the operator did to a poll put by hand tells viewers by a payload by hand: that follows
/// from the deed, and is not put once more.
#[test]
fn a_poll_by_hand_that_was_made_void_is_played_again() {
    let house = House::with(r#"cue("tick", every("400ms"), || put_metadata("tick"));"#);
    let local = Local::start();
    let mut show = house.run_plain(&local, &["--seed", "7", "--desk-token", "ours-alone"]);
    let line = show.line("the desk", |line| line.starts_with("  desk "));
    let address = line.split('/').nth(2).expect("it has an address");
    let desk = format!("http://{address}");
    let bearer = ("authorization", "Bearer ours-alone");
    let poll = r#"{"payload":{"type":"poll","poll_id":"tea","question":"Tea?",
        "answers":{"1":"Yes","2":"No"},"current_time":"2026-Nov-22-170501"}}"#;
    let (code, said) = post(&format!("{desk}/api/put"), &[bearer], poll);
    assert_eq!(code, 200, "{said}");
    let (_, view) = get(&format!("{desk}/api/desk"), &[bearer]);
    let time = view["polls"][0]["current_time"].as_str().unwrap_or_else(|| panic!("{view}"));
    let void = format!("{desk}/api/polls/tea/{time}/void");
    let (code, said) = post(&void, &[bearer], "");
    assert_eq!(code, 200, "{said}");
    local.wait_payload("\"clear\"");
    // What waits when it stops is dropped, and there a call takes longer than here.
    let ticks = || local.payloads(LOCAL).iter().filter(|payload| *payload == "tick").count();
    let before = ticks();
    until("ticks after it", || (ticks() > before + 1).then_some(()));
    assert_eq!(show.stop().code, Some(0));
    let journal = house.at("data/journal.jsonl");
    let ended = replay(&house, &journal, &["--json"]);
    assert_eq!(ended.code, Some(0), "{ended}");
    let same = lines(&ended).last().expect("a summary")["same"].as_u64();
    assert!(same > Some(4), "{ended}");
}

#[test]
fn a_show_that_stood_still_stands_still_again() {
    let house = House::with(ROUND);
    let ended = changed(&house, |lines| {
        let lease = |at: &str, turn: &str| {
            let mut line = lines[1].clone();
            line["event"] = "lease".into();
            line["at"] = at.into();
            line["turn"] = turn.into();
            line
        };
        let lapsed = lease("2026-12-31T20:03:30.000Z", "lapsed");
        let again = lease("2026-12-31T20:05:30.000Z", "again");
        let lost = lease("2026-12-31T20:08:30.000Z", "lost");
        // What fell into that was not sent, and nothing after it was lost.
        let at = |line: &Value| line["at"].as_str().unwrap_or_default().to_owned();
        lines.retain(|line| {
            let between = |from: &Value, to: &Value| at(line) >= at(from) && at(line) < at(to);
            line["event"] == "simulation" || !between(&lapsed, &again) && at(line) < at(&lost)
        });
        lines.extend([lapsed, again, lost]);
        lines.sort_by_key(
            |line| if line["event"] == "simulation" { String::new() } else { at(line) },
        );
    });
    assert_eq!(ended.code, Some(0), "{ended}");
    assert_eq!(lines(&ended).last().expect("a summary")["same"], 7, "{ended}");
}
