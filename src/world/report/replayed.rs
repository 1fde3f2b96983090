//! How an evening that is played again differs from the one it was, for a person or a program.

use std::io;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::head::Head;
use super::json;
use super::names::Names;
use super::plain::{Look, Plain};
use super::row::Row;
use super::screen::Screen;
use super::tone::Tone;
use super::words::{count, duration, of_payload, thousands};
use crate::model::limits::REPLAY_SHOWN_MAX;
use crate::model::payload::Payload;
use crate::model::zone::Zone;
use crate::world::rehearsal::differences::{Difference, Sent};
use crate::world::rehearsal::past::Past;
use crate::world::rehearsal::replay::Replayed;
use crate::world::rehearsal::simulate::overrun_words;

/// How many payloads are the same, and how many are not.
#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    changed: usize,
    moved: usize,
    gone: usize,
    new: usize,
}

/// Shows it to a person; the differences one by one unless only the summary is wanted.
pub fn plain(replayed: &Replayed, script: &Path, only_summary: bool) -> io::Result<()> {
    let mut screen = Screen::stdout();
    let (colours, columns) = (screen.colours(), screen.width());
    let zone: Zone = replayed.past.began.zone.parse().unwrap_or(Zone::UTC);
    let mut text = head(replayed, script, &zone).text(colours);
    let folder = script.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
    let mut mistakes = Plain::new(Look { zone: zone.clone(), folder, names: Names::default() });
    for mistake in &replayed.mistakes {
        text.extend(mistakes.text(mistake, colours, columns));
    }
    let clock = |up: SignedDuration| {
        let at = replayed.past.began.at.saturating_add(up).unwrap_or(Timestamp::MAX);
        at.to_zoned(zone.rules().clone()).strftime("%H:%M:%S%.3f").to_string()
    };
    let shown = replayed.compared.different.iter().filter(|_| !only_summary);
    for difference in shown.take(REPLAY_SHOWN_MAX) {
        let row = row(difference, &clock);
        text.push_str(&row.lay_out(&clock(difference.at()), ("", 0), colours, columns));
    }
    let more = replayed.compared.different.len().saturating_sub(REPLAY_SHOWN_MAX);
    if more > 0 && !only_summary {
        text.extend(["… and ", &thousands(more as u64), " more\n"]);
    }
    let rows = !only_summary && !replayed.compared.different.is_empty();
    text.extend([if rows { "\n" } else { "" }, &words(replayed), "\n"]);
    if let Some(overrun) = &replayed.overrun {
        let error = colours.paint(Tone::Bad, "error");
        text.extend(["\n", &error, ": ", &overrun_words(overrun), "\n"]);
    }
    screen.write(&text)
}

/// Says it to a program: a head, a line for each difference, a summary.
pub fn json(replayed: &Replayed, script: &str) -> String {
    let Past { began, lasts, ended, edits, unread, .. } = &replayed.past;
    let head = json!({
        "event": "replay", "script": script, "channel": began.channel, "run": began.run,
        "seed": began.seed, "start": began.at, "zone": began.zone, "args": began.args,
        "lasts_ms": millis(*lasts), "ended": ended, "same_script": replayed.same_script,
        "edits": edits, "resume": began.resume, "state": began.state.is_some(), "unread": unread,
    });
    let mut text = json::line(&head);
    for mistake in &replayed.mistakes {
        text.push_str(&json::line(mistake));
    }
    for difference in &replayed.compared.different {
        text.push_str(&json::line(&object(difference)));
    }
    let Counts { changed, moved, gone, new } = counts(replayed);
    text.push_str(&json::line(&json!({
        "event": "replayed", "same": replayed.compared.same, "changed": changed, "moved": moved,
        "gone": gone, "new": new, "script_errors": replayed.mistakes.len(),
        "overrun": replayed.overrun.is_some(),
    })));
    text
}

