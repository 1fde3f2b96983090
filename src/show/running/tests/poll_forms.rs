//! Polls as they are written by hand, and as they are put into the stream again.

use super::polls::COFFEE;
use super::*;

#[test]
fn an_asking_that_is_open_when_the_show_begins_anew_is_in_the_stream_again() {
    let mut stage = Stage::play(COFFEE);
    stage.advance("5s");
    stage.input(ShowInput::Stop);
    stage.advance("1s");
    let script = COFFEE.replace(r#"on("start""#, r#"on("off_air""#);
    let mut after = stage.crash_until(&script, "2026-11-22T20:00:10Z");
    after.advance("1m");
    let first = &stage.cards()[0].1;
    let asked: Vec<i64> = after
        .got()
        .into_iter()
        .filter(|(_, text)| serde_json::from_str::<Value>(text).ok().as_ref() == Some(first))
        .map(|(second, _)| second)
        .collect();
    assert_eq!(asked, [0, 5], "for late joiners too, until it closes");
    assert_eq!(after.cards().last().expect("the results").1["type"], "results");
}

#[test]
fn a_poll_takes_votes_however_it_is_written() {
    let fields = r#""current_time":"2020-Jan-01-000000","poll_id":"f0","question":"A?""#;
    let map = |answers: &str| format!(r#"{{"answers":{answers},{fields}}}"#);
    let list = r#"#{answers: ["x", "y"], question: "A?", poll_id: "f0",
        current_time: "2020-Jan-01-000000"}"#;
    let texts = [map(r#"["x","y"]"#), map(r#"{"1":"x","2":"y"}"#)];
    let texts = texts.map(|text| serde_json::to_string(&text).expect("a text"));
    for poll in [list, &texts[0], &texts[1]] {
        let mut stage = Stage::play(&format!(
            r#"on("start", || put_metadata({poll})); after("5s", || put_metadata(clear()));
            on("poll_closed", |e| print(e.counts.y));"#
        ));
        stage.advance("2s");
        stage.vote("2", 3);
        stage.advance("1m");
        let card = &stage.cards()[0].1;
        assert_eq!(card["current_time"], "2026-Nov-22-200000", "{poll}");
        let counted = stage
            .evening
            .events()
            .iter()
            .any(|event| matches!(&event.what, What::Log { message, .. } if message == "3"));
        assert!(counted, "{poll}: {:?}", stage.mistakes());
    }
}
