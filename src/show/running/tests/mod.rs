//! Shows played on the virtual clock: what a writer and an operator can rely on.

mod crash;
mod desk;
mod edit;
mod fetch;
mod hold;
mod late_votes;
mod life;
mod operate;
mod points;
mod poll_forms;
mod polls;
mod quizzes;
mod timeline;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::model::channel::{ChannelArn, ShowId};
use crate::model::event::{Event, What};
use crate::model::file::{FileAnswer, FileKind, FileRef};
use crate::model::io::ShowInput;
use crate::model::saved::Saved;
use crate::script::api::{Files, Setup, Shelf};
use crate::show::ShowSetup;
use crate::show::evening::{Evening, ShowIndex, World};

const START: &str = "2026-11-22T20:00:00Z";

/// One show on one virtual channel.
struct Stage {
    evening: Evening,
    show: ShowIndex,
}

pub(in crate::show) fn setup(arn: &str) -> ShowSetup {
    let channel: ChannelArn = arn.parse().expect("the tests' ARNs are well formed");
    ShowSetup {
        script: Arc::new(Setup {
            id: ShowId { script: "evening".into(), channel },
            seed: 7,
            args: Arc::default(),
            zone: None,
            channel_name: None,
            shelf: Shelf::default(),
            meter: None,
        }),
        script_file: "evening.rhai".to_owned(),
        same_show: SignedDuration::from_mins(10),
        own_stream: false,
    }
}

pub(in crate::show) const REMOTE: &str = "arn:aws:ivs:us-west-2:123456789012:channel/tests";

fn evening(start: &str) -> Evening {
    let start: Timestamp = start.parse().expect("the tests' times are well formed");
    Evening::new(World { start, latency: SignedDuration::from_millis(20) })
}

fn facts(lines: usize) -> Files {
    let lines: Vec<String> = (1..=lines).map(|n| format!("fact {n}")).collect();
    let text = lines.join("\n");
    let file = FileRef { kind: FileKind::Facts, name: "cats".to_owned() };
    Files::from([(file, FileAnswer::Text(text.into()))])
}

impl Stage {
    fn play(script: &str) -> Self {
        Self::resume(script, START, Saved::default())
    }

    /// Starts with what an earlier run kept.
    fn resume(script: &str, start: &str, saved: Saved) -> Self {
        let mut evening = evening(start);
        let show = evening.add(setup(REMOTE), script, facts(5), saved);
        Self { evening, show }
    }

    fn advance(&mut self, text: &str) {
        let span: crate::model::time::Span = text.parse().expect("the tests' spans are good");
        self.evening.advance(span.get());
    }

    fn input(&mut self, input: ShowInput) {
        self.evening.input(self.show, input);
    }

    fn save(&mut self, script: &str) {
        self.input(ShowInput::Script(FileAnswer::Text(script.into())));
    }

    fn saved(&self) -> Saved {
        self.evening.saved(self.show).expect("the show was added").clone()
    }

    /// What viewers got: whole seconds since the start, and the text.
    fn got(&self) -> Vec<(i64, String)> {
        let payloads = self.evening.delivered().iter();
        payloads.map(|d| (d.up.as_secs(), d.payload.as_str().to_owned())).collect()
    }

    fn texts(&self) -> Vec<String> {
        self.got().into_iter().map(|(_, text)| text).collect()
    }

    fn seconds(&self) -> Vec<i64> {
        self.got().into_iter().map(|(second, _)| second).collect()
    }

    /// The names of the events, in order.
    fn names(&self) -> Vec<String> {
        self.evening.events().iter().map(name).collect()
    }

    fn count(&self, event: &str) -> usize {
        self.names().iter().filter(|name| *name == event).count()
    }

    /// The messages of script errors and refused versions.
    fn mistakes(&self) -> Vec<String> {
        let events = self.evening.events().iter();
        events
            .filter_map(|event| {
                let (What::ScriptError(error) | What::ReloadFailed(error)) = &event.what else {
                    return None;
                };
                Some(error.to_string())
            })
            .collect()
    }
}

fn name(event: &Event) -> String {
    let json = serde_json::to_value(event).expect("an event is JSON");
    json.get("event").and_then(Value::as_str).expect("an event has a name").to_owned()
}
