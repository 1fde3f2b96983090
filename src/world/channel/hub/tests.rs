//! The hub with machines that are real and a service that is played, on the real clock.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{Calls, Hub, HubInput, Seat, Ties};
use crate::model::channel::{ChannelArn, LOCAL_CHANNEL_ARN, ShowId, StreamInfo};
use crate::model::cue::CueKey;
use crate::model::delivery::{Answer, Delivery, DeliveryId, InDoubt, Refusal};
use crate::model::event::{Event, What};
use crate::model::io::{Counts, Page, Seen, ShowInput};
use crate::model::lease::CallTime;
use crate::model::payload::{Payload, Priority, Slot};
use crate::model::saved::Change;
use crate::model::time::Now;
use crate::world::channel::aws::{Ivs, Target, Until};
use crate::world::clock::Clock;
use crate::world::pool::Pool;
use crate::world::web::served::Served;

/// Everything the hub does, in its order, in a few words.
type Log = UnboundedSender<String>;

/// A service that answers as it was told, and takes everything after that.
struct Played {
    log: Log,
    answers: Mutex<VecDeque<Option<Answer>>>,
    seen: Mutex<Seen>,
    hangs: AtomicBool,
}

impl Played {
    /// Whether calls are never answered.
    fn hang(&self, hangs: bool) {
        self.hangs.store(hangs, Ordering::SeqCst);
    }
}

impl Calls for Played {
    async fn put(&self, _: &ChannelArn, payload: &Payload) -> Answer {
        drop(self.log.send(format!("call {}", payload.as_str())));
        if self.hangs.load(Ordering::SeqCst) {
            return std::future::pending().await;
        }
        let answer = self.answers.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        answer.unwrap_or(Some(Answer::Taken)).expect("this call was told to panic")
    }

    async fn stream(&self, _: &ChannelArn) -> Seen {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn page(&self, _: Option<String>) -> Page {
        Page::Unknown
    }

    fn credentials(&self) -> Option<Until> {
        Some(Until::Endless)
    }
}

struct Tied {
    log: Log,
    clock: Clock,
    lease: MayCall,
}

/// What calls may take, or why they may not begin.
type MayCall = Arc<Mutex<Result<Option<CallTime>, &'static str>>>;

impl Ties for Tied {
    fn to_show(&self, _: &ShowId, input: ShowInput) {
        drop(self.log.send(format!("show {input:?}")));
    }

    fn report(&self, event: Event) {
        let words = if let What::Sent { attempts, maybe_twice, .. } = event.what {
            format!("sent {attempts} {maybe_twice}")
        } else if let What::Refused { refusal, .. } = event.what {
            format!("refused {refusal:?}")
        } else if let What::Queued { .. } = event.what {
            "queued".to_owned()
        } else {
            return;
        };
        drop(self.log.send(words));
    }

    fn hold(&self, _: &ShowId, changes: Vec<Change>) {
        let attempting = |change: &Change| matches!(change, Change::Attempting(_, true));
        let words = if changes.iter().any(attempting) { "hold attempting" } else { "hold" };
        drop(self.log.send(words.to_owned()));
    }

    fn flush(&self) {
        drop(self.log.send("flush".to_owned()));
    }

    fn left(&self, _: &ShowId, _: Counts) {
        drop(self.log.send("left".to_owned()));
    }

