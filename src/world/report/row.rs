//! One line of the report and how it is laid out: columns that never jump.

use super::screen::Colours;
use super::text::{clean, cut, fit, width};
use super::tone::Tone;
use super::words::{millis, of_key, of_payload};
use crate::model::event::About;

/// Columns of the time, where it has no zone, and of the word after it.
const TIME_COLUMNS: usize = 12;
const WORD_COLUMNS: usize = 7;
/// Columns of a cue that stands alone.
const CUE_COLUMNS: usize = 9;
/// Columns of a cue and a size together, at least one blank between them.
const CUE_AND_SIZE_COLUMNS: usize = 15;
/// Columns of how long a call took, the blanks before it included.
const TOOK_COLUMNS: usize = 7;

/// One line, before it is laid out. Its texts are made harmless when it is.
pub(super) struct Row<'a> {
    tone: Tone,
    word: &'static str,
    cue: Option<&'a str>,
    bytes: Option<usize>,
    took_ms: Option<i64>,
    words: String,
    /// Whether each line of the words is cut, rather than the first alone.
    is_table: bool,
}

impl<'a> Row<'a> {
    /// A row of a word of at most seven letters, and what is said after it.
    pub(super) fn new(tone: Tone, word: &'static str, words: impl Into<String>) -> Self {
        Self {
            tone,
            word,
            cue: None,
            bytes: None,
            took_ms: None,
            words: words.into(),
            is_table: false,
        }
    }

    /// A row about a payload: its cue, its size, some notes and the viewer's words.
    pub(super) fn about(
        tone: Tone,
        word: &'static str,
        of: &'a About,
        notes: &[Option<String>],
    ) -> Self {
        let words = notes.iter().flatten().cloned().chain([of_payload(&of.payload)]);
        let words = clean(&words.collect::<Vec<_>>().join(" · "));
        Self { bytes: Some(of.bytes), ..Self::new(tone, word, words).cue(of.cue.as_str()) }
    }

    /// With the cue it is about.
    pub(super) fn cue(self, cue: &'a str) -> Self {
        Self { cue: Some(cue), ..self }
    }

    /// With how long the call took.
    pub(super) fn took(self, took_ms: i64) -> Self {
        Self { took_ms: Some(took_ms), ..self }
    }

    /// With further lines that are columns, too: each is cut where the screen ends.
    pub(super) fn table(self) -> Self {
        Self { is_table: true, ..self }
    }

    /// The line with its end, cut to `columns`, after a label in so many columns (0: no label).
    /// Further lines of the words stand below the first; hints, for one, are not cut.
    pub(super) fn lay_out(
        &self,
        time: &str,
        (label, label_columns): (&str, usize),
        colours: Colours,
        columns: Option<usize>,
    ) -> String {
        let label = match label_columns {
            0 => String::new(),
            columns => format!("{}  ", fit(&clean(label), columns)),
        };
        let middle = self.middle();
        let time_columns = TIME_COLUMNS.max(width(time));
        let indent = time_columns + 2 + width(&label) + WORD_COLUMNS + 2 + width(&middle);
        let room = columns.map_or(usize::MAX, |columns| columns.saturating_sub(indent));
        let mut words = self.words.lines();
        let first = cut(&clean(words.next().unwrap_or_default()), room);
        let time = colours.paint(Tone::Past, time);
        let word = colours.paint(self.tone, &fit(self.word, WORD_COLUMNS));
        let line = format!("{time}  {label}{word}  {middle}{first}");
        let mut text = format!("{}\n", line.trim_end());
        for more in words {
            let more = cut(&clean(more), if self.is_table { room } else { usize::MAX });
            text.extend([&" ".repeat(indent), more.as_str(), "\n"]);
        }
        text
    }

    fn middle(&self) -> String {
        let cue = self.cue.map(of_key).unwrap_or_default();
        match self.bytes {
            Some(bytes) => {
                let size = format!("{bytes} B");
                let room = CUE_AND_SIZE_COLUMNS.saturating_sub(width(&size) + 1);
                let took = self.took_ms.map(millis).unwrap_or_default();
                format!("{} {size}{took:>TOOK_COLUMNS$}   ", fit(&cue, room))
            }
            None if self.cue.is_some() => format!("{} ", fit(&cue, CUE_COLUMNS)),
            None => String::new(),
        }
    }
}
