//! The thread that reads the file beside the writer, so that nobody who looks waits behind votes.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use rusqlite::Connection;

use super::super::super::StoreError;
use super::super::super::file;
use super::super::VotesError;
use super::line::Line;
use crate::model::limits::VOTE_READS_WAITING_MAX;
use crate::world::thread;

/// A look into the file; there is no connection where nothing was written yet.
pub(super) type Look = Box<dyn FnOnce(Result<Option<&Connection>, VotesError>) + Send>;

/// The reader's thread and what waits for it.
pub(super) struct Reader {
    line: Arc<Line<Look>>,
    thread: Option<JoinHandle<()>>,
}

impl Reader {
    /// Begins to read the file at `path` once it is made.
    pub(super) fn start(path: PathBuf, is_made: Arc<AtomicBool>) -> Result<Self, StoreError> {
        let line = Arc::new(Line::new());
        let looks = Arc::clone(&line);
        let thread = thread::start("votes-read", None, move || {
            let open = || {
                if is_made.load(Ordering::Acquire) { file::look(&path).map(Some) } else { Ok(None) }
            };
            run(&looks, open);
        });
        let thread =
            thread.map_err(|problem| StoreError::Thread { problem: problem.to_string() })?;
        Ok(Self { line, thread: Some(thread) })
    }

    /// Looks as soon as the looks before are done.
    pub(super) fn look(&self, look: Look) -> Result<(), VotesError> {
        self.line.put(look, VOTE_READS_WAITING_MAX)
    }
}

fn run(looks: &Line<Look>, open: impl Fn() -> Result<Option<Connection>, StoreError>) {
    let mut connection = None;
    while let Ok(some) = looks.take(None, VOTE_READS_WAITING_MAX, |_| true) {
        for look in some {
            let opened = match &connection {
                Some(_) => Ok(()),
                None => open().map(|opened| connection = opened),
            };
            let failed = |error| VotesError::Unavailable { problem: format!("{error}") };
            look(opened.map(|()| connection.as_ref()).map_err(failed));
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.line.close();
        self.thread.take().into_iter().for_each(thread::join);
    }
}
