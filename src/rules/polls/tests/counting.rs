//! Votes that cannot be counted.

use super::*;

#[test]
fn votes_that_nobody_counts_are_said_to_be_guessed() {
    let mut desk = Desk::default();
    desk.tell(Input::Open(poll("a", ASKED, "poll", at(0), 30_000)), 0);
    for millis in (0..700_000).step_by(500) {
        desk.tell(Input::Tick, millis);
    }
    let settled = desk.settled();
    let [(_, settled)] = settled.as_slice() else { panic!("it settles once: {settled:?}") };
    assert_eq!(settled.worth, Worth::Guessed);
}

#[test]
fn a_tally_that_could_not_be_read_is_the_last_known_and_says_so() {
    let mut desk = Desk::default();
    let first = poll("a", ASKED, "poll", at(0), 30_000);
    let asking = first.asking.clone();
    desk.tell(Input::Open(first), 0);
    let mut tally = Tally::default();
    tally.add("2", 7);
    let told = |tally: &Tally| Input::Tally {
        asking: asking.clone(),
        tally: tally.clone(),
        is_final: false,
    };
    let read = |desk: &Desk, millis| {
        let entry = desk.polls.book().get(&asking).expect("it is open");
        (entry.tally(at(millis).up).cloned(), entry.uncounted)
    };
    desk.tell(told(&tally), 1_000);
    assert_eq!(read(&desk, 2_000), (None, false));
    desk.tell(Input::Uncounted(asking.clone()), 2_000);
    assert_eq!(read(&desk, 2_000), (Some(tally.clone()), true));
    tally.add("1", 1);
    desk.tell(told(&tally), 3_000);
    assert_eq!(read(&desk, 3_000), (Some(tally), false));
}
