//! The thread that writes: it judges votes in the order they came, commits many at once, and only
//! then answers them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, RwLock, RwLockReadGuard, RwLockWriteGuard};

use jiff::SignedDuration;
use rusqlite::Connection;

use super::super::VotesError;
use super::book::{Book, Entry};
use super::cast::{Cast, Wish};
use super::disk::{Disk, is_of_the_disk, unavailable};
use super::group::{Group, Name};
use super::line::Line;
use super::points::{Giving, Later};
use super::{rows, viewers};
use crate::model::channel::ShowId;
use crate::model::limits::{REFUSED_VOTES_HELD, VOTES_PER_COMMIT_MAX};
use crate::model::poll::AskingId;
use crate::model::vote::{Ballot, RefusedVotes, Verdict};
use crate::world::clock::Clock;
use crate::world::store::file::at_once;

/// Bytes of the log that one vote takes, at a guess.
const VOTE_BYTES: usize = 48;

/// What the writer is asked for.
pub(super) enum Job {
    /// A viewer's wish: many of them are one transaction.
    Cast(Cast),
    /// The show's, or a look: done alone.
    Alone(Box<dyn FnOnce(&mut Writer) + Send>),
}

/// The writer's side of the store.
pub(super) struct Writer {
    pub(super) disk: Disk,
    pub(super) book: Arc<RwLock<Book>>,
    /// What is done piece by piece, between votes, in its order.
    pub(super) later: VecDeque<Later>,
    clock: Clock,
    /// When counts of refused votes are written at the latest.
    write_refused_at: Option<SignedDuration>,
}

impl Writer {
    pub(super) fn new(disk: Disk, book: Arc<RwLock<Book>>) -> Self {
        let (later, clock) = (VecDeque::new(), Clock::start());
        Self { disk, book, later, clock, write_refused_at: None }
    }

    /// Does what comes, until the line is closed and empty.
    pub(super) fn run(mut self, line: &Line<Job>) {
        let is_cast = |job: &Job| matches!(job, Job::Cast(_));
        while let Ok(jobs) = line.take(self.wait(), VOTES_PER_COMMIT_MAX, is_cast) {
            let mut casts = Vec::with_capacity(jobs.len());
            for job in jobs {
                match job {
                    Job::Cast(cast) => casts.push(cast),
                    Job::Alone(work) => work(&mut self),
                }
            }
            self.cast(casts);
            self.go_on();
            if self.write_refused_at.is_some_and(|at| at <= self.clock.up()) {
                self.write_refused();
            }
        }
        while !self.later.is_empty() {
            self.go_on();
        }
        self.write_refused();
    }

    /// How long the thread may sleep: for ever, when nothing is left to do.
    pub(super) fn wait(&self) -> Option<std::time::Duration> {
        if !self.later.is_empty() {
            return Some(std::time::Duration::ZERO);
        }
        let left = self.write_refused_at? - self.clock.up();
        Some(left.max(SignedDuration::ZERO).unsigned_abs())
    }

