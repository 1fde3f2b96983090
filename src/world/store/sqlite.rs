//! The embedded store: one `SQLite` file, written ahead, so that a commit is one short write.
//! What its file has in common with others is in [`super::file`].

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard};

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::file::{self, Checkpoints, Layout, at_once};
use super::rows::{self, Key, Op, Row};
use super::{Step, Store, StoreError};
use crate::model::channel::ShowId;
use crate::model::limits::{STORE_CHECK_MAX_BYTES, STORE_LOG_PAGES};
use crate::model::saved::{Change, Saved};

/// The store's file in the data folder.
pub const FILE_NAME: &str = "showrunner.sqlite";

const LAYOUT: Layout = Layout {
    name: "the store",
    version: 1,
    schema: SCHEMA,
    synchronous: "NORMAL",
    checked_max_bytes: STORE_CHECK_MAX_BYTES,
};

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
        let (connection, notes) = file::open(path, &LAYOUT, now)?;
        let checkpoints = Some(Checkpoints::start(path)?);
        Ok(Opened { store: Self::with(connection, checkpoints), notes })
    }

    /// Opens the file only to be read: nothing in it changes, whatever its state.
    pub fn look(path: &Path) -> Result<Self, StoreError> {
        let connection = file::look(path)?;
        Ok(Self::with(connection, None))
    }

    /// A store that ends with the process: for a folder that cannot be written, and for tests.
    pub fn in_memory() -> Result<Self, StoreError> {
        let connection = Connection::open_in_memory()?;
        file::lay_out(&connection, &LAYOUT)?;
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
        let _ = file::checkpoint(&self.lock().connection, "TRUNCATE");
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
