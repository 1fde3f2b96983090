//! What the file has of viewers: names, points, places.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Result, params};

use super::rows::{known_show, number, show};
use crate::model::channel::ShowId;
use crate::model::poll::{Leader, PointsEra};
use crate::model::vote::{Viewer, ViewerId, ViewerName};

/// What is known of a viewer.
pub(super) fn viewer(connection: &Connection, of: &ShowId, id: ViewerId) -> Result<Viewer> {
    let Some(show) = known_show(connection, of)? else { return Ok(Viewer::default()) };
    let mut read = connection.prepare_cached(
        "SELECT viewer.name, hidden.name IS NOT NULL, IIF(viewer.era = show.era, points, 0)
         FROM viewer JOIN show ON show.id = viewer.show
         LEFT JOIN hidden ON hidden.show = viewer.show AND hidden.name = viewer.name
         WHERE viewer.show = ?1 AND viewer.viewer = ?2",
    )?;
    let found = read.query_row(params![show, id.0], |row| {
        Ok((row.get::<_, Option<String>>(0)?, row.get(1)?, row.get::<_, i64>(2)?))
    });
    let Some((name, is_hidden, points)) = found.optional()? else { return Ok(Viewer::default()) };
    let name = name.and_then(|name| name.parse().ok());
    let place = if points > 0 { Some(place(connection, show, points)?) } else { None };
    Ok(Viewer { name, is_hidden, points: points.unsigned_abs(), place })
}

fn place(connection: &Connection, show: i64, points: i64) -> Result<u64> {
    let mut read = connection.prepare_cached(
        "SELECT COALESCE(SUM(viewers), 0) FROM standing WHERE show = ?1 AND points > ?2",
    )?;
    let before: i64 = read.query_row([show, points], |row| row.get(0))?;
    Ok(before.unsigned_abs() + 1)
}

/// Who has the most points.
pub(super) fn leaders(connection: &Connection, of: &ShowId, at_most: usize) -> Result<Vec<Leader>> {
    let Some(show) = known_show(connection, of)? else { return Ok(Vec::new()) };
    let mut read = connection.prepare_cached(
        "SELECT viewer.viewer, IIF(hidden.name IS NULL, viewer.name, NULL), points
         FROM viewer LEFT JOIN hidden ON hidden.show = viewer.show AND hidden.name = viewer.name
         WHERE viewer.show = ?1 AND era = (SELECT era FROM show WHERE id = ?1) AND points > 0
         ORDER BY points DESC, viewer.viewer LIMIT ?2",
    )?;
    let leaders = read.query_map(params![show, number(at_most as u64)], |row| {
        let (id, name): (_, Option<String>) = (ViewerId(row.get(0)?), row.get(1)?);
        let name = name.unwrap_or_else(|| id.made_up_name());
        Ok(Leader { name, points: row.get::<_, i64>(2)?.unsigned_abs() })
    })?;
    leaders.collect()
}

/// Keeps the name of a viewer, or forgets it.
pub(super) fn set_name(
    connection: &Connection,
    of: &ShowId,
    id: ViewerId,
    name: Option<&ViewerName>,
) -> Result<()> {
    let (show, name) = (show(connection, of)?, name.map(ViewerName::as_str));
    let sql = if name.is_some() {
        "INSERT INTO viewer (show, viewer, name) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET name = excluded.name"
    } else {
        "UPDATE viewer SET name = ?3 WHERE show = ?1 AND viewer = ?2"
    };
    connection.prepare_cached(sql)?.execute(params![show, id.0, name]).map(drop)
}

/// Hides a name or shows it again; how many viewers have it.
pub(super) fn hide_name(
    connection: &Connection,
    of: &ShowId,
    name: &ViewerName,
    hidden: bool,
) -> Result<u64> {
    let (show, name) = (show(connection, of)?, name.as_str());
    let sql = if hidden {
        "INSERT OR IGNORE INTO hidden (show, name) VALUES (?1, ?2)"
    } else {
        "DELETE FROM hidden WHERE show = ?1 AND name = ?2"
    };
    connection.execute(sql, params![show, name])?;
    let count: i64 = connection.query_row(
        "SELECT COUNT(*) FROM viewer WHERE show = ?1 AND name = ?2",
        params![show, name],
        |row| row.get(0),
    )?;
    Ok(count.unsigned_abs())
}

/// The names that are hidden, in order.
pub(super) fn hidden_names(connection: &Connection, of: &ShowId) -> Result<Vec<String>> {
    let Some(show) = known_show(connection, of)? else { return Ok(Vec::new()) };
    let mut read =
        connection.prepare_cached("SELECT name FROM hidden WHERE show = ?1 ORDER BY name")?;
    read.query_map([show], |row| row.get(0))?.collect()
}

/// Gives points to viewers, and counts how many have how many now.
pub(super) fn give(
    connection: &Connection,
    of: &ShowId,
    viewers: &[ViewerId],
    points: u32,
) -> Result<()> {
    let show = show(connection, of)?;
    let mut read = connection.prepare_cached("SELECT era FROM show WHERE id = ?1")?;
    let era: i64 = read.query_row([show], |row| row.get(0))?;
    let mut give = connection.prepare_cached(
        "INSERT INTO viewer (show, viewer, era, points) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET points = IIF(era = ?3, points, 0) + ?4, era = ?3
         RETURNING points",
    )?;
    let mut moved: BTreeMap<i64, i64> = BTreeMap::new();
    for viewer in viewers.iter().filter(|_| points > 0) {
        let values = params![show, viewer.0, era, points];
        let now: i64 = give.query_row(values, |row| row.get(0))?;
        *moved.entry(now).or_default() += 1;
        *moved.entry(now - i64::from(points)).or_default() -= 1;
    }
    // Nobody stands anywhere without points.
    moved.remove(&0);
    let mut stand = connection.prepare_cached(
        "INSERT INTO standing (show, points, viewers) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET viewers = viewers + excluded.viewers",
    )?;
    for (points, viewers) in moved {
        stand.execute([show, points, viewers])?;
    }
    Ok(())
}

/// Forgets everybody's points of before; nothing where that era has begun.
pub(super) fn reset_points(connection: &Connection, of: &ShowId, era: PointsEra) -> Result<()> {
    // Also of a show that nothing was asked in yet: told again, it forgets nothing.
    let show = show(connection, of)?;
    let sql = "UPDATE show SET era = ?2 WHERE id = ?1 AND era <> ?2";
    if connection.execute(sql, [show, era.0])? > 0 {
        connection.execute("DELETE FROM standing WHERE show = ?1", [show])?;
    }
    Ok(())
}
