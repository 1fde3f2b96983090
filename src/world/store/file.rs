//! A file of `SQLite` that is written ahead: how it is opened, what becomes of a damaged one, and
//! how its log is moved into it. That waits for the disk: a thread and a connection of its own do
//! it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, SyncSender};
use std::thread::JoinHandle;

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};

use super::StoreError;
use crate::model::limits::STORE_BUSY_WAIT;

/// What is in a file, and how safe it is kept.
#[derive(Debug)]
pub(super) struct Layout {
    /// What a person calls it: `the store`.
    pub(super) name: &'static str,
    /// The newest schema this program knows; `user_version` in the file.
    pub(super) version: i64,
    /// The tables of that schema.
    pub(super) schema: &'static str,
    /// `NORMAL`: a commit survives the process. `FULL`: also the machine.
    pub(super) synchronous: &'static str,
    /// A file up to this size, in bytes, is read whole before it is used.
    pub(super) checked_max_bytes: u64,
}

/// Opens a file, making it and its folder where they are not there. A file that is damaged is kept
/// beside under a name that says when (`now`), and a new one begins, with a note for a person; one
/// of a newer version is refused.
pub(super) fn open(
    path: &Path,
    layout: &Layout,
    now: Timestamp,
) -> Result<(Connection, Vec<String>), StoreError> {
    match connect(path, layout) {
        Err(StoreError::Open { source, .. }) if is_damage(&source) => {
            let kept = set_aside(path, now)?;
            let note = format!(
                "{} was damaged ({source}) and a new one begins\nhint: the damaged one is kept as \
                 `{}`",
                layout.name,
                kept.display()
            );
            Ok((connect(path, layout)?, vec![note]))
        }
        other => Ok((other?, Vec::new())),
    }
}

/// Opens a file only to be read: nothing in it changes, whatever its state.
pub(super) fn look(path: &Path) -> Result<Connection, StoreError> {
    let opened = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY);
    opened.map_err(|source| StoreError::Open { path: path.to_owned(), source })
}

/// Opens a file, making it and its folder where they are not there.
pub(super) fn connect(path: &Path, layout: &Layout) -> Result<Connection, StoreError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)
            .map_err(|source| StoreError::Folder { path: path.to_owned(), source })?;
    }
    make_private(path).map_err(|source| StoreError::Folder { path: path.to_owned(), source })?;
    let failed = |source| StoreError::Open { path: path.to_owned(), source };
    let connection = attach(path).map_err(failed)?;
    let met = version(&connection).map_err(failed)?;
    if met > layout.version {
        return Err(StoreError::Newer { path: path.to_owned(), met, known: layout.version });
    }
    prepare(&connection, path, layout).map_err(failed)?;
    Ok(connection)
}

/// Makes a file that is not there so that nobody else may read it: it may hold what viewers' ids
/// are signed with. `SQLite` gives its log the same rights.
fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// A connection and how long it waits, nothing read or written yet.
pub(super) fn attach(path: &Path) -> Result<Connection, rusqlite::Error> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(STORE_BUSY_WAIT.unsigned_abs())?;
    Ok(connection)
}

fn version(connection: &Connection) -> Result<i64, rusqlite::Error> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

fn prepare(connection: &Connection, path: &Path, layout: &Layout) -> Result<(), rusqlite::Error> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", layout.synchronous)?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    check(connection, path, layout.checked_max_bytes)?;
    lay_out(connection, layout)
}

/// Makes the tables where they are not there yet; another process may be at the same.
pub(super) fn lay_out(connection: &Connection, layout: &Layout) -> Result<(), rusqlite::Error> {
    if version(connection)? == layout.version {
        return Ok(());
    }
    at_once(connection, || {
        if version(connection)? < layout.version {
            connection.execute_batch(layout.schema)?;
            connection.pragma_update(None, "user_version", layout.version)?;
        }
        Ok(())
    })
}

/// Reads the whole of a small file, which finds damage before a show depends on it.
fn check(connection: &Connection, path: &Path, max_bytes: u64) -> Result<(), rusqlite::Error> {
    if fs::metadata(path).is_ok_and(|file| file.len() > max_bytes) {
        return Ok(());
    }
    let problem: Option<String> = connection
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .optional()?
        .filter(|answer: &String| answer != "ok");
    match problem {
        None => Ok(()),
        Some(problem) => Err(rusqlite::Error::SqliteFailure(
            rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT),
            Some(problem),
        )),
    }
}

/// Does `work` in one transaction. Unlike rusqlite's own it does not have its words parsed anew for
/// each of them, which showed in the cost of a fire.
pub(super) fn at_once<T>(
    connection: &Connection,
    work: impl FnOnce() -> Result<T, rusqlite::Error>,
) -> Result<T, rusqlite::Error> {
    let run = |words| connection.prepare_cached(words)?.execute([]);
    run("BEGIN IMMEDIATE")?;
    let done = work().and_then(|done| run("COMMIT").map(|_| done));
    if done.is_err() {
        // Some errors have rolled it back already; the first one counts.
        let _ = run("ROLLBACK");
    }
    done
}

fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

/// Renames a damaged file and its log; returns the file's new name.
fn set_aside(path: &Path, now: Timestamp) -> Result<PathBuf, StoreError> {
    let suffix = now.strftime("damaged-%Y%m%dT%H%M%S%.3fZ");
    let beside = |part: &str| PathBuf::from(format!("{}{part}", path.display()));
    let kept = |part: &str| PathBuf::from(format!("{}.{suffix}{part}", path.display()));
    for part in ["", "-wal", "-shm"] {
        match fs::rename(beside(part), kept(part)) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                return Err(StoreError::Folder { path: path.to_owned(), source });
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(kept(""))
}

/// Moves the log into the file; whether all of it is there now.
pub(super) fn checkpoint(connection: &Connection, mode: &str) -> Result<bool, rusqlite::Error> {
    connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| {
        let (busy, pages, moved): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(busy == 0 && pages == moved)
    })
}

/// The thread that moves the log into the file.
#[derive(Debug)]
pub(super) struct Checkpoints {
    wanted: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpoints {
    pub(super) fn start(path: &Path) -> Result<Self, StoreError> {
        let connection =
            attach(path).map_err(|source| StoreError::Open { path: path.to_owned(), source })?;
        let (wanted, wishes) = mpsc::sync_channel(1);
        let thread = std::thread::Builder::new().name("store".to_owned()).spawn(move || {
            for () in wishes {
                // Should it fail the log grows on, and the next wish tries again.
                let _ = checkpoint(&connection, "PASSIVE");
            }
        });
        let thread =
            thread.map_err(|source| StoreError::Folder { path: path.to_owned(), source })?;
        Ok(Self { wanted: Some(wanted), thread: Some(thread) })
    }

    /// Asks for one more move.
    pub(super) fn want(&self) {
        if let Some(wanted) = &self.wanted {
            // A full queue is a wish that waits.
            let _ = wanted.try_send(());
        }
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        drop(self.wanted.take());
        self.thread.take().map(JoinHandle::join);
    }
}
