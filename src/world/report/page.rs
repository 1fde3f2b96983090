//! The picture of a simulated evening: one page that needs no other file, no script and no network.
//! Each cue is a strip of time, each payload a mark in it, as high as it is large.

mod strips;
mod votes;

use std::fmt::Write;

use jiff::SignedDuration;

use super::numbers::{self, Number};
use super::text::clean;
use super::tone::Tone;
use super::words::{count, duration, of_key, thousands};
use crate::model::limits::{PAGE_POLLS_MAX, PAYLOAD_MAX_BYTES, SHEET_CUES_MAX};
use crate::world::rehearsal::head::Head;
use crate::world::rehearsal::simulate::overrun_words;
use crate::world::rehearsal::timeline::Timeline;

const STYLE: &str = include_str!("page.css");

/// How the title of each such page ends.
pub const TITLE_ENDS: &str = " · simulated</title>";

/// The whole page.
pub fn page(head: &Head, timeline: &Timeline) -> String {
    let mut page = String::new();
    let title = text(&head.script);
    page.extend([
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n",
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
        &title,
        TITLE_ENDS,
        "\n<style>\n",
        STYLE,
        "</style>\n<h1>",
        &title,
        "</h1>\n<p class=\"quiet\">",
        &text(&about(head, timeline)),
        "</p>\n",
    ]);
    summary(&mut page, timeline);
    let most = thousands(PAYLOAD_MAX_BYTES as u64);
    let again = match timeline.summary.repeats {
        0 => "",
        _ => " Grey is what was repeated for late joiners.",
    };
    line(
        &mut page,
        format_args!(
            "<h2>When</h2>\n<p class=\"quiet\">A mark is a payload; one of {most} B, the most \
             there is, is as high as its strip.{again}</p>\n"
        ),
    );
    strips::draw(&mut page, timeline);
    off_air(&mut page, timeline);
    notes(&mut page, timeline);
    table(&mut page, timeline);
    votes::list(&mut page, timeline);
    page
}

/// When the evening was, by the clock on the wall, and how much of it was played.
fn about(head: &Head, timeline: &Timeline) -> String {
    let local = |up| timeline.wall(up).to_zoned(timeline.zone.rules().clone());
    let (from, to) = (local(SignedDuration::ZERO), local(timeline.played));
    let form = if from.date() == to.date() { "%H:%M" } else { "%a %-d %b %Y %H:%M" };
    let (from, to) = (from.strftime("%a %-d %b %Y %H:%M"), to.strftime(form));
    let mut lasts = duration(timeline.lasts);
    if timeline.played < timeline.lasts {
        lasts = format!("{} of {lasts}", duration(timeline.played));
    }
    let (zone, seed) = (&timeline.zone, head.seed);
    let viewers = count(head.viewers, "viewer", "viewers");
    format!("{from} to {to} · {lasts} · {zone} · {viewers} · seed {seed}")
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

/// When the channel was off air, in words.
fn off_air(page: &mut String, timeline: &Timeline) {
    if timeline.bands.is_empty() {
        return;
    }
    let times = timeline.bands.iter().take(PAGE_POLLS_MAX).map(|band| {
        let to = band.to.map_or("the end".to_owned(), |to| clock(timeline, to));
        format!("{} to {to}", clock(timeline, band.from))
    });
    let times = times.collect::<Vec<_>>().join(", ");
    page.extend(["<p><span class=\"watch\">off air</span> ", &text(&times), "</p>\n"]);
}

/// What went wrong, or was made to.
fn notes(page: &mut String, timeline: &Timeline) {
    let overrun = timeline.overrun.as_ref().map(overrun_words);
    if timeline.notes.is_empty() && overrun.is_none() {
        return;
    }
    page.push_str("<h2>What went wrong</h2>\n<ul>\n");
    for note in &timeline.notes {
        let (at, words) = (clock(timeline, note.up), text(&note.words));
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
        page.extend(["<tr><td>", &text(&of_key(cue.as_str())), "</td>"]);
        for number in numbers {
            page.extend(["<td>", &thousands(number), "</td>"]);
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</table></div>\n");
}

/// The time at which something happened, as a clock on the wall told it; with its day where the
/// evening is long.
fn clock(timeline: &Timeline, up: SignedDuration) -> String {
    let is_long = timeline.lasts > SignedDuration::from_hours(24);
    let form = if is_long { "%-d %b %H:%M" } else { "%H:%M:%S" };
    timeline.wall(up).to_zoned(timeline.zone.rules().clone()).strftime(form).to_string()
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
