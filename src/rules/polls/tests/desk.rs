//! What the operator does to polls.

use super::*;
use crate::model::limits::OPEN_FOR_MAX;

#[test]
fn a_silenced_poll_closes_is_settled_and_sends_no_results() {
    let mut desk = Desk::default();
    desk.tell(Input::Open(poll("closed", ASKED, "a", at(0), 1_000)), 0);
    desk.tell(Input::Open(poll("open", ASKED, "b", at(0), 60_000)), 0);
    desk.tell(Input::Open(poll("sent", Kind::Sent, "c", at(0), 60_000)), 0);
    desk.run_to(5_000);
    desk.tell(Input::Silence, 5_000);
    desk.run_to(60_000);
    let settled = desk.settled().into_iter().map(|(at, it)| (at, it.send_results, it.unsent));
    let settled: Vec<_> = settled.collect();
    // One that was merely sent never sends any.
    let wanted = [(11_000, false, true), (15_000, false, true), (15_000, false, false)];
    assert_eq!(settled, wanted);
}

#[test]
fn an_extended_poll_closes_later_and_no_later_than_it_may() {
    let mut desk = Desk::default();
    let first = poll("a", ASKED, "poll", at(0), 30_000);
    desk.tell(Input::Open(first.clone()), 0);
    let extend = |by| {
        let asking = first.asking.clone();
        Input::Extend { asking, by: SignedDuration::from_secs(by) }
    };
    desk.tell(extend(15), 10_000);
    desk.run_to(40_000);
    assert_eq!(desk.closed(), []);
    desk.run_to(120_000);
    assert_eq!(desk.closed(), [(45_000, "a".to_owned())]);
    assert_eq!(desk.settled()[0].0, 55_000);
    let news = |(_, output): &(i64, Output)| matches!(output, Output::News(PollNews::Extended(_)));
    assert_eq!(desk.said.iter().filter(|said| news(said)).count(), 1);
    desk.tell(extend(15), 130_000);
    assert_eq!(desk.said.iter().filter(|said| news(said)).count(), 1, "it is over");

    let mut desk = Desk::default();
    desk.tell(Input::Open(first.clone()), 0);
    desk.tell(extend(i64::from(u32::MAX)), 10_000);
    let row = desk.saved.polls.values().next().expect("it has a row");
    assert_eq!(row.poll.closes_at.duration_since(first.opened), OPEN_FOR_MAX);
}

#[test]
fn a_void_poll_is_settled_at_once_with_no_votes_no_results_and_no_points() {
    for kind in [ASKED, Kind::Sent] {
        let mut desk = Desk::default();
        let first = poll("a", kind, "poll", at(0), 30_000);
        desk.tell(Input::Open(first.clone()), 0);
        let mut tally = Tally::default();
        tally.add("2", 7);
        let asking = first.asking.clone();
        desk.tell(Input::Tally { asking: asking.clone(), tally, is_final: false }, 500);
        desk.tell(Input::Void(asking.clone()), 1_000);
        desk.tell(Input::Void(asking.clone()), 1_000);
        desk.run_to(120_000);
        let settled = desk.settled();
        assert_eq!(settled.len(), 1, "{kind:?}");
        let (at, it) = settled[0];
        assert_eq!(
            (at, it.worth == Worth::Void, it.send_results, it.tally.total()),
            (1_000, true, false, 0)
        );
        let given = desk
            .said
            .iter()
            .filter(|(_, output)| matches!(output, Output::News(PollNews::Award { .. })));
        assert_eq!(given.count(), 0);
        let entry = desk.polls.book().get(&asking).expect("it can still be read");
        assert_eq!(entry.last_tally().total(), 0);
        let voided = Output::News(PollNews::Voided(asking.clone()));
        let is_said = |desk: &Desk| desk.said.iter().any(|(_, output)| *output == voided);
        assert!(is_said(&desk), "{kind:?}: whoever takes votes is told");
        // After a restart it is as void as before.
        let kept: Vec<KeptPoll> = desk.saved.polls.values().map(|kept| (**kept).clone()).collect();
        let mut after = Desk::default();
        let begin = Input::Begin { polls: kept, revealing: Vec::new(), points: None };
        after.tell(begin, 130_000);
        after.run_to(300_000);
        assert!(after.settled().is_empty(), "{kind:?}");
        assert!(is_said(&after), "{kind:?}: also after a restart");
    }
}
