//! Times of a script: when its crons come up, and what is doubtful about them.

use jiff::Timestamp;

use super::at_line;
use crate::model::cron_spec::CronSpec;
use crate::model::cue::CuePlan;
use crate::model::limits::{CHECK_CLOCKS_FOR, CHECK_NEXT_TIMES};
use crate::model::script_error::ScriptError;
use crate::model::trigger::{AtTime, Trigger};
use crate::model::zone::Zone;
use crate::rules::clock_changes::{ClockChange, Does, clock_changes};
use crate::rules::cron::{at_instant, next_after};
use crate::script::Outline;
use crate::script::api::Ready;
use crate::show::look::Subject;

/// The next times of a cue's cron expressions, of all of them together.
pub(super) fn next_of(plan: &CuePlan, zone: &Zone, start: Timestamp) -> Vec<Timestamp> {
    let mut next: Vec<Timestamp> = Vec::new();
    for trigger in &plan.triggers {
        let Trigger::Cron { spec, zone: own } = trigger else { continue };
        let zone = own.as_ref().unwrap_or(zone);
        let times = std::iter::successors(next_after(spec, zone, start), |last| {
            next_after(spec, zone, *last)
        });
        next.extend(times.take(CHECK_NEXT_TIMES));
    }
    next.sort_unstable();
    next.dedup();
    next.truncate(CHECK_NEXT_TIMES);
    next
}

/// What is doubtful about the times of a script.
pub(super) fn doubts(subject: &Subject<'_>, ready: &Ready, outline: &Outline) -> Vec<ScriptError> {
    let mut found = Vec::new();
    for plan in &ready.cues {
        for trigger in &plan.triggers {
            found.extend(of_trigger(subject, plan, trigger, ready));
        }
    }
    if !ready.zone_is_named {
        found.extend(outline.times_without_zone.iter().cloned());
    }
    found
}

fn of_trigger(
    subject: &Subject<'_>,
    plan: &CuePlan,
    trigger: &Trigger,
    ready: &Ready,
) -> Vec<ScriptError> {
    let (is_local, own) = match trigger {
        Trigger::Cron { spec, zone } => (!spec.is_of_every_hour(), zone),
        Trigger::At { when, zone } => (!matches!(when, AtTime::Instant(_)), zone),
        Trigger::Every { .. }
        | Trigger::StreamAt { .. }
        | Trigger::After { .. }
        | Trigger::On(_) => return Vec::new(),
    };
    let zone = own.as_ref().unwrap_or(&ready.zone);
    let mut found = Vec::new();
    if is_local && own.is_none() && !ready.zone_is_named {
        let message = format!("`{trigger}` is a time of day, and no zone is named: UTC is meant");
        let mut mistake = at_line(subject, plan.line, &words(trigger), message);
        let hint =
            "write `timezone(\"Europe/Paris\")` at the top, or start with `--timezone`".to_owned();
        mistake.hint = Some(hint);
        found.push(mistake);
    }
    found.extend(match trigger {
        Trigger::Cron { spec, .. } => clocks(subject, plan, trigger, spec, zone),
        Trigger::At { when, .. } => past(subject, plan, trigger, *when, zone),
        Trigger::Every { .. }
        | Trigger::StreamAt { .. }
        | Trigger::After { .. }
        | Trigger::On(_) => None,
    });
    found
}

/// A cron expression with times that a change of the clocks swallows or doubles. One of every
/// hour keeps its rhythm through it, and nobody notices.
fn clocks(
    subject: &Subject<'_>,
    plan: &CuePlan,
    trigger: &Trigger,
    spec: &CronSpec,
    zone: &Zone,
) -> Option<ScriptError> {
    if spec.is_of_every_hour() {
        return None;
    }
    let until = subject.start.saturating_add(CHECK_CLOCKS_FOR).unwrap_or(Timestamp::MAX);
    let changes = clock_changes(spec, zone, subject.start, until);
    if changes.is_empty() {
        return None;
    }
    let told: Vec<String> = changes.iter().map(change).collect();
    let message =
        format!("`{trigger}` falls into a change of the clocks in {zone}: {}", told.join(", "));
    let mut mistake = at_line(subject, plan.line, &words(trigger), message);
    mistake.hint =
        Some("take a time outside that hour, or `every(…)`, which counts real seconds".to_owned());
    Some(mistake)
}

/// `02:30 on Sun 28 Mar 2027 is skipped`.
fn change(change: &ClockChange) -> String {
    let first = change.first.strftime("%H:%M on %a %-d %b %Y");
    let more = match change.count - 1 {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    match change.does {
        Does::Swallow => format!("{first}{more} is skipped"),
        Does::Double => format!("{first}{more} fires twice"),
    }
}

/// An `at` whose instant is over before the show begins.
fn past(
    subject: &Subject<'_>,
    plan: &CuePlan,
    trigger: &Trigger,
    when: AtTime,
    zone: &Zone,
) -> Option<ScriptError> {
    let at = at_instant(when, zone, subject.start)?;
    if at >= subject.start {
        return None;
    }
    let message = format!("`{trigger}` is past: it will not fire");
    let mut mistake = at_line(subject, plan.line, &words(trigger), message);
    mistake.hint = Some("a time of day, `at(\"20:30\", …)`, means its next occurrence".to_owned());
    Some(mistake)
}

/// Where the caret of a trigger goes: to the word that makes it, or to its cue.
fn words(trigger: &Trigger) -> [&'static str; 2] {
    match trigger {
        Trigger::Cron { .. } => ["cron", "cue"],
        Trigger::At { .. } => ["at(", "cue"],
        Trigger::Every { .. } => ["every", "cue"],
        Trigger::StreamAt { .. } => ["stream_at", "cue"],
        Trigger::After { .. } => ["after", "cue"],
        Trigger::On(_) => ["on(", "cue"],
    }
}
