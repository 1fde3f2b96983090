//! Cron and `at` against the clock changes of a dozen zones.

use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::*;

const ZONES: [&str; 12] = [
    "UTC",
    "Europe/Paris",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Sao_Paulo",
    "Africa/Casablanca",
    "Pacific/Apia",
    "Asia/Kolkata",
    "America/St_Johns",
    "Atlantic/Azores",
    "Antarctica/Troll",
];

/// Two years each: now, the last of São Paulo's summer times, and Apia's missing day.
const YEARS: [i16; 3] = [2026, 2017, 2011];

/// Whether a spec means a civil minute.
type Means = fn(&DateTime) -> bool;

const SPECS: [(&str, Means); 8] = [
    ("* * * * *", |_| true),
    ("*/30 * * * *", |t| t.minute() % 30 == 0),
    ("15 2 * * *", |t| (t.hour(), t.minute()) == (2, 15)),
    ("30 1-3 * * *", |t| (1..=3).contains(&t.hour()) && t.minute() == 30),
    ("0 0 * * *", |t| (t.hour(), t.minute()) == (0, 0)),
    ("45 23 * * Sat,0", |t| {
        (t.hour(), t.minute()) == (23, 45) && [6, 0].contains(&t.weekday().to_sunday_zero_offset())
    }),
    ("5 1 25-31 * 6", |t| {
        (t.hour(), t.minute()) == (1, 5)
            && (t.day() >= 25 || t.weekday().to_sunday_zero_offset() == 6)
    }),
    ("0 */6 1-7 Mar,NOV *", |t| {
        t.minute() == 0 && t.hour() % 6 == 0 && t.day() <= 7 && [3, 11].contains(&t.month())
    }),
];

fn zone(name: &str) -> Zone {
    name.parse().expect("a zone")
}

fn spec(text: &str) -> CronSpec {
    text.parse().expect("a cron expression")
}

fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

/// The instants that show this civil time: none in a gap, two in a fold.
fn instants(civil: DateTime, zone: &Zone) -> Vec<Timestamp> {
    let local = zone.rules().to_ambiguous_timestamp(civil);
    match local.offset() {
        AmbiguousOffset::Gap { .. } => vec![],
        AmbiguousOffset::Unambiguous { .. } => vec![local.compatible().expect("in range")],
        AmbiguousOffset::Fold { .. } => {
            vec![local.earlier().expect("in range"), local.later().expect("in range")]
        }
    }
}

/// A day and a half around each change of the zone's clocks in two years, and around each new year.
fn windows(zone: &Zone, year: i16) -> Vec<(Timestamp, Timestamp)> {
    let first = jiff::civil::date(year, 1, 1).at(0, 0, 0, 0);
    let from = zone.rules().to_timestamp(first).expect("in range");
    let end = from + SignedDuration::from_hours(24 * 730);
    let changes = zone.rules().following(from).map(|change| change.timestamp());
    let around = |moment: Timestamp| {
        let wide = SignedDuration::from_hours(36);
        (moment - wide, moment + wide)
    };
    changes.take_while(|change| *change < end).chain([from, end]).map(around).collect()
}

/// All times of a spec in a window, by asking for the next again and again.
fn asked(spec: &CronSpec, zone: &Zone, from: Timestamp, to: Timestamp) -> Vec<Timestamp> {
    let mut found = Vec::new();
    let mut after = from;
    while let Some(next) = next_after(spec, zone, after).filter(|next| *next <= to) {
        assert!(next > after, "{next} does not come after {after}");
        found.push(next);
        after = next;
    }
    found
}

#[test]
fn agrees_with_a_walk_through_every_minute_of_every_change() {
    let mut gaps = 0;
    for name in ZONES {
        let zone = zone(name);
        for (from, to) in YEARS.iter().flat_map(|year| windows(&zone, *year)) {
            let civil = |at: Timestamp| zone.rules().to_datetime(at);
            let first = civil(from).date().yesterday().expect("in range").at(0, 0, 0, 0);
            let last = civil(to).date().tomorrow().expect("in range").at(0, 0, 0, 0);
            let mut walked: Vec<(Timestamp, DateTime)> = Vec::new();
            for minute in first.series(1.minute()).take_while(|minute| *minute < last) {
                let shown = instants(minute, &zone);
                gaps += usize::from(shown.is_empty());
                walked.extend(shown.into_iter().map(|at| (at, minute)));
            }
            walked.retain(|(at, _)| *at > from && *at <= to);
            walked.sort_unstable_by_key(|(at, _)| *at);
            for (text, means) in SPECS {
                let wanted: Vec<Timestamp> =
                    walked.iter().filter(|(_, t)| means(t)).map(|(at, _)| *at).collect();
                assert_eq!(asked(&spec(text), &zone, from, to), wanted, "{text} in {name}");
            }
        }
    }
    assert!(gaps > 24 * 60, "the walk met Apia's missing day and the spring gaps");
}

