//! The lease on plain numbers, and two runners that never send at the same time.

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;

fn ms(millis: i64) -> SignedDuration {
    SignedDuration::from_millis(millis)
}

fn me(id: &str) -> Holder {
    let since = Timestamp::UNIX_EPOCH;
    Holder { id: id.to_owned(), who: format!("1@{id}"), since }
}

fn now(millis: i64) -> Now {
    Now { up: ms(millis), wall: Timestamp::UNIX_EPOCH + ms(millis) }
}

fn tell(lease: &mut Lease, answer: Answer, asked: i64, at: i64) -> Option<Turn> {
    let question = lease.question(&me("a"), now(asked)).expect("it asks");
    lease.answered(&question, answer, ms(asked), ms(at))
}

fn held() -> Lease {
    let mut lease = Lease::default();
    assert_eq!(tell(&mut lease, Answer::Taken(3), 1_000, 1_040), Some(Turn::Taken(3)));
    lease
}

#[test]
fn a_call_begins_with_enough_left_and_ends_before_the_rest() {
    let mut lease = held();
    assert_eq!(lease.standing(ms(1_040)), Standing::Held);
    // It lasts from before it was asked for.
    let until = ms(3_000);
    assert_eq!(lease.call(ms(1_040)), Some(CallTime { within: ms(1_760), until }));
    assert_eq!(lease.call(ms(2_300)), Some(CallTime { within: ms(500), until }));
    assert_eq!(lease.call(ms(2_301)), None);
    assert_eq!(lease.next_ask(), Some(ms(1_500)));
    assert_eq!(tell(&mut lease, Answer::Renewed, 1_500, 1_900), None);
    assert_eq!(lease.call(ms(2_301)), Some(CallTime { within: ms(999), until: ms(3_500) }));
}

#[test]
fn one_that_ran_out_is_said_once_and_so_is_that_it_is_back() {
    let mut lease = held();
    lease.unanswered(ms(1_500));
    assert_eq!(lease.tick(ms(2_999)), None);
    assert_eq!(lease.tick(ms(3_000)), Some(Turn::Lapsed));
    assert_eq!(lease.tick(ms(3_001)), None);
    assert_eq!((lease.standing(ms(3_001)), lease.call(ms(3_001))), (Standing::Lapsed, None));
    assert_eq!(tell(&mut lease, Answer::Again, 4_000, 4_010), Some(Turn::Again));
    assert_eq!(lease.standing(ms(4_010)), Standing::Held);
}

#[test]
fn who_saw_it_run_out_hears_that_it_is_back() {
    let mut lease = held();
    assert_eq!(lease.standing(ms(3_000)), Standing::Lapsed);
    assert_eq!(tell(&mut lease, Answer::Renewed, 2_990, 3_001), Some(Turn::Again));
    assert_eq!(tell(&mut lease, Answer::Renewed, 3_400, 3_401), None);
}

#[test]
fn an_answer_that_waited_longer_than_the_lease_lasts_renews_nothing() {
    let mut lease = held();
    assert_eq!(tell(&mut lease, Answer::Renewed, 1_500, 9_000), None);
    assert_eq!(lease.call(ms(9_000)), None);
    assert_eq!(lease.tick(ms(9_000)), Some(Turn::Lapsed));
}

#[test]
fn one_that_follows_asks_when_the_lease_ends_and_tells_of_each_holder_once() {
    let mut lease = Lease::default();
    let others = |id, left| Answer::Others { holder: Some(me(id)), left: ms(left) };
    assert_eq!(tell(&mut lease, others("b", 1_800), 0, 5), Some(Turn::Following(me("b"))));
    assert_eq!(lease.next_ask(), Some(ms(500)));
    assert_eq!(tell(&mut lease, others("b", 100), 500, 505), None);
    assert_eq!(lease.next_ask(), Some(ms(605)));
    assert_eq!(tell(&mut lease, others("c", 100), 600, 605), Some(Turn::Following(me("c"))));
    // What it took itself without hearing of it ends by itself.
    assert_eq!(tell(&mut lease, others("a", 900), 700, 705), None);
    assert_eq!((lease.standing(ms(705)), lease.call(ms(705))), (Standing::Out, None));
}

