//! What each kind of event says in a few words.

use super::row::Row;
use super::tone::Tone;
use super::words::{attempt, count, millis};
use crate::model::cue::CueKey;
use crate::model::delivery::{DeliveryId, Refusal};
use crate::model::event::{
    About, CueSetTo, Dropped, FiredBy, LogLevel, NotRun, PlanChanged, Reloaded, Skipped, Started,
};
use crate::model::fetch::FetchTold;
use crate::model::lease::{LeaseTold, LeaseTurn};
use crate::model::limits::{LATE_SKIP, RELOAD_NAMES_MAX};

pub(super) fn resumed<'a>(started: &Started) -> Row<'a> {
    let cues = count(started.cues as u64, "cue", "cues");
    Row::new(Tone::Watch, "resumed", format!("goes on after a crash · {cues}"))
}

pub(super) fn fired(cue: &CueKey) -> Row<'_> {
    Row::new(Tone::Past, "fired", "by the operator").cue(cue.as_str())
}

pub(super) fn sent_notes(late_ms: i64, attempts: u32, maybe_twice: bool) -> [Option<String>; 3] {
    let is_late = i128::from(late_ms) > LATE_SKIP.as_millis();
    [
        is_late.then(|| format!("{} late", millis(late_ms))),
        attempt(attempts),
        maybe_twice.then(|| "maybe twice".to_owned()),
    ]
}

/// The service's words are left out where its class says it all.
pub(super) fn refused(
    refusal: Refusal,
    message: &str,
    again_ms: Option<i64>,
    given_up: bool,
) -> String {
    let (class, message) = match refusal {
        Refusal::Throttled => ("throttled", None),
        Refusal::OffAir => ("off air", None),
        Refusal::Unavailable => ("unavailable", Some(message)),
        Refusal::Rejected => ("rejected", Some(message)),
    };
    let then = match again_ms {
        Some(again) => format!("again in {}", millis(again)),
        None if given_up => "given up".to_owned(),
        None => "held".to_owned(),
    };
    let message = message.filter(|message| !message.is_empty());
    format!("{class}, {then}{}", message.map(|text| format!(" · {text}")).unwrap_or_default())
}

pub(super) fn dropped(of: &About, why: Dropped) -> Row<'_> {
    let why = match why {
        Dropped::OutboxFull => "the outbox was full",
        Dropped::Stopped => "the show stopped",
        Dropped::Panic => "nothing goes out in a panic",
    };
    Row::about(Tone::Watch, "dropped", of, &[Some(why.to_owned())])
}

pub(super) fn in_doubt(of: &About) -> Row<'_> {
    let why = "begun as the run ended, not resent";
    Row::about(Tone::Watch, "doubt", of, &[Some(why.to_owned())])
}

pub(super) fn unseen(delivery: DeliveryId, cue: &CueKey, after_ms: i64) -> Row<'_> {
    let after = millis(after_ms);
    let words = format!("{delivery} was sent, and is not in the channel's video after {after}");
    Row::new(Tone::Bad, "unseen", words).cue(cue.as_str())
}

pub(super) fn missed(due: &str, late_ms: i64, fires: u64) -> String {
    let more = if fires > 1 { format!(" · {fires} fires") } else { String::new() };
    format!("due {due}, {} late{more}", millis(late_ms))
}

pub(super) fn skipped(why: Skipped, fires: Option<u64>) -> String {
    let why = match why {
        Skipped::OffAir => "while off air",
        Skipped::Late => "that came too late",
        Skipped::Busy => "while handler calls wait",
    };
    match fires {
        None => format!("timed fires from now on, {why}"),
        Some(fires) => format!("{} {why}", count(fires, "timed fire", "timed fires")),
    }
}

pub(super) fn not_run(why: NotRun) -> &'static str {
    match why {
        NotRun::Unknown => "no cue has that name",
        NotRun::Disarmed => "it is disarmed",
        NotRun::Cancelled => "it was cancelled",
        NotRun::Chained => "too many fires followed one another",
        NotRun::Held => "the show was held when its time came",
        NotRun::Panic => "nothing is fired in a panic",
    }
}

pub(super) fn cue_set(cue: &str, to: CueSetTo, by: FiredBy) -> Row<'_> {
    let to = match to {
        CueSetTo::Armed => "armed",
        CueSetTo::Disarmed => "disarmed",
        CueSetTo::Cancelled => "cancelled",
    };
    let by = match by {
        FiredBy::Trigger => "by its trigger",
        FiredBy::Operator => "by the operator",
        FiredBy::Script => "by the script",
    };
    Row::new(Tone::Past, "set", format!("{to} {by}")).cue(cue)
}

/// Whether a new version took over, rather than a file that the version reads.
pub(super) fn is_script(reloaded: &Reloaded) -> bool {
    reloaded.file.to_lowercase().ends_with(".rhai")
}

