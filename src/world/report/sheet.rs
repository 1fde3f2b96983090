//! The run sheet of a simulated evening: what happens when, for a person, and at its end the
//! numbers a producer asks for.

mod polls;

use std::io;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;

use self::polls::OpenPolls;
use super::head::Head as FirstScreen;
use super::names::Names;
use super::numbers::{self, Number};
use super::phrases;
use super::plain::{Look, Plain};
use super::row::Row;
use super::screen::Screen;
use super::text::fit;
use super::tone::Tone;
use super::words::{count, duration, millis, of_key, thousands};
use crate::model::event::{Event, What};
use crate::model::limits::{SHEET_CUES_MAX, SHEET_HELD_BYTES};
use crate::model::zone::Zone;
use crate::world::rehearsal::head::Head;
use crate::world::rehearsal::simulate::{Hears, Told, overrun_words};
use crate::world::rehearsal::summary::Summary;
use crate::world::rehearsal::timeline::{Band, Timeline};

/// Columns of the band of a channel that is off air.
const BAND_COLUMNS: usize = 60;
/// Columns of a cue's name in the table.
const CUE_COLUMNS: usize = 22;

/// What is shown of an evening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// All of it.
    Everything,
    /// The summary, and the script's mistakes.
    Summary,
    /// The script's mistakes alone, on standard error.
    Mistakes,
}

/// Writes a run sheet.
pub struct Sheet {
    screen: Screen,
    shown: Shown,
    folder: String,
    /// What lays out all that stands here as on a screen; made when the zone is known.
    plain: Plain,
    zone: Zone,
    day: Option<Date>,
    polls: OpenPolls,
    held: String,
}

impl Sheet {
    /// A sheet of a script, on standard output.
    pub fn new(script: &Path, shown: Shown) -> Self {
        let folder = script.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
        let screen = match shown {
            Shown::Everything | Shown::Summary => Screen::stdout(),
            Shown::Mistakes => Screen::stderr(),
        };
        let plain = plain(Zone::UTC, &folder);
        let (polls, held) = (OpenPolls::default(), String::new());
        Self { screen, shown, folder, plain, zone: Zone::UTC, day: None, polls, held }
    }

    fn head(&mut self, head: &Head) {
        self.zone = head.zone.parse().unwrap_or(Zone::UTC);
        self.plain = plain(self.zone.clone(), &self.folder);
        let start = head.start.to_zoned(self.zone.rules().clone());
        self.day = Some(start.date());
        let screen = FirstScreen {
            parts: vec![
                "simulate".to_owned(),
                head.script.clone(),
                format!("seed {}", head.seed),
                count(head.viewers, "viewer", "viewers"),
            ],
            zone: Some(head.zone.clone()),
            more: vec![(
                "evening".to_owned(),
                format!(
                    "{} · {}",
                    start.strftime("%a %-d %b %Y %H:%M:%S"),
                    duration(head.lasts.get())
                ),
            )],
            ..FirstScreen::default()
        };
        self.held.push_str(&screen.text(self.screen.colours()));
    }

    fn event(&mut self, event: &Event, timeline: &Timeline) {
        let is_mistake = matches!(event.what, What::ScriptError(_) | What::ReloadFailed(_));
        let is_told = is_mistake || matches!(event.what, What::Started(_));
        if (self.shown != Shown::Everything && !is_told) || is_said_elsewhere(&event.what) {
            return;
        }
        self.day_line(event.at);
        let (colours, columns) = (self.screen.colours(), self.screen.width());
        if let What::PollOpened(poll) = &event.what {
            self.polls.opened(event.at, poll);
        } else if let What::PollClosed(poll) = &event.what {
            let row = self.polls.closed(poll, &self.zone, columns);
            self.row(event.at, row.as_ref());
        } else if let Some(row) = row(&event.what, timeline, columns) {
            self.row(event.at, Some(&row));
        } else {
            self.held.extend(self.plain.text(event, colours, columns));
        }
    }

    fn row(&mut self, at: Timestamp, row: Option<&Row<'_>>) {
        let (colours, columns) = (self.screen.colours(), self.screen.width());
        let text = row.map(|row| row.lay_out(&self.clock(at), ("", 0), colours, columns));
        self.held.extend(text);
    }

