//! What a person sees of a journal is what was on the screen.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use serde_json::json;

use super::*;
use crate::model::event::Line;
use crate::model::zone::Zone;
use crate::world::journal::query::Hearer;
use crate::world::report::journaled::{Form, Journaled};
use crate::world::report::screen::Colours;

#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("the page").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is shown of a journal with these lines.
fn shown(form: Form, shows: &[ShowId], tells_all: bool, lines: &[String]) -> String {
    let page = Page::default();
    let shows: BTreeMap<ShowId, Zone> =
        shows.iter().map(|show| (show.clone(), Zone::UTC)).collect();
    let mut journaled = Journaled::on(Screen::pipe(page.clone()), form, &shows, tells_all);
    for line in lines {
        let read: Line = serde_json::from_str(line).expect("an event");
        journaled.hear(&read, line.as_bytes()).expect("the page takes all");
    }
    let bytes = page.0.lock().expect("the page").clone();
    String::from_utf8(bytes).expect("text")
}

/// Without the line that a mistake is in: the journal does not have it.
fn as_kept(what: &What) -> What {
    let bare = |error: &ScriptError| {
        Box::new(ScriptError { source: String::new(), width: 1, ..error.clone() })
    };
    if let What::ScriptError(error) = what {
        return What::ScriptError(bare(error));
    }
    if let What::ScriptWarning(error) = what {
        return What::ScriptWarning(bare(error));
    }
    if let What::ReloadFailed(error) = what {
        return What::ReloadFailed(bare(error));
    }
    what.clone()
}

#[test]
fn every_event_is_shown_from_the_journal_as_it_was_on_the_screen() {
    let kinds = [vec![started(false)], of_deliveries(), of_cues(), of_the_show()];
    let events = [events(kinds.concat()), polls::of_polls()].concat();
    let mut plain = Plain::new(Look { folder: String::new(), ..look() });
    let mut wanted = String::new();
    let mut lines = Vec::new();
    for event in events {
        let kept = Event { what: as_kept(&event.what), ..event.clone() };
        wanted.extend(plain.text(&kept, Colours::Off, None));
        lines.push(json::line(&event).trim_end().to_owned());
    }
    assert_eq!(shown(Form::Plain, &[show("cat_facts")], false, &lines), wanted);
}

#[test]
fn what_this_version_does_not_know_is_shown_as_it_stands() {
    let line = json!({"at": "2026-11-22T19:30:00.001Z", "event": "danced", "cue": "facts",
        "steps": 3, "who": "\u{1b}[2J"});
    let text = shown(Form::Plain, &[], false, &[line.to_string()]);
    assert_eq!(
        text,
        "19:30:00.001  event    facts     danced {\"steps\":3,\"who\":\"\\u001b[2J\"}\n"
    );
    // A known kind that lacks something is no reason to hide it.
    let lacks = json!({"at": "2026-11-22T19:30:00Z", "event": "sent", "bytes": "many"});
    let text = shown(Form::Plain, &[], false, &[lacks.to_string()]);
    assert_eq!(text, "19:30:00.000  event    sent {\"bytes\":\"many\"}\n");
}

#[test]
fn what_was_not_on_the_screen_is_told_to_whoever_asks_for_it() {
    let queued = What::Queued { of: about("Cats purr."), priority: Priority::Go };
    let line = json::line(&event(0, queued)).trim_end().to_owned();
    assert_eq!(shown(Form::Plain, &[], false, std::slice::from_ref(&line)), "");
    let text = shown(Form::Plain, &[], true, &[line]);
    assert!(text.starts_with("19:30:00.000  event    facts     queued {"), "{text}");
}

#[test]
fn several_shows_are_told_apart() {
    let other = ShowId { script: "goals".into(), ..show("cat_facts") };
    let line = json::line(&Event { show: Some(other.clone()), ..event(0, What::OffAir) });
    let text = shown(Form::Plain, &[show("cat_facts"), other], false, &[line.trim().to_owned()]);
    assert_eq!(text, "19:30:00.000  goals      off air  the channel is not live\n");
}

#[test]
fn a_table_has_a_row_for_each_line_and_leaves_nothing_out() {
    let lines = [
        json::line(&event(0, sent(about("Cats \"purr\", they say")))),
        json::line(&event(1, What::Stopped { sent: 1, refused: 0, expired: 0, took_ms: 0 })),
    ];
    let lines = lines.map(|line| line.trim_end().to_owned());
    let text = shown(Form::Csv, &[], false, &lines);
    let mut table = csv::Reader::from_reader(text.as_bytes());
    let head = table.headers().expect("a head").clone();
    let rows: Vec<BTreeMap<String, String>> =
        table.deserialize().map(|row| row.expect("a row")).collect();
    assert_eq!(head.len(), 14);
    assert_eq!(rows[0]["event"], "sent");
    assert_eq!(rows[0]["waited_ms"], "2");
    assert_eq!(rows[0]["payload"], about("Cats \"purr\", they say").payload.as_str());
    assert_eq!(rows[1]["more"], "{\"sent\":1,\"refused\":0,\"expired\":0}");
}

#[test]
fn for_a_program_each_line_stays_as_it_is() {
    let line = "{\"at\":\"2026-11-22T19:30:00Z\",\"event\":\"danced\",  \"n\":1e2}".to_owned();
    assert_eq!(shown(Form::Json, &[], false, std::slice::from_ref(&line)), line + "\n");
}
