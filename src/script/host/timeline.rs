//! `timeline`: cues from a file of times and texts.

use rhai::{Dynamic, FnPtr, Map, NativeCallContext};
use serde_json::Value;

use super::files::read;
use super::outgoing::{Outgoing, fitting};
use super::when::declare;
use crate::model::timeline::{self, Entry, Form};
use crate::model::trigger::Trigger;
use crate::script::errors::{InTimeline, ScriptFault};
use crate::script::stage::{Phase, StageRef};
use crate::script::words::Word;

pub(super) static WORDS: [Word; 1] = [Word {
    name: "timeline",
    forms: &["timeline(path)"],
    doc: r#"Makes a cue of each entry of a subtitle file or a table of the show's folder, at its
time of the broadcast, as `stream_at` does. `.srt` and `.vtt`: JSON goes out as it is written,
anything else as a notice for as long as the entry lasts. `.csv` has the columns `at` and `text`,
and perhaps `until` or `show_for`. Entries may overlap; those without a text are left out. Saved
anew, it is read anew.

Gives: how many cues it made

Limits: {TIMELINE_ENTRIES_MAX} entries; a payload has {PAYLOAD_MAX_BYTES} at most

Errors:
- `timeline("show.txt");`
- `timeline("gone.srt");`

```rhai
timeline("show.srt");
```"#,
    run: timeline,
}];

fn timeline(
    context: &NativeCallContext<'_>,
    arguments: &[Dynamic],
) -> Result<Dynamic, ScriptFault> {
    StageRef::of(context).get().only_in(Phase::TopLevel, "timeline")?;
    let (path, found) = read(context, arguments)?;
    let form = Form::of(&path).ok_or_else(|| {
        ScriptFault::says(format!("`{path}` is no timeline, wanted `.srt`, `.vtt` or `.csv`"))
    })?;
    let own = context.call_source() == Some(path.as_str());
    let at_line = |line: usize, says: &str| {
        if !own {
            return ScriptFault::says(format!("`{path}`, line {line}: {says}"));
        }
        let source = found.lines().nth(line.saturating_sub(1)).unwrap_or_default();
        let source = source.trim_start_matches('\u{feff}').to_owned();
        InTimeline { line, source, says: says.to_owned() }.fault()
    };
    let entries =
        timeline::read(form, &found).map_err(|error| at_line(error.line, &error.problem))?;
    let mut made: i64 = 0;
    for entry in entries {
        let payload = payload(&entry).map_err(|fault| at_line(entry.line, &fault.to_string()))?;
        let mut sends = FnPtr::new("put_metadata")?;
        sends.add_curry(payload);
        let sends = Dynamic::from(sends);
        declare(context, Trigger::StreamAt { wait: entry.at }, Some(&sends)).map(drop)?;
        if own && let Some(cue) = StageRef::of(context).get().draft.cues.last_mut() {
            cue.plan.line = entry.line;
        }
        made += 1;
    }
    Ok(made.into())
}

/// What goes out at an entry's time, which is known to fit.
fn payload(entry: &Entry) -> Result<Dynamic, ScriptFault> {
    let text = entry.text.trim();
    if text.starts_with(['{', '[']) {
        let json: Value = serde_json::from_str(text)
            .map_err(|error| ScriptFault::says(format!("it is no JSON: {error}")))?;
        fitting(text, || json.clone())?;
        return Ok(text.into());
    }
    let mut notice = Map::new();
    notice.insert("type".into(), "notice".into());
    notice.insert("text".into(), text.into());
    if let Some(show_for) = entry.show_for {
        notice.insert("show_for".into(), show_for.to_string().into());
    }
    let notice = Dynamic::from_map(notice);
    Outgoing::of(&notice)?;
    Ok(notice)
}
