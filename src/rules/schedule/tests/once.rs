//! What fires once.

use super::*;

#[test]
fn at_fires_once() {
    let mut bench = Bench::live(&[named("a", &[at("20:30")]), named("b", &[at("20:00")])]);
    bench.run(SignedDuration::from_hours(30));
    assert_eq!(bench.said(), ["0 b", "1800000 a"]);
}

#[test]
fn what_was_past_at_the_start_is_missed_once() {
    let mut bench = Bench::live(&[
        named("a", &[at("2026-11-22T19:59:59")]),
        named("b", &[at("2026-11-22T20:00:01Z")]),
    ]);
    bench.run(SignedDuration::from_hours(1));
    assert_eq!(bench.said(), ["0 missed a 1 late 1000", "1000 b"]);
}

#[test]
fn at_is_missed_after_thirty_seconds() {
    let mut bench = Bench::live(&[named("a", &[at("20:10")]), named("b", &[at("20:11")])]);
    bench.sleep(seconds(690));
    assert_eq!(bench.said(), ["690000 missed a 1 late 90000", "690000 b late 30000"]);
}

#[test]
fn at_waits_thirty_seconds_for_the_stream() {
    let cues = [named("a", &[at("20:10")]), named("b", &[at("20:10:20")])];
    let mut bench = Bench::dark(&cues);
    bench.run(seconds(635));
    assert_eq!(bench.said(), ["630000 missed a 1 late 30000"]);
    assert_eq!(bench.schedule.next_fire(), None);
    bench.on_air();
    assert_eq!(bench.said(), ["635000 b late 15000"]);
    bench.run(SignedDuration::from_hours(30));
    assert_eq!(bench.said(), Vec::<String>::new());
}

#[test]
fn a_step_back_brings_a_time_of_day_nearer() {
    let mut bench = Bench::starting("2026-11-22T20:40:00Z");
    bench.begin(&[named("a", &[at("20:30")])]);
    bench.on_air();
    bench.jump(SignedDuration::from_mins(-20));
    bench.run(SignedDuration::from_mins(11));
    bench.jump(SignedDuration::from_mins(-20));
    bench.run(SignedDuration::from_hours(30));
    assert_eq!(bench.said(), ["600000 a"]);
}

#[test]
fn stream_at_counts_from_the_start_of_the_broadcast() {
    let mut bench = Bench::empty();
    bench.begin(&[named("a", &[stream_at("5m")]), named("b", &[stream_at("1m")])]);
    bench.on_air_since(bench.now.wall - seconds(120));
    bench.run(SignedDuration::from_mins(60));
    assert_eq!(bench.said(), ["0 missed b 1 late 60000", "180000 a"]);
}

#[test]
fn stream_at_makes_good_what_the_asking_took() {
    let mut bench = Bench::empty();
    bench.begin(&[named("a", &[stream_at("1s")])]);
    bench.on_air_since(bench.now.wall - seconds(4));
    assert_eq!(bench.said(), ["0 a late 3000"]);
}

#[test]
fn stream_at_fires_once_a_broadcast() {
    let mut bench = Bench::live(&[named("a", &[stream_at("1m")])]);
    let started = bench.now.wall;
    bench.run(seconds(61));
    bench.input(Input::OffAir);
    bench.run(seconds(10));
    bench.on_air_since(started);
    bench.run(seconds(300));
    bench.input(Input::OffAir);
    bench.run(seconds(3_000));
    bench.on_air();
    bench.run(seconds(300));
    assert_eq!(bench.said(), ["60000 a", "3431000 a"]);
}

#[test]
fn stream_at_waits_thirty_seconds_for_the_stream() {
    let mut bench = Bench::live(&[named("a", &[stream_at("1m")]), named("b", &[stream_at("2m")])]);
    let started = bench.now.wall;
    bench.run(seconds(50));
    bench.input(Input::OffAir);
    bench.run(seconds(30));
    bench.on_air_since(started);
    assert_eq!(bench.said(), ["80000 a late 20000"]);
    bench.input(Input::OffAir);
    bench.run(seconds(100));
    assert_eq!(bench.said(), ["150000 missed b 1 late 30000"]);
}

#[test]
fn after_runs_off_air_and_however_late() {
    let mut bench = Bench::dark(&[named("a", &[after("30s")])]);
    bench.input(Input::After { id: AfterId(1), wait: "20s".parse().expect("a span") });
    bench.sleep(seconds(500));
    assert_eq!(bench.said(), ["500000 after #1 late 480000", "500000 a late 470000"]);
}

#[test]
fn after_does_not_wait_to_hear_of_the_air() {
    let mut bench = Bench::empty();
    bench.begin(&[named("a", &[after("500ms")]), named("b", &[every("10s")])]);
    bench.run(seconds(2));
    bench.on_air();
    assert_eq!(bench.said(), ["500 a", "2000 b"]);
}

#[test]
fn an_after_that_survived_is_due_on_the_wall() {
    let mut bench = Bench::live(&[]);
    let wall = bench.now.wall;
    bench.input(Input::AfterKept { id: AfterId(1), due: wall - seconds(4) });
    bench.input(Input::AfterKept { id: AfterId(2), due: wall + seconds(4) });
    bench.run(seconds(5));
    assert_eq!(bench.said(), ["0 after #1 late 4000", "4000 after #2"]);
}
