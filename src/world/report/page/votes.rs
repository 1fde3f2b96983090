//! What the polls of an evening came to, below its picture.

use super::super::polls::came_to;
use super::super::words::thousands;
use super::{clock, line, text};
use crate::model::limits::PAGE_POLLS_MAX;
use crate::world::rehearsal::timeline::{Answer, Poll, Timeline};

/// Each poll that somebody voted in, its answers as bars.
pub(super) fn list(page: &mut String, timeline: &Timeline) {
    let polls: Vec<&Poll> = timeline.polls.iter().filter(|poll| poll.votes.total > 0).collect();
    if polls.is_empty() {
        return;
    }
    page.push_str("<h2>Votes</h2>\n<ul class=\"polls\">\n");
    for poll in polls.iter().take(PAGE_POLLS_MAX) {
        let (at, question) = (clock(timeline, poll.from), text(&poll.question));
        let votes = text(&came_to(&poll.votes));
        page.extend(["<li>", &at, " ", &question, " <span class=\"quiet\">", &votes, "</span>"]);
        for answer in &poll.votes.ranking {
            bar(page, answer);
        }
        page.push_str("</li>\n");
    }
    page.push_str("</ul>\n");
    let more = polls.len().saturating_sub(PAGE_POLLS_MAX);
    if more > 0 {
        line(page, format_args!("<p class=\"quiet\">… and {} more</p>\n", thousands(more as u64)));
    }
}

fn bar(page: &mut String, Answer { text: answer, votes, percent, is_right }: &Answer) {
    let (answer, votes) = (text(answer), thousands(*votes));
    let right = if *is_right { " <b>✓ right</b>" } else { "" };
    line(
        page,
        format_args!(
            "<div class=\"answer\"><span>{answer}{right}</span><i style=\"width:{percent}%\"></i>\
             <span>{percent} % · {votes}</span></div>"
        ),
    );
}
