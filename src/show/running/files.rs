//! Files: what a call needs is asked for, what changed is taken in.

use crate::model::event::{Reloaded, What};
use crate::model::file::{FileAnswer, FileKind, FileRef};
use crate::model::io::ShowOutput;
use crate::model::limits::{FILES_MAX, FILES_PER_CALL_MAX};
use crate::model::script_error::ScriptError;
use crate::model::time::Now;
use crate::rules::digest::sha256_hex;
use crate::script::unreadable;

use super::calls::{QueuedCall, Resolved};
use super::{Phase, Show};

impl Show {
    /// Asks the world for files; what needs them goes on when all are here.
    pub(super) fn ask_for(&mut self, files: Vec<FileRef>) {
        for file in files {
            if self.files.len() + self.awaited.len() >= FILES_MAX {
                // One that can be read again makes room, so that refusals are bounded too.
                self.files.pop_last();
                let problem = format!("{file} is not read: a show reads at most {FILES_MAX} files");
                self.files.insert(file, FileAnswer::Problem(problem));
            } else if self.awaited.insert(file.clone()) {
                self.outputs.push_back(ShowOutput::Read(file));
            }
        }
    }

    /// A file the show asked for, or one it read that changed.
    pub(super) fn file_read(&mut self, file: FileRef, answer: FileAnswer, now: Now) {
        if self.awaited.remove(&file) {
            self.files.insert(file, answer);
            if self.awaited.is_empty() {
                self.begin(now);
                self.reload(now);
            }
            return;
        }
        if self.files.get(&file) == Some(&answer) {
            return;
        }
        match readable(&file, self.files.get(&file), answer) {
            FileAnswer::Text(text) => {
                self.files.insert(file.clone(), FileAnswer::Text(text.clone()));
                match file.kind {
                    FileKind::Script => self.import_saved(&file, &text, now),
                    FileKind::Facts | FileKind::Data => self.data_saved(&file, &text, now),
                }
            }
            FileAnswer::Problem(problem) => {
                let message = format!("{problem}; the show goes on with what it read before");
                self.event(now, What::Warning { message });
            }
        }
    }

    fn data_saved(&mut self, file: &FileRef, text: &str, now: Now) {
        let name = match file.kind {
            FileKind::Facts => format!("facts/{}.txt", file.name),
            FileKind::Script | FileKind::Data => file.name.clone(),
        };
        let Phase::Playing(playing) = &self.phase else { return };
        if playing.versions.current.generation.is_shaped_by(file) {
            return self.reload_for(name, text, now);
        }
        let reloaded = Reloaded {
            file: name,
            hash: sha256_hex(text),
            kept: playing.versions.current.cues.len(),
            ..Reloaded::default()
        };
        self.event(now, What::Reloaded(Box::new(reloaded)));
    }

    pub(super) fn wait_for_files(
        &mut self,
        mut call: QueuedCall,
        files: Vec<FileRef>,
        resolved: &Resolved,
        now: Now,
    ) {
        call.needed.extend(files.iter().cloned());
        if call.needed.len() > FILES_PER_CALL_MAX {
            let message =
                format!("one handler reads more than {FILES_PER_CALL_MAX} files that are new");
            let mut error = ScriptError::of_script(&self.setup.script_file, message);
            error.cue = Some(resolved.cue.to_string());
            return self.fail_call(call, error, Vec::new(), resolved, now);
        }
        self.queue.push_front(call);
        self.ask_for(files);
    }
}

/// A file that was saved, as the show takes it: what was JSON, say, and is none any more is like
/// one that is gone.
fn readable(file: &FileRef, before: Option<&FileAnswer>, saved: FileAnswer) -> FileAnswer {
    match (before, &saved) {
        (Some(FileAnswer::Text(before)), FileAnswer::Text(text))
            if unreadable(file, before).is_none() =>
        {
            let problem = unreadable(file, text);
            problem.map_or(saved, |problem| FileAnswer::Problem(problem.to_string()))
        }
        _ => saved,
    }
}
