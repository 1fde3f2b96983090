//! The picture of a simulated evening: one page that needs no other file, no script and no network.
//! Each cue is a strip of time, each payload a mark in it, as high as it is large.

use std::fmt::Write;

use jiff::{SignedDuration, Timestamp};

use super::numbers::{self, Number};
use super::text::clean;
use super::tone::Tone;
use super::words::{count, duration, of_payload, thousands};
use crate::model::limits::{
    CHANNEL_SENDS_PER_WINDOW, PAGE_POLLS_MAX, PAYLOAD_MAX_BYTES, SHEET_CUES_MAX, TIMELINE_COLUMNS,
};
use crate::world::rehearsal::head::Head;
use crate::world::rehearsal::simulate::overrun_words;
use crate::world::rehearsal::summary::Summary;
use crate::world::rehearsal::timeline::{Lane, Mark, Timeline};

const STYLE: &str = include_str!("page.css");
/// Height of a strip in its own units, and the least height of a mark.
const STRIP: usize = 100;
const MARK_LEAST: usize = 12;
/// How wide a mark is at least, in columns: two pixels of a wide screen.
const MARK_WIDE: u32 = 2;
/// Steps between the times of the axis, in seconds, and how many times there are at most.
const STEPS: [i64; 15] = [
    10, 30, 60, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 604_800,
    2_592_000,
];
const TIMES_MAX: i64 = 9;

/// The whole page.
pub fn page(head: &Head, timeline: &Timeline) -> String {
    let mut page = String::new();
    let title = text(&head.script);
    page.extend([
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n",
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
        &title,
        " · simulated</title>\n<style>\n",
        STYLE,
        "</style>\n<h1>",
        &title,
        "</h1>\n<p class=\"quiet\">",
        &text(&about(head, timeline)),
        "</p>\n",
    ]);
    summary(&mut page, timeline);
    page.push_str("<h2>When</h2>\n");
    load(&mut page, timeline);
    for lane in &timeline.lanes {
        strip(&mut page, lane, timeline);
    }
    polls(&mut page, timeline);
    axis(&mut page, timeline);
    off_air(&mut page, timeline);
    tallies(&mut page, timeline);
    notes(&mut page, timeline);
    table(&mut page, timeline);
    page
}

fn about(head: &Head, timeline: &Timeline) -> String {
    let start = timeline.start.to_zoned(timeline.zone.rules().clone());
    let start = start.strftime("%a %-d %b %Y %H:%M");
    let (lasts, zone, seed) = (duration(timeline.lasts), &timeline.zone, head.seed);
    let viewers = count(head.viewers, "viewer", "viewers");
    format!("{start} · {lasts} · {zone} · {viewers} · seed {seed}")
}

/// The six numbers that a producer asks for.
fn summary(page: &mut String, timeline: &Timeline) {
    page.push_str("<dl>\n");
    for Number { tone, name, value, more } in numbers::of(&timeline.summary, &timeline.zone) {
        let class = match tone {
            Tone::Watch => " class=\"watch\"",
            Tone::Bad => " class=\"bad\"",
            Tone::Good | Tone::Poll | Tone::Past => "",
        };
        let (value, more) = (text(&value), text(&more));
        page.extend(["<div><dt>", name, "</dt><dd", class, ">", &value, "<small>", &more]);
        page.push_str("</small></dd></div>\n");
    }
    page.push_str("</dl>\n");
}

/// Payloads a second against the limit.
fn load(page: &mut String, timeline: &Timeline) {
    let limit = CHANNEL_SENDS_PER_WINDOW;
    begin_row(page, "a second", &format!("at most; {limit} is the limit"), "load", timeline);
    for (column, sent) in &timeline.load {
        let high = (sent * 80 / limit).min(STRIP);
        let words = format!("{} · {sent} of {limit} in a second", clock(timeline, *column));
        mark(page, "sent", (*column, MARK_WIDE), (STRIP - high, high), &words);
    }
    let wide = TIMELINE_COLUMNS;
    line(page, format_args!("<path class=\"limit\" d=\"M0 20H{wide}\"/></svg></div>\n"));
}

/// What one cue did.
fn strip(page: &mut String, lane: &Lane, timeline: &Timeline) {
    let sent: u64 = lane.marks.values().map(|mark| mark.sent).sum();
    let largest = lane.marks.values().map(|mark| mark.largest).max().unwrap_or(0);
    let words = format!("{} sent · up to {} B", thousands(sent), thousands(largest as u64));
    begin_row(page, &lane.name, &words, "", timeline);
    for (column, of) in &lane.marks {
        marks(page, *column, of, timeline);
    }
    page.push_str("</svg></div>\n");
}

