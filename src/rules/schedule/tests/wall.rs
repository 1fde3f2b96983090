//! `cron`: the wall clock, late fires and jumps.

use super::*;

#[test]
fn fires_on_the_wall_clock() {
    let mut bench = Bench::live(&[named("a", &[cron("*/15 * * * *")])]);
    bench.run(SignedDuration::from_mins(31));
    assert_eq!(bench.said(), ["0 a", "900000 a", "1800000 a"]);
}

#[test]
fn a_time_up_to_thirty_seconds_late_still_fires() {
    let mut bench = Bench::live(&[named("a", &[cron("10 * * * *")])]);
    bench.sleep(seconds(630));
    assert_eq!(bench.said(), ["630000 a late 30000"]);
    let mut bench = Bench::live(&[named("a", &[cron("10 * * * *")])]);
    bench.sleep(millis(630_001));
    assert_eq!(bench.said(), ["630001 missed a 1 late 30001"]);
}

#[test]
fn of_several_missed_only_the_newest_may_still_fire() {
    let mut bench = Bench::live(&[named("a", &[cron("* * * * *")])]);
    bench.said();
    bench.sleep(seconds(190));
    assert_eq!(bench.said(), ["190000 missed a 2 late 70000", "190000 a late 10000"]);
    bench.sleep(seconds(81));
    assert_eq!(bench.said(), ["271000 missed a 1 late 31000"]);
}

#[test]
fn a_long_sleep_is_not_counted_out() {
    let mut bench = Bench::live(&[named("a", &[cron("* * * * * *")])]);
    bench.said();
    bench.sleep(SignedDuration::from_hours(24 * 30));
    let said = bench.said();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains("missed a 100"), "{said:?}");
    assert!(said[1].ends_with(" a"), "{said:?}");
}

#[test]
fn a_step_back_fires_nothing_twice() {
    let mut bench = Bench::live(&[named("a", &[cron("*/10 * * * *")])]);
    bench.run(seconds(601));
    assert_eq!(bench.said(), ["0 a", "600000 a"]);
    bench.jump(seconds(-601));
    bench.run(seconds(1_200));
    assert_eq!(bench.said(), ["1801000 a"], "20:20 on the wall, which never showed before");
}

#[test]
fn a_step_back_before_the_first_fire_brings_earlier_times_up() {
    let mut bench = Bench::starting("2026-11-22T20:05:00Z");
    bench.begin(&[named("a", &[cron("*/10 * * * *")])]);
    bench.on_air();
    bench.jump(seconds(-600));
    bench.run(seconds(301));
    assert_eq!(bench.said(), ["300000 a"]);
}

#[test]
fn a_step_forward_makes_late_what_it_passes_over() {
    let mut bench = Bench::live(&[named("a", &[cron("10 * * * *")])]);
    bench.run(seconds(300));
    bench.jump(seconds(310));
    assert_eq!(bench.said(), ["300000 a late 10000"]);
    bench.run(seconds(60));
    bench.jump(seconds(3_600));
    assert_eq!(bench.said(), ["360000 missed a 1 late 70000"]);
}

#[test]
fn a_clock_that_lags_a_little_is_waited_for() {
    let mut bench = Bench::live(&[named("a", &[cron("10 * * * *")]), named("b", &[at("20:10")])]);
    bench.now.wall -= millis(200); // too little to be told
    bench.run(seconds(601));
    assert_eq!(bench.said(), ["600200 a", "600200 b"]);
}

#[test]
fn the_calls_own_zone_wins() {
    let zone = Some("Europe/Paris".parse().expect("a zone"));
    let spec = "30 21 * * *".parse().expect("a cron");
    let mut bench = Bench::live(&[
        named("a", &[Trigger::Cron { spec, zone }]),
        named("b", &[cron("30 20 * * *")]),
    ]);
    bench.run(SignedDuration::from_hours(20));
    assert_eq!(bench.said(), ["1800000 a", "1800000 b"]);
}
