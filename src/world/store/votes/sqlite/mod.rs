//! Votes in an `SQLite` file beside the store. One thread writes, one reads; what must be known of
//! each vote before it counts is in memory, and what was answered is on the disk.

mod book;
mod cast;
mod disk;
mod group;
mod line;
mod points;
mod polls;
mod reader;
mod rows;
mod schema;
#[cfg(test)]
mod tests;
mod viewers;
mod votes;
mod writer;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, RwLock};
use std::thread::JoinHandle;

use futures_util::FutureExt;
use jiff::Timestamp;
use rusqlite::Connection;
use tokio::sync::oneshot;

use self::book::Book;
use self::cast::{Cast, Reply, Wish};
use self::disk::{Disk, unavailable};
use self::line::Line;
use self::reader::Reader;
use self::schema::LAYOUT;
use self::writer::{Job, Writer};
use super::super::StoreError;
use super::super::file;
use super::{Answer, VotesError};
use crate::model::channel::ShowId;
use crate::model::limits::{POLL_NEWS_WAITING_MAX, VOTES_WAITING_MAX};
use crate::model::vote::{OnNow, OnScreen};
use crate::world::thread;

/// The file of votes in the data folder.
pub const FILE_NAME: &str = "votes.sqlite";

/// Votes, and what a person should hear about how they were opened.
#[derive(Debug)]
pub struct Opened {
    /// The votes.
    pub votes: SqliteVotes,
    /// What was met on the way; lower case, for a warning.
    pub notes: Vec<String>,
}

/// Votes in one `SQLite` file, or in memory.
pub struct SqliteVotes {
    line: Arc<Line<Job>>,
    book: Arc<RwLock<Book>>,
    /// What viewers should see. Not kept: the show tells it again after a restart.
    screens: Mutex<BTreeMap<ShowId, Vec<OnScreen>>>,
    on_now: Mutex<BTreeMap<ShowId, OnNow>>,
    /// None where the writer reads too.
    reader: Option<Reader>,
    /// None where nothing may be written.
    writer: Option<JoinHandle<()>>,
}

impl SqliteVotes {
    /// Opens the file, which is made with its folder when something must be written. One that is
    /// damaged is kept beside under a name that says when (`now`), and a new one begins; one of a
    /// newer version is refused.
    pub fn open(path: &Path, now: Timestamp) -> Result<Opened, StoreError> {
        let (connection, notes) = if path.exists() {
            let (connection, notes) = file::open(path, &LAYOUT, now)?;
            (Some(connection), notes)
        } else {
            (None, Vec::new())
        };
        let disk = Disk::file(path.to_owned(), connection);
        let reader = Reader::start(path.to_owned(), disk.is_made())?;
        Ok(Opened { votes: Self::start(disk, Some(reader))?, notes })
    }

    /// Opens the file only to be read: nothing in it changes, and votes are refused.
    pub fn look(path: &Path) -> Result<Self, StoreError> {
        let is_made = Arc::new(path.exists().into());
        let reader = Some(Reader::start(path.to_owned(), is_made)?);
        let votes = Self::new(reader);
        votes.line.close();
        Ok(votes)
    }

    /// Votes that end with the process: for a folder that cannot be written, and for tests.
    pub fn in_memory() -> Result<Self, StoreError> {
        Self::start(Disk::memory()?, None)
    }

    fn start(disk: Disk, reader: Option<Reader>) -> Result<Self, StoreError> {
        let mut votes = Self::new(reader);
        let (line, book) = (Arc::clone(&votes.line), Arc::clone(&votes.book));
        let thread = thread::start("votes", None, move || Writer::new(disk, book).run(&line));
        let thread =
            thread.map_err(|problem| StoreError::Thread { problem: problem.to_string() })?;
        votes.writer = Some(thread);
        Ok(votes)
    }

    fn new(reader: Option<Reader>) -> Self {
        Self {
            line: Arc::new(Line::new()),
            book: Arc::default(),
            screens: Mutex::default(),
            on_now: Mutex::default(),
            reader,
            writer: None,
        }
    }

    /// What the writer does with a wish, with many others in one transaction.
    fn cast<T: Send + 'static>(
        &self,
        show: &ShowId,
        wish: impl FnOnce(Reply<T>) -> Wish,
    ) -> Answer<'_, T> {
        let (reply, answer) = oneshot::channel();
        let job = Job::Cast(Cast { show: show.clone(), wish: wish(reply) });
        answered(self.line.put(job, VOTES_WAITING_MAX), answer)
    }

    /// What comes of something that the writer does by itself.
    fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Writer) -> Result<T, VotesError> + Send + 'static,
    ) -> Answer<'_, T> {
        // Whoever asked may have gone.
        self.ask_later(move |writer, reply| drop(reply.send(work(writer))))
    }

    /// The same, where the answer comes later. The show is let in before viewers.
    fn ask_later<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Writer, Reply<T>) + Send + 'static,
    ) -> Answer<'_, T> {
        let (reply, answer) = oneshot::channel();
        let job = Job::Alone(Box::new(move |writer| work(writer, reply)));
        answered(self.line.put(job, VOTES_WAITING_MAX + POLL_NEWS_WAITING_MAX), answer)
    }

    /// What is in the file, or nothing where there is none.
    fn look_up<T: Default + Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Answer<'_, T> {
        let read = move |connection: Option<&Connection>| {
            connection.map_or(Ok(T::default()), read).map_err(|error| unavailable(&error))
        };
        let Some(reader) = &self.reader else {
            return self.ask(move |writer| read(writer.disk.existing()));
        };
        let (reply, answer) = oneshot::channel();
        let put = reader.look(Box::new(move |connection| {
            let _ = reply.send(connection.and_then(read));
        }));
        answered(put, answer)
    }

    fn shows_on_now(&self) -> MutexGuard<'_, BTreeMap<ShowId, OnNow>> {
        self.on_now.lock().expect("nobody panics while holding the shows")
    }

    fn screens(&self) -> MutexGuard<'_, BTreeMap<ShowId, Vec<OnScreen>>> {
        self.screens.lock().expect("nobody panics while holding the screens")
    }

    /// What the book says, if it says anything.
    fn known<T>(&self, read: impl FnOnce(&Book) -> Option<T>) -> Option<T> {
        read(&self.book.read().expect("nobody panics while holding the book"))
    }
}

/// The answer of a thread, once it is asked.
fn answered<T: Send + 'static>(
    asked: Result<(), VotesError>,
    answer: oneshot::Receiver<Result<T, VotesError>>,
) -> Answer<'static, T> {
    let ended = || VotesError::Unavailable { problem: "it has ended".to_owned() };
    async move {
        asked?;
        answer.await.unwrap_or_else(|_| Err(ended()))
    }
    .boxed()
}

/// An answer that is there already.
fn at_hand<T: Send + 'static>(answer: T) -> Answer<'static, T> {
    futures_util::future::ready(Ok(answer)).boxed()
}

impl fmt::Debug for SqliteVotes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteVotes").finish_non_exhaustive()
    }
}

impl Drop for SqliteVotes {
    fn drop(&mut self) {
        self.line.close();
        self.writer.take().into_iter().for_each(thread::join);
    }
}