    pub(super) fn book(&self) -> RwLockReadGuard<'_, Book> {
        self.book.read().expect("nobody panics while holding the book")
    }

    pub(super) fn book_mut(&self) -> RwLockWriteGuard<'_, Book> {
        self.book.write().expect("nobody panics while holding the book")
    }

    /// Makes sure that the polls of a show that are not finished are in the book.
    pub(super) fn load(&mut self, show: &ShowId) -> Result<(), VotesError> {
        if self.book().pages(show).is_some_and(|pages| pages.is_loaded) {
            return Ok(());
        }
        // Nothing of it counts before all could be read.
        let (mut polls, mut givings) = (BTreeMap::new(), Vec::new());
        if let Some(connection) = self.disk.existing() {
            let unfinished = rows::unfinished(connection, show);
            for stored in unfinished.map_err(|error| unavailable(&error))? {
                let giving = Giving::of(show, &stored).map(Later::Award);
                let entry = rows::entry(connection, stored).map_err(|error| unavailable(&error))?;
                polls.insert(entry.ballot.asking.clone(), entry);
                givings.extend(giving);
            }
        }
        self.later.extend(givings);
        let mut book = self.book_mut();
        let pages = book.pages_mut(show);
        pages.is_loaded = true;
        pages.polls.append(&mut polls);
        Ok(())
    }

    /// Does what viewers want, all at once; should one of them be at fault, one by one.
    fn cast(&mut self, casts: Vec<Cast>) {
        if casts.is_empty() {
            return;
        }
        match self.try_cast(&casts) {
            Ok(verdicts) => {
                let mut verdicts = verdicts.into_iter();
                for cast in casts {
                    cast.answer(&mut verdicts);
                }
            }
            Err(Failed::Sqlite(error)) if casts.len() > 1 && !is_of_the_disk(&error) => {
                for cast in casts {
                    self.cast(vec![cast]);
                }
            }
            Err(failed) => {
                let error = failed.told();
                for cast in casts {
                    cast.refuse(error.clone());
                }
            }
        }
    }

    /// The verdicts of the votes among `casts`; what they change is on disk then.
    fn try_cast(&mut self, casts: &[Cast]) -> Result<Vec<Verdict>, Failed> {
        let shows: BTreeSet<&ShowId> = casts.iter().map(|cast| &cast.show).collect();
        for show in shows {
            self.load(show)?;
        }
        let (group, verdicts) = self.judge(casts)?;
        let has_names = casts.iter().any(|cast| matches!(cast.wish, Wish::Name(..)));
        if !has_names && !group.has_votes() {
            self.hold_refused(&group);
            return Ok(verdicts);
        }
        self.disk.made()?;
        let added = self.write(casts, &group)?;
        self.disk.wrote(casts.len() * VOTE_BYTES);
        let mut book = self.book_mut();
        note_rows(&mut book, added);
        for ((show, asking), added) in group.polls {
            if let Some(entry) = book.pages_mut(show).polls.get_mut(asking) {
                entry.take(added);
            }
        }
        drop(book);
        self.write_refused_at = None;
        Ok(verdicts)
    }

    fn judge<'a>(&self, casts: &'a [Cast]) -> Result<(Group<'a>, Vec<Verdict>), rusqlite::Error> {
        let (mut group, book) = (Group::default(), self.book());
        let mut verdicts = Vec::with_capacity(casts.len());
        for cast in casts {
            let Wish::Vote(vote, _) = &cast.wish else { continue };
            let sealed = || self.stored_ballot(&cast.show, &vote.asking);
            verdicts.push(group.judge(&book, (&cast.show, vote), sealed)?);
        }
        Ok((group, verdicts))
    }

    fn stored_ballot(
        &self,
        show: &ShowId,
        asking: &AskingId,
    ) -> Result<Option<Ballot>, rusqlite::Error> {
        let Some(connection) = self.disk.existing() else { return Ok(None) };
        Ok(rows::poll(connection, show, asking)?.map(|stored| stored.ballot))
    }

    /// One transaction; the polls that got a row by it.
    fn write(&self, casts: &[Cast], group: &Group<'_>) -> Result<NewRows, rusqlite::Error> {
        let book = self.book();
        let connection = self.disk.existing().expect("it was made");
        let mut rows = Rows { connection, book: &book, new: BTreeMap::new() };
        at_once(connection, || {
            for cast in casts {
                if let Wish::Name(viewer, name, _) = &cast.wish {
                    viewers::set_name(connection, &cast.show, *viewer, name.as_ref())?;
                }
            }
            for (name, added) in &group.polls {
                let entry = book.entry(name.0, name.1);
                if let Some(entry) = entry.filter(|_| !added.votes.is_empty()) {
                    let row = rows.of(*name)?.expect("a poll in the book gets a row");
                    rows::add_votes(connection, row, added, entry)?;
                }
                rows.refuse(*name, added.refused)?;
            }
            rows.refuse_held()
        })?;
        Ok(rows.into_new())
    }

    /// Counts refused votes in memory; they are written soon.
    fn hold_refused(&mut self, group: &Group<'_>) {
        let mut book = self.book_mut();
        let mut any = false;
        for ((show, asking), added) in &group.polls {
            if added.refused != RefusedVotes::default() {
                book.pages_mut(show).refuse(asking, added.refused);
                any = true;
            }
        }
        drop(book);
        if any && self.write_refused_at.is_none() {
            self.write_refused_at = Some(self.clock.up() + REFUSED_VOTES_HELD);
        }
    }

    /// Writes the counts of refused votes that wait for it.
    pub(super) fn write_refused(&mut self) {
        if self.write_refused_at.take().is_none() {
            return;
        }
        let written = self.disk.made().map(drop).map_err(Failed::from);
        let written = written.and_then(|()| Ok(self.write(&[], &Group::default())?));
        match written {
            Ok(added) => {
                self.disk.wrote(0);
                note_rows(&mut self.book_mut(), added);
            }
            Err(_) => self.write_refused_at = Some(self.clock.up() + REFUSED_VOTES_HELD),
        }
    }
}

