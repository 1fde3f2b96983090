//! Points are given once, when the right answer was told or never will be.

use super::*;
use crate::model::poll::Reveal;

const KEPT: Kind = Kind::Asked { results: false };

fn awards(desk: &Desk) -> Vec<(i64, &str)> {
    desk.said
        .iter()
        .filter_map(|(at, output)| {
            let Output::News(PollNews::Award { asking, .. }) = output else { return None };
            Some((*at, &*asking.poll_id))
        })
        .collect()
}

fn closed_quiz(kind: Kind) -> (Desk, AskingId) {
    let mut desk = Desk::default();
    let quiz = poll("a", kind, "poll", at(0), 30_000);
    let asking = quiz.asking.clone();
    desk.tell(Input::Open(quiz), 0);
    desk.run_to(50_000);
    (desk, asking)
}

#[test]
fn points_are_given_when_the_results_are_out() {
    for kind in [ASKED, KEPT] {
        let (mut desk, asking) = closed_quiz(kind);
        assert_eq!(awards(&desk), [], "{kind:?}");
        desk.tell(Input::Revealing(asking.clone()), 50_000);
        assert!(desk.polls.book().is_revealing());
        desk.tell(Input::Revealed(asking.clone()), 51_000);
        desk.tell(Input::Revealing(asking.clone()), 52_000);
        desk.tell(Input::Revealed(asking), 53_000);
        desk.tell(Input::End, 54_000);
        assert_eq!(awards(&desk), [(51_000, "a")], "{kind:?}");
        assert!(!desk.polls.book().is_revealing());
    }
}

#[test]
fn an_answer_told_before_the_votes_are_final_gives_points_when_they_are() {
    let mut desk = Desk::default();
    let quiz = poll("a", ASKED, "poll", at(0), 30_000);
    let asking = quiz.asking.clone();
    desk.tell(Input::Open(quiz), 0);
    desk.tell(Input::Reveal(asking.clone()), 1_000);
    desk.tell(Input::Revealing(asking.clone()), 1_000);
    desk.tell(Input::Revealed(asking), 1_000);
    assert_eq!(awards(&desk), []);
    desk.answer(1_000);
    assert_eq!(awards(&desk), [(1_000, "a")]);
}

#[test]
fn a_restart_gives_the_points_of_results_that_do_not_wait_any_more() {
    for waits in [true, false] {
        let (before, asking) = closed_quiz(ASKED);
        let polls: Vec<KeptPoll> =
            before.saved.polls.values().map(|kept| (**kept).clone()).collect();
        assert_eq!(polls[0].reveal, Reveal::UnderWay);
        let mut desk = Desk { saved: before.saved.clone(), ..Desk::default() };
        let revealing = if waits { vec![asking.clone()] } else { Vec::new() };
        desk.tell(Input::Begin { polls, revealing, points: None }, 60_000);
        assert_eq!(awards(&desk).len(), usize::from(!waits));
        desk.tell(Input::Revealed(asking.clone()), 61_000);
        assert_eq!(awards(&desk).len(), 1);
        // And again at each start after that, for the store may not have heard of it.
        let polls = desk.saved.polls.values().map(|kept| (**kept).clone()).collect();
        let mut again = Desk::default();
        again.tell(Input::Begin { polls, revealing: Vec::new(), points: None }, 70_000);
        assert_eq!(awards(&again), [(70_000, "a")]);
    }
}

#[test]
fn what_is_never_told_gives_its_points_at_the_end_or_when_it_is_forgotten() {
    let (mut desk, _) = closed_quiz(KEPT);
    desk.tell(Input::End, 60_000);
    assert_eq!(awards(&desk), [(60_000, "a")]);
    let (mut desk, _) = closed_quiz(KEPT);
    for n in 0..ASKED_POLLS_KEPT {
        let now = 60_000 + i64::try_from(n).expect("few are kept") * 50_000;
        desk.tell(Input::Open(poll(&format!("b{n}"), KEPT, "poll", at(now), 30_000)), now);
        desk.run_to(now + 45_000);
    }
    assert_eq!(awards(&desk).iter().map(|(_, name)| *name).collect::<Vec<_>>(), ["a"]);
}

