//! The embedded store: one `SQLite` file, written ahead, so that a commit is one short write.
//! Moving the log into the file waits for the disk: a thread and a connection of its own do it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Mutex, MutexGuard};
use std::thread::JoinHandle;

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, params};

use super::rows::{self, Key, Op, Row};
use super::{Step, Store, StoreError};
use crate::model::channel::ShowId;
use crate::model::limits::{STORE_BUSY_WAIT, STORE_CHECK_MAX_BYTES, STORE_LOG_PAGES};
use crate::model::saved::{Change, Saved};

/// The store's file in the data folder.
pub const FILE_NAME: &str = "showrunner.sqlite";

/// The newest schema this program knows; `user_version` in the file.
const SCHEMA_VERSION: i64 = 1;

const SCHEMA: &str = "
    CREATE TABLE show (
        id INTEGER PRIMARY KEY,
        script TEXT NOT NULL,
        channel TEXT NOT NULL,
        UNIQUE (script, channel)
    ) STRICT;
    CREATE TABLE row (
        show INTEGER NOT NULL,
        kind INTEGER NOT NULL,
        key TEXT NOT NULL,
        number INTEGER NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (show, kind, key, number)
    ) STRICT, WITHOUT ROWID;
    PRAGMA user_version = 1;
";

const PAGE_BYTES: u64 = 4_096;
/// Pages of the tree's inner nodes that a small commit rewrites, at a guess.
const PAGES_PER_COMMIT: u64 = 2;

/// A store, and what a person should hear about how it was opened.
#[derive(Debug)]
pub struct Opened {
    /// The store.
    pub store: Sqlite,
    /// What was met on the way; lower case, for a warning.
    pub notes: Vec<String>,
}

/// The store in one `SQLite` file, or in memory.
#[derive(Debug)]
pub struct Sqlite {
    inner: Mutex<Inner>,
    checkpoints: Option<Checkpoints>,
}

#[derive(Debug)]
struct Inner {
    connection: Connection,
    shows: BTreeMap<ShowId, i64>,
    log_pages: u64,
}

impl Sqlite {
    /// Opens the file, making it and its folder where they are not there. A file that is damaged is
    /// kept beside under a name that says when, and a new one begins; one of a newer version is
    /// refused. `now` is only for that name.
    pub fn open(path: &Path, now: Timestamp) -> Result<Opened, StoreError> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)
                .map_err(|source| StoreError::Folder { path: path.to_owned(), source })?;
        }
        let mut notes = Vec::new();
        let connection = match connect(path) {
            Err(StoreError::Open { source, .. }) if is_damage(&source) => {
                let kept = set_aside(path, now)?;
                notes.push(format!(
                    "the store was damaged ({source}) and a new one begins\nhint: the damaged \
                     one is kept as `{}`",
                    kept.display()
                ));
                connect(path)?
            }
            other => other?,
        };
        let checkpoints = Some(Checkpoints::start(path)?);
        Ok(Opened { store: Self::with(connection, checkpoints), notes })
    }

    /// Opens the file only to be read: nothing in it changes, whatever its state.
    pub fn look(path: &Path) -> Result<Self, StoreError> {
        let opened = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY);
        let connection =
            opened.map_err(|source| StoreError::Open { path: path.to_owned(), source })?;
        Ok(Self::with(connection, None))
    }

    /// A store that ends with the process: for a folder that cannot be written, and for tests.
    pub fn in_memory() -> Result<Self, StoreError> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self::with(connection, None))
    }

    fn with(connection: Connection, checkpoints: Option<Checkpoints>) -> Self {
        let inner = Inner { connection, shows: BTreeMap::new(), log_pages: 0 };
        Self { inner: Mutex::new(inner), checkpoints }
    }

    fn write(&self, show: &ShowId, ops: Vec<Op>) -> Result<(), StoreError> {
        self.write_all(&[(show, ops)])
    }

    fn write_all(&self, steps: &[(&ShowId, Vec<Op>)]) -> Result<(), StoreError> {
        let mut inner = self.lock();
        inner.write(steps)?;
        if inner.log_pages >= STORE_LOG_PAGES {
            inner.log_pages = 0;
            self.checkpoints.iter().for_each(Checkpoints::want);
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("nobody panics while holding the store")
    }
}

impl Store for Sqlite {
    fn load(&self, show: &ShowId) -> Result<Saved, StoreError> {
        let inner = self.lock();
        let mut read = inner.connection.prepare_cached(
            "SELECT kind, key, number, value FROM row JOIN show ON show.id = row.show
             WHERE script = ?1 AND channel = ?2 ORDER BY kind, key, number",
        )?;
        let rows = read.query_map(params![&*show.script, show.channel.as_str()], |row| {
            let (kind, text) = (row.get(0)?, row.get(1)?);
            Ok(Row { kind, text, number: row.get(2)?, value: row.get(3)? })
        })?;
        let mut saved = Saved::default();
        for row in rows {
            rows::add(&mut saved, row?)?;
        }
        Ok(saved)
    }