/// One mark for all payloads of a column, and one above it for what went wrong.
fn marks(page: &mut String, column: u32, of: &Mark, timeline: &Timeline) {
    let at = clock(timeline, column);
    if of.sent > 0 {
        let high = (of.largest * STRIP / PAYLOAD_MAX_BYTES).clamp(MARK_LEAST, STRIP);
        let class = if of.repeats == of.sent { "repeat" } else { "sent" };
        let several = if of.sent > 1 { format!("{} sent · ", of.sent) } else { String::new() };
        let first = of.first.as_ref().map(of_payload).unwrap_or_default();
        let words = format!("{at} · {several}{} B · {first}", of.largest);
        mark(page, class, (column, MARK_WIDE), (STRIP - high, high), &words);
    }
    if of.troubles > 0 {
        let words = format!("{at} · {} refused, expired or dropped", thousands(of.troubles));
        mark(page, "trouble", (column, 2 * MARK_WIDE), (0, MARK_LEAST), &words);
    }
}

/// When polls were open.
fn polls(page: &mut String, timeline: &Timeline) {
    if timeline.polls.is_empty() {
        return;
    }
    let Summary { polls, votes, .. } = &timeline.summary;
    let words = format!("{} closed · {}", thousands(*polls), count(*votes, "vote", "votes"));
    begin_row(page, "polls", &words, "", timeline);
    for poll in &timeline.polls {
        let from = timeline.column(poll.from);
        let to = poll.to.map_or(TIMELINE_COLUMNS, |to| timeline.column(to));
        let votes = count(poll.votes.total, "vote", "votes");
        let words = format!("{} · {votes} · {}", clock_at(timeline, poll.from), poll.question);
        mark(page, "open", (from, (to - from).max(MARK_WIDE)), (STRIP / 4, STRIP / 2), &words);
    }
    page.push_str("</svg></div>\n");
}

/// When the channel was off air, in words.
fn off_air(page: &mut String, timeline: &Timeline) {
    if timeline.bands.is_empty() {
        return;
    }
    let times = timeline.bands.iter().take(PAGE_POLLS_MAX).map(|band| {
        let to = band.to.map_or("the end".to_owned(), |to| clock_at(timeline, to));
        format!("{} to {to}", clock_at(timeline, band.from))
    });
    let times = times.collect::<Vec<_>>().join(", ");
    page.extend(["<p><span class=\"watch\">off air</span> ", &text(&times), "</p>\n"]);
}

/// What the polls came to.
fn tallies(page: &mut String, timeline: &Timeline) {
    let polls = || timeline.polls.iter().filter(|poll| poll.votes.total > 0);
    if polls().next().is_none() {
        return;
    }
    page.push_str("<h2>Votes</h2>\n<ul>\n");
    for poll in polls().take(PAGE_POLLS_MAX) {
        let at = clock_at(timeline, poll.from);
        let votes = count(poll.votes.total, "vote", "votes");
        let (question, votes) = (text(&poll.question), text(&votes));
        page.extend(["<li>", &at, " ", &question, " <span class=\"quiet\">", &votes, "</span>"]);
        for (answer, votes, percent) in &poll.votes.ranking {
            let (answer, votes) = (text(answer), thousands(*votes));
            line(
                page,
                format_args!(
                    "<div class=\"answer\"><span>{answer}</span><i style=\"width:{percent}%\"></i>\
                     <span>{percent} % · {votes}</span></div>"
                ),
            );
        }
        page.push_str("</li>\n");
    }
    page.push_str("</ul>\n");
    let more = polls().count().saturating_sub(PAGE_POLLS_MAX);
    if more > 0 {
        line(page, format_args!("<p class=\"quiet\">… and {} more</p>\n", thousands(more as u64)));
    }
}

/// A row with its name, and the strip with what is behind every one: when the channel is off air.
fn begin_row(page: &mut String, name: &str, words: &str, class: &str, timeline: &Timeline) {
    let (name, words) = (text(name), text(words));
    let wide = TIMELINE_COLUMNS;
    line(
        page,
        format_args!(
            "<div class=\"row\"><div><b>{name}</b><small>{words}</small></div>\
             <svg class=\"{class}\" viewBox=\"0 0 {wide} {STRIP}\" preserveAspectRatio=\"none\" \
             role=\"img\" aria-label=\"{name}: {words}\">\n"
        ),
    );
    for band in &timeline.bands {
        let from = timeline.column(band.from);
        let to = band.to.map_or(TIMELINE_COLUMNS, |to| timeline.column(to));
        let words = format!("off air from {}", clock_at(timeline, band.from));
        mark(page, "off", (from, (to - from).max(1)), (0, STRIP), &words);
    }
}

