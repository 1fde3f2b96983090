//! Rows of the file: what is written of polls and votes, and how they are read.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use serde::de::DeserializeOwned;

use super::book::{Entry, tally};
use super::group::{Added, Counted};
use crate::model::channel::ShowId;
use crate::model::poll::{AskingId, Tally};
use crate::model::vote::{Award, Ballot, PollReport, RefusedVotes, ViewerId};

/// A poll's row.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) id: i64,
    pub(super) ballot: Ballot,
    pub(super) is_sealed: bool,
    /// When the first vote came, and the last.
    voted: Option<(Timestamp, Timestamp)>,
    /// The points that are given for it, the last viewer who was looked at, and whether all were.
    pub(super) award: Option<(Award, Option<ViewerId>, bool)>,
}

const STORED: &str = "id, ballot, sealed, first_vote, last_vote, award, awarded_to, awarded";

fn stored(row: &Row<'_>) -> Result<Stored> {
    let award: Option<String> = row.get(5)?;
    let award = award.map(|award| parsed(&award)).transpose()?;
    let (to, done): (Option<[u8; 16]>, bool) = (row.get(6)?, row.get(7)?);
    Ok(Stored {
        id: row.get(0)?,
        ballot: parsed(&row.get::<_, String>(1)?)?,
        is_sealed: row.get(2)?,
        voted: moment(row.get(3)?)?.zip(moment(row.get(4)?)?),
        award: award.map(|award| (award, to.map(ViewerId), done)),
    })
}

/// The number of a show, if it has one.
pub(super) fn known_show(connection: &Connection, show: &ShowId) -> Result<Option<i64>> {
    connection
        .prepare_cached("SELECT id FROM show WHERE script = ?1 AND channel = ?2")?
        .query_row(params![&*show.script, show.channel.as_str()], |row| row.get(0))
        .optional()
}

/// The number of a show.
pub(super) fn show(connection: &Connection, show: &ShowId) -> Result<i64> {
    if let Some(id) = known_show(connection, show)? {
        return Ok(id);
    }
    connection
        .prepare_cached("INSERT INTO show (script, channel) VALUES (?1, ?2)")?
        .insert(params![&*show.script, show.channel.as_str()])
}

/// The shows that something is kept of.
pub(super) fn shows(connection: &Connection) -> Result<Vec<ShowId>> {
    let mut read = connection.prepare_cached("SELECT script, channel FROM show")?;
    let shows = read.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    shows
        .map(|show| {
            let (script, channel): (String, String) = show?;
            let channel = channel.parse().map_err(unreadable)?;
            Ok(ShowId { script: script.into(), channel })
        })
        .collect()
}

/// Writes a new poll; its number.
pub(super) fn add_poll(
    connection: &Connection,
    of: &ShowId,
    ballot: &Ballot,
    is_sealed: bool,
) -> Result<i64> {
    let AskingId { poll_id, current_time } = &ballot.asking;
    connection
        .prepare_cached(
            "INSERT INTO poll (show, poll_id, asked, ballot, sealed) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .insert(params![show(connection, of)?, poll_id, current_time, text(ballot)?, is_sealed])
}

/// A poll.
pub(super) fn poll(
    connection: &Connection,
    show: &ShowId,
    asking: &AskingId,
) -> Result<Option<Stored>> {
    let Some(show) = known_show(connection, show)? else { return Ok(None) };
    let sql = format!("SELECT {STORED} FROM poll WHERE show = ?1 AND poll_id = ?2 AND asked = ?3");
    connection
        .prepare_cached(&sql)?
        .query_row(params![show, asking.poll_id, asking.current_time], stored)
        .optional()
}

/// The polls of a show that take votes, or whose points are not all given.
pub(super) fn unfinished(connection: &Connection, show: &ShowId) -> Result<Vec<Stored>> {
    let Some(show) = known_show(connection, show)? else { return Ok(Vec::new()) };
    let sql = format!(
        "SELECT {STORED} FROM poll
         WHERE show = ?1 AND (sealed = 0 OR (award IS NOT NULL AND awarded = 0)) ORDER BY id"
    );
    let mut read = connection.prepare_cached(&sql)?;
    read.query_map([show], stored)?.collect()
}

/// A poll with all who voted in it.
pub(super) fn entry(connection: &Connection, stored: Stored) -> Result<Entry> {
    let mut entry = Entry::new(Some(stored.id), stored.ballot);
    entry.is_sealed = stored.is_sealed;
    entry.voted = stored.voted;
    entry.counts = counts(connection, stored.id)?;
    let mut read =
        connection.prepare_cached("SELECT viewer, choice FROM vote WHERE poll = ?1 ORDER BY n")?;
    let mut rows = read.query([stored.id])?;
    while let Some(row) = rows.next()? {
        // A later one of the same viewer is the changed one.
        entry.voters.insert(ViewerId(row.get(0)?), row.get(1)?);
        entry.written += 1;
    }
    Ok(entry)
}

fn counts(connection: &Connection, poll: i64) -> Result<BTreeMap<u8, u64>> {
    let mut read = connection.prepare_cached("SELECT choice, votes FROM tally WHERE poll = ?1")?;
    read.query_map([poll], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())))?.collect()
}