#[test]
fn results_that_cannot_be_sent_keep_no_points_back() {
    let mut desk = Desk::default();
    desk.tell(Input::Open(poll("a", ASKED, "poll", at(0), 30_000)), 0);
    for millis in (0..700_000).step_by(500) {
        desk.tell(Input::Tick, millis);
    }
    assert_eq!(desk.settled().len(), 1);
    assert_eq!(awards(&desk).len(), 1, "nobody counted the votes in time");
}

#[test]
fn all_is_told_anew_when_somebody_missed_it() {
    let (mut desk, asking) = closed_quiz(ASKED);
    desk.tell(Input::Revealed(asking.clone()), 50_000);
    desk.tell(Input::LeaderboardReset, 51_000);
    let open = poll("b", ASKED, "poll", at(60_000), 30_000);
    desk.tell(Input::Open(Arc::clone(&open)), 60_000);
    desk.said.clear();
    desk.tell(Input::TellAll, 61_000);
    let said: Vec<Output> = desk.said.into_iter().map(|(_, output)| output).collect();
    let era = desk.saved.points.expect("points were forgotten");
    let told = [
        PollNews::Begun(vec![open.asking.clone()]),
        PollNews::LeaderboardReset(era),
        // Its points were forgotten: they are not given again.
        PollNews::Settled(asking),
        PollNews::Opened(Arc::clone(&open)),
        // Perhaps that it takes votes for longer was missed.
        PollNews::Extended(open),
    ];
    assert_eq!(said, told.map(Output::News));
}

/// What is kept of it, after a crash at that moment: the next run's desk.
fn crashed(desk: &Desk, millis: i64, revealing: Vec<AskingId>) -> Desk {
    let mut after = Desk { saved: desk.saved.clone(), ..Desk::default() };
    let polls = desk.saved.polls.values().map(|kept| (**kept).clone()).collect();
    after.tell(Input::Begin { polls, revealing, points: desk.saved.points }, millis);
    after
}

#[test]
fn a_quiz_that_was_merely_sent_keeps_its_points_through_a_crash_at_any_moment() {
    let quiz = poll("a", Kind::Sent, "poll", at(0), 3_600_000);
    let asking = || quiz.asking.clone();
    let deeds = [
        (0, Input::Open(Arc::clone(&quiz))),
        // Another takes its slot: it closes, and is final ten seconds later.
        (30_000, Input::Open(poll("b", Kind::Sent, "poll", at(30_000), 3_600_000))),
        (50_000, Input::Revealing(asking())),
        (51_000, Input::Revealed(asking())),
        (55_000, Input::Sent(Slot("poll".to_owned()), Clears::Nothing)),
        (80_000, Input::Tick),
    ];
    for crash in [10_000, 30_100, 45_000, 50_500, 52_000, 60_000] {
        let (mut desk, mut given, mut has_crashed) = (Desk::default(), 0, false);
        for (time, deed) in &deeds {
            if !has_crashed && crash < *time {
                desk.run_to(crash);
                given += awards(&desk).len();
                let waits = if crash == 50_500 { vec![asking()] } else { Vec::new() };
                desk = crashed(&desk, crash, waits);
                has_crashed = true;
            }
            desk.run_to(*time);
            assert!(*time > 51_000 || awards(&desk).is_empty(), "before it was told: {crash}");
            desk.tell(deed.clone(), *time);
        }
        let told = awards(&desk);
        assert!(told.iter().all(|(_, name)| *name == "a"), "{told:?}");
        // What was given is told again by the next run, for the store may have missed it.
        assert_eq!((told.len(), given), (1, usize::from(crash > 51_000)), "{crash}");
        let settled = desk.settled().len();
        assert_eq!(settled, if crash < 40_000 { 2 } else { 1 }, "{crash}");
    }
}

#[test]
fn quizzes_that_were_merely_sent_leave_few_rows_behind() {
    let mut desk = Desk::default();
    for n in 0..100 {
        let quiz = poll(&format!("q{n}"), Kind::Sent, "poll", at(n * 10_000), 3_600_000);
        desk.tell(Input::Open(quiz), n * 10_000);
        desk.run_to(n * 10_000 + 9_999);
        assert!(desk.saved.polls.len() <= SENT_POLLS_KEPT + 2, "{n}");
    }
}
