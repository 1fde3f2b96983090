//! Strips of time, one below the other: the load, the cues, the polls, and the times below them.

use jiff::SignedDuration;

use super::super::polls::came_to;
use super::super::words::{count, of_key, of_payload, thousands};
use super::{clock, line, text};
use crate::model::limits::{CHANNEL_SENDS_PER_WINDOW, PAYLOAD_MAX_BYTES, TIMELINE_COLUMNS};
use crate::world::rehearsal::timeline::{Column, Lane, Mark, Poll, Timeline};

/// Height of a strip in its own units, the least height of a payload's mark, and the height of what
/// was only repeated: always lower, so that it is not taken for a payload.
const STRIP: usize = 100;
const MARK_LEAST: usize = 20;
const REPEAT_HIGH: usize = 6;
/// How wide a mark is at least, in columns; no screen draws it narrower than two pixels.
const MARK_WIDE: u32 = 2;
/// Of a strip of the load, the height of the limit.
const LIMIT: usize = 80;
/// Steps between the times of the axis, in seconds, and how many times there are at most.
const STEPS: [i64; 15] = [
    10, 30, 60, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, DAY, 604_800, 2_592_000,
];
const TIMES_MAX: i64 = 9;
const DAY: i64 = 86_400;

/// All of them.
pub(super) fn draw(page: &mut String, timeline: &Timeline) {
    load(page, timeline);
    for lane in &timeline.lanes {
        strip(page, lane, timeline);
    }
    polls(page, timeline);
    axis(page, timeline);
}

/// Payloads a second against the limit.
fn load(page: &mut String, timeline: &Timeline) {
    let limit = CHANNEL_SENDS_PER_WINDOW;
    let most = timeline.load.values().max().unwrap_or(&0);
    let more = format!("up to {most} · <span class=\"bad\">dashed: {limit}, the limit</span>");
    begin_row(page, ("in one second", &more), "load", timeline);
    let is_new = |column: &Column| {
        let mut marks = timeline.lanes.iter().filter_map(|lane| lane.marks.get(column));
        marks.any(|mark| mark.sent > mark.repeats)
    };
    // What is most worth seeing is drawn last, over the rest.
    for class in ["repeat", "sent"] {
        for (column, sent) in timeline.load.iter().filter(|(at, _)| is_new(at) == (class == "sent"))
        {
            let high = (sent * LIMIT / limit).min(STRIP);
            let words = format!("{} · {sent} of {limit} in a second", clock_of(timeline, *column));
            mark(page, class, (*column, MARK_WIDE), (STRIP - high, high), &words);
        }
    }
    let (high, wide) = (STRIP - LIMIT, TIMELINE_COLUMNS);
    line(page, format_args!("<path class=\"limit\" d=\"M0 {high}H{wide}\"/></svg></div>\n"));
}

/// What one cue did. What it says in words has the colours of its marks.
fn strip(page: &mut String, lane: &Lane, timeline: &Timeline) {
    let all = |number: fn(&Mark) -> u64| lane.marks.values().map(number).sum::<u64>();
    let (sent, repeats) = (all(|mark| mark.sent), all(|mark| mark.repeats));
    let troubles = all(|mark| mark.troubles);
    let largest = lane.marks.values().map(|mark| mark.largest).max().unwrap_or(0);
    let again = count(repeats, "repeat", "repeats");
    let lost =
        format!("<span class=\"bad\">{} refused, lost or failed</span>", thousands(troubles));
    let size = format!("up to {} B", thousands(largest as u64));
    let words = [
        Some(format!("<span class=\"good\">{} sent</span>", thousands(sent - repeats))),
        (repeats > 0).then_some(again),
        (troubles > 0).then_some(lost),
        (largest > 0).then_some(size),
    ];
    let more = words.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    begin_row(page, (&of_key(&lane.name), &more), "", timeline);
    // What is most worth seeing is drawn last, over the rest.
    for is_repeat in [true, false] {
        for (column, of) in lane.marks.iter().filter(|(_, of)| of.sent > 0) {
            if (of.repeats == of.sent) == is_repeat {
                payloads(page, *column, of, timeline);
            }
        }
    }
    for (column, of) in lane.marks.iter().filter(|(_, of)| of.troubles > 0) {
        let troubles = thousands(of.troubles);
        let at = clock_of(timeline, *column);
        let words = format!("{at} · {troubles} refused, expired, dropped or failed");
        mark(page, "trouble", (*column, 2 * MARK_WIDE), (0, MARK_LEAST), &words);
    }
    page.push_str("</svg></div>\n");
}

