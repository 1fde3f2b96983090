//! Polls on a run sheet: each is one block, from its opening to its result, told when it closes.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::polls::came_to;
use super::super::row::Row;
use super::super::text::{clean, fit};
use super::super::tone::Tone;
use super::super::words::thousands;
use crate::model::event::{PollClosed, PollOpened};
use crate::model::poll::AskingId;
use crate::model::zone::Zone;
use crate::world::rehearsal::timeline::{Answer, Votes};

/// Columns of an answer, and of the bar of its votes: where there is room, and where there is not.
const WIDE: (usize, usize) = (20, 20);
const NARROW: (usize, usize) = (15, 8);
/// Columns of a screen from which on there is room.
const WIDE_COLUMNS: usize = 100;

/// The polls that were asked and have not closed. The show bounds how many there are.
#[derive(Debug, Default)]
pub(super) struct OpenPolls {
    open: BTreeMap<AskingId, (PollOpened, Timestamp)>,
}

impl OpenPolls {
    /// One that is merely sent is not told of: its payload is.
    pub(super) fn opened(&mut self, at: Timestamp, poll: &PollOpened) {
        let told = poll.told();
        if told.asked {
            self.open.insert(told.asking.clone(), (poll.clone(), at));
        }
    }

    /// The block of a poll; none for one that was merely sent and that nobody voted in.
    pub(super) fn closed<'a>(
        &mut self,
        closed: &'a PollClosed,
        zone: &Zone,
        columns: Option<usize>,
    ) -> Option<Row<'a>> {
        let opened = self.open.remove(&closed.poll.asking);
        if opened.is_none() && closed.tally.total() == 0 {
            return None;
        }
        let opened = opened.map_or(closed.poll.opened, |(_, at)| at);
        let opened = opened.to_zoned(zone.rules().clone()).strftime("%H:%M:%S");
        let votes = Votes::of(closed);
        let question = clean(&closed.poll.question);
        let (came_to, bars) = (clean(&came_to(&votes)), bars(&votes, columns));
        let words = format!("{question}\nopen from {opened} · {came_to}{bars}");
        Some(Row::new(Tone::Poll, "poll", words).cue(closed.poll.cue.as_str()).table())
    }

    /// Those that are left when the evening is over, and when they opened.
    pub(super) fn still_open(self) -> impl Iterator<Item = (PollOpened, Timestamp)> {
        self.open.into_values()
    }
}

/// A poll that had not closed when the evening was over.
pub(super) fn still_open(poll: &PollOpened) -> Row<'_> {
    let poll = poll.told();
    let words = format!("{}\nstill open at the end", clean(poll.question));
    Row::new(Tone::Poll, "poll", words).cue(poll.cue.as_str())
}

/// An answer a line; none without votes, unless one of them is right.
fn bars(votes: &Votes, columns: Option<usize>) -> String {
    let is_narrow = columns.is_some_and(|columns| columns < WIDE_COLUMNS);
    let (answer_columns, bar_columns) = if is_narrow { NARROW } else { WIDE };
    let is_told = |answer: &&Answer| votes.total > 0 || answer.is_right;
    let bars = votes.ranking.iter().filter(is_told).map(|answer| {
        let long = usize::try_from(answer.percent).unwrap_or(0) * bar_columns / 100;
        let bar = fit(&"█".repeat(long), bar_columns);
        let right = if answer.is_right { " ✓ right" } else { "" };
        let (text, votes) = (fit(&clean(&answer.text), answer_columns), thousands(answer.votes));
        format!("\n{text} {bar} {:>3} % {votes:>7}{right}", answer.percent)
    });
    bars.collect()
}
