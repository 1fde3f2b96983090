//! The moving last line: what comes next and how things stand.

use jiff::SignedDuration;

use super::screen::Colours;
use super::text::{cut, width};
use super::tone::Tone;
use super::words::{duration, of_key};
use crate::model::limits::CHANNEL_SENDS_PER_WINDOW;

/// How things stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StatusLine {
    /// The cue that fires next, and in how long; none when none is due.
    pub next: Option<(String, SignedDuration)>,
    /// Channels that are on air.
    pub on_air: usize,
    /// The gravest hold of any show; none when nothing is held.
    pub held: Option<HeldShows>,
    /// All channels of this run.
    pub channels: usize,
    /// Payloads sent in this run.
    pub sent: u64,
    /// Attempts refused in this run; left out when none.
    pub refused: u64,
    /// Payloads that wait.
    pub waiting: usize,
    /// Sends within the last second of the busiest channel.
    pub pace: usize,
}

/// What the operator keeps from happening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HeldShows {
    /// Nothing timed fires.
    Held,
    /// Nothing goes out.
    Panic,
}

impl StatusLine {
    /// The line, no wider than `columns`; its cursor stays on it.
    pub(super) fn text(&self, colours: Colours, columns: Option<usize>) -> String {
        // The last column stays free: some terminals begin a new row when it is filled.
        let mut room = columns.map_or(usize::MAX, |columns| columns.saturating_sub(1));
        let mut line = String::new();
        for (n, (tone, part)) in self.parts().into_iter().enumerate() {
            let part = cut(&format!("{}{part}", if n == 0 { " ▸ " } else { " · " }), room);
            room -= width(&part);
            line.push_str(&tone.map_or(part.clone(), |tone| colours.paint(tone, &part)));
        }
        line
    }

    fn parts(&self) -> Vec<(Option<Tone>, String)> {
        let next = match &self.next {
            Some((cue, wait)) => format!("{} in {}", of_key(cue), duration(*wait)),
            None => "no cue is due".to_owned(),
        };
        let air = match (self.on_air, self.channels) {
            (0, _) => (Some(Tone::Watch), "off air".to_owned()),
            (_, 0 | 1) => (Some(Tone::Good), "on air".to_owned()),
            (live, all) if live == all => (Some(Tone::Good), format!("all {all} on air")),
            (live, all) => (Some(Tone::Watch), format!("{live} of {all} on air")),
        };
        let waiting = (self.waiting > 0).then_some(Tone::Watch);
        let mut parts: Vec<(Option<Tone>, String)> = match self.held {
            Some(HeldShows::Panic) => vec![(Some(Tone::Bad), "PANIC".to_owned())],
            Some(HeldShows::Held) => vec![(Some(Tone::Watch), "HELD".to_owned())],
            None => Vec::new(),
        };
        parts.extend([(None, next), air, (None, format!("{} sent", self.sent))]);
        if self.refused > 0 {
            parts.push((Some(Tone::Bad), format!("{} refused", self.refused)));
        }
        parts.push((waiting, format!("{} waiting", self.waiting)));
        parts.push((None, format!("{} of {CHANNEL_SENDS_PER_WINDOW} a second", self.pace)));
        parts
    }
}
