//! What can be wrong with a store.

use std::path::PathBuf;

use crate::model::channel::ShowId;

/// A store that cannot be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Its folder cannot be made, or its file not be moved.
    #[error("cannot prepare the store `{}`: {source}", path.display())]
    Folder {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Its file cannot be opened.
    #[error("cannot open the store `{}`: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// It was written by a newer version of the program.
    #[error(
        "the store `{}` is of version {met}, this program knows versions up to {known}\nhint: \
         use the newer program that wrote it, or another folder with `--data`",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The version met.
        met: i64,
        /// The newest version known.
        known: i64,
    },
    /// Its address cannot be read.
    #[error(
        "cannot read the address of the store: {problem}\nhint: write \
         `redis://user:password@host:6379`, or `rediss://…` for TLS"
    )]
    Address {
        /// What is wrong with it.
        problem: String,
    },
    /// Redis cannot be read or written now.
    #[error("cannot use redis: {problem}")]
    Redis {
        /// What it says, or what became of the question.
        problem: String,
    },
    /// Another runner has the show's lease: only that one may change what the show keeps.
    #[error("another runner has the show {show}\nhint: stop that runner first")]
    Fenced {
        /// The show.
        show: ShowId,
    },
    /// It is spread over several machines, each of which has some of the keys.
    #[error(
        "the store is a redis cluster of {shards} shards, and votes are kept in one\nhint: name a \
         redis without cluster mode, or a cluster of one shard with its replicas"
    )]
    Cluster {
        /// How many.
        shards: u64,
    },
    /// One of its threads cannot be started.
    #[error("cannot start the store: {problem}")]
    Thread {
        /// Why.
        problem: String,
    },
    /// It cannot be read or written now.
    #[error("cannot use the store: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A row that says nothing this program understands.
    #[error(
        "a row of the store cannot be read (kind {kind}, key `{key}`): {problem}\nhint: \
         `runner state --clear` empties the show's state, `--fresh` starts anew"
    )]
    Row {
        /// The kind's number.
        kind: i64,
        /// The row's key.
        key: String,
        /// What is wrong with it.
        problem: String,
    },
}