/// How many cues, then what comes next, then which cues: what may be cut at the edge stands last.
pub(super) fn reload(reloaded: &Reloaded) -> String {
    let others = [
        (&reloaded.added, "added"),
        (&reloaded.removed, "removed"),
        (&reloaded.changed, "changed"),
    ];
    let others = others.iter().filter(|(cues, _)| is_script(reloaded) && !cues.is_empty());
    let words = if is_script(reloaded) {
        let kept = count(reloaded.kept as u64, "cue kept", "cues kept");
        let kept = match reloaded.lines as u64 {
            // Where cues come or go, they tell more.
            lines if lines > 0 && others.clone().next().is_none() => {
                format!("{kept}, {}", count(lines, "line changed", "lines changed"))
            }
            _ => kept,
        };
        others.clone().fold(kept, |words, (cues, word)| format!("{words}, {} {word}", cues.len()))
    } else {
        format!("{} was read anew", reloaded.file)
    };
    let next = reloaded.next.as_ref().zip(reloaded.next_ms);
    let next = next.map(|(next, wait)| format!(" · next: {next} in {}", millis(wait)));
    let which = others.map(|(cues, word)| format!(" · {word} {}", some_of(cues)));
    words + next.unwrap_or_default().as_str() + which.collect::<String>().as_str()
}

/// How many shows go on and how many do not, then which.
pub(super) fn plan(plan: &PlanChanged) -> String {
    let others = [
        (&plan.added, "added"),
        (&plan.removed, "removed"),
        (&plan.changed, "changed"),
        (&plan.stays, "unchanged after all"),
    ];
    let others = others.iter().filter(|(shows, _)| !shows.is_empty());
    let kept = count(plan.kept as u64, "show goes on", "shows go on");
    let words = others
        .clone()
        .fold(kept, |words, (shows, word)| format!("{words}, {} {word}", shows.len()));
    let which = |(shows, word): &(&Vec<String>, &str)| format!(" · {word} {}", some_of(shows));
    words + others.map(which).collect::<String>().as_str()
}

/// The first few names.
fn some_of(cues: &[impl AsRef<str>]) -> String {
    let mut names: Vec<&str> = cues.iter().take(RELOAD_NAMES_MAX).map(AsRef::as_ref).collect();
    if cues.len() > names.len() {
        names.push("…");
    }
    names.join(", ")
}

pub(super) fn rolled_back<'a>(version: Option<String>) -> Row<'a> {
    if let Some(version) = version {
        let words = format!("to the version of {version}: what is saved failed, and does not play");
        Row::new(Tone::Watch, "back", words)
    } else {
        let words = "no earlier version ran for a minute: this one stays, mend it and save";
        Row::new(Tone::Bad, "back", words)
    }
}

pub(super) fn log<'a>(level: LogLevel, cue: Option<&'a CueKey>, message: &str) -> Row<'a> {
    let (tone, word) = match level {
        LogLevel::Print => (Tone::Past, "print"),
        LogLevel::Info => (Tone::Past, "info"),
        LogLevel::Warn => (Tone::Watch, "warn"),
    };
    let row = Row::new(tone, word, message);
    cue.into_iter().fold(row, |row, cue| row.cue(cue.as_str()))
}

pub(super) fn fetched(told: &FetchTold) -> Row<'_> {
    let (tone, words) = match &told.error {
        None => (Tone::Past, format!("{} B from {}", told.bytes, told.url)),
        Some(error) => (Tone::Watch, format!("nothing from {}: {error}", told.url)),
    };
    Row::new(tone, "fetched", words).cue(told.cue.as_str())
}

pub(super) fn on_air<'a>(stream: Option<&str>, viewers: Option<u64>) -> Row<'a> {
    let stream = stream.unwrap_or("taken to be live");
    let viewers = viewers.map(|all| format!(" · {}", count(all, "viewer", "viewers")));
    Row::new(Tone::Good, "on air", format!("{stream}{}", viewers.unwrap_or_default()))
}

pub(super) fn clock_jumped<'a>(by_ms: i64) -> Row<'a> {
    let way = if by_ms < 0 { "back" } else { "ahead" };
    let far = millis(by_ms.saturating_abs());
    Row::new(Tone::Watch, "clock", format!("the clock was set {way} by {far}"))
}

pub(super) fn stopped<'a>(sent: u64, refused: u64, expired: u64) -> Row<'a> {
    Row::new(Tone::Past, "stopped", format!("{sent} sent, {refused} refused, {expired} expired"))
}

pub(super) fn lease<'a>(told: &LeaseTold) -> Row<'a> {
    let by = |words: &str| {
        let by = told.by.as_ref().map(|by| format!("{} since {:.0}", by.who, by.since));
        by.map_or(String::new(), |by| format!("{words} {by}"))
    };
    match told.turn {
        LeaseTurn::Taken => Row::new(Tone::Past, "lease", "taken: this runner sends"),
        LeaseTurn::Following => {
            let by = by("");
            let words = format!("following{by}, and takes over when that runner is gone");
            Row::new(Tone::Watch, "lease", words)
        }
        LeaseTurn::Lapsed => {
            let words =
                "ran out, redis could not be asked in time: nothing is sent until it can be";
            Row::new(Tone::Bad, "lease", words)
        }
        LeaseTurn::Again => Row::new(Tone::Watch, "lease", "held again: the show goes on"),
        LeaseTurn::Lost => {
            let by = by(" to");
            Row::new(Tone::Bad, "lease", format!("lost{by}: this runner sends no more"))
        }
    }
}
