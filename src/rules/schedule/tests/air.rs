//! On air, off air; armed, disarmed, cancelled.

use super::*;
use crate::rules::schedule::io::Standing;

#[test]
fn nothing_fires_before_the_first_word_of_the_air() {
    let mut bench = Bench::empty();
    bench.begin(&[
        named("a", &[every("1s")]),
        named("b", &[cron("* * * * * *")]),
        named("c", &[at("20:00:01")]),
    ]);
    bench.run(seconds(2));
    assert_eq!(bench.said(), Vec::<String>::new());
    bench.on_air();
    assert_eq!(bench.said(), ["2000 missed b 2 late 1000", "2000 c late 1000", "2000 a", "2000 b"]);
}

#[test]
fn a_grid_begins_when_the_channel_first_goes_on_air() {
    let mut bench =
        Bench::dark(&[named("a", &[every("10s")]), named("b", &[every_first("10s", "4s")])]);
    bench.run(seconds(7));
    bench.on_air();
    bench.run(seconds(15));
    assert_eq!(bench.said(), ["7000 a", "11000 b", "17000 a", "21000 b"]);
}

#[test]
fn what_is_skipped_off_air_is_counted_in_two_words() {
    let mut bench = Bench::live(&[named("a", &[every("10s")]), named("b", &[cron("* * * * *")])]);
    bench.said();
    bench.input(Input::OffAir);
    bench.input(Input::OffAir);
    bench.run(seconds(125));
    assert_eq!(bench.said(), ["10000 skipped off air"]);
    bench.on_air();
    bench.run(seconds(60));
    let said = bench.said();
    assert_eq!(said[..3], ["125000 skipped off air 14", "130000 a", "140000 a"]);
    assert!(said.contains(&"180000 b".to_owned()));
    bench.input(Input::OffAir);
    bench.on_air();
    assert_eq!(bench.said(), Vec::<String>::new(), "nothing was skipped");
}

#[test]
fn sleep_off_air_counts_as_off_air() {
    let mut bench = Bench::live(&[named("a", &[every("10s")])]);
    bench.said();
    bench.input(Input::OffAir);
    bench.sleep(seconds(105));
    bench.on_air();
    assert_eq!(bench.said(), ["105000 skipped off air", "105000 skipped off air 10"]);
}

#[test]
fn a_disarmed_cues_grid_goes_on_silently() {
    let mut bench = Bench::live(&[named("a", &[every("10s")]), named("b", &[cron("* * * * *")])]);
    bench.run(seconds(5));
    bench.mark("a", CueMark::Disarmed);
    bench.mark("b", CueMark::Disarmed);
    assert_eq!(bench.schedule.standing(&key("a")), Some(Standing::Disarmed));
    bench.run(seconds(68));
    bench.mark("a", CueMark::Armed);
    bench.mark("b", CueMark::Armed);
    bench.run(seconds(20));
    assert_eq!(bench.said(), ["0 a", "0 b", "80000 a", "90000 a"]);
}

#[test]
fn a_one_shot_whose_time_passes_while_disarmed_is_done() {
    let mut bench = Bench::live(&[disarmed("a", &[at("20:00:10")])]);
    bench.run(seconds(11));
    bench.mark("a", CueMark::Armed);
    bench.run(SignedDuration::from_hours(30));
    assert_eq!(bench.said(), Vec::<String>::new());
    assert!(bench.saved.places.values().all(|place| place.done));
}

#[test]
fn a_cancelled_cue_stays_away() {
    let cues = [named("a", &[every("10s")]), named("b", &[every("10s")])];
    let mut bench = Bench::live(&cues);
    bench.said();
    bench.mark("a", CueMark::Cancelled);
    bench.mark("a", CueMark::Armed);
    bench.mark("nobody", CueMark::Disarmed);
    bench.input(Input::Edit(cues.to_vec()));
    bench.run(seconds(10));
    assert_eq!(bench.said(), ["0 kept 2 + - ~", "10000 b"]);
    assert_eq!(bench.schedule.standing(&key("a")), Some(Standing::Cancelled));
    assert_eq!(bench.schedule.standing(&key("nobody")), None);
    assert_eq!(bench.saved.marks.len(), 1);
    bench.saved = Saved::default();
    bench.begin(&cues);
    assert_eq!(bench.schedule.standing(&key("a")), Some(Standing::Armed));
}

#[test]
fn marks_win_over_the_script_and_outlive_edits() {
    let mut bench = Bench::live(&[disarmed("a", &[every("10s")]), named("b", &[])]);
    bench.mark("a", CueMark::Armed);
    bench.mark("b", CueMark::Disarmed);
    bench.input(Input::Edit(vec![disarmed("a", &[every("10s")]), named("b", &[every("10s")])]));
    assert_eq!(bench.schedule.standing(&key("a")), Some(Standing::Armed));
    assert_eq!(bench.schedule.standing(&key("b")), Some(Standing::Disarmed));
    bench.run(seconds(10));
    assert_eq!(bench.said(), ["0 kept 1 + - ~b", "10000 a"]);
}
