//! A cron expression as a person says it: `every 5 minutes`, `at 20:30 on Fridays`.

use cron::TimeUnitSpec;

use super::cron_spec::CronSpec;

/// Times of day that are named one by one; more are told by their rhythm or by their fields.
const TIMES_NAMED_MAX: usize = 6;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// As a person lists them: the week begins with Monday.
const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

impl CronSpec {
    /// What it means, in words; two expressions with the same words mean the same.
    pub fn words(&self) -> String {
        let fields: Vec<Fields> = self.either().iter().map(Fields::of).collect();
        let Some(first) = fields.first() else { return String::new() };
        let days: Vec<String> = fields.iter().map(Fields::day_words).collect();
        let days = days.join(" or ");
        // A date says the month itself.
        let months =
            if first.days.is_all() || fields.len() > 1 { first.month_words() } else { None };
        let years = first.years.listed(|year| year.to_string(), "from", "in");
        let parts = [Some(first.time_words()), Some(days), months, years];
        parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// Whether it comes up in every hour of the day: then its rhythm goes on through a change of
    /// the clocks.
    pub fn is_of_every_hour(&self) -> bool {
        self.either().iter().all(|one| Fields::of(one).hours.is_all())
    }
}

/// The numbers that one field takes, in order, of all it could take.
struct Field {
    taken: Vec<u32>,
    count: usize,
}

impl Field {
    fn new(taken: impl Iterator<Item = u32>, count: usize) -> Self {
        let mut taken: Vec<u32> = taken.collect();
        taken.sort_unstable();
        Self { taken, count }
    }

    fn is_all(&self) -> bool {
        self.taken.len() == self.count
    }

    fn is_only(&self, number: u32) -> bool {
        self.taken == [number]
    }

    fn single(&self) -> Option<u32> {
        if let [one] = self.taken.as_slice() { Some(*one) } else { None }
    }

    /// The first and the last of three or more in a row.
    fn row(&self) -> Option<(u32, u32)> {
        let (first, last) = (*self.taken.first()?, *self.taken.last()?);
        let count = usize::try_from(last - first).ok()? + 1;
        (count == self.taken.len() && count > 2).then_some((first, last))
    }

    /// The even distance between its numbers, from the last over the end to the first too.
    fn rhythm(&self) -> Option<u32> {
        let (all, taken) = (u32::try_from(self.count).ok()?, u32::try_from(self.taken.len()).ok()?);
        let step = all.checked_div(taken).filter(|step| step * taken == all && taken > 1)?;
        let even = self.taken.windows(2).all(|pair| pair[1] - pair[0] == step);
        even.then_some(step)
    }

    /// `from Monday to Friday`, `on Mondays and Fridays`; none when it takes all.
    fn listed(&self, say: impl Fn(u32) -> String, from: &str, one_by_one: &str) -> Option<String> {
        if self.is_all() {
            return None;
        }
        Some(match self.row() {
            Some((first, last)) => format!("{from} {} to {}", say(first), say(last)),
            None => format!("{one_by_one} {}", join(self.taken.iter().copied().map(say))),
        })
    }
}

/// The fields of one schedule.
struct Fields {
    seconds: Field,
    minutes: Field,
    hours: Field,
    days: Field,
    months: Field,
    /// Monday is 0.
    weekdays: Field,
    years: Field,
}

impl Fields {
    fn of(one: &cron::Schedule) -> Self {
        // The crate's Sunday is 1.
        let weekdays = one.days_of_week().iter().map(|day| (day + 5) % 7).collect::<Vec<_>>();
        Self {
            seconds: Field::new(one.seconds().iter(), 60),
            minutes: Field::new(one.minutes().iter(), 60),
            hours: Field::new(one.hours().iter(), 24),
            days: Field::new(one.days_of_month().iter(), 31),
            months: Field::new(one.months().iter(), 12),
            weekdays: Field::new(weekdays.into_iter(), 7),
            years: Field::new(one.years().iter(), 131),
        }
    }

    /// `at 20:30`, `every 5 minutes`, `every 10 minutes from 09:00 to 17:50`.
    fn time_words(&self) -> String {
        if let Some(words) = self.times_of_day() {
            let every_day = self.days.is_all() && self.weekdays.is_all();
            return if every_day { format!("{words} every day") } else { words };
        }
        let within = self.within_hour();
        if self.hours.is_all() {
            return within;
        }
        let Some((first, last)) = self.hours.row() else {
            return format!("{within} in the hours {}", numbers(&self.hours));
        };
        match (self.minutes.rhythm(), self.seconds.is_only(0)) {
            (Some(_), true) => {
                let (from, to) = (self.minutes.taken.first(), self.minutes.taken.last());
                let (from, to) = (from.copied().unwrap_or(0), to.copied().unwrap_or(0));
                let every = self.every_minutes();
                format!("{every} from {first:02}:{from:02} to {last:02}:{to:02}")
            }
            _ => format!("{within} in the hours {first} to {last}"),
        }
    }

