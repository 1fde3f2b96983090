//! What a person and the journal see of polls.

use std::sync::Arc;

use super::super::screen::Colours;
use super::*;
use crate::model::event::{PollClosed, PollOpened, TallyRead};
use crate::model::poll::tests::quiz;
use crate::model::poll::{Kind, Leader, Poll, Tally};

pub(super) fn of_polls() -> Vec<Event> {
    let asked = quiz("Italy?");
    let sent = Poll { kind: Kind::Sent, correct: None, ..quiz("Do cats dream?") };
    let mut tally = Tally::default();
    tally.add("2", 5);
    tally.add("3", 1);
    let read = TallyRead { asking: asked.asking.clone(), tally: asked.told(&tally) };
    let closed = |poll: &Poll, tally: &Tally, late| {
        let (poll, tally) = (Arc::new(poll.clone()), tally.clone());
        What::PollClosed(Box::new(PollClosed { poll, tally, late, void: false, unsent: false }))
    };
    let leaders = vec![Leader { name: "Ada".to_owned(), points: 10 }];
    let opened = |poll: &Poll| What::PollOpened(PollOpened::from(Arc::new(poll.clone())));
    let kinds = [
        opened(&asked),
        opened(&sent),
        What::TallyRead(Box::new(read)),
        closed(&asked, &tally, true),
        closed(&sent, &tally, false),
        closed(&sent, &Tally::default(), false),
        What::LeaderboardRead { leaders },
    ];
    kinds.into_iter().zip(1..).map(|(what, second)| event(second * 1_000, what)).collect()
}

#[test]
fn polls_that_were_asked_and_votes_are_told() {
    let mut plain = Plain::new(look());
    let lines: String =
        of_polls().iter().filter_map(|event| plain.text(event, Colours::Off, None)).collect();
    insta::assert_snapshot!(lines, @"
    19:30:01.000  poll     by hand   open until 17:05:31 · Italy?
    19:30:04.000  votes    by hand   late · 6 votes: Rome 5, Oslo 1, Paris 0 · right: Rome · Italy?
    19:30:05.000  votes    by hand   6 votes: Rome 5, Oslo 1, Paris 0 · Do cats dream?
    ");
}

#[test]
fn polls_are_blue() {
    let line = Plain::new(look()).text(&of_polls()[0], Colours::On, Some(60)).expect("a line");
    assert!(line.contains("\x1b[34mpoll   \x1b[0m"), "{line:?}");
}

#[test]
fn the_journal_has_the_tally_and_the_right_answer_at_the_end_only() {
    let lines = of_polls().iter().map(json::line).collect::<Vec<String>>();
    let has_correct: Vec<bool> = lines.iter().map(|line| line.contains("correct")).collect();
    assert_eq!(has_correct, [false, false, false, true, false, false, false]);
    let closed: serde_json::Value = serde_json::from_str(&lines[3]).expect("it is JSON");
    assert_eq!((&closed["event"], &closed["late"]), (&json!("poll_closed"), &json!(true)));
    assert_eq!((&closed["correct"], &closed["winner"]), (&json!("Rome"), &json!("Rome")));
    assert_eq!(closed["counts"], json!({"Oslo": 1, "Paris": 0, "Rome": 5}));
    assert_eq!((&closed["poll_id"], &closed["total"]), (&json!("Italy?"), &json!(6)));
}
