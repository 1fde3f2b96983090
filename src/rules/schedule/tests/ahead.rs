//! What will fire: the same as what does.

use super::*;
use crate::rules::schedule::{Fire, ahead};

fn setup(zone: &str) -> Setup {
    Setup { zone: zone.parse().expect("a zone"), seed: 7 }
}

fn fires(cues: &[CuePlan], start: &str, count: usize) -> Vec<String> {
    let found = ahead(cues, setup("Europe/Paris"), time(start), count);
    found.iter().map(|Fire { at, cue }| format!("{at} {cue}")).collect()
}

#[test]
fn all_cues_in_the_order_of_their_time() {
    let cues = [
        named("a", &[every_first("10m", "5m")]),
        named("b", &[cron("30 20 * * *"), stream_at("90s")]),
        named("c", &[at("20:29:30"), after("1m")]),
        named("pressed", &[]),
        disarmed("d", &[every("1s")]),
    ];
    assert_eq!(
        fires(&cues, "2026-11-22T19:29:00Z", 6),
        [
            "2026-11-22T19:29:30Z c",
            "2026-11-22T19:30:00Z b",
            "2026-11-22T19:30:00Z c",
            "2026-11-22T19:30:30Z b",
            "2026-11-22T19:34:00Z a",
            "2026-11-22T19:44:00Z a",
        ]
    );
}

#[test]
fn what_fires_once_is_over() {
    let cues = [named("a", &[at("2026-11-22T20:30:00")]), named("b", &[at("20:29")])];
    assert_eq!(fires(&cues, "2026-11-22T19:29:30Z", 9).len(), 2, "the one tomorrow is one of them");
    assert!(fires(&[], "2026-11-22T19:29:30Z", 9).is_empty());
    let past = [named("a", &[at("2026-11-22T20:30:00")])];
    assert!(fires(&past, "2026-11-22T20:00:00Z", 9).is_empty());
}

#[test]
fn years_ahead_are_a_few_steps() {
    let cues = [named("leap", &[cron("0 12 29 2 *")]), named("year", &[cron("@yearly")])];
    let leap = "2028-02-29T11:00:00Z leap";
    let fires = fires(&cues, "2026-11-22T19:29:30Z", 12);
    assert_eq!(fires.len(), 12);
    assert_eq!((fires[0].as_str(), fires[2].as_str()), ("2026-12-31T23:00:00Z year", leap));
}

#[test]
fn random_gaps_are_those_that_the_show_draws() {
    let cues = [named("a", &[every("20s..40s")]), named("b", &[every("1s..2m")])];
    let setup = Setup { zone: Zone::UTC, seed: 7 };
    let told = ahead(&cues, setup, time("2026-11-22T20:00:00Z"), 50);
    let mut bench = Bench::live(&cues);
    bench.run(seconds(3_600));
    let fired = bench.heard.iter().filter_map(|(_, output)| {
        let Output::Fire { cue, due, .. } = output else { return None };
        Some(Fire { at: *due, cue: cue.clone() })
    });
    assert_eq!(told, fired.take(50).collect::<Vec<_>>());
}