    /// Times that have one minute and one second.
    fn times_of_day(&self) -> Option<String> {
        let (minute, second) = (self.minutes.single()?, self.seconds.single()?);
        if self.hours.is_all() {
            return None;
        }
        let time = |hour: u32| match second {
            0 => format!("{hour:02}:{minute:02}"),
            _ => format!("{hour:02}:{minute:02}:{second:02}"),
        };
        let hours = &self.hours;
        Some(match (hours.rhythm(), hours.row()) {
            (Some(step), _) if hours.taken.len() > 2 => {
                let first = hours.taken.first().copied().unwrap_or(0);
                if first + minute + second == 0 {
                    format!("every {step} hours")
                } else {
                    format!("every {step} hours from {}", time(first))
                }
            }
            (_, Some((first, last))) => format!("hourly from {} to {}", time(first), time(last)),
            _ if hours.taken.len() <= TIMES_NAMED_MAX => {
                format!("at {}", join(hours.taken.iter().map(|hour| time(*hour))))
            }
            _ => return None,
        })
    }

    /// What comes within an hour, were all hours the same.
    fn within_hour(&self) -> String {
        let second = |one: u32| if one == 0 { String::new() } else { format!(" at second {one}") };
        match (self.minutes.is_all(), self.seconds.single()) {
            (true, None) if self.seconds.is_all() => "every second".to_owned(),
            (true, None) => self.every_seconds(),
            (true, Some(one)) => format!("every minute{}", second(one)),
            (false, Some(0)) => self.every_minutes(),
            (false, Some(one)) => format!("{}{}", self.every_minutes(), second(one)),
            (false, None) if self.seconds.is_all() => {
                format!("every second of {}", self.minutes_named())
            }
            (false, None) => format!("{} of {}", self.every_seconds(), self.minutes_named()),
        }
    }

    fn every_seconds(&self) -> String {
        match self.seconds.rhythm() {
            Some(step) if self.seconds.taken.first() == Some(&0) => format!("every {step} seconds"),
            Some(step) => format!("every {step} seconds from second {}", self.seconds.taken[0]),
            None => format!("every minute at seconds {}", numbers(&self.seconds)),
        }
    }

    fn every_minutes(&self) -> String {
        let from = self.minutes.taken.first().copied().unwrap_or(0);
        match (self.minutes.single(), self.minutes.rhythm()) {
            (Some(0), _) => "every hour".to_owned(),
            (Some(one), _) => format!("every hour at minute {one}"),
            (None, Some(1)) => "every minute".to_owned(),
            (None, Some(step)) if from == 0 => format!("every {step} minutes"),
            (None, Some(step)) => format!("every {step} minutes from minute {from}"),
            (None, None) => format!("every hour at minutes {}", numbers(&self.minutes)),
        }
    }

    fn minutes_named(&self) -> String {
        let word = if self.minutes.single().is_some() { "minute" } else { "minutes" };
        format!("{word} {}", numbers(&self.minutes))
    }

