//! What the show asks of the writer: a poll opened, closed, sealed.

use jiff::Timestamp;

use super::super::{SigningKey, VotesError};
use super::book::Entry;
use super::disk::unavailable;
use super::rows::{self, Stored};
use super::viewers;
use super::writer::Writer;
use crate::model::channel::ShowId;
use crate::model::poll::{AskingId, Tally};
use crate::model::vote::{Ballot, ViewerName};
use crate::world::entropy;
use crate::world::store::file::at_once;

impl Writer {
    /// Takes votes for a poll. A merely sent one gets no row before its first vote: the plainest
    /// show sends one every ten seconds, and nothing need be written for it.
    pub(super) fn open(&mut self, show: &ShowId, ballot: Ballot) -> Result<(), VotesError> {
        self.load(show)?;
        if self.is_known(show, &ballot.asking)? {
            return Ok(());
        }
        let row = if ballot.is_sent { None } else { Some(self.add_poll(show, &ballot)?) };
        let mut book = self.book_mut();
        let pages = book.pages_mut(show);
        pages.forget_voteless(ballot.opened);
        pages.polls.insert(ballot.asking.clone(), Entry::new(row, ballot));
        Ok(())
    }

    fn is_known(&self, show: &ShowId, asking: &AskingId) -> Result<bool, VotesError> {
        if self.book().entry(show, asking).is_some() {
            return Ok(true);
        }
        let Some(connection) = self.disk.existing() else { return Ok(false) };
        let stored = rows::poll(connection, show, asking).map_err(|error| unavailable(&error))?;
        Ok(stored.is_some())
    }

    fn add_poll(&mut self, show: &ShowId, ballot: &Ballot) -> Result<i64, VotesError> {
        let connection = self.disk.made()?;
        let row = at_once(connection, || rows::add_poll(connection, show, ballot, false));
        self.disk.wrote(0);
        row.map_err(|error| unavailable(&error))
    }

    /// Lets a poll's votes end at that moment, or sooner.
    pub(super) fn close(
        &mut self,
        show: &ShowId,
        asking: &AskingId,
        votes_until: Timestamp,
    ) -> Result<(), VotesError> {
        self.change(show, asking, |ballot| ballot.end_by(votes_until))
    }

    /// Lets a poll's votes end later.
    pub(super) fn extend(
        &mut self,
        show: &ShowId,
        asking: &AskingId,
        closes_at: Timestamp,
    ) -> Result<(), VotesError> {
        self.change(show, asking, |ballot| ballot.extend_to(closes_at))
    }

    /// Changes a poll that is not sealed; `change` says whether it does.
    fn change(
        &mut self,
        show: &ShowId,
        asking: &AskingId,
        change: impl FnOnce(&mut Ballot) -> bool,
    ) -> Result<(), VotesError> {
        self.load(show)?;
        let entry = self
            .book()
            .entry(show, asking)
            .filter(|entry| !entry.is_sealed)
            .map(|entry| (entry.row, entry.ballot.clone()));
        let Some((row, mut ballot)) = entry else { return Ok(()) };
        if !change(&mut ballot) {
            return Ok(());
        }
        if let Some((row, connection)) = row.zip(self.disk.existing()) {
            rows::set_ballot(connection, row, &ballot).map_err(|error| unavailable(&error))?;
            self.disk.wrote(0);
        }
        if let Some(entry) = self.book_mut().pages_mut(show).polls.get_mut(asking) {
            entry.ballot = ballot;
        }
        Ok(())
    }

    /// Ends a poll's votes; its final tally. Who voted in a quiz stays known until its points are
    /// given, or the next quiz ends.
    pub(super) fn seal(
        &mut self,
        show: &ShowId,
        asking: &AskingId,
    ) -> Result<Option<Tally>, VotesError> {
        self.load(show)?;
        let entry = self.book().entry(show, asking).map(|entry| {
            (entry.row.filter(|_| !entry.is_sealed), entry.tally(), entry.ballot.is_quiz)
        });
        let Some((row, tally, is_quiz)) = entry else {
            let Some(connection) = self.disk.existing() else { return Ok(None) };
            let stored = rows::poll(connection, show, asking);
            let tally = stored.and_then(|stored| {
                stored.map(|stored| rows::tally_of(connection, &stored)).transpose()
            });
            return tally.map_err(|error| unavailable(&error));
        };
        if let Some((row, connection)) = row.zip(self.disk.existing()) {
            rows::seal(connection, row).map_err(|error| unavailable(&error))?;
            self.disk.wrote(0);
        }
        let mut book = self.book_mut();
        let polls = &mut book.pages_mut(show).polls;
        if let Some(entry) = polls.get_mut(asking) {
            entry.is_sealed = true;
        }
        polls.retain(|other, entry| {
            let is_looked_up = entry.is_sealed && entry.row.is_some();
            !is_looked_up || (is_quiz && other == asking) || self.is_awarding(show, other)
        });
        Ok(Some(tally))
    }

    /// Ends a poll's votes, which count for nothing; also those of one that is sealed.
    pub(super) fn void(&mut self, show: &ShowId, asking: &AskingId) -> Result<(), VotesError> {
        self.load(show)?;
        if let Some(connection) = self.disk.existing() {
            let stored = rows::poll(connection, show, asking);
            let stored = stored.map_err(|error| unavailable(&error))?;
            if let Some(Stored { id, ballot, .. }) = stored.filter(|it| !it.ballot.is_void) {
                let ballot = Ballot { is_void: true, ..ballot };
                rows::set_ballot(connection, id, &ballot).map_err(|error| unavailable(&error))?;
                self.disk.wrote(0);
            }
        }
        if let Some(entry) = self.book_mut().pages_mut(show).polls.get_mut(asking) {
            entry.ballot.is_void = true;
        }
        self.seal(show, asking).map(drop)
    }

    /// Hides a name or shows it again; how many viewers have it.
    pub(super) fn hide_name(
        &mut self,
        show: &ShowId,
        name: &ViewerName,
        hidden: bool,
    ) -> Result<u64, VotesError> {
        let connection = self.disk.made()?;
        let count = at_once(connection, || viewers::hide_name(connection, show, name, hidden));
        self.disk.wrote(0);
        count.map_err(|error| unavailable(&error))
    }

    /// The key that ids are signed with, made where there is none.
    pub(super) fn key(&mut self) -> Result<SigningKey, VotesError> {
        let connection = self.disk.made()?;
        let key = at_once(connection, || {
            if let Some(key) = rows::key(connection)? {
                return Ok(key);
            }
            let key = entropy::bytes();
            rows::add_key(connection, key)?;
            Ok(key)
        });
        key.map(SigningKey).map_err(|error| unavailable(&error))
    }
}
