//! Sticky payloads: repeats, and what ends them.

use crate::model::delivery::Refusal;
use crate::model::payload::Priority;
use crate::show::sim::{Fault, Sim, arn, ms};

const CARD: &str = r#"{"type":"card"}"#;

#[test]
fn it_is_repeated_until_its_time_is_over() {
    let mut sim = Sim::new(1);
    sim.put_sticky(1, CARD, 30_000, 5_000);
    sim.run(29_000);
    assert_eq!(sim.rows("show"), [(1, false)], "kept for a crash while it is current");
    sim.run(60_000);
    assert_eq!(sim.calls_of(1), [0, 5, 10, 15, 20, 25].map(|second| ms(second * 1_000)));
    assert_eq!(sim.told()[..2], ["sent 1", "repeated 1"]);
    assert_eq!(sim.rows("show"), []);
}

#[test]
fn a_payload_of_its_slot_ends_it_and_another_does_not() {
    let mut sim = Sim::new(1);
    sim.put_sticky(1, CARD, 60_000, 2_000);
    sim.run(3_000);
    sim.put_text(2, r#"{"type":"notice"}"#);
    sim.run(2_000);
    sim.put_text(3, r#"{"type":"card","title":"next"}"#);
    sim.run(10_000);
    assert_eq!(sim.called(), [1, 1, 2, 1, 3]);
    assert_eq!(sim.rows("show"), []);
}

#[test]
fn clear_ends_one_slot_or_all() {
    let mut sim = Sim::new(1);
    sim.put_sticky(1, CARD, 60_000, 5_000);
    sim.put_sticky(2, r#"{"type":"board"}"#, 60_000, 5_000);
    sim.put_sticky(3, r#"{"type":"timer"}"#, 60_000, 5_000);
    sim.run(1_000);
    sim.put_text(4, r#"{"slot":"card","type":"clear"}"#);
    sim.run(5_500);
    assert_eq!(sim.called(), [1, 2, 3, 4, 2, 3]);
    sim.put_sticky(5, r#"{"type":"clear"}"#, 60_000, 1_000);
    sim.run(10_000);
    assert_eq!(sim.called()[6..], [5], "a clear of everything is not repeated");
    assert_eq!(sim.rows("show"), []);
}

#[test]
fn repeats_only_use_what_others_leave() {
    let mut sim = Sim::new(1);
    sim.put_sticky(1, CARD, 60_000, 1_000);
    for n in 2..=40 {
        sim.put_as(n, Priority::Normal);
    }
    sim.run(12_000);
    let before_last = sim.called().iter().position(|n| *n == 40).expect("all were sent");
    assert_eq!(sim.called()[..before_last].iter().filter(|n| **n == 1).count(), 1);
    sim.run(5_000);
    assert!(sim.calls_of(1).len() > 5);
    sim.assert_pace(4, |_| true);
}

#[test]
fn many_slots_share_the_spare_budget_fairly() {
    let mut sim = Sim::new(1);
    for n in 1..=15 {
        let text = format!(r#"{{"slot":"s{n}"}}"#);
        sim.put_sticky(n, &text, 60_000, 5_000);
    }
    sim.run(59_000);
    for n in 1..=15 {
        let calls = sim.calls_of(n);
        let gap = calls.windows(2).map(|two| two[1] - two[0]).max().expect("repeats");
        assert!(gap <= ms(5_400), "slot {n}: {gap:?}");
    }
}

#[test]
fn a_refused_repeat_is_tried_again_and_a_rejected_one_ends() {
    let mut sim = Sim::new(1);
    let fault = |refusal| Some(Fault::Refused(refusal));
    sim.faults = [None, fault(Refusal::Throttled), None, fault(Refusal::Rejected)].into();
    sim.put_sticky(1, CARD, 60_000, 5_000);
    sim.run(30_000);
    let told = ["sent 1", "Throttled 1", "repeated 1", "Rejected 1 given up"];
    assert_eq!(sim.told(), told);
    assert_eq!(sim.rows("show"), []);
}

#[test]
fn a_slow_call_that_was_overtaken_does_not_come_back_as_current() {
    let mut sim = Sim::new(1);
    sim.latencies = vec![2_000, 20];
    sim.put_sticky(1, CARD, 60_000, 5_000);
    sim.run(100);
    let mut urgent = sim.delivery(2, r#"{"type":"card","title":"now"}"#);
    urgent.priority = Priority::Go;
    sim.put(urgent);
    sim.run(20_000);
    assert_eq!(sim.told(), ["sent 2", "sent 1"]);
    assert_eq!(sim.called(), [1, 2]);
    assert_eq!(sim.rows("show"), []);
}

#[test]
fn too_many_slots_end_the_one_that_ends_soonest() {
    let mut sim = Sim::new(1);
    for n in 1..=65 {
        let lasts = 600_000 + i64::try_from(n).expect("small");
        let text = format!(r#"{{"slot":"s{n}"}}"#);
        sim.put_sticky(n, &text, lasts, 5_000);
    }
    sim.run(25_000);
    assert_eq!(sim.channels[&arn(0)].status(sim.now).repeated, 64);
    assert!(sim.told().contains(&"dropped 1 OutboxFull".to_owned()));
    assert_eq!(sim.rows("show").len(), 64);
}

#[test]
fn a_refused_repeat_holds_back_its_equals() {
    let mut sim = Sim::new(1);
    let throttled = Some(Fault::Refused(Refusal::Throttled));
    sim.faults = [None, None, throttled].into();
    sim.put_sticky(1, CARD, 60_000, 5_000);
    sim.put_sticky(2, r#"{"type":"board"}"#, 60_000, 5_000);
    sim.run(5_090);
    assert_eq!(sim.called(), [1, 2, 1], "the other is due, and waits as long");
    sim.run(400);
    assert_eq!(sim.told()[2..], ["Throttled 1", "repeated 1", "repeated 2"]);
}
