//! A show for tests: a host, its files, a clock that stands still until it is moved.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::model::channel::{ChannelArn, ShowId};
use crate::model::cue::{AfterId, CueKey};
use crate::model::file::{FileAnswer, FileKind, FileRef};
use crate::model::saved::Saved;
use crate::model::script_error::ScriptError;
use crate::model::time::Now;
use crate::rules::polls::Book;
use crate::script::api::{
    Asked, Begin, Call, Called, Files, Loaded, Ready, Setup, Shelf, View, Wish,
};
use crate::script::{Generation, Handler, Host};

/// 2026-11-22T17:05:01Z.
pub(super) const MOMENT: i64 = 1_795_367_101;

/// A host and what it sees.
pub(super) struct Rig {
    pub(super) host: Host,
    pub(super) files: Files,
    pub(super) now: Now,
    /// How many `after`s wait.
    pub(super) afters: usize,
    /// The show's polls.
    pub(super) polls: Arc<Book>,
}

pub(super) fn setup() -> Setup {
    Setup {
        id: ShowId { script: "show".into(), channel: ChannelArn::local() },
        seed: 7,
        args: [("team".to_owned(), json!("Reds"))].into(),
        zone: None,
        channel_name: Some("main".to_owned()),
        shelf: Shelf::default(),
        meter: None,
    }
}

impl Rig {
    pub(super) fn new() -> Self {
        Self::with(setup(), &Saved::default())
    }

    pub(super) fn with(setup: Setup, saved: &Saved) -> Self {
        let begin = Begin { saved, run: 3, next_after: AfterId(1) };
        let wall = Timestamp::from_second(MOMENT).expect("the moment is a time");
        Self {
            host: Host::new(setup.into(), &begin),
            files: Files::new(),
            now: Now { up: SignedDuration::ZERO, wall },
            afters: 0,
            polls: Arc::default(),
        }
    }

    pub(super) fn file(&mut self, kind: FileKind, name: &str, text: &str) -> &mut Self {
        let file = FileRef { kind, name: name.to_owned() };
        self.files.insert(file, FileAnswer::Text(text.into()));
        self
    }

    pub(super) fn try_load(&mut self, text: &str) -> Loaded {
        let Self { host, files, now, .. } = self;
        let elapsed = SignedDuration::ZERO;
        let view = View {
            now: *now,
            clock: *now,
            on_air: None,
            elapsed,
            files,
            afters: 0,
            polls: &Arc::default(),
        };
        host.load("show.rhai", text, &view)
    }

    pub(super) fn load(&mut self, text: &str) -> Box<Ready> {
        match self.try_load(text) {
            Loaded::Ready(ready) => ready,
            Loaded::Needs(files) => panic!("needs {files:?}"),
            Loaded::Failed(errors) => panic!("{}", shown(&errors)),
        }
    }

    /// The mistakes of a script that has some.
    pub(super) fn mistakes(&mut self, text: &str) -> Vec<ScriptError> {
        match self.try_load(text) {
            Loaded::Ready(_) => panic!("no mistake was found in {text}"),
            Loaded::Needs(files) => panic!("needs {files:?}"),
            Loaded::Failed(errors) => errors,
        }
    }

    pub(super) fn try_call(&mut self, generation: &Generation, handler: &Handler) -> Called {
        self.try_call_with(generation, handler, Value::Null)
    }

    pub(super) fn try_call_with(
        &mut self,
        generation: &Generation,
        handler: &Handler,
        data: Value,
    ) -> Called {
        let Self { host, files, now, afters, polls } = self;
        let elapsed = SignedDuration::ZERO;
        let view =
            View { now: *now, clock: *now, on_air: None, elapsed, files, afters: *afters, polls };
        let cue = CueKey::named("test").expect("a name");
        let call = Call { cue, due: now.wall, late: SignedDuration::from_millis(2), data };
        host.call(generation, handler, &call, &view)
    }

    /// Calls a cue's handler, which must succeed.
    pub(super) fn call(&mut self, ready: &Ready, cue: &str) -> Asked {
        self.call_with(ready, cue, Value::Null)
    }

    pub(super) fn call_with(&mut self, ready: &Ready, cue: &str, data: Value) -> Asked {
        let handler = handler(ready, cue);
        match self.try_call_with(&ready.generation, &handler, data) {
            Called::Done(asked) => asked,
            Called::Needs(files) => panic!("needs {files:?}"),
            Called::NeedsCounts(counts) => panic!("needs {counts:?}"),
            Called::Failed(error, _) => panic!("{error}"),
        }
    }

    /// Calls a cue's handler, which must fail.
    pub(super) fn failure(&mut self, ready: &Ready, cue: &str) -> ScriptError {
        let handler = handler(ready, cue);
        match self.try_call(&ready.generation, &handler) {
            Called::Failed(error, _) => *error,
            Called::Done(asked) => panic!("did not fail: {asked:?}"),
            Called::Needs(files) => panic!("needs {files:?}"),
            Called::NeedsCounts(counts) => panic!("needs {counts:?}"),
        }
    }
}

/// What a handler sends, run in a show of its own.
pub(super) fn sent(body: &str) -> Vec<String> {
    let mut rig = Rig::new();
    let ready = rig.load(&format!("cue(\"c\", || {{ {body} }});"));
    payloads(&rig.call(&ready, "c"))
}

/// The error of a handler with this body.
pub(super) fn failure(body: &str) -> ScriptError {
    let mut rig = Rig::new();
    let ready = rig.load(&format!("cue(\"c\", || {{ {body} }});"));
    rig.failure(&ready, "c")
}

/// What a handler prints.
pub(super) fn printed(body: &str) -> Vec<String> {
    let mut rig = Rig::new();
    let ready = rig.load(&format!("cue(\"c\", || {{ {body} }});"));
    rig.call(&ready, "c").logs.into_iter().map(|(_, text)| text).collect()
}

pub(super) fn handler(ready: &Ready, cue: &str) -> Handler {
    let key = ready.cues.iter().find(|plan| plan.key.as_str() == cue);
    let known = || ready.cues.iter().map(|plan| plan.key.as_str()).collect::<Vec<_>>();
    let key = key.unwrap_or_else(|| panic!("no cue `{cue}` among {:?}", known()));
    ready.generation.handler(&key.key).expect("each cue has its handler")
}

pub(super) fn payloads(asked: &Asked) -> Vec<String> {
    let puts = asked.wishes.iter().filter_map(|wish| match wish {
        Wish::Put(put) => Some(put.payload.as_str().to_owned()),
        Wish::After { .. }
        | Wish::AfterCue { .. }
        | Wish::Fetch { .. }
        | Wish::Fire { .. }
        | Wish::Mark(..)
        | Wish::CancelAfter(_)
        | Wish::Poll(_) => None,
    });
    puts.collect()
}

pub(super) fn shown(errors: &[ScriptError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