/// One mark for all payloads of a column.
fn payloads(page: &mut String, column: Column, of: &Mark, timeline: &Timeline) {
    let new = of.sent - of.repeats;
    let (class, high) = match new {
        0 => ("repeat", REPEAT_HIGH),
        _ => ("sent", (of.largest * STRIP / PAYLOAD_MAX_BYTES).clamp(MARK_LEAST, STRIP)),
    };
    let several = match (new, of.repeats) {
        (1, 0) => String::new(),
        (new, 0) => format!("{new} sent · "),
        (0, again) => format!("{} · ", count(again, "repeat", "repeats")),
        (new, again) => format!("{new} sent, {} · ", count(again, "repeat", "repeats")),
    };
    let first = of.first.as_ref().map(of_payload).unwrap_or_default();
    let words = format!("{} · {several}{} B · {first}", clock_of(timeline, column), of.largest);
    mark(page, class, (column, MARK_WIDE), (STRIP - high, high), &words);
}

/// When polls were open, each bar parted as its votes were: the winner at the bottom, and filled.
fn polls(page: &mut String, timeline: &Timeline) {
    if timeline.polls.is_empty() {
        return;
    }
    let closed = thousands(timeline.summary.polls);
    let all = count(timeline.summary.votes, "vote", "votes");
    let more = format!("<span class=\"poll\">{closed} closed</span> · {all}, the winner filled");
    begin_row(page, ("polls", &more), "polls", timeline);
    for poll in &timeline.polls {
        bar(page, poll, timeline);
    }
    page.push_str("</svg></div>\n");
}

fn bar(page: &mut String, poll: &Poll, timeline: &Timeline) {
    let from = timeline.column(poll.from);
    let to = poll.to.map_or(TIMELINE_COLUMNS, |to| timeline.column(to));
    let place = (from, (to - from).max(MARK_WIDE));
    let (at, came_to) = (clock(timeline, poll.from), came_to(&poll.votes));
    let shares =
        poll.votes.ranking.iter().map(|answer| format!("{} %: {}", answer.percent, answer.text));
    let words = [vec![at, poll.question.clone(), came_to], shares.collect()].concat().join(" · ");
    mark(page, "open", place, (0, STRIP), &words);
    if let Some(first) = poll.votes.ranking.first().filter(|_| poll.votes.total > 0) {
        let high = usize::try_from(first.percent).unwrap_or(STRIP).min(STRIP);
        mark(page, "share", place, (STRIP - high, high), &words);
    }
}

/// A row with its name and what is said of it (as HTML), and the strip with what is behind every
/// one: when the channel is off air.
fn begin_row(page: &mut String, (name, more): (&str, &str), class: &str, timeline: &Timeline) {
    let (name, wide) = (text(name), TIMELINE_COLUMNS);
    line(
        page,
        format_args!(
            "<div class=\"row\"><div><b>{name}</b><small>{more}</small></div>\
             <svg class=\"{class}\" viewBox=\"0 0 {wide} {STRIP}\" preserveAspectRatio=\"none\" \
             role=\"img\" aria-label=\"{name}\">\n"
        ),
    );
    for band in &timeline.bands {
        let from = timeline.column(band.from);
        let to = band.to.map_or(TIMELINE_COLUMNS, |to| timeline.column(to));
        let words = format!("off air from {}", clock(timeline, band.from));
        mark(page, "off", (from, (to - from).max(1)), (0, STRIP), &words);
    }
}

fn mark(
    page: &mut String,
    class: &str,
    (x, wide): (Column, u32),
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

/// Times at full minutes, hours or days of the show's zone, as a clock on the wall told them.
fn axis(page: &mut String, timeline: &Timeline) {
    let lasts = timeline.lasts.as_secs().max(1);
    let step = *STEPS.iter().find(|step| lasts / **step < TIMES_MAX).unwrap_or(&2_592_000);
    let form = match step {
        ..60 => "%H:%M:%S",
        60..DAY => "%H:%M",
        _ => "%-d %b",
    };
    page.push_str("<div class=\"row\"><div></div><div class=\"axis\">");
    let mut after = 0;
    while after <= lasts {
        let at = timeline.wall(SignedDuration::from_secs(after));
        let local = at.to_zoned(timeline.zone.rules().clone());
        let since_midnight = i64::from(local.hour()) * 3_600
            + i64::from(local.minute()) * 60
            + i64::from(local.second());
        let past = since_midnight % step.min(DAY);
        if past > 0 {
            after += step.min(DAY) - past;
            continue;
        }
        // Tenths of a percent are fine enough for a screen.
        let place = after * 1_000 / lasts;
        let (whole, tenth, at) = (place / 10, place % 10, local.strftime(form));
        let side = match whole {
            ..4 => " class=\"first\"",
            97.. => " class=\"last\"",
            _ => "",
        };
        line(page, format_args!("<span{side} style=\"left:{whole}.{tenth}%\">{at}</span>"));
        after += step;
    }
    page.push_str("</div></div>\n");
}

fn clock_of(timeline: &Timeline, column: Column) -> String {
    let columns = i32::try_from(column).unwrap_or(i32::MAX);
    clock(timeline, timeline.column_lasts() * columns)
}