fn mark(
    page: &mut String,
    class: &str,
    (x, wide): (u32, u32),
    (y, high): (usize, usize),
    words: &str,
) {
    let words = text(words);
    line(
        page,
        format_args!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\">\
             <title>{words}</title></rect>\n"
        ),
    );
}

/// Times at full minutes, hours or days of the show's zone.
fn axis(page: &mut String, timeline: &Timeline) {
    let lasts = timeline.lasts.as_secs().max(1);
    let step = STEPS.iter().find(|step| lasts / **step < TIMES_MAX).unwrap_or(&2_592_000);
    let local = timeline.start.to_zoned(timeline.zone.rules().clone());
    let since_midnight = i64::from(local.hour()) * 3_600
        + i64::from(local.minute()) * 60
        + i64::from(local.second());
    let form = if *step < 60 {
        "%H:%M:%S"
    } else if *step < 86_400 {
        "%H:%M"
    } else {
        "%-d %b"
    };
    page.push_str("<div class=\"row\"><div></div><div class=\"axis\">");
    let mut after = (step - since_midnight % step) % step;
    while after <= lasts {
        let at = timeline.start.saturating_add(SignedDuration::from_secs(after));
        let at = at.unwrap_or(Timestamp::MAX).to_zoned(timeline.zone.rules().clone());
        // Tenths of a percent are fine enough for a screen.
        let place = after * 1_000 / lasts;
        let (whole, tenth, at) = (place / 10, place % 10, at.strftime(form));
        line(page, format_args!("<span style=\"left:{whole}.{tenth}%\">{at}</span>"));
        after += step;
    }
    page.push_str("</div></div>\n");
}

/// What went wrong, or was made to.
fn notes(page: &mut String, timeline: &Timeline) {
    let overrun = timeline.overrun.as_ref().map(overrun_words);
    if timeline.notes.is_empty() && overrun.is_none() {
        return;
    }
    page.push_str("<h2>What went wrong</h2>\n<ul>\n");
    for note in &timeline.notes {
        let (at, words) = (clock_at(timeline, note.up), text(&note.words));
        let class = if note.is_error { "bad" } else { "watch" };
        let word = if note.is_error { "error" } else { "note" };
        page.extend(["<li>", &at, " <span class=\"", class, "\">", word, "</span> ", &words]);
        page.push_str("</li>\n");
    }
    if let Some(words) = overrun {
        page.extend(["<li><span class=\"bad\">error</span> ", &text(&words), "</li>\n"]);
    }
    page.push_str("</ul>\n");
}

/// What each cue did, the busiest first.
fn table(page: &mut String, timeline: &Timeline) {
    page.push_str("<h2>Cues</h2>\n<div class=\"wide\"><table>\n<tr><th>cue</th>");
    for name in numbers::CUE_NUMBERS {
        page.extend(["<th>", name, "</th>"]);
    }
    page.push_str("</tr>\n");
    for (cue, numbers) in numbers::of_cues(&timeline.summary).into_iter().take(SHEET_CUES_MAX) {
        page.extend(["<tr><td>", &text(cue.as_str()), "</td>"]);
        for number in numbers {
            page.extend(["<td>", &thousands(number), "</td>"]);
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</table></div>\n");
}

fn clock(timeline: &Timeline, column: u32) -> String {
    let columns = i32::try_from(column).unwrap_or(i32::MAX);
    clock_at(timeline, timeline.column_lasts() * columns)
}

/// The time at which something happened; with its day where the evening is long.
fn clock_at(timeline: &Timeline, up: SignedDuration) -> String {
    let at = timeline.start.saturating_add(up).unwrap_or(Timestamp::MAX);
    let is_long = timeline.lasts > SignedDuration::from_hours(24);
    let form = if is_long { "%-d %b %H:%M" } else { "%H:%M:%S" };
    at.to_zoned(timeline.zone.rules().clone()).strftime(form).to_string()
}

fn line(page: &mut String, words: std::fmt::Arguments<'_>) {
    page.write_fmt(words).expect("a string takes everything");
}

/// Text that is nothing but text in a page.
fn text(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in clean(text).chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(text("<b a=\"1\">&'"), "&lt;b a=&quot;1&quot;&gt;&amp;&#39;");
        assert_eq!(text("a\n\u{202e}b"), "a \u{fffd}b");
    }
}
