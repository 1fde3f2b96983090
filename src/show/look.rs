//! A look at a script: compiled, its top level run, nothing played.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::ShowSetup;
use super::evening::Library;
use crate::model::cue::AfterId;
use crate::model::fetch::Answers;
use crate::model::limits::{FILES_MAX, FILES_PER_CALL_MAX};
use crate::model::saved::Saved;
use crate::model::script_error::ScriptError;
use crate::model::time::Now;
use crate::script::api::{Begin, Files, Loaded, Ready, View};
use crate::script::{Host, Outline};

/// A script, and what a look at it is for.
#[derive(Clone)]
pub struct Subject<'a> {
    /// How its show is set up.
    pub setup: &'a ShowSetup,
    /// Its text.
    pub text: &'a str,
    /// When the show would begin.
    pub start: Timestamp,
    /// What the show is answered when it fetches.
    pub answers: &'a Answers,
    /// What it begins with.
    pub saved: &'a Saved,
}

/// What a look at a script came to.
pub struct Looked {
    /// The version that would play, or the mistakes that keep it from playing.
    pub version: Result<Box<Ready>, Vec<ScriptError>>,
    /// What the text holds.
    pub outline: Outline,
    /// The files that the top level read.
    pub files: Files,
}

/// Compiles a script and runs its top level, as its show would when it begins.
pub fn look(subject: &Subject<'_>, library: &mut impl Library) -> Looked {
    let Subject { setup, text, start, saved, .. } = subject;
    let begin = Begin { saved, run: 1, next_after: AfterId(1) };
    let mut host = Host::new(Arc::clone(&setup.script), &begin);
    let mut files = Files::new();
    let now = Now { up: SignedDuration::ZERO, wall: *start };
    // Each further try knows one file more, at least.
    for _ in 0..FILES_MAX / FILES_PER_CALL_MAX {
        let elapsed = SignedDuration::ZERO;
        let polls = &Arc::default();
        let view = View { now, clock: now, on_air: None, elapsed, files: &files, afters: 0, polls };
        let version = match host.load(&setup.script_file, text, &view) {
            Loaded::Ready(ready) => Ok(ready),
            Loaded::Failed(errors) => Err(errors),
            Loaded::Needs(needed) => {
                for file in needed {
                    let answer = library.read(&file);
                    files.insert(file, answer);
                }
                continue;
            }
        };
        let outline = host.outline(&setup.script_file, text);
        return Looked { version, outline, files };
    }
    let error = ScriptError::of_script(&setup.script_file, "its top level reads too many files");
    Looked { version: Err(vec![error]), outline: Outline::default(), files }
}