/// Polls that got a row.
type NewRows = Vec<(ShowId, AskingId, i64)>;

/// Everything that waited is written, and these polls have a row. Sealed ones are looked up there
/// from now on.
fn note_rows(book: &mut Book, added: NewRows) {
    book.forget_refused();
    for (show, asking, row) in added {
        let polls = &mut book.pages_mut(&show).polls;
        match polls.get_mut(&asking) {
            Some(Entry { is_sealed: true, .. }) => drop(polls.remove(&asking)),
            Some(entry) => entry.row = Some(row),
            None => {}
        }
    }
}

/// The rows of polls within one transaction.
struct Rows<'a> {
    connection: &'a Connection,
    book: &'a Book,
    new: BTreeMap<Name<'a>, i64>,
}

impl<'a> Rows<'a> {
    /// The row of a poll, made where it has none yet; none of a poll that is not known.
    fn of(&mut self, name: Name<'a>) -> Result<Option<i64>, rusqlite::Error> {
        if let Some(row) = self.new.get(&name) {
            return Ok(Some(*row));
        }
        let (show, asking) = name;
        match self.book.entry(show, asking) {
            Some(Entry { row: Some(row), .. }) => Ok(Some(*row)),
            Some(Entry { ballot, is_sealed, .. }) => {
                let row = rows::add_poll(self.connection, show, ballot, *is_sealed)?;
                self.new.insert(name, row);
                Ok(Some(row))
            }
            None => Ok(rows::poll(self.connection, show, asking)?.map(|stored| stored.id)),
        }
    }

    fn refuse(&mut self, name: Name<'a>, refused: RefusedVotes) -> Result<(), rusqlite::Error> {
        if refused == RefusedVotes::default() {
            return Ok(());
        }
        match self.of(name)? {
            Some(row) => rows::add_refused(self.connection, row, refused),
            None => Ok(()),
        }
    }

    fn refuse_held(&mut self) -> Result<(), rusqlite::Error> {
        for (show, pages) in self.book.all() {
            for (asking, refused) in &pages.refused {
                self.refuse((show, asking), *refused)?;
            }
        }
        Ok(())
    }

    fn into_new(self) -> NewRows {
        let owned = |((show, asking), row): (Name<'_>, i64)| (show.clone(), asking.clone(), row);
        self.new.into_iter().map(owned).collect()
    }
}

/// Why a transaction failed.
pub(super) enum Failed {
    /// By this error.
    Sqlite(rusqlite::Error),
    /// Before it began.
    Votes(VotesError),
}

impl Failed {
    /// What whoever asked is told.
    pub(super) fn told(self) -> VotesError {
        match self {
            Self::Sqlite(error) => unavailable(&error),
            Self::Votes(error) => error,
        }
    }
}

impl From<rusqlite::Error> for Failed {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<VotesError> for Failed {
    fn from(error: VotesError) -> Self {
        Self::Votes(error)
    }
}