#[test]
fn the_spring_gap_swallows_and_the_autumn_hour_repeats() {
    let (paris, spec) = (zone("Europe/Paris"), spec("30 2 * * *"));
    let days = |from: &str, n: usize| -> Vec<String> {
        let next = |after: &Timestamp| next_after(&spec, &paris, *after);
        std::iter::successors(next(&time(from)), next).take(n).map(|at| at.to_string()).collect()
    };
    assert_eq!(
        days("2027-03-26T12:00:00Z", 3),
        ["2027-03-27T01:30:00Z", "2027-03-29T00:30:00Z", "2027-03-30T00:30:00Z"]
    );
    assert_eq!(
        days("2027-10-30T12:00:00Z", 3),
        ["2027-10-31T00:30:00Z", "2027-10-31T01:30:00Z", "2027-11-01T01:30:00Z"]
    );
}

#[test]
fn seconds_and_years_count() {
    let all = asked(
        &spec("59 59 23 31 12 * 2026-2027"),
        &Zone::UTC,
        time("2020-01-01T00:00:00Z"),
        time("2099-01-01T00:00:00Z"),
    );
    assert_eq!(all, [time("2026-12-31T23:59:59Z"), time("2027-12-31T23:59:59Z")]);
}

#[test]
fn fractions_of_a_second_are_neither_skipped_nor_repeated() {
    let every_second = spec("* * * * * *");
    let next = |after| next_after(&every_second, &Zone::UTC, time(after));
    assert_eq!(next("2026-01-01T00:00:00.000000001Z"), Some(time("2026-01-01T00:00:01Z")));
    assert_eq!(next("2026-01-01T00:00:00.999999999Z"), Some(time("2026-01-01T00:00:01Z")));
    assert_eq!(next("2026-01-01T00:00:01Z"), Some(time("2026-01-01T00:00:02Z")));
}

#[test]
fn what_never_comes_is_none() {
    for text in ["0 0 30 2 *", "0 0 0 1 1 * 2025", "0 0 31 4,6,9,11 *"] {
        for name in ["UTC", "Europe/Paris", "Africa/Casablanca"] {
            let after = time("2026-11-22T20:00:00Z");
            assert_eq!(next_after(&spec(text), &zone(name), after), None, "{text} in {name}");
        }
    }
    let leap = next_after(&spec("0 0 29 2 *"), &Zone::UTC, time("2026-11-22T20:00:00Z"));
    assert_eq!(leap, Some(time("2028-02-29T00:00:00Z")));
}

#[test]
fn at_a_time_of_day_is_its_next_occurrence() {
    let paris = zone("Europe/Paris");
    let at = |when: &str, now: &str| {
        let when = when.parse().expect("a time");
        at_instant(when, &paris, time(now)).expect("an instant").to_string()
    };
    assert_eq!(at("20:30", "2026-11-22T19:00:00Z"), "2026-11-22T19:30:00Z");
    assert_eq!(at("20:30", "2026-11-22T19:30:00Z"), "2026-11-22T19:30:00Z", "now is not past");
    assert_eq!(at("20:30", "2026-11-22T19:30:01Z"), "2026-11-23T19:30:00Z");
    assert_eq!(at("0:30", "2026-11-22T23:45:00Z"), "2026-11-23T23:30:00Z");
    assert_eq!(at("02:30", "2027-03-27T20:00:00Z"), "2027-03-29T00:30:00Z", "swallowed");
    assert_eq!(at("02:30", "2027-10-30T20:00:00Z"), "2027-10-31T00:30:00Z", "the first of two");
    assert_eq!(at("02:30", "2027-10-31T00:30:01Z"), "2027-11-01T01:30:00Z");
}

#[test]
fn at_a_date_is_that_instant() {
    let paris = zone("Europe/Paris");
    let now = time("2030-01-01T00:00:00Z");
    let at = |when: &str| {
        at_instant(when.parse().expect("a time"), &paris, now).expect("an instant").to_string()
    };
    assert_eq!(at("2026-12-31T23:59:50"), "2026-12-31T22:59:50Z");
    assert_eq!(at("2026-12-31T23:59:50Z"), "2026-12-31T23:59:50Z");
    assert_eq!(at("2026-12-31T23:59:50-05:00"), "2027-01-01T04:59:50Z");
    assert_eq!(at("2027-03-28T02:30:00"), "2027-03-28T01:30:00Z", "after the change");
    assert_eq!(at("2027-10-31T02:30:00"), "2027-10-31T00:30:00Z", "the first of two");
    let missing = "2011-12-30T12:00:00".parse().expect("a time");
    assert!(at_instant(missing, &zone("Pacific/Apia"), now).is_some());
}
