//! A second as the payloads of this field write it: `2026-Nov-22-170501`, in UTC. Written and read
//! by hand, because a show does so several times for each poll.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The `current_time` of what is asked at that second.
pub fn asking_time(at: Timestamp) -> String {
    let at = TimeZone::UTC.to_datetime(at);
    let month = usize::try_from(at.month() - 1).expect("months are counted from 1");
    let (year, month, day) = (at.year(), MONTHS[month], at.day());
    format!("{year:04}-{month}-{day:02}-{:02}{:02}{:02}", at.hour(), at.minute(), at.second())
}

/// The second that a `current_time` names; none where it is not written as [`asking_time`] writes
/// it.
pub(super) fn named_second(text: &str) -> Option<Timestamp> {
    let (year, rest) = digits(text, 4)?;
    let (name, rest) = rest.strip_prefix('-')?.split_once('-')?;
    let month = MONTHS.iter().position(|month| *month == name)?;
    let (day, rest) = digits(rest, 2)?;
    let (hour, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let (minute, rest) = digits(rest, 2)?;
    let (second, rest) = digits(rest, 2)?;
    if !rest.is_empty() {
        return None;
    }
    let month = i8::try_from(month + 1).ok()?;
    let small = |number: i16| i8::try_from(number).ok();
    let (day, hour) = (small(day)?, small(hour)?);
    let at = DateTime::new(year, month, day, hour, small(minute)?, small(second)?, 0).ok()?;
    TimeZone::UTC.to_timestamp(at).ok()
}

/// The number in the first so many digits, and what follows them.
fn digits(text: &str, count: usize) -> Option<(i16, &str)> {
    let (digits, rest) = text.split_at_checked(count)?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok().map(|number| (number, rest))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_is_written_and_read() {
        for text in ["2026-Nov-22-170501", "2028-Feb-29-000000", "1970-Jan-01-000000"] {
            let at = named_second(text).expect("a second");
            assert_eq!(asking_time(at), text);
        }
        let just_before = "2026-11-22T17:05:01.999Z".parse().expect("a time");
        assert_eq!(asking_time(just_before), "2026-Nov-22-170501");
    }

    #[test]
    fn what_is_written_in_another_way_names_none() {
        for text in [
            "",
            "now",
            "2026-11-22-170501",
            "2026-nov-22-170501",
            "26-Nov-22-170501",
            "2026-Nov-31-170501",
            "2026-Nov-22-240000",
            "2026-Nov-2-170501",
            "2026-Nov-22-17050",
            "2026-Nov-22-1705011",
            "2026-Nov-22-+70501",
            "2026-Növ-22-170501",
        ] {
            assert_eq!(named_second(text), None, "{text}");
        }
    }
}
