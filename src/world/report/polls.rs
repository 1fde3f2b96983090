//! What is said of polls: that one is open, and what its votes came to.

use jiff::Timestamp;

use super::row::Row;
use super::tone::Tone;
use super::words::count;
use crate::model::event::{PollClosed, PollOpened};
use crate::world::rehearsal::timeline::Votes;

/// A poll takes votes until its time; `clock` writes an instant. One that was merely sent is not
/// told of: its payload is.
pub(super) fn opened(poll: &PollOpened, clock: impl Fn(Timestamp) -> String) -> Option<Row<'_>> {
    let poll = poll.told();
    let words = format!("open until {} · {}", clock(poll.closes_at), poll.question);
    poll.asked.then(|| Row::new(Tone::Poll, "poll", words).cue(poll.cue.as_str()))
}

/// What a poll's votes came to; nothing without votes, unless a quiz tells its right answer.
pub(super) fn closed(closed: &PollClosed) -> Option<Row<'_>> {
    let PollClosed { poll, tally, late, void, unsent } = closed;
    if *void {
        let words = format!("void, they count for nothing · {}", poll.question);
        return Some(Row::new(Tone::Poll, "votes", words).cue(poll.cue.as_str()));
    }
    let (total, right) = (tally.total(), poll.correct_text());
    if total == 0 && right.is_none() && !unsent {
        return None;
    }
    let ranks =
        poll.ranking(tally).into_iter().map(|rank| format!("{} {}", rank.answer, rank.votes));
    let ranks = ranks.collect::<Vec<_>>().join(", ");
    let late = match (late, unsent) {
        (_, true) => "not shown, it closed in a panic · ",
        (true, false) => "late · ",
        (false, false) => "",
    };
    let votes = count(total, "vote", "votes");
    let right = right.map(|right| format!(" · right: {right}"));
    let words = format!("{late}{votes}: {ranks}{} · {}", right.unwrap_or_default(), poll.question);
    Some(Row::new(Tone::Poll, "votes", words).cue(poll.cue.as_str()))
}

/// `310 votes · winner: Only of fish`; of a quiz, where most may be wrong, `310 votes · most: Two`.
pub(super) fn came_to(votes: &Votes) -> String {
    let all = count(votes.total, "vote", "votes");
    let is_quiz = votes.ranking.iter().any(|answer| answer.is_right);
    let first = if is_quiz { "most" } else { "winner" };
    match &votes.winner {
        _ if votes.total == 0 => "no votes".to_owned(),
        Some(winner) => format!("{all} · {first}: {winner}"),
        None => format!("{all} · a tie"),
    }
}
