//! Polls on plain numbers, and what holds whatever is asked of them.

mod counting;
mod desk;
mod revealing;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::model::limits::{
    ASKED_POLLS_KEPT, FINAL_TALLY_AGAIN, FINAL_TALLY_TRIES_MAX, POLL_GRACE, POLLS_OPEN_MAX,
    RESULTS_LATE_MAX, SENT_POLLS_KEPT,
};
use crate::model::poll::tests::quiz;
use crate::model::poll::{Kind, Phase, PollKey};
use crate::model::saved::Saved;
use crate::model::time::Now;

const START: i64 = 1_800_000_000;

fn at(millis: i64) -> Now {
    let up = SignedDuration::from_millis(millis);
    let start = Timestamp::from_second(START).expect("a second of our century");
    Now { up, wall: start + up }
}

fn poll(name: &str, kind: Kind, slot: &str, now: Now, open_for_ms: i64) -> Arc<Poll> {
    let closes_at = now.wall + SignedDuration::from_millis(open_for_ms);
    let slot = Slot(slot.to_owned());
    Arc::new(Poll { kind, slot, opened: now.wall, closes_at, ..quiz(name) })
}

/// The same, but that no answer is right.
fn plain(name: &str, kind: Kind, slot: &str, now: Now, open_for_ms: i64) -> Arc<Poll> {
    let quiz = poll(name, kind, slot, now, open_for_ms);
    Arc::new(Poll { correct: None, ..Poll::clone(&quiz) })
}

const ASKED: Kind = Kind::Asked { results: true };

/// The machine, what it said, and what is kept of it.
#[derive(Default)]
struct Desk {
    polls: Polls,
    saved: Saved,
    said: Vec<(i64, Output)>,
}

impl Desk {
    fn tell(&mut self, input: Input, millis: i64) {
        self.polls.handle(input, at(millis));
        for output in self.polls.take_outputs() {
            if let Output::Change(change) = &output {
                self.saved.apply(change.clone());
            }
            self.said.push((millis, output));
        }
    }

    /// Time passes, and what is asked for is answered at once.
    fn run_to(&mut self, millis: i64) {
        while let Some(due) = self.polls.next_deadline().map(|deadline| deadline.at.as_millis()) {
            let due = i64::try_from(due).expect("a test is short");
            if due > millis {
                break;
            }
            self.tell(Input::Tick, due);
            self.answer(due);
        }
    }

    fn answer(&mut self, millis: i64) {
        let asked: Vec<AskingId> = self
            .said
            .iter()
            .filter_map(|(at, output)| {
                let Output::Count(Counting::Final(asking)) = output else { return None };
                (*at == millis).then(|| asking.clone())
            })
            .collect();
        for asking in asked {
            let tally = Tally::default();
            self.tell(Input::Tally { asking, tally, is_final: true }, millis);
        }
    }

    fn settled(&self) -> Vec<(i64, &Settled)> {
        let said = self.said.iter();
        said.filter_map(|(at, output)| {
            let Output::Settled(settled) = output else { return None };
            Some((*at, &**settled))
        })
        .collect()
    }

    /// When each closed; not when one that had closed made way.
    fn closed(&self) -> Vec<(i64, String)> {
        let (said, mut until) = (self.said.iter(), BTreeMap::new());
        said.filter_map(|(at, output)| {
            let Output::News(PollNews::Closed { asking, votes_until }) = output else {
                return None;
            };
            let earlier = until.insert(asking.clone(), *votes_until);
            // Also when one that had closed makes way, and after a restart.
            let is_told_again = earlier.is_some_and(|earlier| *votes_until <= earlier);
            (!is_told_again).then(|| (*at, asking.poll_id.clone()))
        })
        .collect()
    }
}

