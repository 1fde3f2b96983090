//! Edits: what keeps its place, what begins, what stops.

use super::*;

fn edit(bench: &mut Bench, cues: &[CuePlan]) {
    bench.input(Input::Edit(cues.to_vec()));
}

#[test]
fn a_saved_cue_keeps_its_place_and_is_not_fired_for_it() {
    let cues = [unnamed(every("10s")), named("a", &[every("3s..5s")]), unnamed(at("20:00:12"))];
    let mut plain = Bench::live(&cues);
    plain.run(seconds(60));
    let mut edited = Bench::live(&cues);
    for second in [3, 1, 4, 2, 7] {
        edited.run(seconds(second));
        edit(&mut edited, &cues);
    }
    edited.run(seconds(43));
    let mut said = edited.said();
    said.retain(|said| !said.contains("kept"));
    assert_eq!(said, plain.said());
    assert_eq!(edited.saved.places, plain.saved.places);
}

#[test]
fn an_edit_says_what_it_came_to() {
    let before = [named("a", &[every("10s")]), named("b", &[]), unnamed(every("20s"))];
    let mut bench = Bench::live(&before);
    bench.said();
    edit(&mut bench, &[unnamed(every("30s")), named("b", &[]), named("a", &[every("11s")])]);
    assert_eq!(bench.said(), ["0 kept 1 +every 30s -every 20s ~a", "0 every 30s"]);
}

#[test]
fn a_new_cue_begins_at_the_edit_and_a_removed_one_stops() {
    let mut bench = Bench::live(&[named("a", &[every("10s")])]);
    bench.run(seconds(4));
    edit(&mut bench, &[named("b", &[every("10s")]), named("c", &[every_first("10s", "2s")])]);
    bench.run(seconds(11));
    assert_eq!(bench.said(), ["0 a", "4000 kept 0 +b,c -a ~", "4000 b", "6000 c", "14000 b"]);
    let kept: Vec<&str> = bench.saved.places.keys().map(|place| place.cue.as_str()).collect();
    assert_eq!(kept, ["b", "c"]);
}

#[test]
fn a_new_interval_counts_from_the_last_fire() {
    let mut bench = Bench::live(&[named("a", &[every("60s")])]);
    bench.run(seconds(35));
    edit(&mut bench, &[named("a", &[every("40s")])]);
    bench.run(seconds(50));
    edit(&mut bench, &[named("a", &[every("3s")])]);
    bench.run(seconds(4));
    let said = bench.said();
    let fires: Vec<_> = said.iter().filter(|said| !said.contains("kept")).collect();
    assert_eq!(fires, ["0 a", "40000 a", "80000 a", "86000 a", "89000 a"]);
}

#[test]
fn an_interval_that_has_not_begun_follows_its_new_first() {
    let mut bench = Bench::live(&[named("a", &[every_first("10s", "5m")])]);
    bench.run(seconds(30));
    edit(&mut bench, &[named("a", &[every_first("10s", "1m")])]);
    bench.run(seconds(31));
    edit(&mut bench, &[named("a", &[every_first("10s", "1s")])]);
    bench.run(seconds(10));
    assert_eq!(bench.said(), ["30000 kept 0 + - ~a", "60000 a", "61000 kept 0 + - ~a", "70000 a"]);
}

#[test]
fn a_one_shot_that_fired_stays_fired() {
    let mut bench = Bench::live(&[named("a", &[at("20:00:10")]), named("b", &[at("20:00:20")])]);
    bench.run(seconds(15));
    edit(&mut bench, &[named("a", &[at("20:00:30")]), named("b", &[at("20:00:31")])]);
    bench.run(seconds(20));
    assert_eq!(bench.said(), ["10000 a", "15000 kept 0 + - ~a,b", "31000 b"]);
}

#[test]
fn a_one_shot_that_was_missed_may_be_set_anew() {
    let mut bench = Bench::live(&[named("a", &[at("2026-11-22T19:00:00")])]);
    edit(&mut bench, &[named("a", &[at("20:00:30")])]);
    bench.run(seconds(30));
    assert_eq!(bench.said(), ["0 missed a 1 late 3600000", "0 kept 0 + - ~a", "30000 a"]);
}