    fn may_call(&self, _: &ShowId) -> Result<Option<CallTime>, &'static str> {
        *self.lease.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Now {
        self.clock.now()
    }
}

struct Bench {
    hub: Hub,
    played: Arc<Played>,
    log: UnboundedReceiver<String>,
    clock: Clock,
    lease: MayCall,
    sent: u64,
}

fn show() -> ShowId {
    ShowId { script: "test".into(), channel: ChannelArn::local() }
}

fn live() -> Seen {
    Seen::Live(StreamInfo {
        stream_id: "st-1".to_owned(),
        started_at: Timestamp::UNIX_EPOCH,
        viewers: 0,
        health: "HEALTHY".to_owned(),
    })
}

impl Bench {
    async fn new(seen: Seen, answers: Vec<Option<Answer>>) -> Self {
        let (log, told) = unbounded_channel();
        let clock = Clock::start();
        let (answers, seen) = (Mutex::new(answers.into()), Mutex::new(seen));
        let played =
            Arc::new(Played { log: log.clone(), answers, seen, hangs: AtomicBool::new(false) });
        let lease: MayCall = Arc::new(Mutex::new(Ok(None)));
        let tied = Tied { log, clock, lease: Arc::clone(&lease) };
        let hub = Hub::start(Arc::clone(&played), Arc::new(tied));
        hub.send(HubInput::Join { show: show(), seed: 1 }).await.expect("the hub lives");
        Self { hub, played, log: told, clock, lease, sent: 0 }
    }

    async fn put(&mut self, text: &str) {
        self.put_of(show(), text).await;
    }

    async fn put_of(&mut self, show: ShowId, text: &str) {
        self.sent += 1;
        let payload: Payload = text.parse().expect("it is short");
        let delivery = Delivery {
            id: DeliveryId { run: 1, n: self.sent },
            show,
            cue: CueKey::by_hand(),
            slot: Slot::of(&payload),
            payload,
            priority: Priority::Normal,
            put: self.clock.now(),
            late: SignedDuration::ZERO,
            valid_for: SignedDuration::from_secs(30),
            sticky: None,
            in_doubt: InDoubt::Drop,
        };
        self.hub.send(HubInput::Put(Box::new(delivery))).await.expect("the hub lives");
    }

    /// From now on this is what calls may take.
    fn may_call(&self, may_call: Result<Option<CallTime>, &'static str>) {
        *self.lease.lock().unwrap_or_else(PoisonError::into_inner) = may_call;
    }

