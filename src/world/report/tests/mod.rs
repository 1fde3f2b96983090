//! What a person sees of every event: events to show, and what is expected of their lines.

mod journaled;
mod lease;
mod lines;
mod live;
mod polls;
mod status;
mod zones;

use jiff::SignedDuration;
use serde_json::json;

use super::*;
use crate::model::channel::{ChannelArn, ShowId};
use crate::model::cue::CueKey;
use crate::model::delivery::{DeliveryId, Refusal};
use crate::model::event::{
    About, CueSetTo, Dropped, FiredBy, LogLevel, NotRun, Reloaded, Skipped, Started, StateAge,
};
use crate::model::payload::Priority;
use crate::model::script_error::ScriptError;

fn at(millis: i64) -> Timestamp {
    "2026-11-22T19:30:00Z".parse::<Timestamp>().expect("a time")
        + SignedDuration::from_millis(millis)
}

fn show(script: &str) -> ShowId {
    ShowId { script: script.into(), channel: ChannelArn::local() }
}

fn event(millis: i64, what: What) -> Event {
    Event { at: at(millis), what, show: Some(show("cat_facts")) }
}

fn cue(name: &str) -> CueKey {
    CueKey::named(name).expect("a good name")
}

fn about(text: &str) -> About {
    let payload = json!({"question": text, "answers": {"1": "True"}});
    let payload: crate::model::payload::Payload =
        payload.to_string().parse().expect("a small payload");
    About {
        delivery: DeliveryId { run: 3, n: 17 },
        cue: cue("facts"),
        bytes: payload.bytes(),
        payload,
    }
}

fn sent(of: About) -> What {
    What::Sent {
        of,
        late_ms: 0,
        waited_ms: 2,
        took_ms: 1,
        attempts: 1,
        maybe_twice: false,
        repeat: false,
    }
}

fn refused(refusal: Refusal, again_ms: Option<i64>, given_up: bool) -> What {
    let message = "User: x is not authorized".to_owned();
    What::Refused { of: about("Cats purr."), refusal, message, attempts: 1, again_ms, given_up }
}

fn started(resume: bool) -> What {
    What::Started(Box::new(Started {
        version: "0.1.0".into(),
        run: 3,
        seed: 7341,
        zone: "Europe/Paris".to_owned(),
        args: json!({"round": 1}),
        script_hash: "ab".to_owned(),
        files: [("facts/cats.txt".to_owned(), "cd".to_owned())].into(),
        resume,
        state: Some(StateAge { at: at(-1_000), keys: 6 }),
        cues: 2,
    }))
}

fn mistake() -> Box<ScriptError> {
    Box::new(ScriptError {
        script: "cat_facts.rhai".to_owned(),
        line: 3,
        column: 16,
        width: 10,
        cue: None,
        message: "`random_fct` is not part of the show language".to_owned(),
        hint: Some("did you mean `random_fact`?".to_owned()),
        source: "    let fact = random_fct(\"cats\");".to_owned(),
    })
}

fn handler_mistake() -> Box<ScriptError> {
    Box::new(ScriptError { cue: Some("facts".to_owned()), hint: None, ..*mistake() })
}

fn reloaded(file: &str) -> What {
    What::Reloaded(Box::new(Reloaded {
        file: file.to_owned(),
        hash: "ab".to_owned(),
        kept: 2,
        added: vec![cue("intro")],
        next: Some(cue("facts")),
        next_ms: Some(7_600),
        ..Reloaded::default()
    }))
}

/// Events of these kinds, a second and a bit apart.
fn events(kinds: Vec<What>) -> Vec<Event> {
    (0..).zip(kinds).map(|(n, what)| event(n * 1_001, what)).collect()
}

