//! The files of a show that is tested: read once for all of its tests, whichever asks first.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::file::{FileAnswer, FileKind, FileRef};
use crate::script::api::Files;
use crate::show::evening::Library;
use crate::world::files::Folders;

/// Told where a file can lie, before it is read.
pub(super) type BeforeReading = Arc<dyn Fn(FileKind, &[PathBuf]) + Send + Sync>;

/// Files that are read once. Clones hold the same.
#[derive(Clone)]
pub(super) struct ReadOnce {
    folders: Arc<Folders>,
    before: BeforeReading,
    read: Arc<Mutex<Files>>,
}

impl ReadOnce {
    pub(super) fn new(folders: Folders, before: BeforeReading) -> Self {
        Self { folders: Arc::new(folders), before, read: Arc::default() }
    }
}

impl Library for ReadOnce {
    fn read(&mut self, file: &FileRef) -> FileAnswer {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = read.get(file) {
            return answer.clone();
        }
        (self.before)(file.kind, &self.folders.places(file));
        let answer = self.folders.read(file);
        read.insert(file.clone(), answer.clone());
        answer
    }
}