/// The votes of a poll.
pub(super) fn tally_of(connection: &Connection, stored: &Stored) -> Result<Tally> {
    Ok(tally(&stored.ballot, counts(connection, stored.id)?))
}

/// Adds the votes of a group to a poll that has so many already.
pub(super) fn add_votes(
    connection: &Connection,
    poll: i64,
    added: &Added,
    before: &Entry,
) -> Result<()> {
    let mut write = connection.prepare_cached(
        "INSERT INTO vote (poll, n, viewer, choice, at) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (n, vote) in (before.written..).zip(&added.votes) {
        let Counted { viewer, place, at } = vote;
        write.execute(params![poll, number(n), viewer.0, place, nanos(*at)])?;
    }
    let mut count = connection.prepare_cached(
        "INSERT INTO tally (poll, choice, votes) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET votes = votes + excluded.votes",
    )?;
    for (place, more) in added.counts.iter().filter(|(_, more)| **more != 0) {
        count.execute(params![poll, place, more])?;
    }
    if let Some((first, last)) = added.voted(before.voted) {
        connection
            .prepare_cached("UPDATE poll SET first_vote = ?2, last_vote = ?3 WHERE id = ?1")?
            .execute(params![poll, nanos(first), nanos(last)])?;
    }
    Ok(())
}

/// Adds to a poll's count of refused votes.
pub(super) fn add_refused(connection: &Connection, poll: i64, more: RefusedVotes) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE poll SET duplicate = duplicate + ?2, late = late + ?3, invalid = invalid + ?4
             WHERE id = ?1",
        )?
        .execute(params![poll, number(more.duplicate), number(more.late), number(more.invalid)])?;
    Ok(())
}

/// Writes when a poll ends now.
pub(super) fn set_ballot(connection: &Connection, poll: i64, ballot: &Ballot) -> Result<()> {
    let mut write = connection.prepare_cached("UPDATE poll SET ballot = ?2 WHERE id = ?1")?;
    write.execute(params![poll, text(ballot)?]).map(drop)
}

/// No vote counts after this.
pub(super) fn seal(connection: &Connection, poll: i64) -> Result<()> {
    connection.prepare_cached("UPDATE poll SET sealed = 1 WHERE id = ?1")?.execute([poll]).map(drop)
}

/// Points are given for a poll from now on.
pub(super) fn begin_award(connection: &Connection, poll: i64, award: &Award) -> Result<()> {
    let mut write = connection.prepare_cached("UPDATE poll SET award = ?2 WHERE id = ?1")?;
    write.execute(params![poll, text(award)?]).map(drop)
}

/// How far they are given.
pub(super) fn go_on_with_award(
    connection: &Connection,
    poll: i64,
    to: Option<ViewerId>,
    is_done: bool,
) -> Result<()> {
    connection
        .prepare_cached("UPDATE poll SET awarded_to = ?2, awarded = ?3 WHERE id = ?1")?
        .execute(params![poll, to.map(|viewer| viewer.0), is_done])
        .map(drop)
}

/// How each poll of a show went.
pub(super) fn reports(connection: &Connection, show: &ShowId) -> Result<Vec<PollReport>> {
    let Some(show) = known_show(connection, show)? else { return Ok(Vec::new()) };
    let sql = format!("SELECT {STORED}, duplicate, late, invalid FROM poll WHERE show = ?1");
    let mut read = connection.prepare_cached(&sql)?;
    let polls = read.query_map([show], |row| {
        let count = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
        let refused = RefusedVotes { duplicate: count(8)?, late: count(9)?, invalid: count(10)? };
        let stored = stored(row)?;
        let tally = tally_of(connection, &stored)?;
        let Stored { ballot, is_sealed: is_final, voted, .. } = stored;
        Ok(PollReport { ballot, tally, is_final, voted, refused })
    })?;
    polls.collect()
}

/// The key that ids are signed with.
pub(super) fn key(connection: &Connection) -> Result<Option<[u8; 32]>> {
    connection.query_row("SELECT secret FROM key", [], |row| row.get(0)).optional()
}

/// Keeps the key.
pub(super) fn add_key(connection: &Connection, key: [u8; 32]) -> Result<()> {
    connection.execute("INSERT INTO key (id, secret) VALUES (1, ?1)", [key]).map(drop)
}

/// What a row holds as text.
pub(super) fn text(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|problem| rusqlite::Error::ToSqlConversionFailure(Box::new(problem)))
}

fn parsed<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(unreadable)
}

fn unreadable(problem: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(problem))
}

/// A count as the file has it.
pub(super) fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A moment as the file has it: in nanoseconds, good until the year 2262.
fn nanos(at: Timestamp) -> i64 {
    i64::try_from(at.as_nanosecond()).unwrap_or(i64::MAX)
}

fn moment(nanos: Option<i64>) -> Result<Option<Timestamp>> {
    nanos.map(|nanos| Timestamp::from_nanosecond(i128::from(nanos)).map_err(unreadable)).transpose()
}
