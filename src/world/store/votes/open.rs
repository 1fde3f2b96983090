//! Which store of votes a run uses.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use super::super::{StoreError, StoreUrl};
use super::{RedisVotes, SqliteVotes, Votes, redis, sqlite};

/// Where votes are to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VoteStore {
    /// In this file, made at the first need.
    Sqlite(PathBuf),
    /// In Redis at this address.
    Redis(StoreUrl),
    /// Nowhere: they end with the process.
    Memory,
}

/// A store of votes, and what a person should hear about how it was opened.
#[derive(Clone)]
pub struct OpenedVotes {
    /// The votes.
    pub votes: Arc<dyn Votes>,
    /// What was met on the way; lower case, for a warning.
    pub notes: Vec<String>,
}

/// Opens a store of votes. `now` names a damaged file that is kept aside. The connection to Redis
/// lives on this runtime.
pub async fn open(store: &VoteStore, now: Timestamp) -> Result<OpenedVotes, StoreError> {
    match store {
        VoteStore::Sqlite(path) => {
            let sqlite::Opened { votes, notes } = SqliteVotes::open(path, now)?;
            Ok(OpenedVotes { votes: Arc::new(votes), notes })
        }
        VoteStore::Redis(url) => {
            let redis::Opened { votes, notes } = RedisVotes::open(url).await?;
            Ok(OpenedVotes { votes: Arc::new(votes), notes })
        }
        VoteStore::Memory => {
            let votes = Arc::new(SqliteVotes::in_memory()?);
            Ok(OpenedVotes { votes, notes: Vec::new() })
        }
    }
}

/// Opens a store of votes only to be read: nothing in it changes.
pub async fn look(store: &VoteStore) -> Result<Arc<dyn Votes>, StoreError> {
    match store {
        VoteStore::Sqlite(path) => Ok(Arc::new(SqliteVotes::look(path)?)),
        VoteStore::Redis(url) => Ok(Arc::new(RedisVotes::open(url).await?.votes)),
        VoteStore::Memory => Ok(Arc::new(SqliteVotes::in_memory()?)),
    }
}