fn object(difference: &Difference) -> Value {
    let sent =
        |sent: &Sent| json!({"after_ms": millis(sent.put), "cue": sent.cue, "payload": sent.text});
    match difference {
        Difference::Gone(then) => json!({"event": "gone", "then": sent(then)}),
        Difference::New(now) => json!({"event": "new", "now": sent(now)}),
        Difference::Changed { then, now } => {
            json!({"event": "changed", "then": sent(then), "now": sent(now)})
        }
        Difference::Moved { then, now } => {
            json!({"event": "moved", "then": sent(then), "now": sent(now)})
        }
    }
}

fn millis(length: SignedDuration) -> i64 {
    i64::try_from(length.as_millis()).unwrap_or(i64::MAX)
}

fn head(replayed: &Replayed, script: &Path, zone: &Zone) -> Head {
    let Past { began, lasts, ended, edits, unread, .. } = &replayed.past;
    let start = began.at.to_zoned(zone.rules().clone()).strftime("%a %-d %b %Y %H:%M:%S");
    let mut more = vec![("evening".to_owned(), format!("{start} · {}", duration(*lasts)))];
    let mut note = |is: bool, name: &str, words: String| {
        if is {
            more.push((name.to_owned(), words));
        }
    };
    note(
        began.channel != crate::model::channel::LOCAL_CHANNEL_ARN,
        "channel",
        began.channel.clone(),
    );
    let same = if replayed.same_script { "the same as then" } else { "another than then" };
    note(true, "script", same.to_owned());
    let edited = format!("{} took over meanwhile", count(*edits as u64, "version", "versions"));
    note(*edits > 0, "edits", edited);
    let state = "it began with the state of an evening before, which the journal does not hold";
    note(began.state.is_some(), "state", state.to_owned());
    note(began.resume, "resume", "it went on after a crash; here it begins anew".to_owned());
    let torn = format!("{} cannot be read", count(*unread as u64, "line", "lines"));
    note(*unread > 0, "journal", torn);
    note(!ended, "end", "the journal ends before the show does".to_owned());
    let script = crate::world::script_file::script_name(script);
    let (run, seed) = (format!("run {}", began.run), format!("seed {}", began.seed));
    let parts = vec!["replay".to_owned(), script, run, seed];
    Head { parts, zone: Some(began.zone.clone()), more, ..Head::default() }
}

fn row<'a>(difference: &'a Difference, clock: &impl Fn(SignedDuration) -> String) -> Row<'a> {
    let words = |sent: &Sent| match sent.text.parse::<Payload>() {
        Ok(payload) => of_payload(&payload),
        Err(_) => sent.text.clone(),
    };
    match difference {
        Difference::Gone(then) => Row::new(Tone::Bad, "gone", words(then)).cue(&then.cue),
        Difference::New(now) => Row::new(Tone::Good, "new", words(now)).cue(&now.cue),
        Difference::Changed { then, now } => {
            let (mut before, mut after) = (words(then), words(now));
            if before == after {
                (before, after) = (then.text.clone(), now.text.clone());
            }
            let words = format!("{before}\nnow: {after}");
            Row::new(Tone::Watch, "changed", words).cue(&now.cue)
        }
        Difference::Moved { then, now } => {
            let words = format!("was at {} · {}", clock(then.put), words(now));
            Row::new(Tone::Watch, "moved", words).cue(&now.cue)
        }
    }
}

fn counts(replayed: &Replayed) -> Counts {
    let mut counts = Counts::default();
    for difference in &replayed.compared.different {
        match difference {
            Difference::Gone(_) => counts.gone += 1,
            Difference::New(_) => counts.new += 1,
            Difference::Changed { .. } => counts.changed += 1,
            Difference::Moved { .. } => counts.moved += 1,
        }
    }
    counts
}

/// `412 payloads the same · 3 changed · 1 at another time · 1 gone · 1 new`
fn words(replayed: &Replayed) -> String {
    let Counts { changed, moved, gone, new } = counts(replayed);
    let same = count(replayed.compared.same as u64, "payload", "payloads");
    let others = [(changed, "changed"), (moved, "at another time"), (gone, "gone"), (new, "new")];
    let others = others.iter().filter(|(number, _)| *number > 0);
    let others = others.map(|(number, word)| format!(" · {} {word}", thousands(*number as u64)));
    format!("{same} the same{}", others.collect::<String>())
}
