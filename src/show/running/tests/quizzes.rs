//! Quizzes on the virtual clock: the right answer stays with the show, and points are given for it.

use super::*;

const QUIZ: &str = r#"on("start", || {
        leaderboard_reset();
        state.asking = ask(quiz("Capital of Italy?", ["Paris", "Rome", "Oslo"], "Rome"),
            #{open_for: "20s", points: 10});
    });
    after("8s", || print(state.asking + " " + results(state.asking) + " " + tally(state.asking)));
    after("25s", || print(results(state.asking)));
    on("poll_closed", |e| {
        put_metadata(board(e.correct, leaderboard(5).map(|it| [it.name, it.rank])));
    });"#;

#[test]
fn the_right_answer_is_nowhere_before_the_reveal() {
    let mut stage = Stage::play(QUIZ);
    stage.advance("29900ms");
    assert_eq!(stage.mistakes(), [""; 0]);
    let log = |event: &&Event| matches!(event.what, What::Log { .. });
    assert_eq!(stage.evening.events().iter().filter(log).count(), 2, "both looked");
    let mut told = String::new();
    for event in stage.evening.events() {
        told += &serde_json::to_string(event).expect("an event is JSON");
        told.extend([format!("{event:?}")]);
    }
    assert!(told.contains("Rome"), "it is one of the answers");
    assert!(!told.contains("correct"), "{told}");
    stage.advance("2s");
    let cards: Vec<(i64, Value)> = stage.cards();
    assert_eq!((cards[0].1.get("correct"), &cards[0].1["type"]), (None, &json!("quiz")));
    assert_eq!((cards[1].0, &cards[1].1["correct"]), (30, &json!("2")));
    assert_eq!(cards[2].1["title"], "Rome");
    let closed = stage.evening.events().iter().find_map(|event| {
        let What::PollClosed(closed) = &event.what else { return None };
        Some(closed.poll.correct_text().map(str::to_owned))
    });
    assert_eq!(closed, Some(Some("Rome".to_owned())));
}

#[test]
fn points_are_given_for_right_answers_and_forgotten_when_told() {
    let mut stage = Stage::play(QUIZ);
    stage.advance("5s");
    for (name, answer) in [("Ada", "Rome"), ("Bob", "Oslo"), ("Cleo", "Rome"), ("Dan", "Paris")] {
        stage.evening.vote_as(stage.show, name, None, answer).expect("it is open");
    }
    let twice = stage.evening.vote_as(stage.show, "Bob", None, "Rome");
    assert_eq!(twice, Err(crate::show::evening::VoteError::Voted { name: "Bob".to_owned() }));
    stage.advance("30s");
    let board = stage.cards().last().expect("the board").1.clone();
    assert_eq!(board["rows"], json!([["Ada", 1], ["Cleo", 1]]));
    assert_eq!(stage.count("leaderboard_read"), 1);
    let points: Vec<u64> = stage
        .evening
        .ballots(stage.show)
        .expect("there was a poll")
        .leaders()
        .iter()
        .map(|leader| leader.points)
        .collect();
    assert_eq!(points, [10, 10]);
    stage.save(r#"on("reloaded", || { leaderboard_reset(); print(leaderboard(5).len()); });"#);
    stage.advance("1s");
    let ballots = stage.evening.ballots(stage.show).expect("there was a poll");
    assert_eq!(ballots.leaders(), []);
}

#[test]
fn a_vote_may_be_changed_where_the_author_allows_it() {
    let mut stage = Stage::play(r#"on("start", || ask("A?", ["x", "y"], #{change: true}));"#);
    stage.advance("1s");
    for answer in ["x", "y"] {
        stage.evening.vote_as(stage.show, "Ada", None, answer).expect("it is open");
    }
    stage.advance("1m");
    assert_eq!(stage.cards()[1].1["counts"], json!({"1": 0, "2": 1}));
}

#[test]
fn a_quiz_built_at_the_top_level_keeps_its_secret_until_it_is_asked() {
    let mut stage = Stage::play(
        r#"const ROUND = [quiz("A?", ["x", "y"], "y"), quiz("B?", ["x", "y"], "x")];
        every("40s", || {
            state.n = (state.n ?? 0) + 1;
            if state.n <= 2 { ask(ROUND[state.n - 1], #{open_for: "20s"}) }
        });"#,
    );
    stage.advance("90s");
    assert_eq!(stage.mistakes(), [""; 0]);
    let cards = stage.cards();
    let right: Vec<&Value> = cards.iter().map(|(_, card)| &card["correct"]).collect();
    assert_eq!(right, [&json!(null), &json!("2"), &json!(null), &json!("1")]);
}

#[test]
fn a_quiz_survives_a_crash_with_its_right_answer() {
    let script = QUIZ.replace("leaderboard_reset();", "");
    let mut stage = Stage::play(&script);
    stage.advance("5s");
    stage.evening.vote_as(stage.show, "Ada", None, "Rome").expect("it is open");
    let mut after = stage.crash_until(&script, "2026-11-22T20:01:00Z");
    after.advance("5s");
    let cards = after.cards();
    assert_eq!((cards[0].0, &cards[0].1["correct"]), (0, &json!("2")));
    assert_eq!(cards[1].1["rows"], json!([["Ada", 1]]));
}

#[test]
fn what_is_no_sound_quiz_is_told_to_the_author() {
    for (body, wanted) in [
        (r#"ask(quiz("A?", ["x", "y"], "z"))"#, "is none of the answers"),
        (r#"ask(quiz("A?", ["Paris", "Rome"], "Rom"))"#, "did you mean `Rome`?"),
        (r#"state.q = quiz("A?", ["x"], "x")"#, "`state` holds the right answer of a quiz"),
        (r#"let q = quiz("A?", ["x"], "x"); q.answers["1"] = "y"; ask(q)"#, "were changed"),
        (r#"let q = quiz("A?", ["x"], "x"); q.correct = (); ask(q)"#, "is not known"),
    ] {
        let mut stage = Stage::play(&format!(r#"on("start", || {{ {body}; }});"#));
        stage.advance("1s");
        let mistakes = stage.mistakes().join("\n");
        assert!(mistakes.contains(wanted), "{body}: {mistakes}");
    }
}