/// Every way an event about a payload is shown.
fn of_deliveries() -> Vec<What> {
    let mut twice = sent(about("Cats nap."));
    if let What::Sent { attempts, maybe_twice, late_ms, .. } = &mut twice {
        (*attempts, *maybe_twice, *late_ms) = (4, true, 1_200);
    }
    let mut repeat = sent(about("Cats sleep."));
    if let What::Sent { repeat, took_ms, .. } = &mut repeat {
        (*repeat, *took_ms) = (true, 2_900);
    }
    let mut long_name = about("Cats see in the dark.");
    long_name.cue = cue("every 1m30s");
    long_name.bytes = 1_024;
    vec![
        What::Queued { of: about("Cats purr."), priority: Priority::Go },
        sent(about("Cats purr.")),
        twice,
        repeat,
        sent(long_name),
        refused(Refusal::Throttled, Some(210), false),
        refused(Refusal::Unavailable, Some(5_000), false),
        refused(Refusal::OffAir, None, false),
        refused(Refusal::Rejected, None, true),
        What::Expired { of: about("Cats purr.") },
        What::Dropped { of: about("Cats purr."), why: Dropped::OutboxFull },
        What::Dropped { of: about("Cats purr."), why: Dropped::Stopped },
        What::Dropped { of: about("Cats purr."), why: Dropped::Panic },
        What::InDoubt { of: about("Cats purr.") },
    ]
}

/// Every way an event about a cue is shown.
fn of_cues() -> Vec<What> {
    let facts = || cue("facts");
    let fired = |by| What::CueFired { cue: facts(), due: at(0), late_ms: 1, by, data: json!(null) };
    let skipped = |why, count| What::Skipped { why, count };
    vec![
        fired(FiredBy::Trigger),
        fired(FiredBy::Operator),
        What::Missed { cue: facts(), due: at(-50_000), late_ms: 50_000, count: 3 },
        skipped(Skipped::OffAir, None),
        skipped(Skipped::OffAir, Some(12)),
        skipped(Skipped::Late, Some(1)),
        skipped(Skipped::Busy, None),
        What::NotRun { cue: facts(), why: NotRun::Disarmed },
        What::NotRun { cue: facts(), why: NotRun::Held },
        What::NotRun { cue: facts(), why: NotRun::Panic },
        What::CueSet { cue: "#4".to_owned(), to: CueSetTo::Cancelled, by: FiredBy::Script },
        What::Held { since: at(0) },
        What::Panicked { since: at(0), unsent: vec!["?".to_owned()] },
        What::Released { skipped: 3, held_ms: 95_000 },
        What::Shown { delivery: DeliveryId { run: 3, n: 17 }, cue: facts(), delay_ms: 1_700 },
        What::Unseen { delivery: DeliveryId { run: 3, n: 18 }, cue: facts(), after_ms: 30_000 },
        What::NameSet { hidden: true, viewers: 2 },
    ]
}

/// Every way any other event is shown.
fn of_the_show() -> Vec<What> {
    let log = |level, cue| What::Log { level, cue, message: "round 3\nfrom here".to_owned() };
    vec![
        started(false),
        started(true),
        reloaded("cat_facts.rhai"),
        reloaded("facts/cats.txt"),
        What::RolledBack { to: Some(at(-60_000)), unplayed: true },
        What::RolledBack { to: None, unplayed: false },
        log(LogLevel::Print, None),
        log(LogLevel::Warn, Some(cue("facts"))),
        What::OnAir { stream: Some("st-01HZX3".to_owned()), viewers: Some(1) },
        What::OnAir { stream: None, viewers: None },
        What::OffAir,
        What::ClockJumped { by_ms: -90_000 },
        What::Warning { message: "the journal cannot be written\nhint: make room".to_owned() },
        What::ReloadFailed(mistake()),
        What::ScriptError(handler_mistake()),
        What::ScriptError(handler_mistake()),
        What::ScriptWarning(mistake()),
        What::Stopped { sent: 120, refused: 3, expired: 0, took_ms: 0 },
    ]
}

fn look() -> Look {
    let folder = "scripts".to_owned();
    Look {
        zone: crate::model::zone::Zone::UTC,
        folder,
        names: crate::world::report::names::Names::default(),
    }
}

fn status() -> StatusLine {
    let next = Some(("facts".to_owned(), SignedDuration::from_millis(9_400)));
    StatusLine {
        next,
        on_air: 1,
        channels: 1,
        sent: 3,
        refused: 0,
        waiting: 0,
        pace: 1,
        held: None,
    }
}
