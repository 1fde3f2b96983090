//! What changes of the clocks do to a cron expression: times they swallow, times they double.

use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::cron::next_at_offset;
use crate::model::cron_spec::CronSpec;
use crate::model::limits::CLOCK_CHANGE_TIMES_MAX;
use crate::model::zone::Zone;

/// A change of the clocks that some times of a cron expression fall into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockChange {
    /// When the clocks change.
    pub at: Timestamp,
    /// What becomes of the times.
    pub does: Does,
    /// The first of the times, as the wall clock would show it.
    pub first: DateTime,
    /// How many they are, counted up to [`CLOCK_CHANGE_TIMES_MAX`].
    pub count: usize,
}

/// What a change of the clocks does to a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// The wall clock never shows it that day.
    Swallow,
    /// The wall clock shows it twice that day.
    Double,
}

/// The changes after `from` and up to `until` that times of `spec` fall into.
pub fn clock_changes(
    spec: &CronSpec,
    zone: &Zone,
    from: Timestamp,
    until: Timestamp,
) -> Vec<ClockChange> {
    let mut before = zone.rules().to_offset(from);
    let mut found = Vec::new();
    for change in zone.rules().following(from) {
        if change.timestamp() > until {
            break;
        }
        let after = change.offset();
        found.extend(at_change(spec, change.timestamp(), before, after));
        before = after;
    }
    found
}

/// What one change does, by the offsets before and after it.
fn at_change(spec: &CronSpec, at: Timestamp, before: Offset, after: Offset) -> Option<ClockChange> {
    let shift = i64::from(after.seconds()) - i64::from(before.seconds());
    // In spring the times of the old offset that come right after the change are skipped over; in
    // autumn those of the new one were there before.
    let (does, offset) = if shift > 0 { (Does::Swallow, before) } else { (Does::Double, after) };
    let end = at.saturating_add(SignedDuration::from_secs(shift.abs())).ok()?;
    let mut time = at.saturating_sub(1.second()).ok()?;
    let (mut first, mut count) = (None, 0);
    while count < CLOCK_CHANGE_TIMES_MAX {
        let Some(next) = next_at_offset(spec, offset, time).filter(|next| *next < end) else {
            break;
        };
        first.get_or_insert(offset.to_datetime(next));
        (time, count) = (next, count + 1);
    }
    first.map(|first| ClockChange { at, does, first, count })
}

#[cfg(test)]
mod tests {
    use jiff::tz::AmbiguousOffset;
    use proptest::prelude::*;

    use super::*;

    const ZONES: [&str; 8] = [
        "UTC",
        "Europe/Paris",
        "America/New_York",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
        "Pacific/Apia",
        "America/Santiago",
        "Antarctica/Troll",
    ];

    fn zone(name: &str) -> Zone {
        name.parse().expect("a zone")
    }

    fn year_from(text: &str) -> (Timestamp, Timestamp) {
        let from: Timestamp = text.parse().expect("a time");
        (from, from + SignedDuration::from_hours(24 * 366))
    }

    fn changes(spec: &str, zone_name: &str) -> Vec<(Does, String, usize)> {
        let (from, until) = year_from("2026-11-22T12:00:00Z");
        let spec = spec.parse().expect("a cron expression");
        let found = clock_changes(&spec, &zone(zone_name), from, until);
        found.iter().map(|one| (one.does, one.first.to_string(), one.count)).collect()
    }

    #[test]
    fn the_hour_that_is_skipped_and_the_hour_that_comes_twice() {
        let paris = |spec| changes(spec, "Europe/Paris");
        assert_eq!(
            paris("30 2 * * *"),
            [
                (Does::Swallow, "2027-03-28T02:30:00".to_owned(), 1),
                (Does::Double, "2027-10-31T02:30:00".to_owned(), 1)
            ]
        );
        assert_eq!(paris("*/20 2 * 3 *"), [(Does::Swallow, "2027-03-28T02:00:00".to_owned(), 3)]);
        assert_eq!(paris("30 20 * * Fri"), []);
        assert_eq!(paris("0 3 * * *"), [], "the clocks jump to 3 sharp, and it fires then");
        assert_eq!(paris("0 2 * * Mon"), [], "they change on Sundays");
        assert_eq!(changes("30 2 * * *", "UTC"), []);
    }

    #[test]
    fn a_change_at_midnight_and_one_of_half_an_hour() {
        let midnight = changes("0 0 * * *", "America/Santiago");
        assert!(midnight.iter().any(|(does, ..)| *does == Does::Swallow), "{midnight:?}");
        let half = changes("*/10 2 * * *", "Australia/Lord_Howe");
        assert!(half.iter().any(|one| one.0 == Does::Swallow && one.2 == 3), "{half:?}");
    }

    #[test]
    fn a_whole_day_that_was_skipped() {
        let (from, until) = year_from("2011-06-01T00:00:00Z");
        let spec = "0 12 30 12 *".parse().expect("a cron expression");
        let found = clock_changes(&spec, &zone("Pacific/Apia"), from, until);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].first.to_string(), "2011-12-30T12:00:00");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Against the zone itself: a time is swallowed where no instant shows it, and doubled
        /// where two do.
        #[test]
        fn agrees_with_what_the_wall_clock_shows(
            place in 0..ZONES.len(), minute in 0_i8..60, hour in 0_i8..24, year in 2000_i16..2035,
        ) {
            let zone = zone(ZONES[place]);
            let (from, until) = year_from(&format!("{year}-02-01T00:00:00Z"));
            let spec = format!("{minute} {hour} * * *").parse().expect("a cron expression");
            let found = clock_changes(&spec, &zone, from, until);
            let mut wanted = Vec::new();
            let first = zone.rules().to_datetime(from).date();
            for day in first.series(1.day()).take(366) {
                let local = day.at(hour, minute, 0, 0);
                let ambiguous = zone.rules().to_ambiguous_timestamp(local);
                let is_between = ambiguous.earlier().is_ok_and(|at| at > from && at <= until);
                match ambiguous.offset() {
                    AmbiguousOffset::Gap { .. } if is_between => {
                        wanted.push((Does::Swallow, local));
                    }
                    AmbiguousOffset::Fold { .. } if is_between => {
                        wanted.push((Does::Double, local));
                    }
                    AmbiguousOffset::Unambiguous { .. }
                    | AmbiguousOffset::Gap { .. }
                    | AmbiguousOffset::Fold { .. } => {}
                }
            }
            let found: Vec<_> = found.iter().map(|one| (one.does, one.first)).collect();
            prop_assert_eq!(found, wanted);
        }
    }
}
