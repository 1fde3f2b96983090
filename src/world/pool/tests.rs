//! Actors on real threads. The tests wait for conditions; none measures time.

use std::ops::ControlFlow::{Break, Continue};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use super::*;

const GENEROUS: Duration = Duration::from_mins(1);

fn pool() -> (Pool, Receiver<Panicked>) {
    let (sender, panics) = channel();
    let pool = Pool::start(move |panicked| drop(sender.send(panicked)));
    (pool.expect("threads can be started"), panics)
}

/// Says on a channel when it is dropped, and where.
struct Witness(std::sync::mpsc::Sender<Option<String>>);

impl Drop for Witness {
    fn drop(&mut self) {
        drop(self.0.send(std::thread::current().name().map(str::to_owned)));
    }
}

#[test]
fn ten_thousand_actors_keep_their_order_and_never_overlap() {
    const ACTORS: usize = 10_000;
    const MESSAGES: usize = 20;
    let (pool, panics) = pool();
    let (sender, finished) = channel();
    let overlaps = Arc::new(AtomicUsize::new(0));
    let mailboxes: Vec<Mailbox<usize>> = (0..ACTORS)
        .map(|number| {
            let (sender, overlaps) = (sender.clone(), Arc::clone(&overlaps));
            let (busy, mut wanted) = (AtomicBool::new(false), 0);
            pool.spawn(format!("actor {number}"), MESSAGES, move |message| {
                if busy.swap(true, Ordering::SeqCst) {
                    overlaps.fetch_add(1, Ordering::SeqCst);
                }
                assert_eq!(message, wanted, "messages come in the order sent");
                wanted += 1;
                busy.store(false, Ordering::SeqCst);
                if wanted == MESSAGES {
                    sender.send(number).ok();
                }
                Continue(())
            })
        })
        .collect();
    for message in 0..MESSAGES {
        for mailbox in &mailboxes {
            assert_eq!(mailbox.send(message), Ok(()));
        }
    }
    let mut numbers: Vec<usize> = (0..ACTORS)
        .map(|_| finished.recv_timeout(GENEROUS).expect("every actor gets all its messages"))
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), ACTORS);
    assert_eq!(overlaps.load(Ordering::SeqCst), 0);
    assert!(panics.try_recv().is_err());
}

#[test]
fn a_full_mailbox_refuses_and_takes_again() {
    let (pool, _panics) = pool();
    let (gate, opened) = channel::<()>();
    let (sender, handled) = channel();
    let mailbox = pool.spawn("slow", 2, move |message: u32| {
        sender.send(message).ok();
        opened.recv().ok();
        Continue(())
    });
    assert_eq!(mailbox.send(0), Ok(()));
    assert_eq!(handled.recv_timeout(GENEROUS), Ok(0));
    assert_eq!(mailbox.send(1), Ok(()));
    assert_eq!(mailbox.send(2), Ok(()));
    assert_eq!(mailbox.send(3), Err(SendError::Full));
    gate.send(()).expect("the actor waits");
    assert_eq!(handled.recv_timeout(GENEROUS), Ok(1));
    assert_eq!(mailbox.send(4), Ok(()));
    drop(gate);
    assert_eq!(handled.recv_timeout(GENEROUS), Ok(2));
    assert_eq!(handled.recv_timeout(GENEROUS), Ok(4));
}

#[test]
fn a_panic_ends_one_actor_and_is_told() {
    let (pool, panics) = pool();
    let (sender, handled) = channel();
    let fragile = pool.spawn("fragile", 8, |message: u32| {
        assert!(message < 2, "cannot take {message}");
        Continue(())
    });
    let sturdy = pool.spawn("sturdy", 8, move |message: u32| {
        sender.send(message).ok();
        Continue(())
    });
    for message in 0..4 {
        // The third message may find it gone already.
        let taken = fragile.send(message);
        assert!(message < 3 || matches!(taken, Ok(()) | Err(SendError::Gone)));
    }
    let panicked = panics.recv_timeout(GENEROUS).expect("the panic is told");
    assert_eq!((panicked.actor.as_str(), panicked.message.as_str()), ("fragile", "cannot take 2"));
    assert_eq!(sturdy.send(1), Ok(()));
    assert_eq!(handled.recv_timeout(GENEROUS), Ok(1));
    drop(pool);
    assert_eq!(fragile.send(9), Err(SendError::Gone));
    assert!(panics.try_recv().is_err(), "told once");
}