    /// What the hub did up to and with what begins with `last`.
    async fn until(&mut self, last: &str) -> Vec<String> {
        let mut done = Vec::new();
        while done.last().is_none_or(|words: &String| !words.starts_with(last)) {
            let next = tokio::time::timeout(Duration::from_secs(20), self.log.recv()).await;
            let next = next.unwrap_or_else(|_| panic!("no `{last}` came, only {done:?}"));
            done.push(next.expect("the hub holds the other end"));
        }
        done
    }
}

fn refused(refusal: Refusal) -> Answer {
    Answer::Refused { refusal, message: "played".to_owned() }
}

#[tokio::test]
async fn the_attempt_is_kept_before_the_call_begins() {
    let mut bench = Bench::new(live(), vec![]).await;
    bench.until("show OnAir").await;
    bench.put("hello").await;
    let done = bench.until("sent 1 false").await;
    let place = |words: &str| done.iter().position(|it| it.starts_with(words));
    assert!(place("hold attempting") < place("flush"), "{done:?}");
    assert!(place("flush") < place("queued"), "{done:?}");
    assert!(place("flush") < place("call hello"), "{done:?}");
    assert!(place("call hello") < place("sent 1 false"), "{done:?}");
    assert_eq!(done.iter().filter(|it| it.starts_with("call")).count(), 1, "{done:?}");
}

#[tokio::test]
async fn what_fires_together_is_kept_by_one_write() {
    let mut bench = Bench::new(live(), vec![]).await;
    bench.until("show OnAir").await;
    let shows = ["a", "b", "c"].map(|name| {
        let arn = format!("arn:aws:ivs:us-west-2:000000000000:channel/{name}");
        ShowId { script: "test".into(), channel: arn.parse().expect("it is one") }
    });
    for show in shows.clone() {
        bench.hub.send(HubInput::Join { show, seed: 1 }).await.expect("the hub lives");
        bench.until("show OnAir").await;
    }
    for show in shows {
        bench.put_of(show, "hello").await;
    }
    let done = bench.until("call hello").await;
    let kept: Vec<&str> = done.iter().map(String::as_str).filter(|it| *it != "queued").collect();
    let (attempting, more) = (["hold attempting"; 3], ["flush", "call hello"]);
    assert_eq!(kept, [&attempting[..], &more[..]].concat(), "{done:?}");
}

#[tokio::test]
async fn that_it_was_sent_is_kept_a_moment_later() {
    let mut bench = Bench::new(live(), vec![]).await;
    bench.put("hello").await;
    let mut done = bench.until("sent 1 false").await;
    done.extend(bench.until("flush").await);
    let of_store = done.iter().filter(|it| it.starts_with("hold") || *it == "flush");
    let of_store: Vec<_> = of_store.collect();
    assert_eq!(of_store, ["hold attempting", "flush", "hold", "flush"], "{done:?}");
}

#[tokio::test]
async fn the_step_of_a_payload_that_waits_is_kept_before_anybody_is_told() {
    let mut bench = Bench::new(Seen::NotLive, vec![]).await;
    bench.until("show OffAir").await;
    bench.put("hello").await;
    let done = bench.until("queued").await;
    assert_eq!(done.iter().map(String::as_str).collect::<Vec<_>>(), ["flush", "queued"]);
}

#[tokio::test]
async fn what_may_pass_is_tried_again_when_its_time_has_come() {
    let answers = [Refusal::Throttled, Refusal::Unavailable].map(|it| Some(refused(it)));
    let mut bench = Bench::new(live(), answers.to_vec()).await;
    bench.put("hello").await;
    let done = bench.until("sent 3 false").await;
    assert_eq!(done.iter().filter(|it| *it == "call hello").count(), 3, "{done:?}");
}

#[tokio::test]
async fn a_call_that_breaks_off_counts_as_lost() {
    let mut bench = Bench::new(live(), vec![None]).await;
    bench.put("hello").await;
    bench.until("sent 2 true").await;
}

#[tokio::test]
async fn what_is_rejected_is_given_up_for_its_show() {
    let mut bench = Bench::new(live(), vec![Some(refused(Refusal::Rejected))]).await;
    bench.put("hello").await;
    let done = bench.until("show GivenUp").await;
    assert!(done.contains(&"refused Rejected".to_owned()), "{done:?}");
}

#[tokio::test]
async fn off_air_holds_and_on_air_goes_on() {
    let mut bench = Bench::new(Seen::NotLive, vec![]).await;
    bench.until("show OffAir").await;
    bench.put("hello").await;
    bench.until("queued").await;
    *bench.played.seen.lock().expect("nobody panicked") = live();
    let done = bench.until("sent").await;
    let place = |words: &str| done.iter().position(|it| it.starts_with(words));
    assert!(place("show OnAir") < place("call hello"), "{done:?}");
}

#[tokio::test]
async fn a_show_that_leaves_takes_its_channel_along() {
    let mut bench = Bench::new(live(), vec![]).await;
    bench.put("hello").await;
    bench.until("sent").await;
    let status = bench.hub.status().await.expect("the hub lives");
    assert_eq!(status[&ChannelArn::local()].waiting, 0);
    assert_eq!(status[&ChannelArn::local()].sent_in_window, 1);
    bench.hub.send(HubInput::Stopping(show())).await.expect("the hub lives");
    bench.hub.send(HubInput::Leave(show())).await.expect("the hub lives");
    bench.until("left").await;
    assert!(bench.hub.status().await.expect("the hub lives").is_empty());
    // Whoever leaves twice, as one does that crashes at its end, is not waited for in vain.
    bench.hub.send(HubInput::Leave(show())).await.expect("the hub lives");
    bench.until("left").await;
}

#[tokio::test]
async fn a_show_that_panicked_leaves_too() {
    let mut bench = Bench::new(live(), vec![]).await;
    bench.until("show OnAir").await;
    let pool = Pool::start(|_| ()).expect("threads can be started");
    let seat = Seat::new(bench.hub.clone(), show());
    let mailbox = pool.spawn("show", 1, move |()| -> ControlFlow<()> {
        seat.send(HubInput::Stopping(show()));
        panic!("a mistake of ours")
    });
    mailbox.send(()).expect("it lives");
    bench.until("left").await;
    assert!(bench.hub.status().await.expect("the hub lives").is_empty());
}

#[tokio::test]
async fn no_call_begins_without_the_lease() {
    let mut bench = Bench::new(live(), vec![]).await;
    bench.until("show OnAir").await;
    bench.may_call(Err("somebody else holds it"));
    bench.put("hello").await;
    let done = bench.until("refused Unavailable").await;
    assert!(!done.iter().any(|words| words.starts_with("call ")), "{done:?}");
    let time = CallTime { within: SignedDuration::from_mins(1), until: SignedDuration::MAX };
    bench.may_call(Ok(Some(time)));
    bench.until("call hello").await;
    bench.until("sent 2 false").await;
}

#[tokio::test]
async fn an_answer_after_the_end_of_the_lease_is_maybe_twice() {
    let mut bench = Bench::new(live(), vec![]).await;
    bench.until("show OnAir").await;
    // As for a process that was paused between its look and the answer.
    let time = CallTime { within: SignedDuration::from_mins(1), until: SignedDuration::ZERO };
    bench.may_call(Ok(Some(time)));
    bench.put("hello").await;
    bench.until("sent 1 true").await;
}

#[tokio::test]
async fn a_call_gets_no_more_time_than_the_lease_has() {
    let mut bench = Bench::new(live(), vec![]).await;
    bench.until("show OnAir").await;
    bench.played.hang(true);
    let within = SignedDuration::from_millis(1);
    bench.may_call(Ok(Some(CallTime { within, until: SignedDuration::MAX })));
    bench.put("hello").await;
    bench.until("refused Unavailable").await;
    bench.played.hang(false);
    bench.may_call(Ok(None));
    // Nobody knows what became of the first.
    bench.until("sent 2 true").await;
}

#[tokio::test]
async fn what_waits_of_a_show_that_another_plays_is_forgotten_without_a_word() {
    let mut bench = Bench::new(Seen::NotLive, vec![]).await;
    bench.until("show OffAir").await;
    bench.put("hello").await;
    bench.until("queued").await;
    bench.hub.send(HubInput::Abandon(show())).await.expect("the hub lives");
    let done = bench.until("left").await;
    assert_eq!(done, ["left"]);
    assert!(bench.hub.status().await.expect("the hub lives").is_empty());
}

#[tokio::test]
async fn over_the_wire_a_payload_goes_all_the_way() {
    let served = Served::new().await;
    let (log, told) = unbounded_channel();
    let clock = Clock::start();
    let ivs = Arc::new(Ivs::new(Target::local(served.url())));
    let lease: MayCall = Arc::new(Mutex::new(Ok(None)));
    let tied = Tied { log: log.clone(), clock, lease: Arc::clone(&lease) };
    let hub = Hub::start(ivs, Arc::new(tied));
    hub.send(HubInput::Join { show: show(), seed: 1 }).await.expect("the hub lives");
    let played = Played {
        log,
        answers: Mutex::default(),
        seen: Mutex::new(live()),
        hangs: AtomicBool::new(false),
    };
    let mut bench = Bench { hub, played: Arc::new(played), log: told, clock, lease, sent: 0 };
    bench.until("show OnAir").await;
    bench.put("hello").await;
    bench.until("sent").await;
    let kept = served.local.payloads(LOCAL_CHANNEL_ARN).expect("it exists").unwrap_or_default();
    assert_eq!(kept["payloads"][0]["metadata"], "hello");
}
