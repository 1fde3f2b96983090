//! What every store must do, whatever it is made of.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::json;

use super::Store;
use crate::model::channel::{ChannelArn, ShowId};
use crate::model::cue::{AfterId, CueKey};
use crate::model::delivery::{DeliveryId, InDoubt, KeptDelivery};
use crate::model::hold::Held;
use crate::model::operator::StateEdit;
use crate::model::payload::{Priority, Slot};
use crate::model::poll::tests::quiz;
use crate::model::poll::{KeptPoll, Kind, Phase, PointsEra, Poll, Reveal, Tally};
use crate::model::saved::{
    Broadcast, Change, CueMark, Kept, KeptAfter, Place, PlaceKey, Run, Saved, WaitingDelivery,
};

/// A show of this name on the local channel.
pub(super) fn show(script: &str) -> ShowId {
    ShowId { script: script.into(), channel: ChannelArn::local() }
}

fn at(second: i64) -> jiff::Timestamp {
    jiff::Timestamp::new(1_800_000_000 + second, 123_456_789).expect("a second of our century")
}

/// What an early step of a show changes, every kind of change among them.
pub(super) fn a_step() -> Vec<Change> {
    let cue = CueKey::named("facts").expect("a good name");
    let id = DeliveryId { run: 1, n: 1 };
    let place = Place {
        spec: "every 10s".to_owned(),
        origin: Some(at(0)),
        point: Some(3),
        last: Some(at(30)),
        done: false,
    };
    let after = KeptAfter { cue: cue.clone(), due: at(40), data: json!({"é": [1, null, "\n"]}) };
    vec![
        Change::NewShow,
        Change::Run(run(1)),
        Change::State(Kept { at: at(1), value: json!({"round": 3, "name": "a 'quoted' \"ø\""}) }),
        Change::Drawn { facts: "cats".to_owned(), line: u64::MAX, new_round: false },
        Change::NextFact { facts: "dogs".to_owned(), next: 4 },
        Change::Random(7),
        Change::Place(PlaceKey { cue: cue.clone(), trigger: 0 }, Some(place)),
        Change::Mark(cue.clone(), Some(CueMark::Disarmed)),
        Change::After(AfterId(u64::MAX), Some(after)),
        Change::StateEdits(vec![edit()]),
        Change::Held(Some(held(3))),
        Change::Broadcast(Broadcast { started: at(0), seen: at(9) }),
        Change::Delivery(id, Some(Box::new(waiting(id, false)))),
        Change::Attempting(id, true),
        Change::Poll(Box::new(poll("Which 'one'?", Kind::Asked { results: true }, 2))),
        Change::Poll(Box::new(poll("And now?", Kind::Sent, 0))),
        Change::Points(PointsEra(-5)),
    ]
}

fn poll(question: &str, kind: Kind, phase: u8) -> KeptPoll {
    let mut tally = Tally::default();
    tally.add("2", u64::MAX);
    let (phase, reveal) = match phase {
        0 => (Phase::Open, Reveal::Kept),
        1 => (Phase::Closed { votes_until: at(50), results_sent: true }, Reveal::UnderWay),
        _ => (Phase::Final(tally), Reveal::Done),
    };
    let unsent = reveal == Reveal::Done;
    KeptPoll { poll: Arc::new(Poll { kind, ..quiz(question) }), phase, reveal, unsent }
}

fn edit() -> StateEdit {
    let path = vec!["scores".to_owned(), "é 'x'".to_owned()];
    let at = jiff::Timestamp::from_second(1_800_000_005).expect("a second of our century");
    StateEdit { at, path, was: json!(null), is: json!({"n": 3}), new_steps: 2 }
}

fn held(skipped: u64) -> Held {
    Held { since: at(4), skipped, panic: true }
}

fn run(number: u32) -> Run {
    Run { number, started: at(0), alive: at(9), ended: false, seed: u64::MAX }
}

fn waiting(id: DeliveryId, attempting: bool) -> WaitingDelivery {
    let kept = KeptDelivery {
        id,
        cue: CueKey::by_hand(),
        payload: r#"{"text":"Cats sleep"}"#.parse().expect("a small payload"),
        slot: Slot("notice".to_owned()),
        priority: Priority::High,
        put: at(2),
        late_ms: 1,
        valid_for_ms: 30_000,
        sticky_ms: Some(20_000),
        repeat_every_ms: Some(5_000),
        in_doubt: InDoubt::Resend,
    };
    WaitingDelivery { kept, attempting }
}

/// What `steps` come to in memory.
pub(super) fn applied<'a>(steps: impl IntoIterator<Item = &'a Vec<Change>>) -> Saved {
    let mut saved = Saved::default();
    steps.into_iter().flatten().for_each(|change| saved.apply(change.clone()));
    saved
}

/// The contract. `make` gives a new, empty store each time.
pub(super) fn holds(make: &dyn Fn() -> Box<dyn Store>) {
    an_unknown_show_is_empty(&*make());
    a_step_is_kept(&*make());
    shows_are_apart(&*make());
    a_replaced_show_is_what_replaced_it(&*make());
    every_thread_may_commit(&*make());
}

