//! Polls as plain values.

use serde_json::{Value, json};

use super::*;
use crate::model::limits::PAYLOAD_MAX_BYTES;

/// A quiz of this question, asked into the slot `poll` at the start of an evening.
pub(crate) fn quiz(question: &str) -> Poll {
    let opened = "2026-11-22T17:05:01Z".parse().expect("it is a time");
    let asking = AskingId { poll_id: question.to_owned(), current_time: asking_time(opened) };
    let choice = |key: &str, text: &str| Choice { key: key.to_owned(), text: text.to_owned() };
    Poll {
        asking,
        question: question.to_owned(),
        answers: vec![choice("1", "Paris"), choice("2", "Rome"), choice("3", "Oslo")],
        correct: Some(AnswerKey("2".to_owned())),
        slot: Slot(Slot::POLL.to_owned()),
        cue: CueKey::by_hand(),
        kind: Kind::Asked { results: true },
        change: false,
        points: 1,
        opened,
        closes_at: opened + jiff::SignedDuration::from_secs(30),
        payload: None,
    }
}

fn tally(counts: &[(&str, u64)]) -> Tally {
    let mut tally = Tally::default();
    for (key, votes) in counts {
        tally.add(key, *votes);
    }
    tally
}

/// What a payload of these fields asks.
fn form(fields: &Value) -> Option<Form> {
    Form::of_payload(&fields.to_string().parse().expect("it is short"))
}

#[test]
fn a_payload_is_a_poll_by_its_fields() {
    let fields = json!({"answers": {"10": "j", "2": "b", "1": "a"}, "poll_id": "f0",
        "current_time": "2026-Nov-22-170501", "question": "Which?"});
    let keys = |form: Form| form.answers.into_iter().map(|it| it.key).collect::<Vec<_>>();
    let met = form(&fields).expect("it has all of them");
    assert_eq!(keys(met), ["1", "2", "10"], "in the order of their numbers");
    let mut list = fields.clone();
    list["answers"] = json!(["b", "a"]);
    let met = form(&list).expect("a list has its numbers");
    assert_eq!(met.answers[0].text, "b");
    assert_eq!(keys(met), ["1", "2"]);
    for (field, other) in [
        ("current_time", json!("yesterday")),
        ("answers", json!({"1": 5})),
        ("answers", json!({})),
        ("answers", json!([])),
        ("answers", json!(["a", "a"])),
        ("answers", json!({"far too long a key": "a"})),
        ("question", json!(null)),
        ("type", json!("results")),
        ("poll_id", json!("x".repeat(POLL_ID_MAX_CHARS + 1))),
    ] {
        let mut fields = fields.clone();
        fields[field] = other.clone();
        assert_eq!(form(&fields), None, "{field}: {other}");
    }
}

#[test]
fn a_tally_is_told_by_the_words_of_its_answers() {
    let poll = quiz("Capital of Italy?");
    let told = poll.told(&tally(&[("2", 5), ("1", 2), ("3", 2)]));
    assert_eq!(
        told,
        json!({
            "total": 9,
            "counts": {"Oslo": 2, "Paris": 2, "Rome": 5},
            "winner": "Rome",
            "ranking": [
                {"answer": "Rome", "votes": 5, "percent": 56},
                {"answer": "Paris", "votes": 2, "percent": 22},
                {"answer": "Oslo", "votes": 2, "percent": 22},
            ],
        })
    );
    assert_eq!(poll.winner(&tally(&[("1", 2), ("2", 2)])), None, "a tie");
    assert_eq!(poll.winner(&Tally::default()), None, "no votes");
}

#[test]
fn results_leave_out_the_question_before_the_answers() {
    let results = |question: usize, answer: usize| {
        let mut poll = quiz(&"q".repeat(question));
        poll.asking.poll_id = "f0".to_owned();
        poll.answers[0].text = "a".repeat(answer);
        let results = poll.results(&Tally::default(), false);
        assert!(results.to_string().len() <= PAYLOAD_MAX_BYTES, "{results}");
        ["question", "answers"].map(|field| results.get(field).is_some())
    };
    assert_eq!(results(10, 10), [true, true]);
    assert_eq!(results(900, 200), [false, true]);
    assert_eq!(results(10, 1_000), [true, false]);
}

#[test]
fn the_right_answer_shows_only_where_it_is_revealed() {
    let poll = quiz("Capital of Italy?");
    let results = |reveal| poll.results(&tally(&[("2", 3)]), reveal);
    assert_eq!(results(false).get("correct"), None);
    assert_eq!(results(true).get("correct"), Some(&json!("2")));
    let revealed =
        |results: Value| AskingId::revealed_by(&results.to_string().parse().expect("it is short"));
    assert_eq!(revealed(results(false)), None);
    assert_eq!(revealed(results(true)), Some(poll.asking.clone()));
    assert_eq!(revealed(json!({"correct": "2", "text": "no results", "type": "notice"})), None);
    assert_eq!(poll.named().get("correct"), None);
    assert!(format!("{poll:?}").contains("AnswerKey(…)"), "{poll:?}");
    assert!(!format!("{poll:?}").contains("AnswerKey(\""));
}