#[test]
fn an_actor_that_breaks_is_dropped_on_the_pool() {
    let (pool, _panics) = pool();
    let (sender, dropped) = channel();
    let witness = Witness(sender);
    let mailbox = pool.spawn("short", 8, move |(): ()| {
        let _held = &witness;
        Break(())
    });
    assert_eq!(mailbox.send(()), Ok(()));
    assert_eq!(dropped.recv_timeout(GENEROUS), Ok(Some("show".to_owned())));
    drop(pool);
    assert_eq!(mailbox.send(()), Err(SendError::Gone));
}

#[test]
fn an_actor_without_mailboxes_handles_what_waits_and_is_dropped_on_the_pool() {
    let (pool, _panics) = pool();
    let (sender, dropped) = channel();
    let (handled_sender, handled) = channel();
    let witness = Witness(sender);
    let mailbox = pool.spawn("left", 200, move |message: u32| {
        let _held = &witness;
        handled_sender.send(message).ok();
        Continue(())
    });
    let other = mailbox.clone();
    for message in 0..150 {
        assert_eq!(mailbox.send(message), Ok(()));
    }
    drop(mailbox);
    assert_eq!(other.send(150), Ok(()));
    drop(other);
    assert_eq!(dropped.recv_timeout(GENEROUS), Ok(Some("show".to_owned())));
    assert_eq!(handled.try_iter().collect::<Vec<_>>(), (0..=150).collect::<Vec<_>>());
}

#[test]
fn letting_go_of_the_pool_handles_what_waits_and_drops_every_actor_on_it() {
    let (pool, _panics) = pool();
    let (sender, dropped) = channel();
    let count = Arc::new(AtomicUsize::new(0));
    let mailboxes: Vec<_> = (0..50)
        .map(|_| {
            let (witness, count) = (Witness(sender.clone()), Arc::clone(&count));
            pool.spawn("many", 200, move |(): ()| {
                let _held = &witness;
                count.fetch_add(1, Ordering::SeqCst);
                Continue(())
            })
        })
        .collect();
    for _ in 0..100 {
        for mailbox in mailboxes.iter().skip(1) {
            assert_eq!(mailbox.send(()), Ok(()));
        }
    }
    drop(pool);
    assert_eq!(count.load(Ordering::SeqCst), 4_900);
    let threads: Vec<_> = dropped.try_iter().collect();
    assert_eq!(threads.len(), 50, "the one that never ran too");
    assert!(threads.iter().all(|thread| thread.as_deref() == Some("show")));
    assert!(mailboxes.iter().all(|mailbox| mailbox.send(()) == Err(SendError::Gone)));
}

#[test]
fn a_busy_actor_lets_others_in_between() {
    let (pool, _panics) = pool();
    let threads = pool.threads.len();
    let rivals = Arc::new(Barrier::new(threads));
    let stop = Arc::new(AtomicBool::new(false));
    // Each keeps one thread busy for ever, by always having another message for itself.
    let busy: Vec<Mailbox<()>> = (0..threads)
        .map(|_| {
            let (rivals, stop, mut begun) = (Arc::clone(&rivals), Arc::clone(&stop), false);
            let (own_sender, own) = channel::<Mailbox<()>>();
            let mut own_mailbox = None;
            let mailbox = pool.spawn("busy", 1_000, move |()| {
                if !begun {
                    begun = true;
                    rivals.wait();
                    own_mailbox = own.recv().ok();
                }
                if stop.load(Ordering::SeqCst) {
                    return Break(());
                }
                if let Some(mailbox) = &own_mailbox {
                    mailbox.send(()).ok();
                }
                Continue(())
            });
            own_sender.send(mailbox.clone()).expect("the actor has not run yet");
            mailbox
        })
        .collect();
    for mailbox in &busy {
        assert_eq!(mailbox.send(()), Ok(()));
    }
    let (sender, handled) = channel();
    let polite = pool.spawn("polite", 1, move |(): ()| {
        sender.send(()).ok();
        Continue(())
    });
    assert_eq!(polite.send(()), Ok(()));
    let got_in = handled.recv_timeout(GENEROUS);
    stop.store(true, Ordering::SeqCst);
    assert_eq!(got_in, Ok(()));
}