    /// On which days: nothing when on all.
    fn day_words(&self) -> String {
        let days = self.days.listed(|day| format!("the {}", ordinal(day)), "from", "on");
        let days = days.map(|days| {
            let months = self.months.listed(month, "", "");
            format!("{days} of {}", months.as_deref().map_or("the month", str::trim))
        });
        let weekdays = match self.weekdays.row() {
            Some(_) => self.weekdays.listed(weekday, "from", "on"),
            None => self.weekdays.listed(|day| weekday(day) + "s", "from", "on"),
        };
        [weekdays, days].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    fn month_words(&self) -> Option<String> {
        self.months.listed(month, "from", "in")
    }
}

fn weekday(day: u32) -> String {
    named(&WEEKDAYS, day)
}

fn month(month: u32) -> String {
    named(&MONTHS, month.saturating_sub(1))
}

fn named(names: &[&str], place: u32) -> String {
    let name = usize::try_from(place).ok().and_then(|place| names.get(place));
    name.copied().unwrap_or_default().to_owned()
}

/// `1st`, `2nd`, `11th`.
fn ordinal(number: u32) -> String {
    let ending = match (number % 10, number % 100) {
        (1, hundreds) if hundreds != 11 => "st",
        (2, hundreds) if hundreds != 12 => "nd",
        (3, hundreds) if hundreds != 13 => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// `9 to 17`, `1, 2 and 5`.
fn numbers(field: &Field) -> String {
    match field.row() {
        Some((first, last)) => format!("{first} to {last}"),
        None => join(field.taken.iter().map(ToString::to_string)),
    }
}

/// `a`, `a and b`, `a, b and c`.
fn join(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn spec(text: &str) -> CronSpec {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn says_what_it_means() {
        for (text, words) in [
            ("* * * * *", "every minute"),
            ("*/5 * * * *", "every 5 minutes"),
            ("2-59/5 * * * *", "every 5 minutes from minute 2"),
            ("*/7 * * * *", "every hour at minutes 0, 7, 14, 21, 28, 35, 42, 49 and 56"),
            ("* * * * * *", "every second"),
            ("*/15 * * * * *", "every 15 seconds"),
            ("5 * * * * *", "every minute at second 5"),
            ("@hourly", "every hour"),
            ("10 * * * *", "every hour at minute 10"),
            ("30 20 * * Fri", "at 20:30 on Fridays"),
            ("0 30 20 * * Fri", "at 20:30 on Fridays"),
            ("15 30 20 * * *", "at 20:30:15 every day"),
            ("@daily", "at 00:00 every day"),
            ("0 9,18 * * 1-5", "at 09:00 and 18:00 from Monday to Friday"),
            ("0 9-22 * * *", "hourly from 09:00 to 22:00 every day"),
            ("0 */6 * * *", "every 6 hours every day"),
            ("15 */6 * * *", "every 6 hours from 00:15 every day"),
            ("*/10 9-17 * * 1-5", "every 10 minutes from 09:00 to 17:50 from Monday to Friday"),
            ("*/10 9,12 * * *", "every 10 minutes in the hours 9 and 12"),
            ("0,5 9-11 * * *", "every hour at minutes 0 and 5 in the hours 9 to 11"),
            ("* 20 * * *", "every minute in the hours 20"),
            ("@weekly", "at 00:00 on Sundays"),
            ("@monthly", "at 00:00 on the 1st of the month"),
            ("@yearly", "at 00:00 on the 1st of January"),
            ("0 0 1,15 * *", "at 00:00 on the 1st and the 15th of the month"),
            ("0 0 1-7 3,11 *", "at 00:00 from the 1st to the 7th of March and November"),
            ("0 12 13 * Fri", "at 12:00 on the 13th of the month or on Fridays"),
            ("0 12 13 5 Fri", "at 12:00 on the 13th of May or on Fridays in May"),
            (
                "0 12 */2 * Fri",
                "at 12:00 on Fridays on the 1st, the 3rd, the 5th, the 7th, the \
              9th, the 11th, the 13th, the 15th, the 17th, the 19th, the 21st, the 23rd, the \
              25th, the 27th, the 29th and the 31st of the month",
            ),
            ("0 20 * 6-8 0,6", "at 20:00 on Saturdays and Sundays from June to August"),
            ("59 59 23 31 12 * 2026", "at 23:59:59 on the 31st of December in 2026"),
            ("0 0 0 1 1 * 2027-2030", "at 00:00 on the 1st of January from 2027 to 2030"),
        ] {
            assert_eq!(spec(text).words(), words, "{text}");
        }
    }

    #[test]
    fn the_same_words_mean_the_same() {
        let fields = [
            vec!["0", "30", "*/20"],
            vec!["*", "0", "7", "*/5", "2-59/5", "0,30", "10-20"],
            vec!["*", "9", "9-17", "*/6", "1-23/2", "0,12", "8,9", "0-23/3"],
            vec!["*", "1", "13-15"],
            vec!["*", "6-8"],
            vec!["*", "1-5", "0,6"],
        ];
        let mut met: BTreeMap<String, String> = BTreeMap::new();
        let mut each = vec![String::new()];
        for choices in fields {
            let longer = |so_far: &String| {
                choices.iter().map(|one| format!("{so_far} {one}")).collect::<Vec<_>>()
            };
            each = each.iter().flat_map(longer).collect();
        }
        for text in each {
            let words = spec(&text).words();
            assert!(!words.is_empty() && !words.contains("  "), "{text}: {words}");
            if let Some(other) = met.insert(words.clone(), text.clone()) {
                assert_eq!(spec(&other).either(), spec(&text).either(), "{words}");
            }
        }
    }

    #[test]
    fn comes_up_in_every_hour_or_not() {
        assert!(spec("*/5 * * * *").is_of_every_hour());
        assert!(spec("10 * 13 * Fri").is_of_every_hour());
        assert!(!spec("30 2 * * *").is_of_every_hour());
        assert!(!spec("0 0-22 * * *").is_of_every_hour());
    }
}
