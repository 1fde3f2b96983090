//! What a journal holds: as it was on the screen, as it stands, or as a table.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use serde_json::Value;

use super::json;
use super::names::{Named, Names};
use super::plain::{Look, Plain};
use super::read;
use super::row::Row;
use super::screen::Screen;
use super::tone::Tone;
use crate::model::channel::ShowId;
use crate::model::event::Line;
use crate::model::zone::Zone;
use crate::world::journal::query::Hearer;

/// For whom a journal's lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A person.
    Plain,
    /// A program: each line as it stands.
    Json,
    /// A spreadsheet: one row for each line.
    Csv,
}

/// Fields that have a column of their own; what else there is stands together in the last one.
const COLUMNS: [&str; 9] = [
    "cue",
    "delivery",
    "bytes",
    "late_ms",
    "waited_ms",
    "took_ms",
    "attempts",
    "payload",
    "message",
];

/// Shows lines of a journal.
pub struct Journaled {
    out: Screen,
    form: Form,
    plain: Plain,
    /// Whether all lines are told that come, also those that were not on the screen.
    tells_all: bool,
    has_head: bool,
}

impl Journaled {
    /// On standard output; `tells_all` tells a person also what was not on the screen.
    pub fn new(form: Form, shows: &BTreeMap<ShowId, Zone>, tells_all: bool) -> Self {
        let out = if form == Form::Plain { Screen::stdout() } else { Screen::pipe(io::stdout()) };
        Self::on(out, form, shows, tells_all)
    }

    pub(super) fn on(
        out: Screen,
        form: Form,
        shows: &BTreeMap<ShowId, Zone>,
        tells_all: bool,
    ) -> Self {
        let zone = shows.values().next().cloned().unwrap_or(Zone::UTC);
        let look = Look { zone, folder: String::new(), names: names(shows) };
        Self { out, form, plain: Plain::new(look), tells_all, has_head: false }
    }

    fn plain(&mut self, line: &Line) -> String {
        let (colours, columns) = (self.out.colours(), self.out.width());
        let event = read::event(line);
        let text = event.as_ref().and_then(|event| self.plain.text(event, colours, columns));
        match text {
            Some(text) => text,
            None if event.is_some() && !self.tells_all => String::new(),
            None => {
                let cue = line.text("cue");
                let mut more = line.rest.clone();
                more.shift_remove("cue");
                let words = format!("{} {}", line.event, Value::Object(more));
                let row = Row::new(Tone::Past, "event", words);
                let row = if cue.is_empty() { row } else { row.cue(cue) };
                self.plain.row((line.at, line.show_id().as_ref()), &row, (colours, columns))
            }
        }
    }

    fn csv(&mut self, line: &Line) -> io::Result<String> {
        let mut table = csv::Writer::from_writer(Vec::new());
        if !std::mem::replace(&mut self.has_head, true) {
            let head = ["at", "event", "show", "channel"].into_iter().chain(COLUMNS);
            table.write_record(head.chain(["more"]))?;
        }
        let mut more = line.rest.clone();
        let mut row = vec![format!("{:.3}", line.at), line.event.clone()];
        row.extend([&line.show, &line.channel].map(|text| text.clone().unwrap_or_default()));
        row.extend(COLUMNS.map(|name| match more.shift_remove(name) {
            Some(Value::String(text)) => text,
            Some(value) => value.to_string(),
            None => String::new(),
        }));
        row.push(if more.is_empty() { String::new() } else { Value::Object(more).to_string() });
        table.write_record(row)?;
        let bytes = table.into_inner().map_err(csv::IntoInnerError::into_error)?;
        String::from_utf8(bytes).map_err(io::Error::other)
    }
}

impl Hearer for Journaled {
    fn hear(&mut self, line: &Line, text: &[u8]) -> io::Result<()> {
        let text = match self.form {
            Form::Plain => self.plain(line),
            Form::Json => json::harmless(String::from_utf8_lossy(text).into_owned()) + "\n",
            Form::Csv => self.csv(line)?,
        };
        if text.is_empty() { Ok(()) } else { self.out.write(&text) }
    }

    fn learn(&mut self, line: &Line) {
        if self.form == Form::Plain
            && let Some(event) = read::event(line)
        {
            self.plain.learn(&event);
        }
    }
}

/// What tells the shows apart, where there are several: their scripts, their channels, or both.
fn names(shows: &BTreeMap<ShowId, Zone>) -> Names {
    let scripts: BTreeSet<_> = shows.keys().map(|show| &show.script).collect();
    let channels: BTreeSet<_> = shows.keys().map(|show| &show.channel).collect();
    let label = |show: &ShowId| match (scripts.len(), channels.len()) {
        (1, 1) => String::new(),
        (1, _) => show.channel.id().to_owned(),
        (_, 1) => show.script.to_string(),
        _ => format!("{} {}", show.script, show.channel.id()),
    };
    let names = Names::default();
    for show in shows.keys() {
        names.add(show.clone(), Named { label: label(show), folder: None });
    }
    names
}
