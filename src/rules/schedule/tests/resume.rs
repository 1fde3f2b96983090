//! Going on after a crash.

use super::*;

fn resumed(cues: &[CuePlan], ran: i64, down: i64) -> Bench {
    let mut bench = Bench::live(cues);
    bench.run(seconds(ran));
    let started = time("2026-11-22T20:00:00Z");
    let mut bench = bench.resumed(cues, seconds(down));
    bench.on_air_since(started);
    bench
}

#[test]
fn grids_go_on_without_firing_at_once() {
    let mut bench = resumed(&[named("a", &[every("10s")])], 25, 20);
    bench.run(seconds(20));
    assert_eq!(bench.said(), ["5000 a", "15000 a"]);
}

#[test]
fn random_gaps_go_on_as_if_nothing_had_happened() {
    let cues = [named("a", &[every("3s..9s")])];
    let mut whole = Bench::live(&cues);
    whole.run(seconds(300));
    let place = |bench: &Bench| bench.saved.places.values().next().cloned();
    let mut broken = resumed(&cues, 100, 50);
    broken.run(seconds(150));
    assert_eq!(place(&broken), place(&whole));
}

#[test]
fn a_grid_that_had_not_begun_begins_on_air() {
    let cues = [named("a", &[every("10s")])];
    let mut bench = Bench::dark(&cues);
    bench.run(seconds(5));
    let mut bench = bench.resumed(&cues, seconds(1));
    bench.input(Input::OffAir);
    bench.run(seconds(1));
    bench.on_air();
    assert_eq!(bench.said(), ["1000 a"]);
}

#[test]
fn what_was_missed_by_thirty_seconds_fires_and_what_was_missed_by_more_does_not() {
    let cues = [
        named("a", &[at("20:01")]),
        named("b", &[cron("1 * * * *")]),
        named("c", &[at("20:00:30")]),
        named("d", &[after("70s")]),
    ];
    let mut bench = resumed(&cues, 20, 65);
    bench.run(SignedDuration::from_mins(10));
    assert_eq!(
        bench.said(),
        ["0 d late 15000", "0 missed c 1 late 55000", "0 a late 25000", "0 b late 25000"]
    );
}

#[test]
fn nothing_fires_again() {
    let cues = [
        named("a", &[at("20:01")]),
        named("b", &[cron("1 * * * *")]),
        named("c", &[stream_at("1m")]),
        named("d", &[after("1m")]),
        named("e", &[every("1m")]),
    ];
    let mut bench = resumed(&cues, 61, 1);
    bench.run(seconds(20));
    assert_eq!(bench.said(), Vec::<String>::new());
}

#[test]
fn marks_survive() {
    let cues = [named("a", &[every("10s")]), named("b", &[every("10s")])];
    let mut bench = Bench::live(&cues);
    bench.mark("a", CueMark::Disarmed);
    bench.mark("b", CueMark::Cancelled);
    let mut bench = bench.resumed(&cues, seconds(5));
    bench.on_air();
    bench.run(seconds(60));
    assert_eq!(bench.said(), Vec::<String>::new());
}

#[test]
fn a_script_edited_meanwhile_goes_on_as_an_edit_would() {
    let mut bench =
        Bench::live(&[named("a", &[every("60s")]), named("b", &[at("20:00:05")]), named("c", &[])]);
    bench.run(seconds(20));
    let after = [named("a", &[every("45s")]), named("b", &[at("20:02")])];
    let mut bench = bench.resumed(&after, seconds(10));
    bench.on_air();
    bench.run(SignedDuration::from_mins(3));
    assert_eq!(bench.said(), ["15000 a", "60000 a", "105000 a", "150000 a"]);
}

#[test]
fn a_cue_that_the_script_lost_is_forgotten() {
    let mut bench = Bench::live(&[named("a", &[every("60s")])]);
    bench.run(seconds(1));
    let bench = bench.resumed(&[], seconds(1));
    assert!(bench.saved.places.is_empty());
}

#[test]
fn places_move_with_the_wall_clock() {
    let cues = [named("a", &[every("60s")])];
    let mut bench = Bench::live(&cues);
    bench.run(seconds(10));
    bench.jump(seconds(-5_000));
    bench.run(seconds(10));
    let mut bench = bench.resumed(&cues, seconds(10));
    bench.on_air();
    bench.run(seconds(31));
    assert_eq!(bench.said(), ["30000 a"]);
}
