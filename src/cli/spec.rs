//! Arguments with a form of their own: `ARN@zone`, `ARN@key=value`, `key=value`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::{PathBufValueParser, TypedValueParser};
use serde_json::{Map, Value};

use crate::model::channel::ChannelArn;
use crate::model::error::ModelError;
use crate::model::trigger::AtTime;
use crate::model::zone::Zone;
use crate::world::rehearsal::Start;
use crate::world::script_file::is_plan;

/// A channel to run on, with what holds for it alone.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ChannelSpec {
    pub(super) arn: ChannelArn,
    pub(super) zone: Option<Zone>,
    pub(super) settings: Vec<Setting>,
}

impl ChannelSpec {
    pub(super) fn local() -> Self {
        Self { arn: ChannelArn::local(), zone: None, settings: Vec::new() }
    }
}

impl FromStr for ChannelSpec {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, ModelError> {
        let mut parts = text.split('@');
        let arn = super::args::channel(parts.next().unwrap_or_default())?;
        let mut spec = Self { arn, zone: None, settings: Vec::new() };
        let mut arguments: Vec<String> = Vec::new();
        for part in parts {
            match (part.parse::<Setting>(), part.parse::<Zone>(), arguments.last_mut()) {
                (Ok(_), _, _) => arguments.push(part.to_owned()),
                (Err(_), Ok(zone), _) => spec.zone = Some(zone),
                // An `@` of a value, `mail=a@b.c`.
                (Err(_), Err(_), Some(before)) => *before = format!("{before}@{part}"),
                (Err(_), Err(no_zone), None) => return Err(no_zone),
            }
        }
        spec.settings = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
        Ok(spec)
    }
}

/// The path of a script, or of a folder of them. A plan is none.
pub(super) fn script() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| {
        if !is_plan(&path) {
            return Ok(path);
        }
        let plan = path.display();
        Err(format!(
            "it is a plan, and a script is wanted here\n\
             hint: `runner up {plan}` plays a plan and `runner check {plan}` looks at it; name \
             here a script that it names"
        ))
    })
}

/// The path of a script that is played: the tests of one are none.
pub(super) fn show_script() -> impl TypedValueParser<Value = PathBuf> {
    script().try_map(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !name.ends_with("_test.rhai") {
            return Ok(path);
        }
        Err(format!(
            "it holds the tests of a show\nhint: `runner test {}` runs them",
            path.display()
        ))
    })
}

/// A whole number.
pub(super) fn whole<N: FromStr>(text: &str) -> Result<N, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is not a number\nhint: write a whole one, 0 or more"))
}

/// A port.
pub(super) fn port(text: &str) -> Result<u16, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is not a port\nhint: write a number from 0 to 65535"))
}

/// One argument of the script: `key=value`, JSON where it is JSON, else text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Setting {
    pub(super) key: String,
    pub(super) value: Value,
}

impl Setting {
    /// Arguments as a map: of those of one name the last counts.
    pub(super) fn map(settings: Vec<Self>) -> Map<String, Value> {
        settings.into_iter().map(|setting| (setting.key, setting.value)).collect()
    }
}

impl FromStr for Setting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let unreadable =
            || format!("`{text}` is not an argument\nhint: write `key=value`, `round=3`");
        let (key, value) = text.split_once('=').ok_or_else(unreadable)?;
        let key = key.trim();
        let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        if key.is_empty() || !key.chars().all(is_name) {
            return Err(unreadable());
        }
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
        Ok(Self { key: key.to_owned(), value })
    }
}

/// What an address answers: `URL=FILE`. An address may hold `=`, so the file is what follows the
/// last one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct AnswerSpec {
    pub(super) url: String,
    pub(super) file: PathBuf,
}

impl FromStr for AnswerSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_whole = |(url, file): &(&str, &str)| {
            let path = ["https://", "http://"].iter().find_map(|scheme| url.strip_prefix(scheme));
            path.is_some_and(|path| !path.is_empty()) && !file.is_empty()
        };
        let (url, file) = text.rsplit_once('=').filter(is_whole).ok_or_else(|| {
            format!(
                "`{text}` does not say what answers what\nhint: write \
                 `https://api.example.com/score=score.json`"
            )
        })?;
        Ok(Self { url: url.to_owned(), file: file.into() })
    }
}

/// When a rehearsal begins: a time of today, or a date and time, in the zone of the show; or one
/// with an offset of its own.
pub(super) fn start(text: &str) -> Result<Start, String> {
    match text.parse() {
        Ok(AtTime::Instant(at)) => Ok(Start::At(at)),
        Ok(AtTime::Local(local)) => Ok(Start::Local(local)),
        Ok(AtTime::OfDay(time)) => Ok(Start::Today(time)),
        Err(_) => Err(format!(
            "`{text}` is not a time\nhint: write `20:00` for today, `2026-12-31T20:00`, or \
             `2026-12-31T20:00Z` for UTC"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:ivs:us-west-2:123456789012:channel/abcd";

    #[test]
    fn a_channel_takes_a_zone_and_arguments_of_its_own() {
        let spec: ChannelSpec =
            format!("{ARN}@Europe/Paris@round=3@team=Reds").parse().expect("it is well formed");
        assert_eq!(spec.arn.as_str(), ARN);
        assert_eq!(spec.zone.map(|zone| zone.to_string()).as_deref(), Some("Europe/Paris"));
        let values: Vec<_> = spec.settings.iter().map(|setting| setting.value.clone()).collect();
        assert_eq!(values, [Value::from(3), Value::from("Reds")]);
    }

    #[test]
    fn a_value_may_hold_the_sign_that_parts_arguments() {
        let spec: ChannelSpec = format!("{ARN}@mail=a@b.c@Asia/Tokyo").parse().expect("good");
        let values: Vec<_> = spec.settings.iter().map(|setting| setting.value.clone()).collect();
        assert_eq!(values, [Value::from("a@b.c")]);
        assert!(spec.zone.is_some());
    }

    #[test]
    fn local_is_a_channel() {
        assert_eq!("local".parse::<ChannelSpec>(), Ok(ChannelSpec::local()));
    }

    #[test]
    fn what_is_neither_zone_nor_argument_is_refused() {
        let error = format!("{ARN}@Europe/Pariss").parse::<ChannelSpec>().expect_err("no zone");
        assert!(error.to_string().contains("did you mean `Europe/Paris`"), "{error}");
        assert!("=3".parse::<Setting>().is_err());
        assert!("round".parse::<Setting>().is_err());
    }

    #[test]
    fn an_answer_is_an_address_and_a_file() {
        let spec: AnswerSpec = "https://a.example/?key=$KEY=a/b.json".parse().expect("it is both");
        assert_eq!((&*spec.url, spec.file), ("https://a.example/?key=$KEY", "a/b.json".into()));
        for text in ["https://a.example", "https://a.example=", "a.json=b", "https://=a.json"] {
            assert!(
                text.parse::<AnswerSpec>().expect_err("it is not").contains("hint: "),
                "{text}"
            );
        }
    }

    #[test]
    fn a_start_is_a_time_of_today_or_a_date_and_a_time() {
        assert!(matches!(start("20:00"), Ok(Start::Today(_))));
        assert!(matches!(start("2026-12-31T20:00"), Ok(Start::Local(_))));
        let at = "2026-12-31T19:00:00Z".parse().expect("a time");
        assert_eq!(start("2026-12-31T20:00+01:00"), Ok(Start::At(at)));
        assert!(start("tonight").expect_err("no time").contains("hint: "));
    }
}
