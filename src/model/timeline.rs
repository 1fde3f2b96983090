//! Timeline files: texts at times of a broadcast, as subtitle files have them. Read here are
//! `SubRip` (`.srt`), `WebVTT` (`.vtt`) and tables (`.csv`). The few lines of the two formats that
//! concern us are read by hand: their crates keep what is for subtitles alone, and not the lines
//! that an error has to name.

mod table;
mod texts;

use std::fmt;
use std::str::FromStr;

use super::limits::TIMELINE_ENTRIES_MAX;
use super::time::Span;

/// What is sent at a time of the broadcast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The line of the file it begins in, from 1.
    pub line: usize,
    /// How long after the broadcast went live.
    pub at: Span,
    /// How long it is shown; none where the file does not say.
    pub show_for: Option<Span>,
    /// What: JSON, or words.
    pub text: String,
}

/// Which form a timeline file has, by its name's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `.srt`
    Srt,
    /// `.vtt`
    Vtt,
    /// `.csv` with the columns `at` and `text`, perhaps `until` or `show_for`.
    Csv,
}

impl Form {
    /// Reads it off a file's name; none where it is no timeline.
    pub fn of(name: &str) -> Option<Self> {
        let (_, end) = name.rsplit_once('.')?;
        match end.to_ascii_lowercase().as_str() {
            "srt" => Some(Self::Srt),
            "vtt" => Some(Self::Vtt),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }
}

/// A place of a timeline file that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct TimelineError {
    /// The line, from 1.
    pub line: usize,
    /// What was met and what was wanted.
    pub problem: String,
}

impl TimelineError {
    fn new(line: usize, problem: impl fmt::Display) -> Self {
        Self { line, problem: problem.to_string() }
    }
}

/// The entries of a file in the order of their times; those without a text are left out.
pub fn read(form: Form, text: &str) -> Result<Vec<Entry>, TimelineError> {
    let text = text.trim_start_matches('\u{feff}');
    let mut entries = match form {
        Form::Srt => texts::read(text, texts::Kind::Srt)?,
        Form::Vtt => texts::read(text, texts::Kind::Vtt)?,
        Form::Csv => table::read(text)?,
    };
    entries.retain(|entry| !entry.text.trim().is_empty());
    if let Some(over) = entries.get(TIMELINE_ENTRIES_MAX) {
        let problem = format!("more than {TIMELINE_ENTRIES_MAX} entries");
        return Err(TimelineError::new(over.line, problem));
    }
    entries.sort_by_key(|entry| entry.at);
    Ok(entries)
}

/// A moment of the broadcast. The very beginning is its first millisecond.
fn moment(millis: u64) -> Option<Span> {
    Span::from_millis(millis.max(1)).ok()
}

/// How long from a moment to a later one; none where it is not later.
fn between(at: Span, until: Span) -> Option<Span> {
    let millis = (until.get() - at.get()).as_millis();
    let millis = u64::try_from(millis).ok().filter(|millis| *millis > 0)?;
    Span::from_millis(millis).ok()
}

/// `1:02:03,456`, `02:03.456`, or anything that a script takes for a duration.
fn time(text: &str) -> Option<Span> {
    let text = text.trim();
    let (whole, part) = text.split_once([',', '.']).unwrap_or((text, ""));
    if !part.is_empty() && !whole.contains(':') {
        return None;
    }
    if !whole.contains(':') {
        return if text == "0s" { moment(0) } else { Span::from_str(text).ok() };
    }
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let numbers: Vec<&str> = whole.split(':').collect();
    if numbers.len() > 3 || !numbers.iter().all(|number| digits(number)) {
        return None;
    }
    let mut millis: u64 = 0;
    for (place, number) in numbers.iter().enumerate() {
        let number: u64 = number.parse().ok().filter(|n| place == 0 || *n < 60)?;
        millis = millis.checked_mul(60)?.checked_add(number)?;
    }
    let part = match part.len() {
        0 => 0,
        length @ 1..=3 if digits(part) => {
            part.parse::<u64>().ok()? * [100, 10, 1].get(length - 1)?
        }
        _ => return None,
    };
    moment(millis.checked_mul(1_000)?.checked_add(part)?)
}

#[cfg(test)]
mod tests;
