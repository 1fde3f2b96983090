//! `every`: the grid.

use super::*;

#[test]
fn fires_at_once_and_then_on_its_grid() {
    let mut bench = Bench::live(&[unnamed(every("10s"))]);
    bench.run(seconds(25));
    assert_eq!(bench.said(), ["0 every 10s", "10000 every 10s", "20000 every 10s"]);
}

#[test]
fn first_puts_the_whole_grid_off() {
    let mut bench = Bench::live(&[named("a", &[every_first("10s", "3s")])]);
    bench.run(seconds(25));
    assert_eq!(bench.said(), ["3000 a", "13000 a", "23000 a"]);
}

#[test]
fn does_not_drift_however_late_it_is_called() {
    let mut bench = Bench::live(&[named("a", &[every("1s")])]);
    bench.said();
    for n in 1..=1_000 {
        bench.sleep(seconds(n) + millis(n % 700) - bench.now.up);
        let late = if n % 700 == 0 { String::new() } else { format!(" late {}", n % 700) };
        assert_eq!(bench.said(), [format!("{} a{late}", n * 1_000 + n % 700)]);
    }
}

#[test]
fn a_point_more_than_a_second_late_is_skipped() {
    let mut bench = Bench::live(&[named("a", &[every("10s")])]);
    bench.sleep(millis(11_000));
    bench.sleep(millis(10_001));
    bench.run(seconds(9));
    assert_eq!(bench.said(), ["0 a", "11000 a late 1000", "21001 skipped late 1", "30000 a"]);
}

#[test]
fn what_was_slept_through_is_not_made_good() {
    let mut bench = Bench::live(&[named("a", &[every("10s")]), named("b", &[every("300ms")])]);
    bench.said();
    bench.sleep(seconds(60) + millis(500));
    assert_eq!(bench.said(), ["60500 a late 500", "60500 b late 200", "60500 skipped late 205"]);
    bench.run(millis(100));
    assert_eq!(bench.said(), ["60600 b"]);
}

#[test]
fn random_gaps_stay_within_their_bounds_and_are_the_same_again() {
    let times = |seed| {
        let mut bench = Bench::empty();
        bench.schedule = Schedule::new(Setup { zone: Zone::UTC, seed });
        bench.begin(&[named("a", &[every("2s..4s")])]);
        bench.on_air();
        bench.run(seconds(300));
        bench.said()
    };
    assert_eq!(times(1), times(1));
    assert_ne!(times(1), times(2));
    let at = |said: &String| -> i64 {
        said.split(' ').next().and_then(|at| at.parse().ok()).expect("a time")
    };
    let fired: Vec<i64> = times(1).iter().map(at).collect();
    assert_eq!(fired[0], 0);
    assert!(fired.windows(2).all(|two| (2_000..=4_000).contains(&(two[1] - two[0]))));
    assert!(fired.len() > 75);
}

#[test]
fn random_gaps_are_not_stepped_through_for_ever() {
    let mut bench = Bench::live(&[named("a", &[every("300ms..400ms")])]);
    bench.said();
    bench.sleep(SignedDuration::from_hours(24));
    let said = bench.said();
    assert_eq!(said.len(), 2, "{said:?}");
    bench.run(millis(400));
    assert_eq!(bench.said().len(), 1);
}

#[test]
fn what_is_due_together_comes_in_the_order_written() {
    let mut bench = Bench::live(&[
        named("z", &[every("2s")]),
        named("a", &[every("1s")]),
        named("m", &[every_first("1h", "2s")]),
    ]);
    bench.input(Input::After { id: AfterId(1), wait: "2s".parse().expect("a span") });
    bench.said();
    bench.sleep(seconds(1));
    bench.sleep(seconds(1));
    assert_eq!(bench.said(), ["1000 a", "2000 z", "2000 a", "2000 m", "2000 after #1"]);
}

#[test]
fn the_status_line_reads_what_fires_next() {
    let mut bench = Bench::live(&[named("a", &[every("10s")]), disarmed("b", &[every("1s")])]);
    assert_eq!(bench.schedule.next_fire(), Some((key("a"), seconds(10))));
    assert_eq!(bench.schedule.fires_of(&key("a")), Some(seconds(10)));
    assert_eq!(bench.schedule.fires_of(&key("b")), None);
    assert_eq!(bench.schedule.next_deadline().map(|next| next.at), Some(seconds(1)));
    bench.input(Input::After { id: AfterId(4), wait: "5s".parse().expect("a span") });
    assert_eq!(bench.schedule.next_fire(), Some((CueKey::after(AfterId(4)), seconds(5))));
    bench.input(Input::CancelAfter(AfterId(4)));
    assert_eq!(bench.schedule.next_fire(), Some((key("a"), seconds(10))));
}
