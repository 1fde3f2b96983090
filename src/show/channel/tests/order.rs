//! Order, pace, room and expiry.

use crate::model::io::{ChannelInput, ChannelOutput, Seen};
use crate::model::limits::{OUTBOX_MAX_PAYLOADS, PACE_WINDOW};
use crate::model::payload::Priority;
use crate::show::sim::{Sim, arn, ms};

#[test]
fn go_before_high_before_normal_each_in_the_order_put() {
    let mut sim = Sim::new(1);
    let puts = [Priority::Normal, Priority::Normal, Priority::High, Priority::Go, Priority::High];
    for (n, priority) in (1..).zip(puts) {
        sim.put_as(n, priority);
    }
    sim.run(5_000);
    // The first was begun when there was nothing else.
    assert_eq!(sim.called(), [1, 3, 4, 5, 2]);
    assert_eq!(sim.rows("show"), []);
}

#[test]
fn normal_payloads_leave_the_fifth_send_to_an_urgent_one() {
    let mut sim = Sim::new(1);
    for n in 1..=20 {
        sim.put_as(n, Priority::Normal);
    }
    sim.run(500);
    assert_eq!(sim.called(), [1, 2, 3, 4]);
    sim.put_as(99, Priority::Go);
    assert_eq!(sim.called().last(), Some(&99));
    sim.run(10_000);
    assert_eq!(sim.calls.len(), 21);
    sim.assert_pace(5, |_| true);
    sim.assert_pace(4, |call| call.delivery.n != 99);
}

#[test]
fn an_urgent_payload_goes_beside_a_slow_call_and_no_equal_one_does() {
    let mut sim = Sim::new(1);
    sim.latencies = vec![2_000];
    sim.put_as(1, Priority::Normal);
    sim.put_as(2, Priority::Normal);
    sim.run(100);
    sim.put_as(3, Priority::High);
    sim.put_as(4, Priority::High);
    sim.put_as(5, Priority::Go);
    assert_eq!(sim.called(), [1, 3], "two at most");
    sim.run(1_950);
    assert_eq!(sim.called(), [1, 3, 5], "go beside high");
    sim.run(20_000);
    assert_eq!(sim.called(), [1, 3, 5, 4, 2]);
}

#[test]
fn the_outbox_drops_the_oldest_of_the_lowest_priority() {
    let mut sim = Sim::new(1);
    sim.tell(&arn(0), ChannelInput::Seen(Seen::NotLive));
    sim.put_as(1, Priority::High);
    let most = u64::try_from(OUTBOX_MAX_PAYLOADS).expect("a small number");
    for n in 2..=most {
        sim.put_as(n, Priority::Normal);
    }
    assert_eq!(sim.told(), [""; 0]);
    sim.put_as(most + 1, Priority::High);
    sim.put_as(most + 2, Priority::Normal);
    assert_eq!(sim.told(), ["dropped 2 OutboxFull", "dropped 3 OutboxFull"]);
    assert_eq!(sim.channels[&arn(0)].status(sim.now).waiting, OUTBOX_MAX_PAYLOADS);
    for n in 1_000..2_000 {
        sim.put_as(n, Priority::High);
    }
    sim.put_as(3_000, Priority::Normal);
    assert_eq!(sim.told().last().map(String::as_str), Some("dropped 3000 OutboxFull"));
    assert_eq!(sim.rows("show").len(), OUTBOX_MAX_PAYLOADS);
}

#[test]
fn what_waits_longer_than_it_is_worth_expires() {
    let mut sim = Sim::new(1);
    for n in 1..=10 {
        let mut delivery = sim.delivery(n, "{}");
        delivery.valid_for = ms(1_000);
        sim.put(delivery);
    }
    sim.run(999);
    assert_eq!(sim.told(), ["sent 1", "sent 2", "sent 3", "sent 4"]);
    sim.run(1);
    let expired: Vec<String> = (5..=10).map(|n| format!("expired {n}")).collect();
    assert_eq!(sim.told()[4..], expired);
    assert_eq!(sim.rows("show"), []);
    let given_up = sim.outputs.iter().any(|(_, it)| matches!(it, ChannelOutput::GivenUp(..)));
    assert!(!given_up, "none of them was ever refused");
}

#[test]
fn the_status_says_how_it_stands() {
    let mut sim = Sim::new(1);
    for n in 1..=6 {
        sim.put_as(n, Priority::Normal);
    }
    sim.run(500);
    let status = sim.channels[&arn(0)].status(sim.now);
    assert_eq!((status.waiting, status.in_flight, status.sent_in_window), (2, 0, 4));
    sim.now = sim.now.plus(PACE_WINDOW);
    assert_eq!(sim.channels[&arn(0)].status(sim.now).sent_in_window, 0);
}
