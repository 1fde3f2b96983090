//! A cron expression, valid by construction.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use super::error::ModelError;
use super::near::nearest;

/// A cron expression of 5, 6 (seconds first) or 7 (year last) fields, or `@hourly` and its like.
/// Day numbers are those of POSIX: 0 and 7 are Sunday, 1 is Monday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronSpec {
    text: String,
    either: Vec<cron::Schedule>,
}

impl CronSpec {
    /// As its author wrote it, with single spaces.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The schedules whose union it is: two when day of month and weekday are both restricted.
    pub fn either(&self) -> &[cron::Schedule] {
        &self.either
    }
}

impl FromStr for CronSpec {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, ModelError> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let text = words.join(" ");
        match schedules(&words) {
            Ok(either) => Ok(Self { text, either }),
            Err(problem) => Err(ModelError::Cron { met: text, problem }),
        }
    }
}

impl fmt::Display for CronSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// What the words mean, or what is wrong with them.
fn schedules(words: &[&str]) -> Result<Vec<cron::Schedule>, String> {
    let (second, rest, year) = match words {
        [name] if name.starts_with('@') => return schedules(&shorthand(name)?),
        [minute, hour, day, month, weekday] => ("0", [minute, hour, day, month, weekday], "*"),
        [second, minute, hour, day, month, weekday] => {
            (*second, [minute, hour, day, month, weekday], "*")
        }
        [second, minute, hour, day, month, weekday, year] => {
            (*second, [minute, hour, day, month, weekday], *year)
        }
        _ => return Err(format!("it has {} fields, wanted 5, 6 or 7", words.len())),
    };
    let [minute, hour, day, month, weekday] = rest;
    let before = [SECOND.read(second)?, MINUTE.read(minute)?, HOUR.read(hour)?].join(" ");
    let (days, months, weekdays) = (DAY.read(day)?, MONTH.read(month)?, WEEKDAY.read(weekday)?);
    let years = YEAR.read(year)?;
    let one = |days: &str, weekdays: &str| {
        format!("{before} {days} {months} {weekdays} {years}").parse().map_err(
            |error: cron::error::Error| error.to_string().lines().last().unwrap_or("").to_owned(),
        )
    };
    // As in crontab: a field that begins with a star does not count as given.
    let given = |field: &str| !field.starts_with(['*', '?']);
    if given(day) && given(weekday) {
        Ok(vec![one(&days, "*")?, one("*", &weekdays)?])
    } else {
        Ok(vec![one(&days, &weekdays)?])
    }
}

const SHORTHANDS: [(&str, [&str; 5]); 7] = [
    ("@hourly", ["0", "*", "*", "*", "*"]),
    ("@daily", ["0", "0", "*", "*", "*"]),
    ("@midnight", ["0", "0", "*", "*", "*"]),
    ("@weekly", ["0", "0", "*", "*", "0"]),
    ("@monthly", ["0", "0", "1", "*", "*"]),
    ("@yearly", ["0", "0", "1", "1", "*"]),
    ("@annually", ["0", "0", "1", "1", "*"]),
];

fn shorthand(name: &str) -> Result<[&'static str; 5], String> {
    let names = || SHORTHANDS.iter().map(|(known, _)| *known);
    SHORTHANDS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, fields)| *fields)
        .ok_or_else(|| match nearest(name, names()) {
            Some(near) => format!("there is no `{name}`, did you mean `{near}`?"),
            None => format!("there is no `{name}`, there are {}", join(names())),
        })
}

fn join<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// One field: which numbers it takes, and their names.
struct Field {
    name: &'static str,
    least: u32,
    most: u32,
    /// Names of the numbers from `least` on: the first three letters count.
    names: &'static [&'static str],
}

const fn numbers(name: &'static str, least: u32, most: u32) -> Field {
    Field { name, least, most, names: &[] }
}

