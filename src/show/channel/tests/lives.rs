//! Crashes and leaving.

use crate::model::channel::ShowId;
use crate::model::delivery::{Delivery, InDoubt, Sticky};
use crate::model::io::{ChannelInput, ChannelOutput, Seen};
use crate::model::limits::STOP_WAIT;
use crate::model::payload::Priority;
use crate::show::sim::{Fault, Sim, arn, ms, show};

/// The runner dies and starts again `gap` milliseconds later with what the store has.
fn crash(dead: &Sim, gap: i64) -> Sim {
    let mut sim = Sim::starting(1, dead.now.plus(ms(gap)));
    sim.saved = dead.saved.clone();
    for (show, saved) in &dead.saved {
        for row in saved.deliveries.values() {
            let delivery = Box::new(row.kept.clone().restore(show.clone(), sim.now));
            let attempting = row.attempting;
            sim.tell(&arn(0), ChannelInput::Restored { delivery, attempting });
        }
    }
    sim
}

fn lefts(sim: &Sim) -> Vec<(i128, &ShowId)> {
    let outputs = sim.outputs.iter();
    outputs
        .filter_map(|(at, output)| {
            if let ChannelOutput::Left(show) = output { Some((at.as_millis(), show)) } else { None }
        })
        .collect()
}

#[test]
fn after_a_crash_one_is_in_doubt_and_the_rest_is_sent_in_order() {
    let mut dead = Sim::new(1);
    for n in 1..=4 {
        dead.put_as(n, Priority::Normal);
    }
    dead.run(25);
    let mut sim = crash(&dead, 500);
    sim.run(5_000);
    assert_eq!(dead.told(), ["sent 1"]);
    assert_eq!(sim.told(), ["in doubt 2", "sent 3", "sent 4"]);
    assert_eq!(sim.rows("show"), []);
    let late = crash(&dead, 31_000);
    assert_eq!(late.told(), ["in doubt 2", "expired 3", "expired 4"]);
}

#[test]
fn in_doubt_is_sent_again_where_its_author_wants_that() {
    let mut dead = Sim::new(1);
    let delivery = Delivery { in_doubt: InDoubt::Resend, ..dead.delivery(1, "{}") };
    dead.put(delivery);
    let mut sim = crash(&dead, 500);
    sim.run(1_000);
    assert_eq!(sim.told(), ["sent 1 maybe twice"]);
}

#[test]
fn a_lost_answer_is_in_doubt_after_a_crash_too() {
    let mut dead = Sim::new(1);
    dead.faults = [Some(Fault::Lost(true))].into();
    dead.put_as(1, Priority::Normal);
    dead.run(3_050);
    let mut sim = crash(&dead, 500);
    sim.run(1_000);
    assert_eq!(sim.told(), ["in doubt 1"]);
    assert_eq!(sim.rows("show"), []);
}

#[test]
fn a_sticky_payload_is_repeated_after_a_crash() {
    let mut dead = Sim::new(1);
    let sticky = Some(Sticky { lasts: ms(60_000), repeat_every: ms(5_000) });
    let delivery = Delivery { sticky, valid_for: ms(1_000), ..dead.delivery(1, "{}") };
    dead.put(delivery);
    let mut in_doubt = crash(&dead, 500);
    in_doubt.run(10_000);
    assert_eq!(in_doubt.told(), ["in doubt 1", "repeated 1", "repeated 1"]);
    dead.run(7_000);
    let mut sim = crash(&dead, 500);
    assert_eq!(sim.rows("show"), [(1, true)], "its next repeat is under way");
    sim.run(10_000);
    assert_eq!(sim.told(), ["repeated 1", "repeated 1"], "its validity is over, it is not");
    sim.run(60_000);
    assert_eq!(sim.rows("show"), []);
}

#[test]
fn stopping_drops_what_waits_and_sends_what_stop_puts() {
    let mut sim = Sim::new(1);
    sim.put_sticky(1, r#"{"type":"card"}"#, 60_000, 5_000);
    for n in 2..=9 {
        sim.put_as(n, Priority::Normal);
    }
    let other = Delivery { show: show("other"), ..sim.delivery(70, "{}") };
    sim.put(other);
    sim.run(25);
    sim.tell(&arn(0), ChannelInput::Stopping(show("show")));
    sim.put_as(10, Priority::Normal);
    sim.put_sticky(11, r#"{"type":"board"}"#, 60_000, 5_000);
    sim.tell(&arn(0), ChannelInput::Leave(show("show")));
    sim.run(20_000);
    let dropped: Vec<String> = (3..=9).map(|n| format!("dropped {n} Stopped")).collect();
    assert_eq!(sim.told()[1..8], dropped);
    assert_eq!(sim.told()[8..], ["sent 2", "sent 70", "sent 10", "sent 11"]);
    assert_eq!(lefts(&sim).iter().map(|(_, show)| &*show.script).collect::<Vec<_>>(), ["show"]);
    assert!(sim.rows("show").is_empty() && sim.rows("other").is_empty());
}

#[test]
fn a_refused_call_is_not_tried_again_for_a_show_that_leaves() {
    let mut sim = Sim::new(1);
    sim.faults = [Some(Fault::Refused(crate::model::delivery::Refusal::Throttled))].into();
    sim.put_as(1, Priority::Normal);
    sim.run(1);
    sim.tell(&arn(0), ChannelInput::Leave(show("show")));
    assert!(lefts(&sim).is_empty(), "the call in flight is waited for");
    sim.run(1_000);
    assert_eq!(sim.told(), ["Throttled 1", "dropped 1 Stopped"]);
    assert_eq!(lefts(&sim), [(20, &show("show"))]);
}

#[test]
fn a_show_has_left_in_any_case_after_a_while() {
    let mut sim = Sim::new(1);
    sim.latencies = vec![60_000, 20];
    sim.put_as(1, Priority::Normal);
    sim.tell(&arn(0), ChannelInput::Stopping(show("show")));
    sim.put_as(2, Priority::Normal);
    sim.tell(&arn(0), ChannelInput::Leave(show("show")));
    sim.run(59_000);
    assert_eq!(sim.told(), ["dropped 2 Stopped", "in doubt 1"]);
    assert_eq!(lefts(&sim), [(STOP_WAIT.as_millis(), &show("show"))]);
    let other = Delivery { show: show("other"), ..sim.delivery(3, "{}") };
    sim.put(other);
    sim.run(2_000);
    assert_eq!(sim.told()[2..], ["sent 3"], "the late answer frees the channel");
    assert!(sim.rows("show").is_empty());
}

#[test]
fn off_air_nothing_is_waited_for() {
    let mut sim = Sim::new(1);
    sim.run(100);
    sim.tell(&arn(0), ChannelInput::Seen(Seen::NotLive));
    sim.tell(&arn(0), ChannelInput::Stopping(show("show")));
    sim.put_as(1, Priority::Normal);
    sim.tell(&arn(0), ChannelInput::Leave(show("show")));
    assert_eq!(sim.told(), ["dropped 1 Stopped"]);
    assert_eq!(lefts(&sim), [(100, &show("show"))]);
}

#[test]
fn who_joins_later_hears_how_the_channel_stands() {
    let mut sim = Sim::new(1);
    sim.run(100);
    let before = sim.outputs.len();
    sim.tell(&arn(0), ChannelInput::Join(show("other")));
    let (_, last) = &sim.outputs[before];
    assert!(matches!(last, ChannelOutput::OnAir(Some(_))));
}