#[test]
fn what_is_written_too_late_is_missed_and_not_fired_for_being_saved() {
    let mut bench = Bench::live(&[]);
    bench.run(seconds(20));
    edit(
        &mut bench,
        &[
            named("a", &[at("2026-11-22T20:00:10")]),
            named("b", &[stream_at("10s")]),
            named("c", &[after("10s")]),
            named("d", &[stream_at("30s")]),
            named("e", &[after("40s")]),
        ],
    );
    bench.run(seconds(60));
    assert_eq!(
        bench.said(),
        [
            "20000 kept 0 +a,b,c,d,e - ~",
            "20000 missed a 1 late 10000",
            "20000 missed b 1 late 10000",
            "20000 missed c 1 late 10000",
            "30000 d",
            "40000 e"
        ]
    );
}

#[test]
fn stream_at_that_fired_in_this_broadcast_stays_fired() {
    let mut bench = Bench::live(&[named("a", &[stream_at("10s")])]);
    bench.run(seconds(11));
    edit(&mut bench, &[named("a", &[stream_at("20s")])]);
    bench.run(seconds(20));
    bench.on_air();
    bench.run(seconds(20));
    assert_eq!(bench.said(), ["10000 a", "11000 kept 0 + - ~a", "51000 a"]);
}

#[test]
fn each_of_several_triggers_keeps_its_own_place() {
    let mut bench = Bench::live(&[named("a", &[every("10s"), cron("30 * * * * *")])]);
    bench.run(seconds(4));
    edit(&mut bench, &[named("a", &[cron("30 * * * * *"), every("10s")])]);
    bench.run(seconds(7));
    edit(&mut bench, &[named("a", &[every("10s")])]);
    bench.run(seconds(20));
    let said = bench.said();
    let fires: Vec<_> = said.iter().filter(|said| !said.contains("kept")).collect();
    assert_eq!(fires, ["0 a", "10000 a", "20000 a", "30000 a"]);
    assert_eq!(bench.saved.places.len(), 1);
}

#[test]
fn another_kind_of_trigger_begins_anew() {
    let mut bench = Bench::live(&[named("a", &[every("60s")])]);
    bench.run(seconds(10));
    edit(&mut bench, &[named("a", &[cron("20 * * * * *")])]);
    bench.run(seconds(20));
    edit(&mut bench, &[named("a", &[every("60s")])]);
    bench.run(seconds(1));
    let said = bench.said();
    let fires: Vec<_> = said.iter().filter(|said| !said.contains("kept")).collect();
    assert_eq!(fires, ["0 a", "20000 a", "30000 a"]);
}

#[test]
fn a_changed_cron_fires_nothing_that_is_past() {
    let mut bench = Bench::live(&[named("a", &[cron("0 * * * *")])]);
    bench.run(seconds(50));
    edit(&mut bench, &[named("a", &[cron("40 * * * * *")])]);
    bench.run(seconds(55));
    assert_eq!(bench.said(), ["0 a", "50000 kept 0 + - ~a", "100000 a"]);
}

#[test]
fn a_new_zone_counts_from_the_edit_on() {
    let cues = [named("a", &[cron("30 * * * *")]), named("b", &[at("21:00")])];
    let mut bench = Bench::live(&cues);
    bench.schedule.set_zone("Asia/Kathmandu".parse().expect("a zone"));
    edit(&mut bench, &cues);
    bench.run(SignedDuration::from_mins(70));
    // 20:00 UTC is 01:45 there; its half hours are our quarters past
    assert_eq!(bench.said(), ["0 kept 2 + - ~", "2700000 a"]);
    bench.run(SignedDuration::from_hours(19));
    assert!(bench.said().contains(&"69300000 b".to_owned()), "21:00 there is 15:15 UTC");
}

#[test]
fn an_edit_off_air_leaves_the_count_going() {
    let mut bench = Bench::live(&[named("a", &[every("10s")])]);
    bench.input(Input::OffAir);
    bench.run(seconds(15));
    edit(&mut bench, &[named("a", &[every("10s")]), named("b", &[every("10s")])]);
    bench.run(seconds(10));
    bench.on_air();
    assert_eq!(
        bench.said(),
        [
            "0 a",
            "10000 skipped off air",
            "15000 kept 1 +b - ~",
            "25000 skipped off air 2",
            "25000 b"
        ]
    );
}