    fn commit_all(&self, steps: &[Step<'_>]) -> Result<(), StoreError> {
        let steps: Vec<_> = steps.iter().map(|step| (step.show, ops(step.changes))).collect();
        self.write_all(&steps)
    }

    fn replace(&self, show: &ShowId, saved: &Saved) -> Result<(), StoreError> {
        self.write(show, rows::of_saved(saved))
    }

    fn clear(&self, show: &ShowId) -> Result<(), StoreError> {
        self.write(show, vec![Op::DeleteAll])
    }

    fn shows(&self) -> Result<Vec<ShowId>, StoreError> {
        let inner = self.lock();
        let mut read = inner.connection.prepare_cached(
            "SELECT script, channel FROM show
             WHERE EXISTS (SELECT 1 FROM row WHERE row.show = show.id) ORDER BY script, channel",
        )?;
        let shows = read.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        shows
            .map(|show| {
                let (script, channel): (String, String) = show?;
                let channel = channel.parse().map_err(|error| StoreError::Row {
                    kind: 0,
                    key: channel.clone(),
                    problem: format!("{error}"),
                })?;
                Ok(ShowId { script: script.into(), channel })
            })
            .collect()
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        drop(self.checkpoints.take());
        // Should it fail nothing is lost: whoever opens the file next reads the log.
        let _ = checkpoint(&self.lock().connection, "TRUNCATE");
    }
}

impl Inner {
    fn write(&mut self, steps: &[(&ShowId, Vec<Op>)]) -> Result<(), StoreError> {
        let mut numbered = Vec::with_capacity(steps.len());
        for (show, ops) in steps {
            numbered.push((self.intern(show)?, ops));
        }
        let ops = || numbered.iter().flat_map(|(show, ops)| ops.iter().map(|op| (*show, op)));
        at_once(&self.connection, || {
            ops().try_for_each(|(show, op)| make(&self.connection, show, op))
        })?;
        let bytes: usize = ops().map(|(_, op)| op.bytes()).sum();
        self.log_pages += PAGES_PER_COMMIT + bytes as u64 / PAGE_BYTES;
        Ok(())
    }

    /// The number that stands for a show in its rows. It is never taken away again, so that it may
    /// be remembered here whatever another process clears.
    fn intern(&mut self, show: &ShowId) -> Result<i64, StoreError> {
        if let Some(id) = self.shows.get(show) {
            return Ok(*id);
        }
        let names = params![&*show.script, show.channel.as_str()];
        self.connection
            .execute("INSERT OR IGNORE INTO show (script, channel) VALUES (?1, ?2)", names)?;
        let id = self.connection.query_row(
            "SELECT id FROM show WHERE script = ?1 AND channel = ?2",
            names,
            |row| row.get(0),
        )?;
        self.shows.insert(show.clone(), id);
        Ok(id)
    }
}

fn ops(changes: &[Change]) -> Vec<Op<'_>> {
    let mut ops = Vec::with_capacity(changes.len() * 2);
    for change in changes {
        rows::of_change(change, &mut ops);
    }
    ops
}

/// Does `work` in one transaction. Unlike rusqlite's own it does not have its words parsed anew for
/// each of them, which showed in the cost of a fire.
fn at_once(
    connection: &Connection,
    work: impl FnOnce() -> Result<(), rusqlite::Error>,
) -> Result<(), rusqlite::Error> {
    let run = |words| connection.prepare_cached(words)?.execute([]);
    run("BEGIN IMMEDIATE")?;
    let done = work().and_then(|()| run("COMMIT").map(drop));
    if done.is_err() {
        // Some errors have rolled it back already; the first one counts.
        let _ = run("ROLLBACK");
    }
    done
}

fn make(step: &Connection, show: i64, op: &Op) -> Result<(), rusqlite::Error> {
    let run = |sql, values: &[&dyn rusqlite::ToSql]| step.prepare_cached(sql)?.execute(values);
    match op {
        Op::Put(Key { kind, text, number }, value) => run(
            "INSERT OR REPLACE INTO row (show, kind, key, number, value)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![show, kind.number(), text, number, value],
        ),
        Op::Delete(Key { kind, text, number }) => run(
            "DELETE FROM row WHERE show = ?1 AND kind = ?2 AND key = ?3 AND number = ?4",
            params![show, kind.number(), text, number],
        ),
        Op::DeleteText(kind, text) => run(
            "DELETE FROM row WHERE show = ?1 AND kind = ?2 AND key = ?3",
            params![show, kind.number(), text],
        ),
        Op::DeleteKind(kind) => {
            run("DELETE FROM row WHERE show = ?1 AND kind = ?2", params![show, kind.number()])
        }
        Op::DeleteAll => run("DELETE FROM row WHERE show = ?1", params![show]),
    }?;
    Ok(())
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let failed = |source| StoreError::Open { path: path.to_owned(), source };
    let connection = attach(path).map_err(failed)?;
    let version =
        connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed)?;
    if version > SCHEMA_VERSION {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            met: version,
            known: SCHEMA_VERSION,
        });
    }
    prepare(&connection, path, version).map_err(failed)?;
    Ok(connection)
}

/// A connection and how long it waits, nothing read or written yet.
fn attach(path: &Path) -> Result<Connection, rusqlite::Error> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(STORE_BUSY_WAIT.unsigned_abs())?;
    Ok(connection)
}

fn prepare(connection: &Connection, path: &Path, version: i64) -> Result<(), rusqlite::Error> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    check(connection, path)?;
    if version < SCHEMA_VERSION {
        let schema = connection.unchecked_transaction()?;
        schema.execute_batch(SCHEMA)?;
        schema.commit()?;
    }
    Ok(())
}

/// Reads the whole of a small file, which finds damage before a show depends on it.
fn check(connection: &Connection, path: &Path) -> Result<(), rusqlite::Error> {
    if fs::metadata(path).is_ok_and(|file| file.len() > STORE_CHECK_MAX_BYTES) {
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

fn checkpoint(connection: &Connection, mode: &str) -> Result<(), rusqlite::Error> {
    connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |_| Ok(()))
}

/// The thread that moves the log into the file.
#[derive(Debug)]
struct Checkpoints {
    wanted: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpoints {
    fn start(path: &Path) -> Result<Self, StoreError> {
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
    fn want(&self) {
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