#[test]
fn a_poll_closes_at_its_time_and_is_final_after_the_grace() {
    let mut desk = Desk::default();
    desk.tell(Input::Open(poll("a", ASKED, "poll", at(0), 30_000)), 0);
    desk.run_to(60_000);
    assert_eq!(desk.closed(), [(30_000, "a".to_owned())]);
    let settled = desk.settled();
    assert_eq!(settled.len(), 1);
    assert_eq!((settled[0].0, settled[0].1.send_results), (40_000, true));
    assert_eq!(desk.polls.next_deadline(), None);
}

#[test]
fn one_that_makes_way_is_asked_for_at_once_and_owes_nothing() {
    let mut desk = Desk::default();
    let first = poll("a", ASKED, "poll", at(0), 30_000);
    desk.tell(Input::Open(first.clone()), 0);
    desk.tell(Input::Reveal(first.asking.clone()), 5_000);
    desk.tell(Input::Open(poll("b", ASKED, "poll", at(5_000), 30_000)), 5_000);
    desk.answer(5_000);
    let settled = desk.settled();
    assert_eq!((settled[0].0, settled[0].1.send_results), (5_000, false));
}

#[test]
fn a_final_tally_that_does_not_come_is_asked_for_again_and_then_done_without() {
    let mut desk = Desk::default();
    let first = poll("a", ASKED, "poll", at(0), 1_000);
    desk.tell(Input::Open(first.clone()), 0);
    let mut tally = Tally::default();
    tally.add("2", 7);
    desk.tell(
        Input::Tally { asking: first.asking.clone(), tally: tally.clone(), is_final: false },
        500,
    );
    while let Some(due) = desk.polls.next_deadline() {
        let due = i64::try_from(due.at.as_millis()).expect("a test is short");
        desk.tell(Input::Tick, due);
    }
    let count = |(_, output): &&(i64, Output)| matches!(output, Output::Count(_));
    let asked = u32::try_from(desk.said.iter().filter(count).count()).expect("a few");
    assert_eq!(asked, FINAL_TALLY_TRIES_MAX);
    let settled = desk.settled();
    let end = SignedDuration::from_secs(1) + POLL_GRACE + FINAL_TALLY_AGAIN * 300;
    assert_eq!(i128::from(settled[0].0), end.as_millis());
    assert_eq!(settled[0].1.tally, tally, "the last known");
    assert!(!settled[0].1.send_results, "nobody is told what may not be true");
}

#[test]
fn a_merely_sent_one_ends_with_what_is_sent_into_its_slot() {
    let slot = |slot: &str| Slot(slot.to_owned());
    for (sent, clears, ends) in [
        ("poll", Clears::Nothing, true),
        ("score", Clears::Nothing, false),
        ("clear", Clears::All, true),
        ("clear", Clears::Slot(slot("poll")), true),
        ("clear", Clears::Slot(slot("score")), false),
    ] {
        for (kind, ends) in [(Kind::Sent, ends), (ASKED, false)] {
            let mut desk = Desk::default();
            desk.tell(Input::Open(poll("a", kind, "poll", at(0), 60_000)), 0);
            desk.tell(Input::Sent(slot(sent), clears.clone()), 1_000);
            assert_eq!(!desk.closed().is_empty(), ends, "{kind:?} {sent} {clears:?}");
        }
    }
}

#[test]
fn merely_sent_ones_write_one_row_each_and_leave_none_behind() {
    let mut desk = Desk::default();
    for n in 0..200 {
        let name = format!("q{n}");
        let before = desk.said.len();
        let kind = Kind::Sent;
        desk.tell(Input::Open(plain(&name, kind, "poll", at(n * 10_000), 3_600_000)), n * 10_000);
        let change = |(_, output): &&(i64, Output)| matches!(output, Output::Change(_));
        assert_eq!(desk.said[before..].iter().filter(change).count(), 1, "{name}");
        desk.run_to(n * 10_000 + 9_999);
    }
    assert_eq!(desk.saved.polls.len(), 1);
    let known = desk.polls.book().entries.len();
    assert!(known <= SENT_POLLS_KEPT + 2, "{known} are known");
    desk.tell(Input::Sent(Slot("poll".to_owned()), Clears::Nothing), 2_000_000);
    assert_eq!(desk.saved.polls.len(), 0, "the last one is forgotten too");
}

