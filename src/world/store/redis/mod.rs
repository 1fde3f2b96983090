//! What shows keep, in Redis or Valkey: one hash a show, whose fields are its rows. Each step is
//! one script, which changes nothing unless the show's lease is still the writer's own.

pub(in crate::world::store) mod keys;
mod leases;
#[cfg(test)]
pub(in crate::world::store) mod server;
#[cfg(test)]
mod tests;
mod wire;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::{Script, ScriptInvocation};

use self::keys::Keys;
use self::wire::Wire;
use super::rows::{self, Key, Op, Row};
use super::{Step, Store, StoreError, StoreUrl};
use crate::model::channel::ShowId;
use crate::model::limits::REDIS_WRITE_WAIT;
use crate::model::saved::Saved;

pub use leases::LeaseDesk;

/// The store in Redis. A question that takes longer than [`REDIS_WRITE_WAIT`] is an error.
pub struct RedisRows {
    wire: Wire,
    write: Script,
    /// The numbers of the leases that are held here. Who holds none may write while nobody does.
    fences: Mutex<BTreeMap<ShowId, u64>>,
    /// The shows that are in the list of those that keep something.
    listed: Mutex<BTreeSet<ShowId>>,
}

impl RedisRows {
    /// A store at an address, whether somebody is there or not.
    pub fn new(url: &StoreUrl) -> Result<Self, StoreError> {
        Self::with(url, REDIS_WRITE_WAIT.unsigned_abs())
    }

    fn with(url: &StoreUrl, wait: Duration) -> Result<Self, StoreError> {
        Ok(Self {
            wire: Wire::new(url, wait)?,
            write: Script::new(include_str!("lua/write.lua")),
            fences: Mutex::default(),
            listed: Mutex::default(),
        })
    }

    /// From now on a show is written with the number of this lease; with none, while nobody has
    /// one.
    pub fn set_fence(&self, show: &ShowId, fence: Option<u64>) {
        let mut fences = lock(&self.fences);
        match fence {
            Some(fence) => fences.insert(show.clone(), fence),
            None => fences.remove(show),
        };
    }

    fn write(&self, show: &ShowId, ops: &[Op]) -> Result<(), StoreError> {
        self.list(show)?;
        let fence = lock(&self.fences).get(show).copied().unwrap_or(0);
        let keys = Keys::of(show);
        let mut write = self.write.key(keys.rows());
        write.key(keys.fence()).key(keys.lease()).arg(fence);
        for op in ops {
            add(&mut write, op);
        }
        let is_done: u8 = self.wire.ask(|redis| write.invoke(redis))?;
        if is_done == 1 { Ok(()) } else { Err(StoreError::Fenced { show: show.clone() }) }
    }

    /// Sees to it that a show is found again by [`Store::shows`].
    fn list(&self, show: &ShowId) -> Result<(), StoreError> {
        if lock(&self.listed).contains(show) {
            return Ok(());
        }
        let words = serde_json::to_string(&[&*show.script, show.channel.as_str()]);
        let words = words.expect("two texts are plain JSON");
        let mut add = redis::cmd("SADD");
        add.arg(keys::KEPT).arg(words);
        self.wire.ask(|redis| add.query::<()>(redis))?;
        lock(&self.listed).insert(show.clone());
        Ok(())
    }
}

impl Store for RedisRows {
    fn load(&self, show: &ShowId) -> Result<Saved, StoreError> {
        let mut all = redis::cmd("HGETALL");
        all.arg(Keys::of(show).rows());
        let fields: Vec<(String, String)> = self.wire.ask(|redis| all.query(redis))?;
        let rows = fields.into_iter().map(|(field, value)| row(&field, value));
        let mut rows = rows.collect::<Result<Vec<Row>, StoreError>>()?;
        rows.sort_by_key(|row| row.kind);
        let mut saved = Saved::default();
        for row in rows {
            rows::add(&mut saved, row)?;
        }
        Ok(saved)
    }

    fn commit_all(&self, steps: &[Step<'_>]) -> Result<(), StoreError> {
        let mut of_shows: BTreeMap<&ShowId, Vec<Op>> = BTreeMap::new();
        for step in steps {
            let ops = of_shows.entry(step.show).or_default();
            step.changes.iter().for_each(|change| rows::of_change(change, ops));
        }
        let mut written = Ok(());
        for (show, ops) in of_shows {
            match self.write(show, &ops) {
                // What became of one show is no reason to keep another's from Redis.
                Err(fenced @ StoreError::Fenced { .. }) => written = Err(fenced),
                // A Redis that is away would hold up all of them one by one.
                other => other?,
            }
        }
        written
    }

    fn replace(&self, show: &ShowId, saved: &Saved) -> Result<(), StoreError> {
        self.write(show, &rows::of_saved(saved))
    }

    fn clear(&self, show: &ShowId) -> Result<(), StoreError> {
        self.write(show, &[Op::DeleteAll])
    }

    fn shows(&self) -> Result<Vec<ShowId>, StoreError> {
        let mut listed = redis::cmd("SMEMBERS");
        listed.arg(keys::KEPT);
        let listed: Vec<String> = self.wire.ask(|redis| listed.query(redis))?;
        let mut shows = Vec::new();
        for words in listed {
            let show = show_of(&words)?;
            let mut exists = redis::cmd("EXISTS");
            exists.arg(Keys::of(&show).rows());
            if self.wire.ask(|redis| exists.query::<bool>(redis))? {
                shows.push(show);
            }
        }
        shows.sort();
        Ok(shows)
    }
}

/// Says in the script's words what is done.
fn add(write: &mut ScriptInvocation<'_>, op: &Op) {
    match op {
        Op::Put(key, value) => write.arg("p").arg(field(key)).arg(value),
        Op::Delete(key) => write.arg("d").arg(field(key)),
        Op::DeleteText(kind, text) => write.arg("t").arg(format!("{}:{text}:", kind.number())),
        Op::DeleteKind(kind) => write.arg("k").arg(format!("{}:", kind.number())),
        Op::DeleteAll => write.arg("a"),
    };
}

/// A row's name: its kind, its text, whatever is in that, and its number.
fn field(Key { kind, text, number }: &Key) -> String {
    format!("{}:{text}:{number}", kind.number())
}

fn row(field: &str, value: String) -> Result<Row, StoreError> {
    let parsed = field.split_once(':').and_then(|(kind, rest)| {
        let (text, number) = rest.rsplit_once(':')?;
        Some((kind.parse().ok()?, text.to_owned(), number.parse().ok()?))
    });
    let Some((kind, text, number)) = parsed else {
        let problem = "its name cannot be read".to_owned();
        return Err(StoreError::Row { kind: 0, key: field.to_owned(), problem });
    };
    Ok(Row { kind, text, number, value })
}

fn show_of(words: &str) -> Result<ShowId, StoreError> {
    let bad = |problem: &dyn std::fmt::Display| StoreError::Row {
        kind: 0,
        key: words.to_owned(),
        problem: problem.to_string(),
    };
    let (script, channel): (String, String) =
        serde_json::from_str(words).map_err(|error| bad(&error))?;
    let channel = channel.parse().map_err(|error| bad(&error))?;
    Ok(ShowId { script: script.into(), channel })
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