#[test]
fn a_lost_show_is_followed_when_it_is_gone() {
    for answer in [Answer::Passed, Answer::Others { holder: None, left: ms(900) }] {
        let mut lease = held();
        assert_eq!(tell(&mut lease, answer, 1_500, 1_505), Some(Turn::Lost(None)));
        assert_eq!(lease.standing(ms(1_505)), Standing::Out);
        assert_eq!((lease.next_ask(), lease.question(&me("a"), now(1_505))), (None, None));
        assert!(lease.holder().is_none());
        lease.gone(ms(1_700));
        assert_eq!(lease.next_ask(), Some(ms(1_700)));
        assert_eq!(tell(&mut lease, Answer::Taken(9), 1_700, 1_701), Some(Turn::Taken(9)));
    }
}

/// A lease in a store, as its script keeps it.
#[derive(Default)]
struct Store {
    fence: u64,
    /// Who holds it, and until when.
    held: Option<(Holder, i64)>,
}

impl Store {
    fn ask(&mut self, question: &Question, at: i64) -> Answer {
        self.held = self.held.take().filter(|(_, until)| *until > at);
        let until = at + 2_000;
        match (&mut self.held, question.fence) {
            (Some((holder, ends)), _) if *holder == question.holder => {
                *ends = until;
                Answer::Renewed
            }
            (Some((holder, ends)), _) => {
                Answer::Others { holder: Some(holder.clone()), left: ms(*ends - at) }
            }
            (None, Some(fence)) if fence < self.fence => Answer::Passed,
            (None, fence) => {
                self.held = Some((question.holder.clone(), until));
                self.fence = fence.unwrap_or(self.fence + 1);
                fence.map_or(Answer::Taken(self.fence), |_| Answer::Again)
            }
        }
    }
}

/// How one question of one of two runners goes.
#[derive(Debug, Clone)]
struct Asking {
    who: usize,
    /// Until it asks.
    pause: i64,
    /// Until the store hears it.
    there: i64,
    /// Until the answer is heard; none when it gets lost.
    back: Option<i64>,
}

fn asking() -> impl Strategy<Value = Asking> {
    (0..2_usize, 0..1_200_i64, 0..900_i64, prop::option::weighted(0.8, 0..2_500_i64))
        .prop_map(|(who, pause, there, back)| Asking { who, pause, there, back })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the network does, each time a call could begin and last, only one runner's could.
    #[test]
    fn no_two_send_at_the_same_time(askings in prop::collection::vec(asking(), 1..60)) {
        let names = ["a", "b"];
        let (mut store, mut leases) = (Store::default(), [Lease::default(), Lease::default()]);
        let mut at = [0_i64; 2];
        let mut calls: [Vec<(i64, i64)>; 2] = [Vec::new(), Vec::new()];
        // What reaches the store, in the order in which it does.
        let mut heard: Vec<(i64, Asking, i64)> = Vec::new();
        for asking in askings {
            let asked = at[asking.who] + asking.pause;
            at[asking.who] = asked + asking.there + asking.back.unwrap_or(1_000);
            heard.push((asked + asking.there, asking, asked));
        }
        heard.sort_by_key(|(there, ..)| *there);
        for (there, Asking { who, back, .. }, asked) in heard {
            let lease = &mut leases[who];
            lease.tick(ms(asked));
            // The show that was lost went at once.
            lease.gone(ms(asked));
            let Some(question) = lease.question(&me(names[who]), now(asked)) else { continue };
            let answer = store.ask(&question, there);
            let Some(back) = back else { lease.unanswered(ms(asked)); continue };
            let at = there + back;
            lease.answered(&question, answer, ms(asked), ms(at));
            // A call that begins at once, and one that begins as late as it may.
            for begins in [at, asked + 1_300] {
                if begins >= at && let Some(time) = lease.call(ms(begins)) {
                    let within = i64::try_from(time.within.as_millis()).expect("it is small");
                    calls[who].push((begins, begins + within));
                }
            }
        }
        for (begun, ended) in &calls[0] {
            let overlaps = |(from, to): &&(i64, i64)| from < ended && begun < to;
            prop_assert_eq!(calls[1].iter().find(overlaps), None, "{} to {}", begun, ended);
        }
    }
}