    fn clock(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.rules().clone()).strftime("%H:%M:%S%.3f").to_string()
    }

    /// A new day has its date above it.
    fn day_line(&mut self, at: Timestamp) {
        let local = at.to_zoned(self.zone.rules().clone());
        if self.day.replace(local.date()).is_some_and(|day| day != local.date()) {
            let line = local.strftime("%a %-d %b %Y").to_string();
            let line = self.screen.colours().paint(Tone::Past, &line);
            self.held.extend([&line, "\n"]);
        }
    }

    fn end(&mut self, timeline: &Timeline) {
        let colours = self.screen.colours();
        if self.shown == Shown::Everything {
            for (poll, opened) in std::mem::take(&mut self.polls).still_open() {
                self.row(opened, Some(&polls::still_open(&poll)));
            }
        }
        self.held.push('\n');
        for Number { tone, name, value, more } in numbers::of(&timeline.summary, &self.zone) {
            let name = colours.paint(tone, &fit(name, 8));
            let parted = if more.is_empty() { "" } else { " · " };
            self.held.extend(["  ", &name, "  ", &value, parted, &more, "\n"]);
        }
        self.failures(timeline);
        self.table(&timeline.summary);
    }

    fn failures(&mut self, timeline: &Timeline) {
        let failed = timeline.summary.script_errors;
        let name = self.screen.colours().paint(Tone::Bad, &fit("failed", 8));
        if failed > 0 {
            let line = count(failed, "script error", "script errors");
            self.held.extend(["  ", &name, "  ", &line, "\n"]);
        }
        if let Some(overrun) = &timeline.overrun {
            let error = self.screen.colours().paint(Tone::Bad, "error");
            self.held.extend(["\n", &error, ": ", &overrun_words(overrun), "\n"]);
        }
    }

    /// What each cue did, the busiest first.
    fn table(&mut self, summary: &Summary) {
        let cues = numbers::of_cues(summary);
        if cues.is_empty() {
            return;
        }
        let head = numbers::CUE_NUMBERS.map(|name| format!("{name:>11}")).concat();
        let head = format!("  {}{head}", fit("cue", CUE_COLUMNS));
        let head = self.screen.colours().paint(Tone::Past, &head);
        self.held.extend(["\n", &head, "\n"]);
        for (cue, numbers) in cues.iter().take(SHEET_CUES_MAX) {
            let numbers = numbers.map(|number| format!("{:>11}", thousands(number))).concat();
            let cue = fit(&of_key(cue.as_str()), CUE_COLUMNS);
            self.held.extend(["  ", &cue, &numbers, "\n"]);
        }
        if cues.len() > SHEET_CUES_MAX {
            let more = thousands((cues.len() - SHEET_CUES_MAX) as u64);
            self.held.extend(["  … and ", &more, " more\n"]);
        }
    }

    fn write(&mut self) -> io::Result<()> {
        let held = std::mem::take(&mut self.held);
        self.screen.write(&held)
    }
}

impl Hears for Sheet {
    fn hear(&mut self, told: &Told<'_>) -> io::Result<()> {
        match told {
            Told::Head(_) if self.shown == Shown::Mistakes => {}
            Told::End(timeline) if self.shown == Shown::Mistakes => self.failures(timeline),
            Told::Head(head) => self.head(head),
            Told::Event(event, timeline) => self.event(event, timeline),
            Told::End(timeline) => self.end(timeline),
        }
        let is_end = matches!(told, Told::End(_));
        if is_end || self.held.len() > SHEET_HELD_BYTES { self.write() } else { Ok(()) }
    }
}

fn plain(zone: Zone, folder: &str) -> Plain {
    Plain::new(Look { zone, folder: folder.to_owned(), names: Names::default() })
}

/// Repeats are for those who join late, and the summary counts them; that timed fires are skipped
/// off air goes without saying.
fn is_said_elsewhere(what: &What) -> bool {
    matches!(what, What::Sent { repeat: true, .. } | What::Skipped { count: None, .. })
}

/// What stands otherwise on a run sheet than on a screen; none for all else.
fn row<'a>(what: &'a What, timeline: &Timeline, columns: Option<usize>) -> Option<Row<'a>> {
    if let What::Sent { of, late_ms, waited_ms, attempts, maybe_twice, .. } = what {
        let waited = (*waited_ms > 0).then(|| format!("waited {}", millis(*waited_ms)));
        let notes = phrases::sent_notes(*late_ms, *attempts, *maybe_twice);
        let notes: Vec<_> = std::iter::once(waited).chain(notes).collect();
        return Some(Row::about(Tone::Good, "sent", of, &notes));
    }
    if let What::OffAir = what {
        return Some(Row::new(Tone::Watch, "off air", band("", columns)));
    }
    let Band { from, to } = timeline.bands.last()?;
    let ends_band = matches!(what, What::OnAir { .. }) && *to == Some(timeline.now);
    ends_band.then(|| {
        let words = format!(" after {} ", duration(timeline.now - *from));
        Row::new(Tone::Good, "on air", band(&words, columns))
    })
}

/// A line across the sheet, with words in it.
fn band(words: &str, columns: Option<usize>) -> String {
    let columns = columns.map_or(BAND_COLUMNS, |columns| BAND_COLUMNS.min(columns));
    let rest = columns.saturating_sub(words.chars().count() + 2);
    format!("──{words}{}", "─".repeat(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_has_its_words_in_it() {
        assert_eq!(band(" after 5 min ", Some(20)), "── after 5 min ─────");
        assert_eq!(band("", Some(5)), "─────");
    }
}
