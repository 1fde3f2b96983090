//! Plays a script of a few lines: its top level, then each of its cues once, with all that they
//! ask for. A moment that stands still, and some files of its own.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::model::channel::{ChannelArn, ShowId};
use crate::model::cue::{AfterId, CueKey, CuePlan};
use crate::model::file::{FileAnswer, FileKind, FileRef};
use crate::model::poll::Leader;
use crate::model::saved::Saved;
use crate::model::script_error::ScriptError;
use crate::model::time::Now;
use crate::model::trigger::{Happening, Trigger};
use crate::rules::polls::Book;
use crate::script::api::{
    Begin, Call, Called, Files, Loaded, PutPoll, Ready, Setup, Shelf, View, Wish,
};
use crate::script::{Handler, Host};

/// 2026-11-22T17:05:01Z.
const MOMENT: i64 = 1_795_367_101;
/// Calls of one sample: more would not be read.
const CALLS_MAX: usize = 16;

/// What playing a script came to.
#[derive(Debug, Default)]
pub struct Played {
    /// The payloads it sent, as they went out.
    pub sent: Vec<String>,
    /// What it printed or logged.
    pub said: Vec<String>,
    /// The first mistake, in the words its author would read.
    pub failure: Option<String>,
}

/// The files that samples read.
const FILES: [(FileKind, &str, &str); 6] = [
    (FileKind::Script, "library", "fn greeting(name) { `hello, ${name}` }"),
    (FileKind::Facts, "cats", "one\ntwo\nthree\n"),
    (FileKind::Data, "scores.json", r#"{"rows": [["Reds", 2]]}"#),
    (FileKind::Data, "greetings.txt", "hello\nwelcome\n"),
    (FileKind::Data, "run_sheet.csv", "at,text\n5m,first\n6m,second\n"),
    (FileKind::Data, "show.srt", "1\n00:00:05,000 --> 00:00:09,000\nwelcome\n"),
];

/// Plays a script.
pub(in crate::script) fn play(script: &str) -> Played {
    let mut sample = Sample::new();
    match sample.load(script) {
        Loaded::Ready(ready) => sample.play(&ready),
        Loaded::Needs(files) => sample.fail(&ScriptError::of_script("show.rhai", missing(&files))),
        Loaded::Failed(errors) => errors.iter().take(1).for_each(|error| sample.fail(error)),
    }
    sample.played
}

struct Sample {
    host: Host,
    files: Files,
    now: Now,
    polls: Arc<Book>,
    /// A poll was opened: what its votes would be needed for is not played, for nobody votes here.
    asked: bool,
    waiting: VecDeque<(Handler, CueKey, Value)>,
    played: Played,
}

impl Sample {
    fn new() -> Self {
        let setup = Setup {
            id: ShowId { script: "show".into(), channel: ChannelArn::local() },
            seed: 7,
            args: [("team".to_owned(), json!("Reds"))].into(),
            zone: None,
            channel_name: Some("main".to_owned()),
            shelf: Shelf::default(),
            meter: None,
        };
        let begin = Begin { saved: &Saved::default(), run: 1, next_after: AfterId(1) };
        let files = FILES.map(|(kind, name, text)| {
            (FileRef { kind, name: name.to_owned() }, FileAnswer::Text(text.into()))
        });
        let wall = Timestamp::from_second(MOMENT).unwrap_or_default();
        let now = Now { up: SignedDuration::ZERO, wall };
        let mut polls = Book::default();
        polls.set_leaders(Some(vec![Leader { name: "Ada".to_owned(), points: 10 }]), now);
        Self {
            host: Host::new(setup.into(), &begin),
            files: files.into(),
            now,
            polls: polls.into(),
            asked: false,
            waiting: VecDeque::new(),
            played: Played::default(),
        }
    }

    fn load(&mut self, script: &str) -> Loaded {
        let view = View {
            now: self.now,
            clock: self.now,
            on_air: Some(None),
            elapsed: SignedDuration::ZERO,
            files: &self.files,
            afters: 0,
            polls: &self.polls,
        };
        self.host.load("show.rhai", script, &view)
    }

    /// Fires each cue that another did not fire before.
    fn play(&mut self, ready: &Ready) {
        let mut fired = BTreeSet::new();
        let timed = ready.cues.iter().filter(|plan| !plan.triggers.is_empty());
        let by_hand = ready.cues.iter().filter(|plan| plan.triggers.is_empty());
        for plan in timed.chain(by_hand) {
            if !fired.contains(&plan.key) {
                self.fire(ready, &plan.key, data_of(plan), &mut fired);
            }
            for _ in 0..CALLS_MAX {
                let Some((handler, cue, data)) = self.waiting.pop_front() else { break };
                self.call(ready, &handler, &cue, data, &mut fired);
            }
        }
    }

    fn fire(&mut self, ready: &Ready, cue: &CueKey, data: Value, fired: &mut BTreeSet<CueKey>) {
        fired.insert(cue.clone());
        if let Some(handler) = ready.generation.handler(cue) {
            self.waiting.push_back((handler, cue.clone(), data));
        }
    }

    fn call(
        &mut self,
        ready: &Ready,
        handler: &Handler,
        cue: &CueKey,
        data: Value,
        fired: &mut BTreeSet<CueKey>,
    ) {
        let view = View {
            now: self.now,
            clock: self.now,
            on_air: Some(None),
            elapsed: SignedDuration::ZERO,
            files: &self.files,
            afters: 0,
            polls: &self.polls,
        };
        let late = SignedDuration::ZERO;
        let call = Call { cue: cue.clone(), due: self.now.wall, late, data };
        let asked = match self.host.call(&ready.generation, handler, &call, &view) {
            Called::Done(asked) => asked,
            Called::Failed(error, _) => return self.fail(&error),
            Called::NeedsCounts(_) => return,
            Called::Needs(files) => {
                return self.fail(&ScriptError::of_script("show.rhai", missing(&files)));
            }
        };
        self.played.said.extend(asked.logs.into_iter().map(|(_, text)| text));
        for wish in asked.wishes {
            match wish {
                Wish::Put(put) => {
                    self.asked |= put.poll != PutPoll::None;
                    self.played.sent.push(put.payload.as_str().to_owned());
                }
                Wish::After { .. } if self.asked => {}
                Wish::After { handler, .. } => {
                    self.waiting.push_back((handler, cue.clone(), Value::Null));
                }
                Wish::Fetch { handler, .. } => {
                    let answer = json!({"data": {"reds": 2, "blues": 1}});
                    self.waiting.push_back((handler, cue.clone(), answer));
                }
                Wish::AfterCue { cue, data, .. } | Wish::Fire { cue, data } => {
                    self.fire(ready, &cue, data, fired);
                }
                Wish::Mark(..) | Wish::CancelAfter(_) | Wish::Poll(_) => {}
            }
        }
    }

    fn fail(&mut self, error: &ScriptError) {
        let hint = error.hint.as_ref().map(|hint| format!("; {hint}"));
        let told = format!("{}{}", error.message, hint.unwrap_or_default());
        self.played.failure.get_or_insert(told);
    }
}

/// What a handler would find: the operator's word, or what a refused delivery tells.
fn data_of(plan: &CuePlan) -> Value {
    match plan.triggers.first() {
        None => json!("Reds"),
        Some(Trigger::On(Happening::Refused)) => json!({
            "delivery": "1-7",
            "cue": "facts",
            "refusal": "rejected",
            "message": "the channel does not exist",
            "payload": {"text": "hello", "type": "notice"},
        }),
        Some(Trigger::On(Happening::PollClosed)) => json!({
            "question": "Tea or coffee?",
            "correct": null,
            "total": 4,
            "counts": {"Tea": 3, "Coffee": 1},
            "winner": "Tea",
            "ranking": [
                {"answer": "Tea", "votes": 3, "percent": 75},
                {"answer": "Coffee", "votes": 1, "percent": 25},
            ],
        }),
        Some(_) => Value::Null,
    }
}

fn missing(files: &[FileRef]) -> String {
    let names: Vec<String> = files.iter().map(ToString::to_string).collect();
    format!("{} is not there", names.join(", "))
}
