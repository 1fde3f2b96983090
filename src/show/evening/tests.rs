//! What an evening may cost, and an outage of its service.

use jiff::SignedDuration;

use super::{Budget, Evening, World};
use crate::model::channel::ChannelArn;
use crate::model::cue::CueKey;
use crate::model::delivery::Refusal;
use crate::model::event::What;
use crate::model::saved::Saved;
use crate::script::api::Files;
use crate::show::running::tests::{REMOTE, setup};

const BUDGET: Budget = Budget { calls: 1_000, operations: 1_000_000 };

fn evening(script: &str) -> Evening {
    let start = "2026-11-22T20:00:00Z".parse().expect("a time");
    let mut evening = Evening::new(World { start, latency: SignedDuration::from_millis(20) });
    evening.set_budget(BUDGET);
    evening.add(setup(REMOTE), script, Files::new(), Saved::default());
    evening
}

#[test]
fn an_evening_within_its_budget_goes_on() {
    let mut evening = evening("every(\"10s\", || put_metadata(\"a\"));");
    evening.advance(SignedDuration::from_hours(1));
    assert_eq!(evening.overrun(), None);
    assert_eq!(evening.now().up, SignedDuration::from_hours(1));
}

#[test]
fn too_many_calls_end_the_evening_and_the_busiest_cue_is_named() {
    let script = "cue(\"calm\", every(\"10s\"), || 1); cue(\"storm\", every(\"300ms\"), || 1);";
    let mut evening = evening(script);
    evening.advance(SignedDuration::from_hours(1));
    let overrun = evening.overrun().expect("12,000 fires are more than 1,000");
    assert_eq!(overrun.cue.as_ref().map(CueKey::as_str), Some("storm"));
    assert!(evening.now().up < SignedDuration::from_mins(6), "time stands still");
}

#[test]
fn too_many_operations_end_the_evening_and_the_heaviest_cue_is_named() {
    let script = "cue(\"light\", every(\"1s\"), || 1);
        cue(\"heavy\", every(\"10s\"), || { let n = 0; while n < 30000 { n += 1; } });";
    let mut evening = evening(script);
    evening.advance(SignedDuration::from_hours(1));
    let overrun = evening.overrun().expect("an hour of that is over a million operations");
    assert_eq!(overrun.cue.as_ref().map(CueKey::as_str), Some("heavy"));
    assert!(overrun.operations > 900_000, "{overrun:?}");
}

#[test]
fn an_outage_takes_nothing_and_answers_nothing_until_it_is_over() {
    let mut evening = evening("every(\"10s\", || put_metadata(\"a\"));");
    let arn: ChannelArn = REMOTE.parse().expect("an ARN");
    evening.advance(SignedDuration::from_secs(5));
    evening.take_delivered();
    evening.outage(&arn, SignedDuration::from_secs(60));
    evening.advance(SignedDuration::from_secs(59));
    assert_eq!(evening.delivered(), [], "it is away");
    let refusals = evening.take_events();
    let refusals: Vec<_> = refusals
        .iter()
        .filter_map(|event| {
            let What::Refused { refusal, message, .. } = &event.what else { return None };
            Some((*refusal, message.as_str()))
        })
        .collect();
    assert!(refusals.len() > 2, "{refusals:?}");
    assert!(refusals.iter().all(|it| *it == (Refusal::Unavailable, "away on purpose")));
    evening.advance(SignedDuration::from_secs(60));
    let first = evening.delivered().first().expect("it is back");
    assert!(first.up >= SignedDuration::from_secs(65), "{first:?}");
    let off_air = evening.events().iter().any(|event| event.what == What::OffAir);
    assert!(!off_air, "a service that is away says nothing of the stream");
}

#[test]
fn what_is_fetched_again_and_again_uses_the_budget_up() {
    let script = r#"fn get() { fetch_json("https://example.com/", |data, error| get()) }
        on("start", || get());"#;
    let mut evening = evening(script);
    evening.advance(SignedDuration::from_hours(1));
    assert!(evening.overrun().is_some(), "an hour of answers after 20 ms is over 1,000 calls");
}
