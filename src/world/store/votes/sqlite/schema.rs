//! The tables of the file of votes.

use super::super::super::file::Layout;
use crate::model::limits::VOTES_CHECK_MAX_BYTES;

/// A vote is acknowledged only when it is on the disk: hence `FULL`.
pub(super) const LAYOUT: Layout = Layout {
    name: "the store of votes",
    version: 1,
    schema: SCHEMA,
    synchronous: "FULL",
    checked_max_bytes: VOTES_CHECK_MAX_BYTES,
};

/// Votes are appended in the order they came, so that a commit writes a few pages however many
/// viewers voted before; who has voted is known in memory. `era` changes when everybody's points
/// are forgotten: those of another one are none. `standing` has how many viewers have so
/// many points.
const SCHEMA: &str = "
    CREATE TABLE show (
        id INTEGER PRIMARY KEY,
        script TEXT NOT NULL,
        channel TEXT NOT NULL,
        era INTEGER NOT NULL DEFAULT 0,
        UNIQUE (script, channel)
    ) STRICT;
    CREATE TABLE poll (
        id INTEGER PRIMARY KEY,
        show INTEGER NOT NULL,
        poll_id TEXT NOT NULL,
        asked TEXT NOT NULL,
        ballot TEXT NOT NULL,
        sealed INTEGER NOT NULL,
        first_vote INTEGER,
        last_vote INTEGER,
        duplicate INTEGER NOT NULL DEFAULT 0,
        late INTEGER NOT NULL DEFAULT 0,
        invalid INTEGER NOT NULL DEFAULT 0,
        award TEXT,
        awarded_to BLOB,
        awarded INTEGER NOT NULL DEFAULT 0,
        UNIQUE (show, poll_id, asked)
    ) STRICT;
    CREATE INDEX poll_unfinished ON poll (show)
        WHERE sealed = 0 OR (award IS NOT NULL AND awarded = 0);
    CREATE TABLE vote (
        poll INTEGER NOT NULL,
        n INTEGER NOT NULL,
        viewer BLOB NOT NULL,
        choice INTEGER NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (poll, n)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE tally (
        poll INTEGER NOT NULL,
        choice INTEGER NOT NULL,
        votes INTEGER NOT NULL,
        PRIMARY KEY (poll, choice)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE viewer (
        show INTEGER NOT NULL,
        viewer BLOB NOT NULL,
        name TEXT,
        era INTEGER NOT NULL DEFAULT 0,
        points INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (show, viewer)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX viewer_points ON viewer (show, era, points DESC, viewer) WHERE points > 0;
    CREATE INDEX viewer_name ON viewer (show, name) WHERE name IS NOT NULL;
    CREATE TABLE standing (
        show INTEGER NOT NULL,
        points INTEGER NOT NULL,
        viewers INTEGER NOT NULL,
        PRIMARY KEY (show, points)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE hidden (
        show INTEGER NOT NULL,
        name TEXT NOT NULL,
        PRIMARY KEY (show, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE key (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        secret BLOB NOT NULL
    ) STRICT;
";
