//! The outbox by itself.

use jiff::{SignedDuration, Timestamp};

use super::Outbox;
use crate::model::channel::{ChannelArn, ShowId};
use crate::model::cue::CueKey;
use crate::model::delivery::{Delivery, DeliveryId, InDoubt, Sticky};
use crate::model::limits::OUTBOX_MAX_PAYLOADS;
use crate::model::payload::{Payload, Priority, Slot};
use crate::model::time::Now;

fn seconds(count: i64) -> SignedDuration {
    SignedDuration::from_secs(count)
}

fn delivery(n: u64, priority: Priority, text: &str) -> Delivery {
    let payload: Payload = text.parse().expect("a payload");
    Delivery {
        id: DeliveryId { run: 1, n },
        show: ShowId { script: "show".into(), channel: ChannelArn::local() },
        cue: CueKey::by_hand(),
        slot: Slot::of(&payload),
        payload,
        priority,
        put: Now { up: SignedDuration::ZERO, wall: Timestamp::UNIX_EPOCH },
        late: SignedDuration::ZERO,
        valid_for: seconds(30),
        sticky: Some(Sticky { lasts: seconds(60), repeat_every: seconds(5) }),
        in_doubt: InDoubt::Drop,
    }
}

fn put(outbox: &mut Outbox, n: u64, priority: Priority) -> Option<u64> {
    let item = outbox.admit(Box::new(delivery(n, priority, &format!(r#"{{"slot":"s{n}"}}"#))));
    outbox.put(item).map(|victim| victim.delivery.id.n)
}

fn take_all(outbox: &mut Outbox) -> Vec<u64> {
    std::iter::from_fn(|| outbox.take_next()).map(|item| item.delivery.id.n).collect()
}

#[test]
fn order_is_priority_then_the_order_put_and_what_comes_back_has_its_old_place() {
    let mut outbox = Outbox::default();
    let puts = [Priority::Normal, Priority::Go, Priority::Normal, Priority::High, Priority::Go];
    for (n, priority) in (1..).zip(puts) {
        assert_eq!(put(&mut outbox, n, priority), None);
    }
    let first = outbox.take_next().expect("five were put");
    assert_eq!(first.delivery.id.n, 2);
    assert!(outbox.put(first).is_none());
    assert_eq!(take_all(&mut outbox), [2, 5, 4, 1, 3]);
}

#[test]
fn room_is_made_by_the_oldest_of_the_lowest_priority() {
    let mut outbox = Outbox::default();
    let most = u64::try_from(OUTBOX_MAX_PAYLOADS).expect("a small number");
    for n in 1..=most {
        put(&mut outbox, n, Priority::High);
    }
    assert_eq!(put(&mut outbox, 900, Priority::Normal), Some(900));
    assert_eq!(put(&mut outbox, 901, Priority::High), Some(1));
    assert_eq!(put(&mut outbox, 902, Priority::Go), Some(2));
    assert_eq!(outbox.waiting(), OUTBOX_MAX_PAYLOADS);
}

#[test]
fn a_current_one_is_repeated_when_nothing_waits_and_ends_with_its_slot() {
    let mut outbox = Outbox::default();
    for n in 1..=3 {
        put(&mut outbox, n, Priority::Normal);
        let sent = outbox.take_next().expect("it was put");
        let begun = seconds(i64::try_from(n).expect("small"));
        let current = sent.as_current(begun, begun).expect("it is sticky");
        assert_eq!(current.ready_at, begun + seconds(5));
        assert!(outbox.put(current).is_none());
    }
    put(&mut outbox, 4, Priority::Normal);
    assert_eq!(outbox.next().map(|item| item.delivery.id.n), Some(4));
    let sent = outbox.take_next().expect("it was put");
    assert!(outbox.take_replaced(&sent).is_empty(), "it has another slot");
    assert_eq!(outbox.next().map(|item| item.delivery.id.n), Some(1), "due first");
    let clear =
        outbox.admit(Box::new(delivery(5, Priority::Normal, r#"{"slot":"s2","type":"clear"}"#)));
    assert_eq!(outbox.take_replaced(&clear).len(), 1);
    let clear = outbox.admit(Box::new(delivery(6, Priority::Normal, r#"{"type":"clear"}"#)));
    assert_eq!(outbox.take_replaced(&clear).len(), 2);
    assert!(clear.as_current(seconds(1), seconds(1)).is_none());
}

#[test]
fn validity_ends_what_waits_and_stickiness_what_is_repeated() {
    let mut outbox = Outbox::default();
    put(&mut outbox, 1, Priority::Normal);
    let sent = outbox.take_next().expect("it was put");
    outbox.put(sent.as_current(seconds(0), seconds(0)).expect("it is sticky"));
    put(&mut outbox, 2, Priority::Normal);
    assert_eq!(outbox.next_end(), Some(seconds(30)));
    let ended = |outbox: &mut Outbox, at| {
        let ended = outbox.take_ended(seconds(at));
        ended.iter().map(|item| item.delivery.id.n).collect::<Vec<_>>()
    };
    assert_eq!(ended(&mut outbox, 29), [0_u64; 0]);
    assert_eq!(ended(&mut outbox, 30), [2]);
    assert_eq!(outbox.next_end(), Some(seconds(60)));
    assert_eq!(ended(&mut outbox, 60), [1]);
}
