//! What is said of polls: that one is open, and what its votes came to.

use serde_json::Value;

use super::row::Row;
use super::tone::Tone;
use super::words::count;
use crate::model::event::{PollClosed, PollOpened};

/// A poll takes votes until then. One that was merely sent is not told of: its payload is.
pub(super) fn opened<'a>(poll: &'a PollOpened, until: &str) -> Option<Row<'a>> {
    let words = format!("open until {until} · {}", poll.question);
    poll.asked.then(|| Row::new(Tone::Poll, "poll", words).cue(poll.cue.as_str()))
}

/// What a poll's votes came to; nothing without votes, unless a quiz tells its right answer.
pub(super) fn closed(poll: &PollClosed) -> Option<Row<'_>> {
    let total = poll.tally.get("total").and_then(Value::as_u64).unwrap_or(0);
    if total == 0 && poll.correct.is_none() {
        return None;
    }
    let ranking = poll.tally.get("ranking").and_then(Value::as_array).into_iter().flatten();
    let ranks = ranking.filter_map(|rank| {
        let answer = rank.get("answer")?.as_str()?;
        Some(format!("{answer} {}", rank.get("votes")?))
    });
    let ranks = ranks.collect::<Vec<_>>().join(", ");
    let late = if poll.late { "late · " } else { "" };
    let votes = count(total, "vote", "votes");
    let right = poll.correct.as_ref().map(|right| format!(" · right: {right}"));
    let words = format!("{late}{votes}: {ranks}{} · {}", right.unwrap_or_default(), poll.question);
    Some(Row::new(Tone::Poll, "votes", words).cue(poll.cue.as_str()))
}
