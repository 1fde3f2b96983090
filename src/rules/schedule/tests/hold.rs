//! A hold: grids and times of day pass, `after`s stand still.

use super::*;
use crate::model::cue::AfterId;

impl Bench {
    fn hold(&mut self) {
        let since = self.now.wall;
        self.input(Input::Hold { since });
    }
}

#[test]
fn grids_and_times_of_day_pass_in_a_hold_and_are_counted() {
    let mut bench = Bench::live(&[
        named("grid", &[every("10s")]),
        named("minute", &[cron("* * * * *")]),
        named("once", &[at("20:00:30")]),
        named("broadcast", &[stream_at("40s")]),
    ]);
    bench.run(seconds(15));
    bench.said();
    bench.hold();
    bench.hold();
    bench.run(seconds(50));
    assert_eq!(
        bench.said(),
        [
            "20000 held grid 1",
            "30000 held grid 1",
            "30000 held once 1 for good",
            "40000 held grid 1",
            "40000 held broadcast 1 for good",
            "50000 held grid 1",
            "60000 held grid 1",
            "60000 held minute 1",
        ]
    );
    bench.input(Input::Release);
    bench.run(seconds(60));
    let said = bench.said();
    assert_eq!(said[0], "70000 grid", "nothing is made good");
    assert!(said.contains(&"120000 minute".to_owned()), "{said:?}");
    assert!(!said.iter().any(|it| it.contains("once") || it.contains("broadcast")), "{said:?}");
}

#[test]
fn the_time_of_an_after_stands_still_in_a_hold() {
    let mut bench = Bench::live(&[named("opening", &[after("20s")])]);
    bench.input(Input::After { id: AfterId(1), wait: "30s".parse().expect("a span") });
    bench.run(seconds(15));
    bench.hold();
    bench.run(seconds(10));
    bench.input(Input::After { id: AfterId(2), wait: "5s".parse().expect("a span") });
    bench.input(Input::After { id: AfterId(3), wait: "5s".parse().expect("a span") });
    bench.input(Input::CancelAfter(AfterId(3)));
    assert_eq!(bench.schedule.next_fire(), None);
    bench.run(seconds(90));
    assert_eq!(bench.said(), Vec::<String>::new());
    bench.input(Input::Release);
    bench.run(seconds(60));
    // 15 s of each had passed; of the one made in the hold, nothing.
    let wanted = [
        "115000 put off #1",
        "115000 put off #2",
        "120000 opening",
        "120000 after #2",
        "130000 after #1",
    ];
    assert_eq!(bench.said(), wanted);
}

#[test]
fn a_hold_that_began_before_a_crash_puts_off_by_all_of_it() {
    let cues = [named("opening", &[after("20s")]), named("grid", &[every("10s")])];
    let mut bench = Bench::live(&cues);
    bench.run(seconds(15));
    let since = bench.now.wall;
    bench.hold();
    bench.run(seconds(20));
    let Saved { places, marks, .. } = bench.saved.clone();
    let mut again = Bench { saved: bench.saved, ..Bench::empty() };
    again.now.wall = bench.now.wall + seconds(5);
    again.input(Input::Hold { since });
    let resume = Some(Places { places, marks });
    again.input(Input::Begin { cues: cues.to_vec(), resume });
    again.on_air();
    let due = since + seconds(12);
    again.input(Input::AfterKept { id: AfterId(9), due });
    again.run(seconds(10));
    assert_eq!(again.said(), ["10000 held grid 1"]);
    again.input(Input::Release);
    again.run(seconds(13));
    let said = again.said();
    let at = |name: &str| said.iter().find(|it| it.ends_with(name)).cloned();
    assert_eq!(at(" opening").as_deref(), Some("15000 opening"), "{said:?}");
    assert_eq!(at(" after #9").as_deref(), Some("22000 after #9"), "{said:?}");
}

#[test]
fn a_disarmed_cue_is_not_counted_and_off_air_counts_as_held() {
    let mut bench =
        Bench::live(&[disarmed("asleep", &[every("10s")]), named("grid", &[every("10s")])]);
    bench.said();
    bench.hold();
    bench.input(Input::OffAir);
    bench.run(seconds(10));
    bench.on_air();
    assert_eq!(bench.said(), ["10000 held grid 1"]);
}
