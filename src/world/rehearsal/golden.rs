//! Goldens: timelines that are kept, and compared with what the script does now.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use similar::{ChangeTag, TextDiff};

use serde_json::{Map, Value};

use super::error::SimulateError;
use super::fields::{changed, clock};
use super::head::{Head, TIMELINE_FORMAT};
use super::lines::Lines;
use super::simulate::{Hears, Told};
use super::whole::write_whole;
use crate::model::limits::{GOLDEN_DIFF_MAX_LINES, GOLDEN_DIFF_WITHIN, GOLDEN_MAX_BYTES};
use crate::model::zone::Zone;
use crate::world::report::text::clean;

/// Lines around a difference that are shown with it.
const AROUND: usize = 2;

/// A golden as it lies on disk.
#[derive(Debug)]
pub struct Golden {
    path: PathBuf,
    text: String,
    /// What it takes to simulate its evening again.
    pub head: Head,
}

/// A line of the difference between then and now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// As then.
    Same(String),
    /// Then and now, but for the fields that the next lines name.
    Changed(String),
    /// Only then.
    Gone(String),
    /// Only now.
    New(String),
    /// So many lines in between are the same.
    Skipped(usize),
    /// So many lines more are different.
    More(usize),
}

impl Golden {
    /// Reads a golden of the script called `script`; none where there is no such file.
    pub fn read(path: &Path, script: &str) -> Result<Option<Self>, SimulateError> {
        let file = match File::open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            file => file,
        };
        let wrong = |problem: String| SimulateError::Golden { path: path.to_owned(), problem };
        let mut text = String::new();
        let read = file.and_then(|file| file.take(GOLDEN_MAX_BYTES + 1).read_to_string(&mut text));
        read.map_err(|source| SimulateError::Read { path: path.to_owned(), source })?;
        if text.len() as u64 > GOLDEN_MAX_BYTES {
            return Err(wrong(format!("has more than {GOLDEN_MAX_BYTES} bytes")));
        }
        let head = head(text.lines().next().unwrap_or_default(), path, script)?;
        Ok(Some(Self { path: path.to_owned(), text, head }))
    }

    /// What is different now; empty when nothing is. A head's versions are not compared.
    pub fn compare(&self, now: &Taken) -> Vec<Difference> {
        let zone = self.head.zone.parse().unwrap_or(Zone::UTC);
        let (then, now) = (comparable(&self.text), comparable(&now.text));
        let then: Vec<&str> = then.iter().map(String::as_str).collect();
        let now: Vec<&str> = now.iter().map(String::as_str).collect();
        if then == now {
            return Vec::new();
        }
        let within = GOLDEN_DIFF_WITHIN.unsigned_abs();
        let diff = TextDiff::configure().timeout(within).diff_slices(&then, &now);
        let ops = diff.ops().iter();
        let mut changes = ops.flat_map(|op| diff.iter_changes(op));
        let only_echoes = !changes.any(|it| it.tag() != ChangeTag::Equal && !is_echo(it.value()));
        let (mut found, mut shown_to) = (Vec::new(), 0);
        for op in diff.grouped_ops(AROUND).iter().flatten() {
            let begins = op.old_range().start;
            if begins > shown_to {
                found.push(Difference::Skipped(begins - shown_to));
            }
            shown_to = op.old_range().end;
            let changes = diff.iter_changes(op).map(|change| (change.tag(), change.value()));
            let changes = changes.filter(|(_, line)| only_echoes || !is_echo(line));
            found.extend(told(&changes.collect::<Vec<_>>(), &zone));
        }
        let more = found.len().saturating_sub(GOLDEN_DIFF_MAX_LINES);
        if more > 0 {
            found.truncate(GOLDEN_DIFF_MAX_LINES);
            found.push(Difference::More(more));
        }
        found
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Lines that belong together, as they differ: by their fields where each has its other.
fn told(changes: &[(ChangeTag, &str)], zone: &Zone) -> Vec<Difference> {
    let of = |tag| changes.iter().filter(move |it| it.0 == tag).map(|(_, line)| *line);
    let (gone, new) = (of(ChangeTag::Delete), of(ChangeTag::Insert));
    if gone.clone().count() == new.clone().count() {
        let pairs = gone.zip(new).map(|(then, now)| changed(then, now, zone));
        let pairs: Option<Vec<Vec<Difference>>> = pairs.collect();
        if let Some(pairs) = pairs.filter(|pairs| !pairs.is_empty()) {
            return pairs.concat();
        }
    }
    let words = |(tag, line): &(ChangeTag, &str)| match tag {
        ChangeTag::Equal => Difference::Same(readable(line, zone)),
        ChangeTag::Delete => Difference::Gone(readable(line, zone)),
        ChangeTag::Insert => Difference::New(readable(line, zone)),
    };
    changes.iter().map(words).collect()
}

/// The head of a timeline of the script called `script`, in the form this program writes.
fn head(first: &str, path: &Path, script: &str) -> Result<Head, SimulateError> {
    let wrong = |problem: String| SimulateError::Golden { path: path.to_owned(), problem };
    let value: Value = serde_json::from_str(first).unwrap_or_default();
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let format = value.get("format").and_then(Value::as_u64);
    let (Some("simulation"), Some(of), Some(format)) = (text("event"), text("script"), format)
    else {
        return Err(wrong(
            "is not a kept timeline\nhint: `--golden` takes a file that `--update` has written"
                .to_owned(),
        ));
    };
    if of != script {
        return Err(wrong(format!(
            "is a timeline of `{}`, not of `{script}`\nhint: give each script a golden of its own",
            clean(of)
        )));
    }
    if format != u64::from(TIMELINE_FORMAT) {
        return Err(SimulateError::GoldenFormat { path: path.to_owned(), format });
    }
    serde_json::from_value(value).map_err(|_| {
        wrong(
            "has a first line that does not say how its evening is played\nhint: move it away, and \
             let `--update` write it"
                .to_owned(),
        )
    })
}

/// A timeline that is taken down, to be compared or kept.
#[derive(Debug, Default)]
pub struct Taken {
    text: String,
}

impl Taken {
    /// How many events it holds.
    pub fn events(&self) -> usize {
        // The head and the summary are none.
        self.text.lines().count().saturating_sub(2)
    }

    /// Whether its show began: one whose script does not compile has none.
    pub fn has_begun(&self) -> bool {
        self.text.contains("\"event\":\"started\"")
    }

    /// Keeps it as a golden: whole or not at all.
    pub fn keep(&self, path: &Path) -> Result<(), SimulateError> {
        let failed = |source| SimulateError::Write { path: path.to_owned(), source };
        write_whole(path, &self.text).map_err(failed)
    }
}

impl Hears for Taken {
    fn hear(&mut self, told: &Told<'_>) -> io::Result<()> {
        let mut line = Vec::new();
        Lines(&mut line).hear(told)?;
        if (self.text.len() + line.len()) as u64 > GOLDEN_MAX_BYTES {
            let long = format!(
                "the timeline has more than {GOLDEN_MAX_BYTES} bytes, which is too \
                 long for a golden\nhint: shorten it with `--for`"
            );
            return Err(io::Error::new(ErrorKind::FileTooLarge, long));
        }
        self.text.push_str(&String::from_utf8_lossy(&line));
        Ok(())
    }
}

/// Whether a line tells what another one tells, too: that a payload was put, which is sent later,
/// or that it was repeated.
fn is_echo(line: &str) -> bool {
    line.contains("\"event\":\"queued\"") || line.contains("\"repeat\":true")
}

/// The lines, the head without the versions of program and script.
fn comparable(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if let Some(first) = lines.first_mut()
        && let Ok(Value::Object(mut head)) = serde_json::from_str(first)
    {
        head.remove("version");
        head.remove("script_hash");
        *first = Value::Object(head).to_string();
    }
    lines
}

/// A line for a person: the time on the clock, what happened, and all else that is said of it.
fn readable(line: &str, zone: &Zone) -> String {
    let Ok(Value::Object(mut fields)) = serde_json::from_str::<Value>(line) else {
        return clean(line);
    };
    let mut take = |name: &str| match fields.remove(name) {
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let (at, event, cue) = (take("at"), take("event"), take("cue"));
    for same in ["show", "channel"] {
        take(same);
    }
    let payload = take("payload");
    let begin = [clock(&at, zone), event, cue].into_iter().filter(|part| !part.is_empty());
    let parts = begin.chain(rest(&fields)).chain(Some(payload).filter(|text| !text.is_empty()));
    clean(&parts.collect::<Vec<_>>().join("  "))
}

/// The other fields, but those that are nothing.
fn rest(fields: &Map<String, Value>) -> impl Iterator<Item = String> {
    let something = |value: &Value| !value.is_null() && value.as_i64() != Some(0);
    fields.iter().filter(move |(_, value)| something(value)).map(|(name, value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        format!("{name} {text}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_a_terminal_obeys_is_left_of_a_line() {
        let line = r#"{"at":"2026-12-31T19:00:00Z","event":"log","message":"\u001b[2Ja\nb"}"#;
        assert_eq!(readable(line, &Zone::UTC), "19:00:00.000  log  message \u{fffd}[2Ja b");
        assert_eq!(readable("\u{1b}[2J", &Zone::UTC), "\u{fffd}[2J");
    }
}
