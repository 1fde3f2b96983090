//! Refusals, storms, lost answers, off air.

use crate::model::delivery::{Delivery, Refusal};
use crate::model::event::What;
use crate::model::io::{ChannelOutput, GivenUp};
use crate::model::limits::{AIR_LAG, PROBE_OFF_AIR};
use crate::model::payload::Priority;
use crate::show::sim::{AskingIs, Fault, Sim, ms};

fn given_up(sim: &Sim) -> Vec<&GivenUp> {
    let outputs = sim.outputs.iter();
    outputs
        .filter_map(|(_, output)| {
            if let ChannelOutput::GivenUp(_, given_up) = output { Some(&**given_up) } else { None }
        })
        .collect()
}

/// On and off air, as told.
fn air(sim: &Sim) -> Vec<bool> {
    let outputs = sim.outputs.iter().map(|(_, output)| output);
    let turns = outputs
        .filter(|it| matches!(it, ChannelOutput::OnAir(_) | ChannelOutput::OffAir))
        .map(|it| *it != ChannelOutput::OffAir);
    turns.collect()
}

#[test]
fn a_throttled_payload_is_tried_again_and_only_a_higher_one_passes() {
    let mut sim = Sim::new(1);
    sim.faults = [Some(Fault::Refused(Refusal::Throttled)); 3].into();
    sim.put_as(1, Priority::Normal);
    sim.put_as(2, Priority::Normal);
    sim.run(50);
    assert_eq!(sim.rows("show"), [(1, false), (2, false)]);
    sim.faults.clear();
    sim.put_as(3, Priority::High);
    sim.run(1_000);
    assert_eq!(sim.told(), ["Throttled 1", "sent 3", "sent 1", "sent 2"]);
    let again = sim.events().find_map(|(at, what)| {
        let What::Refused { again_ms, .. } = what else { return None };
        again_ms.map(|wait| at + ms(wait))
    });
    assert_eq!(again, sim.calls_of(1).last().copied(), "it was tried when it was said to be");
    assert_eq!(sim.sent(), [(3, 1), (1, 2), (2, 1)]);
}

#[test]
fn storms_pass_and_what_outlasts_its_worth_is_given_up() {
    for refusal in [Refusal::Throttled, Refusal::Unavailable] {
        let mut sim = Sim::new(1);
        sim.storm = Some(Fault::Refused(refusal));
        sim.put_as(1, Priority::Normal);
        sim.run(20_000);
        sim.put_as(2, Priority::Normal);
        sim.run(15_000);
        let told = sim.told();
        let tries = told.iter().filter(|told| **told == format!("{refusal:?} 1")).count();
        assert!((8..=16).contains(&tries), "backed off: {tries}");
        assert!(told.contains(&"expired 1".to_owned()));
        assert_eq!(given_up(&sim).iter().map(|it| it.refusal).collect::<Vec<_>>(), [refusal]);
        sim.storm = None;
        sim.run(6_000);
        assert_eq!(sim.told().last().map(String::as_str), Some("sent 2"));
        assert_eq!(sim.rows("show"), []);
    }
}

#[test]
fn a_rejected_payload_is_given_up_at_once() {
    let mut sim = Sim::new(1);
    sim.faults = [Some(Fault::Refused(Refusal::Rejected))].into();
    sim.put_as(1, Priority::Normal);
    sim.put_as(2, Priority::Normal);
    sim.run(1_000);
    assert_eq!(sim.told(), ["Rejected 1 given up", "sent 2"]);
    assert_eq!(given_up(&sim).iter().map(|it| it.delivery.n).collect::<Vec<_>>(), [1]);
    assert_eq!(sim.rows("show"), []);
}

#[test]
fn a_lost_answer_is_tried_again_and_said() {
    let mut sim = Sim::new(1);
    let refused = Some(Fault::Refused(Refusal::Throttled));
    sim.faults = [Some(Fault::Lost(true)), refused].into();
    sim.put_as(1, Priority::Normal);
    sim.run(3_250);
    assert_eq!(sim.rows("show"), [(1, true)], "it stays in doubt whatever later calls say");
    sim.run(5_000);
    assert_eq!(sim.told(), ["Unavailable 1", "Throttled 1", "sent 1 maybe twice"]);
    assert_eq!(sim.rows("show"), []);
}

#[test]
fn off_air_payloads_are_held_and_released_in_order() {
    let mut sim = Sim::new(1);
    sim.run(100);
    sim.live = false;
    for n in 1..=3 {
        sim.put_as(n, Priority::Normal);
    }
    sim.run(8_000);
    assert_eq!(sim.told(), ["OffAir 1"], "one attempt told it");
    sim.live = true;
    sim.run(2_100);
    assert_eq!(sim.told()[1..], ["sent 1", "sent 2", "sent 3"]);
    assert_eq!(air(&sim), [true, false, true]);
}

#[test]
fn off_air_payloads_expire_without_being_given_up() {
    let mut sim = Sim::new(1);
    sim.live = false;
    sim.put_as(1, Priority::Normal);
    sim.run(40_000);
    assert_eq!(sim.told(), ["OffAir 1", "expired 1"]);
    assert!(given_up(&sim).is_empty());
}

#[test]
fn where_asking_fails_one_payload_is_tried_now_and_then() {
    for asking in [AskingIs::NotPermitted, AskingIs::Silent] {
        let mut sim = Sim::new(1);
        sim.asking = asking;
        sim.live = false;
        let longer = Delivery { valid_for: ms(60_000), ..sim.delivery(1, "{}") };
        sim.put(longer);
        sim.put_as(2, Priority::Normal);
        sim.run(25_000);
        let tries = sim.calls_of(1);
        assert_eq!((tries.len(), sim.calls_of(2).len()), (3, 0));
        assert!(tries.windows(2).all(|two| two[1] - two[0] >= PROBE_OFF_AIR));
        sim.live = true;
        sim.run(5_100);
        assert_eq!(sim.told()[3..], ["expired 2", "sent 1"]);
        sim.put_as(3, Priority::Normal);
        sim.run(100);
        assert_eq!(sim.told().last().map(String::as_str), Some("sent 3"));
    }
}

#[test]
fn an_answer_that_lags_does_not_make_it_flap() {
    let mut sim = Sim::new(1);
    sim.run(100);
    sim.faults = [Some(Fault::Refused(Refusal::OffAir))].into();
    sim.put_as(1, Priority::Normal);
    sim.run(4_000);
    assert_eq!(air(&sim), [true, false], "asking still said live");
    sim.run(4_000);
    assert_eq!(air(&sim), [true, false, true]);
    assert!(sim.calls_of(1)[1] >= sim.calls_of(1)[0] + AIR_LAG);
    assert_eq!(sim.told(), ["OffAir 1", "sent 1"]);
}
