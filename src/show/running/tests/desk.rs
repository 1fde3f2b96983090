//! What the desk does to polls, `state` and the channel, and what it is shown.

use super::operate::ask;
use super::*;
use crate::model::cue::CueKey;
use crate::model::io::{OperatorAction, OperatorReply, PollAction};
use crate::model::limits::{JSON_NESTING_MAX, STATE_EDITS_MAX, STATE_MAX_BYTES};
use crate::model::poll::AskingId;

const ASKS: &str = r#"cue("ask", || ask("Tea?", ["Yes", "No"], #{open_for: "20s"}));
    cue("quiz", || ask(quiz("Rome?", ["Yes", "No"], "Yes"), #{open_for: "20s", points: 5}));
    on("start", || fire("ask"));
    on("poll_closed", |e| print(`${e.total} ${e.voided}`));"#;

impl Stage {
    fn poll(&mut self, action: PollAction) -> OperatorReply {
        let asking = self.asked().last().expect("something was asked").clone();
        ask(self, OperatorAction::Poll { asking, action })
    }

    fn set(&mut self, path: &[&str], value: Value) -> OperatorReply {
        let path = path.iter().map(|&step| step.to_owned()).collect();
        ask(self, OperatorAction::SetState { path, value })
    }

    fn put(&mut self, text: &str) -> OperatorReply {
        ask(self, OperatorAction::Put(text.parse().expect("a small payload")))
    }

    pub(super) fn view(&mut self) -> Value {
        let OperatorReply::View(view) = ask(self, OperatorAction::View) else {
            panic!("a view was asked for")
        };
        *view
    }

    fn preview(&mut self, cue: &str, data: Value) -> Value {
        let cue = CueKey::named(cue).expect("it is a name");
        let OperatorReply::Preview(told) = ask(self, OperatorAction::Preview { cue, data }) else {
            panic!("a preview was asked for")
        };
        *told
    }

    fn state(&self) -> Value {
        self.saved().state.map_or(Value::Null, |kept| kept.value)
    }

    fn said(&self) -> Vec<String> {
        let events = self.evening.events().iter();
        let said = events.filter_map(|event| {
            let What::Log { message, .. } = &event.what else { return None };
            Some(message.clone())
        });
        said.collect()
    }
}

fn not_now(reply: &OperatorReply) -> bool {
    matches!(reply, OperatorReply::NotNow { .. })
}

#[test]
fn a_poll_is_closed_now_and_its_results_follow() {
    let mut stage = Stage::play(ASKS);
    stage.advance("3s");
    stage.vote("Yes", 2);
    assert_eq!(stage.poll(PollAction::Close), OperatorReply::Done);
    assert!(not_now(&stage.poll(PollAction::Close)));
    assert!(not_now(&stage.poll(PollAction::Extend(SignedDuration::from_secs(15)))));
    assert!(not_now(&stage.poll(PollAction::Results)), "votes are still counted");
    stage.advance("11s");
    let results = stage.cards().last().expect("results").1.clone();
    assert_eq!((results["type"].as_str(), &results["total"]), (Some("results"), &json!(2)));
    assert_eq!(stage.count("poll_set"), 1);
}

#[test]
fn a_poll_takes_votes_for_longer_and_viewers_are_told_until_when() {
    let mut stage = Stage::play(ASKS);
    stage.advance("15s");
    let extend = PollAction::Extend(SignedDuration::from_secs(15));
    assert_eq!(stage.poll(extend), OperatorReply::Done);
    stage.advance("15s");
    stage.vote("Yes", 1);
    let cards = stage.cards();
    assert_eq!(cards[0].1["closes_at"], "2026-11-22T20:00:20Z");
    assert_eq!((cards[1].0, &cards[1].1["closes_at"]), (15, &json!("2026-11-22T20:00:35Z")));
    let asking = |card: &Value| (card["poll_id"].clone(), card["current_time"].clone());
    assert_eq!(asking(&cards[0].1), asking(&cards[1].1), "votes stay with it");
    let repeats = stage.got().iter().filter(|(_, text)| text.contains("20:00:35Z")).count();
    assert!(repeats >= 3, "late joiners see the new time: {repeats}");
    stage.advance("20s");
    let (second, results) = stage.cards().last().expect("results").clone();
    assert_eq!((second, &results["total"]), (45, &json!(1)));
}

#[test]
fn an_extension_outlives_a_crash() {
    let mut stage = Stage::play(ASKS);
    stage.advance("15s");
    stage.poll(PollAction::Extend(SignedDuration::from_secs(60)));
    stage.advance("1s");
    let mut after = stage.crash_until(ASKS, "2026-11-22T20:00:30Z");
    after.advance("30s");
    assert_eq!(after.evening.open_polls(after.show).len(), 1);
    assert!(after.texts().iter().any(|text| text.contains("20:01:20Z")), "{:?}", after.texts());
}

#[test]
fn a_void_poll_counts_for_nothing_and_leaves_the_screen() {
    let script = ASKS.replace(r#"fire("ask")"#, r#"fire("quiz")"#);
    let mut stage = Stage::play(&script);
    stage.advance("3s");
    stage.evening.vote_as(stage.show, "Ada", None, "Yes").expect("a poll is open");
    assert_eq!(stage.poll(PollAction::Void), OperatorReply::Done);
    stage.advance("1m");
    let last = stage.cards().last().expect("a card").1.clone();
    assert_eq!(last, json!({"slot": "poll", "type": "clear"}));
    assert_eq!(stage.said(), ["0 true"]);
    let points = stage.evening.ballots(stage.show).expect("there were polls").leaders();
    assert!(points.is_empty(), "{points:?}");
    assert!(not_now(&stage.poll(PollAction::Results)) && not_now(&stage.poll(PollAction::Void)));
    assert_eq!(stage.view()["polls"][0]["standing"], "void");
}

#[test]
fn results_are_shown_again() {
    let mut stage = Stage::play(ASKS);
    stage.vote_after("2s", "No", 3);
    stage.advance("1m");
    let before = stage.texts().len();
    assert_eq!(stage.poll(PollAction::Results), OperatorReply::Done);
    assert!(not_now(&stage.poll(PollAction::Void)), "its points are given");
    stage.advance("1s");
    let texts = stage.texts();
    assert_eq!(texts.len(), before + 1);
    assert_eq!(texts[before], *texts[..before].last().expect("the first results"));
}

impl Stage {
    fn vote_after(&mut self, wait: &str, answer: &str, count: u64) {
        self.advance(wait);
        self.vote(answer, count);
    }
}

#[test]
fn state_is_set_journaled_and_set_back() {
    let script = r#"defaults(#{scores: #{Reds: 1}});
        cue("goal", || { state.scores.Reds += 1; put_metadata(`${state.scores.Reds}`); });"#;
    let mut stage = Stage::play(script);
    assert_eq!(stage.set(&["scores", "Reds"], json!(7)), OperatorReply::Done);
    assert_eq!(stage.set(&["scores", "Blues"], json!(2)), OperatorReply::Done);
    assert_eq!(ask(&mut stage, super::operate::fire("goal", Value::Null)), OperatorReply::Done);
    assert_eq!(stage.state(), json!({"scores": {"Blues": 2, "Reds": 8}}));
    let undo = stage.view()["undo"].clone();
    assert_eq!((&undo[0]["is"], &undo[1]["was"]), (&json!(2), &json!(1)), "{undo}");
    // It is kept: a restart can still take it back.
    stage.advance("1s");
    let mut after = Stage::resume(script, "2026-11-22T20:00:05Z", stage.saved());
    assert_eq!(ask(&mut after, OperatorAction::UndoState), OperatorReply::Done);
    assert_eq!(after.state(), json!({"scores": {"Reds": 8}}));
    assert_eq!(ask(&mut after, OperatorAction::UndoState), OperatorReply::Done);
    assert_eq!(after.state(), json!({"scores": {"Reds": 1}}));
    assert!(not_now(&ask(&mut after, OperatorAction::UndoState)));
    assert_eq!((stage.count("state_set"), after.count("state_set")), (2, 2));
}

#[test]
fn undo_leaves_nothing_of_a_new_key_behind() {
    let mut stage = Stage::play(r#"defaults(#{n: 1}); cue("x", || ());"#);
    assert_eq!(stage.set(&["scores", "Reds", "goals"], json!(7)), OperatorReply::Done);
    assert_eq!(stage.state(), json!({"n": 1, "scores": {"Reds": {"goals": 7}}}));
    assert_eq!(ask(&mut stage, OperatorAction::UndoState), OperatorReply::Done);
    assert_eq!(stage.state(), json!({"n": 1}));
    // A replay does the same: it is told where the change was.
    let undone = stage.evening.events().iter().rev().find_map(|event| {
        let What::StateSet { path, undo, .. } = &event.what else { return None };
        Some((path.clone(), *undo))
    });
    assert_eq!(undone, Some((vec!["scores".to_owned()], true)));
}

#[test]
fn what_does_not_fit_state_is_refused() {
    let mut stage = Stage::play(r#"defaults(#{n: 1}); cue("x", || ());"#);
    assert!(not_now(&stage.set(&["n", "x"], json!(1))));
    assert!(not_now(&stage.set(&[], json!(1))));
    let much = json!("x".repeat(STATE_MAX_BYTES));
    assert!(matches!(stage.set(&["y"], much), OperatorReply::TooLarge { .. }));
    let deep = vec!["x"; JSON_NESTING_MAX + 2];
    assert!(not_now(&stage.set(&deep, json!(1))));
    let data = deep.iter().fold(json!(1), |inside, _| json!([inside]));
    let cue = CueKey::named("x").expect("it is a name");
    let go = OperatorAction::Fire { cue: cue.clone(), data: data.clone() };
    assert!(not_now(&ask(&mut stage, go)));
    assert!(not_now(&ask(&mut stage, OperatorAction::Preview { cue, data })));
    assert_eq!(stage.state(), json!({"n": 1}));
    for n in 0..STATE_EDITS_MAX + 5 {
        stage.set(&["n"], json!(n));
    }
    let undo = stage.view()["undo"].as_array().map(Vec::len);
    assert_eq!(undo, Some(STATE_EDITS_MAX));
}

#[test]
fn a_payload_by_hand_goes_first_and_a_poll_takes_votes() {
    let script = r#"on("start", || for n in 0..20 { put_metadata("n" + n) });"#;
    let mut stage = Stage::play(script);
    stage.advance("100ms");
    assert_eq!(stage.put("by hand"), OperatorReply::Done);
    let poll = r#"{"answers":{"1":"Yes","2":"No"},"current_time":"2026-Nov-22-170501",
        "poll_id":"f0","question":"Tea?"}"#;
    assert_eq!(stage.put(poll), OperatorReply::Done);
    stage.advance("1s");
    let texts = stage.texts();
    let at = texts.iter().position(|text| text == "by hand");
    assert!(at.is_some_and(|at| at <= 5), "{texts:?}");
    stage.vote("Yes", 1);
    assert_eq!(stage.view()["polls"][0]["question"], "Tea?");
    ask(&mut stage, OperatorAction::Panic);
    assert_eq!(stage.put("by hand"), OperatorReply::Panicked);
}

#[test]
fn a_preview_says_what_would_be_sent_and_keeps_nothing() {
    let script = r#"let n = 0;
        cue("fact", |e| {
            n += 1;
            state.n = (state.n ?? 0) + 1;
            put_metadata(random_fact("cats") + ` ${n} ${state.n} ${random(1, 1000)} ${e.data}`);
        });
        cue("fails", || { throw "no"; });"#;
    let mut stage = Stage::play(script);
    stage.advance("1s");
    let events = stage.names().len();
    let first = stage.preview("fact", json!("hi"));
    assert_eq!(first, stage.preview("fact", json!("hi")), "the same again");
    let text = first["payloads"][0]["payload"].as_str().expect("a text").to_owned();
    assert!(text.contains(" 1 1 ") && text.ends_with(" hi"), "{text}");
    assert_eq!(first["payloads"][0]["bytes"], json!(text.len()));
    assert_eq!(stage.names().len(), events, "nothing happened");
    assert_eq!((stage.state(), stage.texts()), (Value::Null, vec![]));
    let go = super::operate::fire("fact", json!("hi"));
    assert_eq!(ask(&mut stage, go), OperatorReply::Done);
    stage.advance("1s");
    assert_eq!(stage.texts(), [text], "just as previewed");
    let failed = stage.preview("fails", Value::Null);
    assert_eq!(
        (&failed["error"]["line"], failed["payloads"].as_array()),
        (&json!(7), Some(&vec![]))
    );
    let unknown = OperatorAction::Preview {
        cue: CueKey::named("fct").expect("it is a name"),
        data: Value::Null,
    };
    let near = Some("fact".to_owned());
    assert_eq!(ask(&mut stage, unknown), OperatorReply::Unknown { near });
}

#[test]
fn a_preview_tells_results_that_make_way_from_the_poll_itself() {
    let mut stage = Stage::play(ASKS);
    stage.advance("3s");
    stage.vote("Yes", 2);
    let told = stage.preview("quiz", Value::Null);
    assert_eq!(told["error"], Value::Null);
    let payloads = told["payloads"].as_array().expect("a list").iter();
    let payloads = payloads.map(|told| {
        (told["makes_way"] == true, told["payload"]["question"].as_str().unwrap_or_default())
    });
    assert_eq!(payloads.collect::<Vec<_>>(), [(true, "Tea?"), (false, "Rome?")]);
    assert_eq!(stage.count("poll_opened"), 1, "nothing of it was kept");
}

#[test]
fn a_handlers_mistake_is_over_when_it_runs_again() {
    let script = r#"cue("goal", |e| if e.data == () { throw "who?" }, #{input: ["by"]});
        cue("other", || ());"#;
    let mut stage = Stage::play(script);
    let failed = ask(&mut stage, super::operate::fire("goal", Value::Null));
    assert!(
        matches!(&failed, OperatorReply::Failed { missing, .. } if *missing == ["by"]),
        "{failed:?}"
    );
    ask(&mut stage, super::operate::fire("other", Value::Null));
    assert_eq!(stage.view()["mistake"]["cue"], "goal", "another one ran");
    ask(&mut stage, super::operate::fire("goal", json!({"by": "Reds"})));
    assert_eq!(stage.view()["mistake"], Value::Null);
}

#[test]
fn a_poll_that_nobody_asked_is_not_known() {
    let mut stage = Stage::play(ASKS);
    let asking = AskingId { poll_id: "f0".to_owned(), current_time: "never".to_owned() };
    let close = OperatorAction::Poll { asking, action: PollAction::Close };
    assert_eq!(ask(&mut stage, close), OperatorReply::UnknownPoll);
}

#[test]
fn the_view_has_the_run_sheet_the_air_the_mistake_and_the_last_edit() {
    let script = "cue(\"goal\", || throw \"no\", #{label: \"Goal!\", input: [\"team\"]});\n\
                  every(\"10s\", || put_metadata(\"tick\"));\n";
    let mut stage = Stage::play(script);
    stage.advance("4s");
    ask(&mut stage, super::operate::fire("goal", Value::Null));
    let view = stage.view();
    assert_eq!(
        (&view["show"], &view["zone"], &view["panic"]),
        (&json!("evening"), &json!("UTC"), &json!(false))
    );
    assert_eq!(view["air"]["state"], "on");
    let goal = &view["cues"][0];
    assert_eq!(
        (&goal["label"], &goal["input"], &goal["next_at"]),
        (&json!("Goal!"), &json!(["team"]), &Value::Null)
    );
    let due = view["cues"][1]["next_at"].as_i64().zip(view["at"].as_i64());
    assert_eq!(due.map(|(next, at)| next - at), Some(6_020));
    assert_eq!((&view["mistake"]["line"], &view["mistake"]["cue"]), (&json!(1), &json!("goal")));
    assert_eq!((&view["held"], &view["reload"]), (&Value::Null, &Value::Null));
    stage.save(&script.replace("tick", "tock"));
    stage.advance("1s");
    ask(&mut stage, OperatorAction::Hold);
    let view = stage.view();
    assert_eq!((&view["mistake"], &view["held"]["skipped"]), (&Value::Null, &json!(0)));
    let lines = &view["reload"]["lines"];
    assert_eq!(lines[1], "-every(\"10s\", || put_metadata(\"tick\"));");
    assert_eq!(lines[2], "+every(\"10s\", || put_metadata(\"tock\"));");
}
