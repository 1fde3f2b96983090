//! What is said of what the operator did at the desk.

use jiff::Timestamp;
use serde_json::Value;

use super::row::Row;
use super::tone::Tone;
use super::words::{count, millis};
use crate::model::event::{PollSet, PollSetTo, What};

/// The row of such an event; `clock` writes an instant.
pub(super) fn did<'a>(what: &What, clock: impl Fn(Timestamp) -> String) -> Option<Row<'a>> {
    if let What::StateSet { path, is, undo, .. } = what {
        Some(state_set(path, is, *undo))
    } else if let What::NameSet { hidden, viewers } = what {
        Some(name_set(*hidden, *viewers))
    } else if let What::PollSet(set) = what {
        Some(poll_set(set))
    } else if let What::Held { since } = what {
        Some(held(&clock(*since)))
    } else if let What::Panicked { since, unsent } = what {
        Some(panicked(&clock(*since), unsent))
    } else if let What::Released { skipped, held_ms } = what {
        Some(released(*skipped, *held_ms))
    } else {
        None
    }
}

fn state_set<'a>(path: &[String], is: &Value, undo: bool) -> Row<'a> {
    let place = ["state"].into_iter().chain(path.iter().map(String::as_str));
    let place = place.collect::<Vec<_>>().join(".");
    let is = if is.is_null() { "nothing".to_owned() } else { is.to_string() };
    let again = if undo { " again" } else { "" };
    Row::new(Tone::Past, "set", format!("{place} is{again} {is} by the operator"))
}

fn name_set<'a>(hidden: bool, viewers: u64) -> Row<'a> {
    let what = if hidden { "hidden from leaderboards" } else { "seen again" };
    let viewers = count(viewers, "viewer has it", "viewers have it");
    Row::new(Tone::Past, "name", format!("{what} by the operator · {viewers}"))
}

fn poll_set<'a>(set: &PollSet) -> Row<'a> {
    let what = match set.to {
        PollSetTo::Closed => "closed",
        PollSetTo::Extended => "open for longer",
        PollSetTo::Void => "void",
        PollSetTo::Shown => "results again",
    };
    Row::new(Tone::Past, "poll", format!("{what} by the operator · {}", set.question))
}

fn held<'a>(since: &str) -> Row<'a> {
    let words = format!("since {since}: nothing timed fires until the desk resumes");
    Row::new(Tone::Watch, "held", words)
}

fn panicked<'a>(since: &str, unsent: &[String]) -> Row<'a> {
    let words = format!("held since {since}: nothing goes out until the desk resumes");
    let unsent = unsent.join(", ");
    let unsent = if unsent.is_empty() { unsent } else { format!(" · unsent: {unsent}") };
    Row::new(Tone::Bad, "panic", words + unsent.as_str())
}

fn released<'a>(skipped: u64, held_ms: i64) -> Row<'a> {
    let fires = count(skipped, "timed fire", "timed fires");
    let words = format!("after {}, {fires} skipped", millis(held_ms));
    Row::new(Tone::Good, "resume", words)
}