#[test]
fn asked_ones_stay_readable_as_long_as_said() {
    let mut desk = Desk::default();
    for n in 0..100 {
        let asked = poll(&format!("q{n}"), ASKED, "poll", at(n * 20_000), 5_000);
        desk.tell(Input::Open(asked), n * 20_000);
        desk.run_to(n * 20_000 + 19_999);
    }
    assert_eq!(desk.saved.polls.len(), ASKED_POLLS_KEPT);
    assert_eq!(desk.polls.book().entries.len(), ASKED_POLLS_KEPT);
}

#[test]
fn polls_that_follow_one_another_too_fast_are_bounded() {
    let mut desk = Desk::default();
    for n in 0..500 {
        desk.tell(Input::Open(poll(&format!("q{n}"), Kind::Sent, "poll", at(n), 60_000)), n);
    }
    assert!(desk.polls.book().unsettled().count() <= POLLS_OPEN_MAX);
    assert_eq!(desk.settled().len(), 500 - POLLS_OPEN_MAX);
}

#[test]
fn what_closed_while_the_show_did_not_run_is_late() {
    for (down_until, late, sends) in [
        (20_000, false, true),
        (60_000, true, true),
        (40_000 + 1_000 + i64::try_from(RESULTS_LATE_MAX.as_millis()).unwrap_or(0), true, false),
    ] {
        let mut desk = Desk::default();
        desk.tell(Input::Open(poll("a", ASKED, "poll", at(0), 30_000)), 0);
        let kept = desk.saved.polls.into_values().map(|kept| *kept).collect();
        let mut again = Desk::default();
        again.tell(Input::Begin { polls: kept, revealing: Vec::new(), points: None }, down_until);
        again.answer(down_until);
        again.run_to(down_until + 60_000);
        let settled = again.settled();
        assert_eq!(settled.len(), 1, "{down_until}");
        assert_eq!((settled[0].1.late, settled[0].1.send_results), (late, sends), "{down_until}");
        assert!(!late || settled[0].0 == down_until, "at once: {}", settled[0].0);
    }
}

/// Something a show may do, in one of three slots.
#[derive(Debug, Clone)]
enum Deed {
    Open { asked: bool, quiz: bool, slot: usize, open_for: i64 },
    Close(usize),
    Sent(usize),
    Wait(i64),
    Crash,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        (any::<bool>(), any::<bool>(), 0..3_usize, 1_000..40_000_i64)
            .prop_map(|(asked, quiz, slot, open_for)| Deed::Open { asked, quiz, slot, open_for }),
        (0..20_usize).prop_map(Deed::Close),
        (0..3_usize).prop_map(Deed::Sent),
        (0..20_000_i64).prop_map(Deed::Wait),
        Just(Deed::Crash),
    ];
    prop::collection::vec(deed, 1..40)
}

/// Does deeds from the second 1 on; what each poll was.
fn play(deeds: &[Deed]) -> (Desk, BTreeMap<String, Poll>) {
    let (mut desk, mut now) = (Desk::default(), 1_000);
    let mut asked: BTreeMap<String, Poll> = BTreeMap::new();
    for (n, deed) in deeds.iter().enumerate() {
        match deed {
            Deed::Open { asked: by_ask, quiz, slot, open_for } => {
                let kind = if *by_ask { ASKED } else { Kind::Sent };
                let new = if *quiz { poll } else { plain };
                let new = new(&format!("q{n}"), kind, &format!("s{slot}"), at(now), *open_for);
                let owing: Vec<AskingId> = desk
                    .polls
                    .book()
                    .owing_results_in(&new.slot)
                    .map(|entry| entry.poll().asking.clone())
                    .collect();
                for asking in owing {
                    desk.tell(Input::Reveal(asking), now);
                }
                asked.insert(new.asking.poll_id.clone(), (*new).clone());
                desk.tell(Input::Open(new), now);
            }
            Deed::Close(which) => {
                if let Some(poll) = asked.values().nth(*which) {
                    desk.tell(Input::Close(poll.asking.clone()), now);
                }
            }
            Deed::Sent(slot) => {
                desk.tell(Input::Sent(Slot(format!("s{slot}")), Clears::Nothing), now);
            }
            Deed::Wait(millis) => {
                now += millis;
                desk.run_to(now);
            }
            Deed::Crash => {
                desk.polls = Polls::default();
                let kept = desk.saved.polls.values().map(|kept| (**kept).clone()).collect();
                desk.tell(Input::Begin { polls: kept, revealing: Vec::new(), points: None }, now);
            }
        }
        desk.answer(now);
    }
    desk.run_to(now + 200_000);
    (desk, asked)
}

