//! A timeline as JSON lines: a head, the events in the journal's own form, a summary. The same
//! script, facts, seed and start give the same bytes on every machine.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::simulate::{Hears, Told};
use super::summary::Summary;
use super::timeline::Timeline;
use crate::model::cue::CueKey;
use crate::model::event::{Event, What};
use crate::world::report::json;

/// Writes a timeline as it comes.
#[derive(Debug)]
pub struct Lines<W>(pub W);

/// The last line.
#[derive(Serialize)]
struct End<'a> {
    event: &'static str,
    #[serde(flatten)]
    summary: &'a Summary,
    #[serde(skip_serializing_if = "Option::is_none")]
    overrun: Option<Overrun<'a>>,
}

#[derive(Serialize)]
struct Overrun<'a> {
    cue: Option<&'a str>,
    calls: u64,
    operations: u64,
}

impl<W: Write> Hears for Lines<W> {
    fn hear(&mut self, told: &Told<'_>) -> io::Result<()> {
        let line = match told {
            Told::Head(head) => json::line(head),
            Told::Event(event, _) => of_event(event),
            Told::End(timeline) => of_end(timeline),
        };
        self.0.write_all(line.as_bytes())?;
        if let Told::End(_) = told { self.0.flush() } else { Ok(()) }
    }
}

/// The beginning of a show as the journal has it, without what the head says of program and script.
#[derive(Serialize)]
struct Begin<'a> {
    at: String,
    event: &'static str,
    show: &'a str,
    channel: &'a str,
    run: u32,
    seed: u64,
    zone: &'a str,
    args: &'a Value,
    files: &'a BTreeMap<String, String>,
    cues: usize,
}

fn of_event(event: &Event) -> String {
    let (What::Started(started), Some(show)) = (&event.what, &event.show) else {
        return json::line(event);
    };
    json::line(&Begin {
        at: format!("{:.3}", event.at),
        event: event.what.name(),
        show: &show.script,
        channel: show.channel.as_str(),
        run: started.run,
        seed: started.seed,
        zone: &started.zone,
        args: &started.args,
        files: &started.files,
        cues: started.cues,
    })
}

fn of_end(timeline: &Timeline) -> String {
    let overrun = timeline.overrun.as_ref().map(|overrun| Overrun {
        cue: overrun.cue.as_ref().map(CueKey::as_str),
        calls: overrun.calls,
        operations: overrun.operations,
    });
    json::line(&End { event: "summary", summary: &timeline.summary, overrun })
}
