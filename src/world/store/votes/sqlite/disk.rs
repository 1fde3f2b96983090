//! The writer's connection: made at the first need, so that a show without votes has no file.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::{Connection, ErrorCode};

use super::super::super::file::{self, Checkpoints};
use super::super::VotesError;
use super::schema::LAYOUT;
use crate::model::limits::{STORE_LOG_PAGES, VOTES_LOG_PAGES_MAX};

const PAGE_BYTES: usize = 4_096;
/// Pages of the trees' edges that a commit rewrites, at a guess.
const PAGES_PER_COMMIT: usize = 4;

/// Where votes are written.
#[derive(Debug)]
pub(super) struct Disk {
    path: Option<PathBuf>,
    connection: Option<Connection>,
    checkpoints: Option<Checkpoints>,
    /// Whether the file is there, for those who only read.
    is_made: Arc<AtomicBool>,
    /// Pages of the log since the thread was asked to move them.
    log_pages: usize,
    /// Pages of the log since all of it was known to be moved.
    log_pages_in_all: usize,
}

impl Disk {
    /// The file at `path`, made when something is to be written; `connection` where it is there.
    pub(super) fn file(path: PathBuf, connection: Option<Connection>) -> Self {
        Self::new(Some(path), connection)
    }

    fn new(path: Option<PathBuf>, connection: Option<Connection>) -> Self {
        let is_made = Arc::new(AtomicBool::new(connection.is_some()));
        Self { path, connection, checkpoints: None, is_made, log_pages: 0, log_pages_in_all: 0 }
    }

    /// A store that ends with the process.
    pub(super) fn memory() -> Result<Self, rusqlite::Error> {
        let connection = Connection::open_in_memory()?;
        file::lay_out(&connection, &LAYOUT)?;
        Ok(Self::new(None, Some(connection)))
    }

    /// Tells whether the file is there.
    pub(super) fn is_made(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.is_made)
    }

    /// The connection, if something was ever written.
    pub(super) fn existing(&self) -> Option<&Connection> {
        self.connection.as_ref()
    }

    /// The connection; the file is made where it is not there yet.
    pub(super) fn made(&mut self) -> Result<&Connection, VotesError> {
        if let (None, Some(path)) = (&self.connection, &self.path) {
            let failed = |error| VotesError::Unavailable { problem: format!("{error}") };
            self.connection = Some(file::connect(path, &LAYOUT).map_err(failed)?);
            self.is_made.store(true, Ordering::Release);
        }
        Ok(self.connection.as_ref().expect("a store in memory has one from its start"))
    }

    /// Something of that size was written: the log is moved into the file every now and then.
    pub(super) fn wrote(&mut self, bytes: usize) {
        let Some(path) = &self.path else { return };
        let pages = PAGES_PER_COMMIT + bytes / PAGE_BYTES;
        self.log_pages += pages;
        self.log_pages_in_all += pages;
        if self.log_pages as u64 >= STORE_LOG_PAGES {
            self.log_pages = 0;
            if self.checkpoints.is_none() {
                // Should it fail the log grows on, until the writer moves it.
                self.checkpoints = Checkpoints::start(path).ok();
            }
            self.checkpoints.iter().for_each(Checkpoints::want);
        }
        // The thread never catches up with a writer that does not rest.
        if self.log_pages_in_all as u64 >= VOTES_LOG_PAGES_MAX && self.checkpoint("PASSIVE") {
            self.log_pages_in_all = 0;
        }
    }

    fn checkpoint(&self, mode: &str) -> bool {
        // Should it fail nothing is lost: the log is read like the file.
        let moved = |connection| file::checkpoint(connection, mode).unwrap_or(false);
        self.connection.as_ref().is_some_and(moved)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(self.checkpoints.take());
        if self.path.is_some() {
            self.checkpoint("TRUNCATE");
        }
    }
}

/// What whoever asked is told of an error.
pub(super) fn unavailable(error: &rusqlite::Error) -> VotesError {
    VotesError::Unavailable { problem: error.to_string() }
}

/// Whether an error is the disk's or the file's, and so nobody's fault who asked for something.
pub(super) fn is_of_the_disk(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::OutOfMemory
                | ErrorCode::DatabaseCorrupt
                | ErrorCode::NotADatabase
                | ErrorCode::FileLockingProtocolFailed
        )
    )
}
