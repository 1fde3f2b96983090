//! When a cron expression or an `at` comes up next, in a zone whose clocks change.

use chrono::{DateTime, Utc};
use jiff::tz::{AmbiguousOffset, Offset};
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::model::cron_spec::CronSpec;
use crate::model::limits::CRON_HORIZON_YEARS;
use crate::model::trigger::AtTime;
use crate::model::zone::Zone;

/// The first time of `spec` strictly after `after`; none when there is none for
/// [`CRON_HORIZON_YEARS`]. A time that the spring gap swallows is skipped, one in the repeated
/// autumn hour comes twice: between two changes of the clocks the zone is one fixed offset.
pub fn next_after(spec: &CronSpec, zone: &Zone, after: Timestamp) -> Option<Timestamp> {
    let horizon =
        after.saturating_add(SignedDuration::from_hours(24 * 366 * i64::from(CRON_HORIZON_YEARS)));
    let horizon = horizon.unwrap_or(Timestamp::MAX);
    let mut changes = zone.rules().following(after);
    let mut offset = zone.rules().to_offset(after);
    let mut from = after;
    loop {
        let change = changes.next();
        let end = change.as_ref().map_or(horizon, |change| change.timestamp().min(horizon));
        if let Some(found) = next_at_offset(spec, offset, from)
            && found < end
        {
            return Some(found);
        }
        let change = change.filter(|change| change.timestamp() < horizon)?;
        offset = change.offset();
        // The moment of the change itself is a time like any other.
        from = change.timestamp().saturating_sub(1.second()).ok()?;
    }
}

/// The first time strictly after `after` were the clocks never to change. The `cron` crate
/// reckons in UTC, so the wall time is given to it as if it were UTC.
pub(super) fn next_at_offset(
    spec: &CronSpec,
    offset: Offset,
    after: Timestamp,
) -> Option<Timestamp> {
    let shift = i64::from(offset.seconds());
    let local: DateTime<Utc> = DateTime::from_timestamp(after.as_second() + shift, 0)?;
    let next = spec.either().iter().filter_map(|one| one.after(&local).next()).min()?;
    Timestamp::from_second(next.timestamp() - shift).ok()
}

/// The instant an `at` means: a time of day its next occurrence from `now` on, which may be `now`.
/// A time of day that the spring gap swallows is the next day's, a date with one is that much after
/// the change; what comes twice means the first. May be past, but for a time of day; none when it
/// is beyond what a clock can show.
pub fn at_instant(when: AtTime, zone: &Zone, now: Timestamp) -> Option<Timestamp> {
    match when {
        AtTime::Instant(instant) => Some(instant),
        AtTime::Local(local) => zone.rules().to_ambiguous_timestamp(local).compatible().ok(),
        AtTime::OfDay(time) => {
            const DAYS: usize = 8; // no zone swallows the same time of day a week long
            let today = zone.rules().to_datetime(now).date();
            today.series(1.day()).take(DAYS).find_map(|day| {
                let local = zone.rules().to_ambiguous_timestamp(day.to_datetime(time));
                match local.offset() {
                    AmbiguousOffset::Gap { .. } => None,
                    AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => {
                        local.earlier().ok().filter(|instant| *instant >= now)
                    }
                }
            })
        }
    }
}

#[cfg(test)]
#[path = "cron_tests.rs"]
mod tests;