fn an_unknown_show_is_empty(store: &dyn Store) {
    assert_eq!(store.load(&show("new")).expect("a load"), Saved::default());
    assert_eq!(store.shows().expect("the shows"), []);
    store.clear(&show("new")).expect("a clear of nothing");
}

fn a_step_is_kept(store: &dyn Store) {
    store.commit(&show("a"), &a_step()).expect("a commit");
    assert_eq!(store.load(&show("a")).expect("a load"), applied([&a_step()]));
    store.commit(&show("a"), &[]).expect("a step without changes");
    assert_eq!(store.shows().expect("the shows"), [show("a")]);
}

fn shows_are_apart(store: &dyn Store) {
    let other: ChannelArn = "arn:aws:ivs:us-west-2:1:channel/x".parse().expect("an ARN");
    let elsewhere = ShowId { channel: other, ..show("a") };
    store.commit(&show("a"), &a_step()).expect("a commit");
    store.commit(&elsewhere, &[Change::Random(9)]).expect("a commit");
    store.clear(&show("a")).expect("a clear");
    assert_eq!(store.load(&show("a")).expect("a load"), Saved::default());
    assert_eq!(store.load(&elsewhere).expect("a load").random, 9);
    assert_eq!(store.shows().expect("the shows"), [elsewhere]);
}

fn a_replaced_show_is_what_replaced_it(store: &dyn Store) {
    let saved = applied([&a_step()]);
    store.commit(&show("a"), &[Change::Run(run(9)), Change::Random(3)]).expect("a commit");
    store.replace(&show("a"), &saved).expect("a replace");
    assert_eq!(store.load(&show("a")).expect("a load"), saved);
}

fn every_thread_may_commit(store: &dyn Store) {
    std::thread::scope(|threads| {
        for name in ["a", "b", "c"] {
            threads.spawn(move || {
                for n in 1..=50 {
                    store.commit(&show(name), &[Change::Random(n)]).expect("a commit");
                }
            });
        }
    });
    for name in ["a", "b", "c"] {
        assert_eq!(store.load(&show(name)).expect("a load").random, 50);
    }
}

/// Any change, of few keys, so that changes meet.
pub(super) fn any_change() -> impl Strategy<Value = Change> {
    let cue = || {
        prop::sample::select(vec!["facts", "every 10s", "q'\""])
            .prop_map(|name| CueKey::named(name).expect("a good name"))
    };
    let facts = || prop::sample::select(vec!["cats", "cats/big", ""]).prop_map(str::to_owned);
    let id = || (1..3_u32, 1..4_u64).prop_map(|(run, n)| DeliveryId { run, n });
    let place = (any::<bool>(), any::<Option<u64>>()).prop_map(|(done, point)| Place {
        spec: "at 20:30".to_owned(),
        origin: None,
        point,
        last: Some(at(1)),
        done,
    });
    let mark = prop::sample::select(vec![CueMark::Armed, CueMark::Disarmed, CueMark::Cancelled]);
    let after = (cue(), ".{0,8}").prop_map(|(cue, text)| KeptAfter {
        cue,
        due: at(5),
        data: json!({ "text": text }),
    });
    prop_oneof![
        (1..9_u32).prop_map(|number| Change::Run(run(number))),
        ".{0,20}".prop_map(|text| Change::State(Kept { at: at(3), value: json!({"v": text}) })),
        (facts(), 0..6_u64, prop::bool::weighted(0.2))
            .prop_map(|(facts, line, new_round)| Change::Drawn { facts, line, new_round }),
        (facts(), 0..9_usize).prop_map(|(facts, next)| Change::NextFact { facts, next }),
        any::<u64>().prop_map(Change::Random),
        (cue(), 0..3_usize, prop::option::of(place))
            .prop_map(|(cue, trigger, place)| Change::Place(PlaceKey { cue, trigger }, place)),
        (cue(), prop::option::of(mark)).prop_map(|(cue, mark)| Change::Mark(cue, mark)),
        (0..4_u64, prop::option::of(after))
            .prop_map(|(id, after)| Change::After(AfterId(id), after)),
        (0..3_usize).prop_map(|count| Change::StateEdits(vec![edit(); count])),
        prop::option::of(0..3_u64).prop_map(|skipped| Change::Held(skipped.map(held))),
        (0..9_i64).prop_map(|s| Change::Broadcast(Broadcast { started: at(0), seen: at(s) })),
        (id(), prop::option::of(any::<bool>())).prop_map(|(id, attempting)| {
            let waits = attempting.map(|attempting| Box::new(waiting(id, attempting)));
            Change::Delivery(id, waits)
        }),
        (id(), any::<bool>()).prop_map(|(id, attempting)| Change::Attempting(id, attempting)),
        id().prop_map(Change::Sent),
        any_poll().prop_map(|kept| Change::Poll(Box::new(kept))),
        any_poll().prop_map(|kept| Change::PollForgotten(kept.poll.key())),
        Just(Change::NewShow),
        Just(Change::Forget),
    ]
}

fn any_poll() -> impl Strategy<Value = KeptPoll> {
    let kind = prop::sample::select(vec![Kind::Sent, Kind::Asked { results: false }]);
    let question = prop::sample::select(vec!["Which?", "Wh@t?"]);
    (question, kind, 0..3_u8).prop_map(|(question, kind, phase)| poll(question, kind, phase))
}
