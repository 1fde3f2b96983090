//! A panic: nothing of a show goes out, but what clears the screen does at once.

use crate::model::delivery::{Delivery, Refusal};
use crate::model::io::ChannelInput;
use crate::model::payload::{Clears, Priority};
use crate::show::sim::{Fault, Sim, arn, show};

impl Sim {
    fn silent(&mut self, silent: bool) {
        self.tell(&arn(0), ChannelInput::Silent { show: show("show"), silent });
    }

    fn clear(&mut self, n: u64) {
        let clear = self.delivery(n, Clears::ALL);
        self.put(Delivery { priority: Priority::Panic, ..clear });
    }
}

#[test]
fn what_waits_is_dropped_and_the_screen_is_cleared_beside_a_go_in_flight() {
    let mut sim = Sim::new(1);
    sim.latencies = vec![2_000, 20];
    sim.put_as(1, Priority::Go);
    sim.put_as(2, Priority::Go);
    sim.put_as(3, Priority::Normal);
    sim.run(100);
    assert_eq!(sim.called(), [1]);
    sim.silent(true);
    sim.clear(4);
    assert_eq!(sim.called(), [1, 4], "not even a GO holds it up");
    sim.put_as(5, Priority::High);
    sim.run(10_000);
    assert_eq!(sim.called(), [1, 4]);
    let told = ["dropped 2 Panic", "dropped 3 Panic", "dropped 5 Panic", "sent 4", "sent 1"];
    assert_eq!(sim.told(), told);
    assert_eq!(sim.rows("show"), []);
}

#[test]
fn what_is_repeated_ends_and_what_is_refused_is_not_tried_again() {
    let mut sim = Sim::new(1);
    sim.put_sticky(1, r#"{"type":"card"}"#, 60_000, 1_000);
    sim.run(500);
    sim.faults = [Some(Fault::Refused(Refusal::Throttled))].into();
    sim.put_as(2, Priority::Normal);
    sim.run(1);
    sim.silent(true);
    sim.run(20_000);
    assert_eq!(sim.called(), [1, 2]);
    assert_eq!(sim.told(), ["sent 1", "Throttled 2", "dropped 2 Panic"]);
    sim.put_sticky(3, r#"{"type":"card"}"#, 60_000, 1_000);
    sim.run(5_000);
    assert_eq!(sim.called(), [1, 2]);
    assert_eq!(sim.rows("show"), []);
}

#[test]
fn a_sticky_payload_in_flight_is_not_repeated() {
    let mut sim = Sim::new(1);
    sim.latencies = vec![300];
    sim.put_sticky(1, r#"{"type":"card"}"#, 60_000, 1_000);
    sim.run(100);
    sim.silent(true);
    sim.run(10_000);
    assert_eq!(sim.called(), [1]);
    assert_eq!(sim.rows("show"), []);
}

#[test]
fn other_shows_of_the_channel_go_on_and_so_does_this_one_afterwards() {
    let mut sim = Sim::new(1);
    sim.silent(true);
    let other = Delivery { show: show("other"), ..sim.delivery(70, "{}") };
    sim.put(other);
    sim.put_as(1, Priority::Normal);
    sim.run(1_000);
    sim.silent(false);
    sim.put_as(2, Priority::Normal);
    sim.run(1_000);
    assert_eq!(sim.told(), ["dropped 1 Panic", "sent 70", "sent 2"]);
}

#[test]
fn after_a_crash_in_a_panic_only_what_clears_the_screen_is_sent() {
    let mut sim = Sim::new(1);
    sim.silent(true);
    for (n, attempting) in [(1, false), (2, true)] {
        let delivery = Box::new(sim.delivery(n, "{}"));
        sim.tell(&arn(0), ChannelInput::Restored { delivery, attempting });
    }
    let clear = sim.delivery(3, Clears::ALL);
    let clear = Delivery { priority: Priority::Panic, ..clear };
    let delivery = Box::new(clear);
    sim.tell(&arn(0), ChannelInput::Restored { delivery, attempting: false });
    sim.run(1_000);
    assert_eq!(sim.told(), ["dropped 1 Panic", "in doubt 2", "sent 3"]);
}