proptest! {
    #[test]
    fn never_two_are_open_in_a_slot(deeds in deeds()) {
        let (desk, _) = play(&deeds);
        let mut open: BTreeMap<String, Slot> = BTreeMap::new();
        for (at, output) in &desk.said {
            if let Output::News(PollNews::Begun(_)) = output {
                open.clear();
            }
            if let Output::News(PollNews::Opened(poll)) = output {
                open.insert(poll.asking.poll_id.clone(), poll.slot.clone());
            }
            if let Output::News(PollNews::Closed { asking, .. }) = output {
                open.remove(&asking.poll_id);
            }
            let slots: BTreeSet<&Slot> = open.values().collect();
            prop_assert_eq!(slots.len(), open.len(), "at {}: {:?}", at, open);
        }
    }

    #[test]
    fn each_closes_once_and_never_before_its_time_by_itself(deeds in deeds()) {
        let (desk, asked) = play(&deeds);
        let by_hand = deeds.iter().any(|deed| matches!(deed, Deed::Close(_)));
        let mut closed = BTreeSet::new();
        for (at_ms, id) in desk.closed() {
            // After a crash it is told again, for who may have missed it.
            let crashed = deeds.iter().any(|deed| matches!(deed, Deed::Crash));
            prop_assert!(closed.insert(id.clone()) || crashed, "{} closed twice", id);
            let poll = &asked[&id];
            let replaced = asked.values().any(|other| {
                other.slot == poll.slot && other.opened == at(at_ms).wall && other != poll
            });
            let in_time = at(at_ms).wall >= poll.closes_at;
            prop_assert!(in_time || replaced || by_hand || poll.kind == Kind::Sent, "{}", id);
        }
    }

    #[test]
    fn each_that_was_asked_is_settled_once_and_owes_results_once(deeds in deeds()) {
        let (desk, asked) = play(&deeds);
        let mut settled = BTreeSet::new();
        for (_, told) in desk.settled() {
            prop_assert!(settled.insert(told.poll.asking.poll_id.clone()), "settled twice");
        }
        for poll in asked.values().filter(|poll| poll.kind == ASKED) {
            prop_assert!(settled.contains(&poll.asking.poll_id), "{} is not", poll.question);
        }
        for (key, kept) in &desk.saved.polls {
            let stays = matches!(key, PollKey::Asking(_));
            prop_assert!(!stays || matches!(kept.phase, Phase::Final(_)), "{:?}", kept);
        }
        let open = desk.polls.book().unsettled().filter(|entry| entry.poll().kind == ASKED);
        prop_assert_eq!(open.count(), 0);
    }
}

#[test]
fn no_asking_is_named_twice_however_often_a_question_is_asked() {
    let (mut desk, mut named) = (Desk::default(), BTreeSet::new());
    for round in 0..200 {
        let now = round * 300;
        desk.run_to(now);
        let current_time = desk.polls.book().fresh_time("q", at(now).wall);
        assert!(named.insert(current_time.clone()), "{current_time} comes twice");
        let poll = poll("q", Kind::Sent, "poll", at(now), 30_000);
        let asking = AskingId { poll_id: "q".to_owned(), current_time };
        desk.tell(Input::Open(Arc::new(Poll { asking, ..Poll::clone(&poll) })), now);
    }
}
