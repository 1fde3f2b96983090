//! Fetching on the virtual clock: what is answered, in which order, and what is left out.

use serde_json::json;

use super::*;
use crate::model::event::NotRun;

const URL: &str = "https://example.com/score";

fn told(stage: &Stage) -> Vec<(String, Option<Value>, Option<String>)> {
    let fetched = stage.evening.events().iter().filter_map(|event| {
        let What::Fetched(told) = &event.what else { return None };
        Some((told.url.clone(), told.data.clone(), told.error.clone()))
    });
    fetched.collect()
}

fn stage_with(script: &str) -> Stage {
    let mut evening = evening(START);
    let show = evening.add(setup(REMOTE), script, Files::new(), Saved::default());
    Stage { evening, show }
}

#[test]
fn an_answer_that_never_comes_leaves_its_place_to_others() {
    let mut stage = stage_with(
        r#"cue("score", every("30s"), || fetch_json("https://example.com/score", |data, error| {
            put_metadata(error);
        }));"#,
    );
    let hours = SignedDuration::from_hours(2);
    stage.evening.slow_down(SignedDuration::ZERO, hours);
    advance(&mut stage, 150);
    // It is being fetched, until it is given up a minute after its time; then it is asked again.
    let sent = stage.texts();
    let given_up = sent.iter().filter(|text| *text == "no answer came").count();
    assert_eq!(given_up, 1, "{sent:?}");
    assert!(sent.iter().any(|text| text == "it is being fetched already"), "{sent:?}");
}

#[test]
fn where_too_much_waits_a_request_fails_and_its_handler_hears_of_it() {
    let mut stage = stage_with(
        r#"cue("fill", || for n in 0..1000 { after("2h", || 1) });
        on("start", || for n in 0..10 { fire("fill") });
        after("5s", || {
            fetch_json("https://example.com/score", |data, error| put_metadata(error));
        });"#,
    );
    advance(&mut stage, 6);
    assert_eq!(stage.texts(), ["too much waits already"]);
}

fn advance(stage: &mut Stage, seconds: i64) {
    stage.evening.advance(SignedDuration::from_secs(seconds));
}

#[test]
fn an_answer_is_journaled_and_its_handler_is_a_step() {
    let mut stage = stage_with(
        r#"cue("score", every("10s"), || fetch_json("https://example.com/score", |data, error| {
            state.reds = data.reds;
            put_metadata(#{reds: data.reds, error: error});
        }));"#,
    );
    stage.evening.respond(stage.show, URL, json!({"reds": 2}));
    advance(&mut stage, 9);
    assert_eq!(told(&stage), [(URL.to_owned(), Some(json!({"reds": 2})), None)]);
    let sent: Vec<&str> =
        stage.evening.delivered().iter().map(|sent| sent.payload.as_str()).collect();
    assert_eq!(sent, [r#"{"error":null,"reds":2}"#]);
    let kept = stage.evening.saved(stage.show).and_then(|saved| saved.state.clone());
    assert_eq!(kept.map(|kept| kept.value), Some(json!({"reds": 2})));
    let lines: Vec<String> = stage
        .evening
        .events()
        .iter()
        .map(|event| serde_json::to_string(event).expect("an event is JSON"))
        .filter(|line| line.contains("\"event\":\"fetched\""))
        .collect();
    assert!(lines[0].contains(r#""cue":"score","url":"https://example.com/score","bytes":10"#));
}

#[test]
fn in_rehearsal_nobody_is_asked() {
    let mut stage = stage_with(
        r#"on("start", || {
            fetch_json("https://example.com/a", |data, error| put_metadata(error));
            fetch_json("https://example.com/b", |data| put_metadata("never"));
        });"#,
    );
    advance(&mut stage, 5);
    let delivered = stage.evening.delivered();
    assert_eq!(delivered.len(), 1);
    for wanted in ["respond(", "--answer URL=FILE", "https://example.com/a"] {
        assert!(delivered[0].payload.as_str().contains(wanted), "{wanted}");
    }
    assert_eq!(told(&stage).len(), 2);
}

#[test]
fn an_address_is_asked_once_at_a_time_and_four_in_all() {
    let mut stage = stage_with(
        r#"on("start", || {
            for n in 0..6 {
                let own = n;
                fetch_json(`https://example.com/${n}`, |data| put_metadata(`${own}`));
            }
            fetch_json("https://example.com/0", |data, error| log_info(error));
        });"#,
    );
    for n in 0..6 {
        stage.evening.respond(stage.show, &format!("https://example.com/{n}"), json!(n));
    }
    advance(&mut stage, 10);
    let all = told(&stage);
    assert_eq!(all.len(), 7);
    assert_eq!(all[0].2.as_deref(), Some("it is being fetched already"));
    let moments: Vec<i64> = stage
        .evening
        .events()
        .iter()
        .filter(|event| matches!(&event.what, What::Fetched(told) if told.data.is_some()))
        .map(|event| event.at.as_millisecond())
        .collect();
    // 20 ms each: four together, then the other two.
    let waves: Vec<i64> = moments.iter().map(|at| at - moments[0]).collect();
    assert_eq!(waves, [0, 0, 0, 0, 20, 20], "{all:?}");
    assert_eq!(stage.evening.delivered().len(), 6);
}

#[test]
fn past_the_queue_a_request_fails() {
    let mut stage = stage_with(
        r#"on("start", || {
            for n in 0..100 { fetch_json(`https://example.com/${n}`, |data, error| ()) }
        });"#,
    );
    advance(&mut stage, 10);
    let full = told(&stage)
        .iter()
        .filter(|(_, _, error)| error.as_deref() == Some("64 requests wait already"))
        .count();
    assert_eq!(full, 100 - 64 - 4);
}

#[test]
fn after_an_edit_the_version_that_asked_is_called() {
    let mut stage = stage_with(
        r#"on("start", || fetch_json("https://example.com/score", |data| put_metadata("old")));"#,
    );
    stage.evening.respond(stage.show, URL, json!(1));
    // The answer is on its way.
    stage.evening.advance(SignedDuration::from_millis(5));
    let text = r#"on("start", || put_metadata("new"));"#;
    stage.evening.input(stage.show, ShowInput::Script(FileAnswer::Text(text.into())));
    advance(&mut stage, 5);
    let sent: Vec<&str> =
        stage.evening.delivered().iter().map(|sent| sent.payload.as_str()).collect();
    assert_eq!(sent, ["old"]);
}

#[test]
fn a_handler_that_fails_asks_for_nothing() {
    let mut stage = stage_with(
        r#"on("start", || {
            fetch_json("https://example.com/score", |data| put_metadata("never"));
            throw "no";
        });"#,
    );
    advance(&mut stage, 5);
    assert!(told(&stage).is_empty());
}

#[test]
fn a_handler_that_asks_again_whenever_it_is_refused_comes_to_an_end() {
    let mut stage = stage_with(
        r#"fn again() { fetch_json("https://example.com/score", |d, e| if e != () { again() }) }
        on("start", || { again(); again(); });"#,
    );
    advance(&mut stage, 1);
    let cut = stage
        .evening
        .events()
        .iter()
        .filter(|event| matches!(event.what, What::NotRun { why: NotRun::Chained, .. }));
    assert_eq!(cut.count(), 1);
}
