//! What a show will fire, and when: for a person or as JSON lines for a program.

use std::collections::BTreeMap;
use std::io;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::json;
use super::screen::Screen;
use super::snippet;
use super::text::{clean, cut, fit, width};
use super::tone::Tone;
use super::words::{duration, of_cue};
use crate::model::cue::{CueKey, CuePlan};
use crate::model::finding::Gravity;
use crate::model::script_error::ScriptError;
use crate::model::trigger::Trigger;
use crate::rules::schedule::Fire;
use crate::world::rehearsal::next::Upcoming;

/// Columns of a cue's name, at most; of the time, and of how long it is until then.
const NAME_COLUMNS_MAX: usize = 24;
const WAIT_COLUMNS: usize = 14;
/// Columns of the word that a note begins with.
const NOTE_COLUMNS: usize = 9;

/// One fire, as a program reads it.
#[derive(Serialize)]
struct FireLine<'a> {
    at: String,
    local: String,
    in_ms: i64,
    cue: &'a str,
    when: String,
}

/// Shows what is to come on standard output.
pub fn show(upcoming: &Upcoming, is_json: bool) -> io::Result<()> {
    if is_json {
        return Screen::pipe(io::stdout()).write(&json_text(upcoming));
    }
    let mut out = Screen::stdout();
    let text = plain_text(upcoming, &out);
    out.write(&text)
}

/// Shows on standard error the mistakes that keep a script from playing. `folder` is where it lies.
pub fn mistakes(mistakes: &[ScriptError], folder: &str) -> io::Result<()> {
    let mut out = Screen::stderr();
    let (colours, columns) = (out.colours(), out.width());
    let drawn = mistakes
        .iter()
        .map(|mistake| snippet::draw(mistake, Gravity::Error, folder, colours, columns));
    let text: String = drawn.collect();
    out.write(&text)
}

fn by_key(cues: &[CuePlan]) -> BTreeMap<&CueKey, &CuePlan> {
    cues.iter().map(|plan| (&plan.key, plan)).collect()
}

fn json_text(upcoming: &Upcoming) -> String {
    let plans = by_key(&upcoming.cues);
    let lines = upcoming.fires.iter().map(|fire| {
        let wait = fire.at.duration_since(upcoming.start);
        json::line(&FireLine {
            at: fire.at.to_string(),
            local: fire.at.to_zoned(upcoming.zone.rules().clone()).to_string(),
            in_ms: i64::try_from(wait.as_millis()).unwrap_or(i64::MAX),
            cue: fire.cue.as_str(),
            when: plans.get(&fire.cue).map(|plan| plan.words()).unwrap_or_default(),
        })
    });
    lines.collect()
}

fn plain_text(upcoming: &Upcoming, out: &Screen) -> String {
    let columns = out.width().unwrap_or(usize::MAX);
    let plans = by_key(&upcoming.cues);
    let plan_of = |fire: &Fire| plans.get(&fire.cue).copied();
    let name = |fire: &Fire| plan_of(fire).map(of_cue).unwrap_or_default();
    let widest = upcoming.fires.iter().map(|fire| width(&name(fire))).max().unwrap_or(0);
    let form = form(upcoming);
    let start = local(upcoming, upcoming.start, &form);
    let mut text = format!("from {start}, zone {}, on air from then on\n\n", upcoming.zone);
    for fire in &upcoming.fires {
        let time = local(upcoming, fire.at, &form);
        let wait = fit(&wait(fire.at.duration_since(upcoming.start)), WAIT_COLUMNS);
        let name = fit(&name(fire), widest.min(NAME_COLUMNS_MAX));
        let words = plan_of(fire).map(|plan| clean(&plan.words())).unwrap_or_default();
        let line = format!("{time}  {wait}  {name}  {words}");
        text.push_str(cut(&line, columns).trim_end());
        text.push('\n');
    }
    if upcoming.fires.is_empty() {
        text.push_str("nothing fires by itself\n");
    }
    for (at, (word, names)) in notes(upcoming).into_iter().enumerate() {
        if at == 0 {
            text.push('\n');
        }
        let word = out.colours().paint(Tone::Past, &fit(word, NOTE_COLUMNS));
        text.extend([&word, "  ", &clean(&names), "\n"]);
    }
    text
}

/// What is not among the fires, and what to know of those that are.
fn notes(upcoming: &Upcoming) -> Vec<(&'static str, String)> {
    let told = |is: &dyn Fn(&CuePlan) -> bool, tell: &dyn Fn(&CuePlan) -> String| {
        upcoming.cues.iter().filter(|plan| is(plan)).map(tell).collect::<Vec<_>>().join(", ")
    };
    let happens = |trigger: &Trigger| matches!(trigger, Trigger::On(_));
    let is_random =
        |trigger: &Trigger| matches!(trigger, Trigger::Every { gap, .. } if !gap.is_fixed());
    let with_words = |plan: &CuePlan| format!("{} ({})", of_cue(plan), plan.words());
    let has = |is: fn(&Trigger) -> bool| move |plan: &CuePlan| plan.triggers.iter().any(is);
    let disarmed = |plan: &CuePlan| plan.options.disarmed && !plan.triggers.is_empty();
    let random = told(&has(is_random), &of_cue);
    let random = match random.as_str() {
        "" => random,
        _ => format!("{random}: the gaps are those that seed {} draws", upcoming.seed),
    };
    let notes = [
        ("by hand", told(&|plan| plan.triggers.is_empty(), &of_cue)),
        ("no time", told(&has(happens), &with_words)),
        ("disarmed", told(&disarmed, &with_words)),
        ("at random", random),
    ];
    notes.into_iter().filter(|(_, names)| !names.is_empty()).collect()
}

/// How times are written: the year where it is not always that of the start, and milliseconds
/// where some are not full seconds.
fn form(upcoming: &Upcoming) -> String {
    let year = |at: Timestamp| at.to_zoned(upcoming.zone.rules().clone()).year();
    let is_far = upcoming.fires.iter().any(|fire| year(fire.at) != year(upcoming.start));
    let is_fine = upcoming.fires.iter().any(|fire| fire.at.subsec_nanosecond() != 0);
    let day = if is_far { "%a %e %b %Y" } else { "%a %e %b" };
    let time = if is_fine { "%H:%M:%S%.3f" } else { "%H:%M:%S" };
    format!("{day} {time} %Z")
}

/// `Thu 26 Nov 20:30:00 CET`.
fn local(upcoming: &Upcoming, at: Timestamp, form: &str) -> String {
    at.to_zoned(upcoming.zone.rules().clone()).strftime(form).to_string()
}

/// `at once`, `in 4 min`, `in 36 days`.
fn wait(wait: SignedDuration) -> String {
    const DAYS_FROM_HOURS: i64 = 48;
    match wait.as_hours() {
        _ if wait <= SignedDuration::ZERO => "at once".to_owned(),
        hours if hours >= DAYS_FROM_HOURS => format!("in {} days", hours / 24),
        _ => format!("in {}", duration(wait)),
    }
}