const SECOND: Field = numbers("second", 0, 59);
const MINUTE: Field = numbers("minute", 0, 59);
const HOUR: Field = numbers("hour", 0, 23);
const DAY: Field = numbers("day of month", 1, 31);
const MONTH: Field = Field { name: "month", least: 1, most: 12, names: &MONTHS };
const WEEKDAY: Field = Field { name: "day of week", least: 0, most: 7, names: &WEEKDAYS };
const YEAR: Field = numbers("year", 1970, 2100);

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] =
    ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

impl Field {
    /// The field in the words of the `cron` crate: a star, or a list of numbers, Sunday as 1.
    fn read(&self, text: &str) -> Result<String, String> {
        let is_day = self.name == DAY.name || self.is_weekday();
        if text == "*" || (text == "?" && is_day) {
            return Ok("*".to_owned());
        }
        let mut chosen = BTreeSet::new();
        for part in text.split(',') {
            chosen.extend(self.part(part)?);
        }
        let shift = u32::from(self.is_weekday());
        let words: Vec<String> = chosen.iter().map(|n| (n + shift).to_string()).collect();
        Ok(words.join(","))
    }

    fn is_weekday(&self) -> bool {
        self.name == WEEKDAY.name
    }

    /// `5`, `1-5`, `*/2`, `1-9/2`, `5/2` (from 5 to the end).
    fn part(&self, part: &str) -> Result<Vec<u32>, String> {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(self.step(part, step)?)),
            None => (part, None),
        };
        // Sunday is both 0 and 7, and the week ends with Saturday.
        let end = if self.is_weekday() { self.most - 1 } else { self.most };
        let (from, to) = match range.split_once('-') {
            None if range == "*" => (self.least, end),
            None if step.is_some() => (self.number(range)?, end),
            None => (self.number(range)?, self.number(range)?),
            Some((from, to)) => (self.number(from)?, self.number(to)?),
        };
        if self.is_weekday() {
            let to = if to < from { to + 7 } else { to };
            return Ok((from..=to).step_by(step.unwrap_or(1)).map(|day| day % 7).collect());
        }
        if to < from {
            return Err(format!("the {} range `{range}` runs backwards", self.name));
        }
        Ok((from..=to).step_by(step.unwrap_or(1)).collect())
    }

    fn step(&self, part: &str, step: &str) -> Result<usize, String> {
        let wanted = || format!("the step of the {} `{part}` is not 1 or more", self.name);
        step.parse().ok().filter(|step| *step > 0).ok_or_else(wanted)
    }

    fn number(&self, text: &str) -> Result<u32, String> {
        let (name, least, most) = (self.name, self.least, self.most);
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            return match text.parse() {
                Ok(number) if (least..=most).contains(&number) => Ok(number),
                _ => Err(format!("the {name} `{text}` is out of range, wanted {least} to {most}")),
            };
        }
        let lower = text.to_ascii_lowercase();
        let meant = |known: &str| lower.len() >= 3 && known.starts_with(&lower);
        if let Some(place) = self.names.iter().position(|known| meant(known)) {
            return Ok(least + u32::try_from(place).expect("a week or a year has few names"));
        }
        Err(match nearest(text, self.names) {
            Some(near) => format!("the {name} `{text}` is unknown, did you mean `{near}`?"),
            None if self.names.is_empty() => {
                format!("the {name} `{text}` is not a number from {least} to {most}")
            }
            None => format!("the {name} `{text}` is neither a name nor {least} to {most}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use cron::TimeUnitSpec;

    use super::*;

    fn weekdays(field: &str) -> Vec<u32> {
        let spec: CronSpec = format!("0 0 * * {field}").parse().expect("a weekday");
        let [one] = spec.either() else { panic!("one schedule") };
        one.days_of_week().iter().map(|day| day - 1).collect()
    }

    fn problem(text: &str) -> String {
        match text.parse::<CronSpec>() {
            Err(ModelError::Cron { problem, .. }) => problem,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn day_numbers_are_those_of_posix() {
        for (field, days) in [
            ("0", vec![0]),
            ("7", vec![0]),
            ("1-5", vec![1, 2, 3, 4, 5]),
            ("5-7", vec![0, 5, 6]),
            ("0-6", vec![0, 1, 2, 3, 4, 5, 6]),
            ("0-7", vec![0, 1, 2, 3, 4, 5, 6]),
            ("*/2", vec![0, 2, 4, 6]),
            ("1/2", vec![1, 3, 5]),
            ("Fri-Mon", vec![0, 1, 5, 6]),
            ("mon,WED,Friday", vec![1, 3, 5]),
            ("Thurs,tues", vec![2, 4]),
            ("1,7", vec![0, 1]),
        ] {
            assert_eq!(weekdays(field), days, "{field}");
        }
    }

    #[test]
    fn seconds_come_first_and_years_last() {
        let fields = |text: &str| {
            let spec: CronSpec = text.parse().expect("a spec");
            let one = spec.either()[0].clone();
            (one.seconds().iter().collect::<Vec<_>>(), one.years().count())
        };
        assert_eq!(fields("* * * * *"), (vec![0], 131));
        assert_eq!(fields("*/20 * * * * *"), (vec![0, 20, 40], 131));
        assert_eq!(fields("5 * * * * * 2027-2028"), (vec![5], 2));
    }

    #[test]
    fn both_days_given_means_either() {
        let count = |text: &str| text.parse::<CronSpec>().expect("a spec").either().len();
        assert_eq!(count("0 0 13 * Fri"), 2);
        assert_eq!(count("0 0 * * Fri"), 1);
        assert_eq!(count("0 0 13 * ?"), 1);
        assert_eq!(count("0 0 */2 * Fri"), 1, "a star with a step is a star, as in crontab");
    }

    #[test]
    fn shorthands_stand_for_their_fields() {
        for (name, fields) in SHORTHANDS {
            let short: CronSpec = name.to_uppercase().parse().expect("a shorthand");
            let long: CronSpec = fields.join(" ").parse().expect("its fields");
            assert_eq!(short.either(), long.either());
        }
        assert_eq!(problem("@dayly"), "there is no `@dayly`, did you mean `@daily`?");
    }

    #[test]
    fn spaces_do_not_make_another_spec() {
        let spec: CronSpec = "  */5  *\t* * *".parse().expect("a spec");
        assert_eq!(spec.to_string(), "*/5 * * * *");
        assert_eq!(spec, "*/5 * * * *".parse().expect("a spec"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, wanted) in [
            ("", "it has 0 fields, wanted 5, 6 or 7"),
            ("* * * *", "it has 4 fields, wanted 5, 6 or 7"),
            ("61 * * * *", "the minute `61` is out of range, wanted 0 to 59"),
            ("* 24 * * *", "the hour `24` is out of range, wanted 0 to 23"),
            ("* * 0 * *", "the day of month `0` is out of range, wanted 1 to 31"),
            ("* * * * 8", "the day of week `8` is out of range, wanted 0 to 7"),
            ("* * * * Fry", "the day of week `Fry` is neither a name nor 0 to 7"),
            ("* * * Januray *", "the month `Januray` is unknown, did you mean `january`?"),
            ("30-10 * * * *", "the minute range `30-10` runs backwards"),
            ("*/0 * * * *", "the step of the minute `*/0` is not 1 or more"),
            ("x * * * *", "the minute `x` is not a number from 0 to 59"),
            ("1,, * * * *", "the minute `` is not a number from 0 to 59"),
            ("? * * * *", "the minute `?` is not a number from 0 to 59"),
            ("* * * * * * 1969", "the year `1969` is out of range, wanted 1970 to 2100"),
        ] {
            assert_eq!(problem(text), wanted, "{text}");
        }
    }
}
