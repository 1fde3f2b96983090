//! Votes in Redis or Valkey, shared by any number of front ends. Each vote is one script and one
//! round trip. How durable an acknowledged vote is, is up to how Redis is configured.

mod durability;
mod fields;
mod points;
mod scripts;
#[cfg(test)]
mod tests;
mod votes;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::io::tcp::TcpSettings;
use redis::{Client, Cmd, FromRedisValue, IntoConnectionInfo, RedisError, ScriptInvocation};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use self::scripts::Scripts;
use super::super::redis::keys;
use super::super::{StoreError, StoreUrl};
use super::VotesError;
use crate::model::limits::{REDIS_SILENCE_MAX, REDIS_TIMEOUT, VOTES_WAITING_MAX};

/// Votes, and what a person should hear about how they were opened.
#[derive(Debug)]
pub struct Opened {
    /// The votes.
    pub votes: RedisVotes,
    /// What was met on the way; lower case, for a warning.
    pub notes: Vec<String>,
}

/// Votes in Redis. Its connection lives on the runtime that it was opened on, and comes back by
/// itself.
pub struct RedisVotes {
    connection: ConnectionManager,
    scripts: Arc<Scripts>,
    /// What may be under way at once; more is refused.
    room: Semaphore,
    /// How long an answer may take.
    patience: Duration,
}

impl RedisVotes {
    /// Opens votes at an address, whether somebody is there or not.
    /// The notes say what the operator should know of how safely votes are kept there.
    pub async fn open(url: &StoreUrl) -> Result<Opened, StoreError> {
        Self::open_with(url, REDIS_TIMEOUT.unsigned_abs()).await
    }

    async fn open_with(url: &StoreUrl, patience: Duration) -> Result<Opened, StoreError> {
        let bad = |error: RedisError| StoreError::Address { problem: error.to_string() };
        let silence = REDIS_SILENCE_MAX.unsigned_abs();
        let tcp = TcpSettings::default().set_nodelay(true).set_user_timeout(silence);
        let address = url.secret().into_connection_info().map_err(bad)?.set_tcp_settings(tcp);
        let config = ConnectionManagerConfig::new()
            // Whoever comes next tries again.
            .set_number_of_retries(0)
            .set_connection_timeout(Some(patience))
            // Each question has a time of its own, connecting included.
            .set_response_timeout(None)
            .set_pipeline_buffer_size(VOTES_WAITING_MAX);
        let client = Client::open(address).map_err(bad)?;
        let connection = ConnectionManager::new_lazy_with_config(client, config).map_err(bad)?;
        let (scripts, room) = (Arc::new(Scripts::new()), Semaphore::new(VOTES_WAITING_MAX));
        let votes = Self { connection, scripts, room, patience };
        // Only a cluster has an answer.
        let info: Result<String, _> = votes.ask(redis::cmd("CLUSTER").arg("INFO")).await;
        let shards = info.map_or(0, |info| durability::shards(&info));
        if shards > 1 {
            return Err(StoreError::Cluster { shards });
        }
        let notes = votes.durability().await;
        Ok(Opened { votes, notes })
    }

    /// Runs a script.
    async fn run<T: FromRedisValue>(&self, script: &ScriptInvocation<'_>) -> Result<T, VotesError> {
        let _place = self.place()?;
        let mut connection = self.connection.clone();
        self.in_time(script.invoke_async(&mut connection)).await
    }

    /// Asks one thing.
    async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, VotesError> {
        let _place = self.place()?;
        let mut connection = self.connection.clone();
        self.in_time(command.query_async(&mut connection)).await
    }

    /// Asks several things in one round trip.
    async fn ask_all<T: FromRedisValue>(&self, all: &redis::Pipeline) -> Result<T, VotesError> {
        let _place = self.place()?;
        let mut connection = self.connection.clone();
        self.in_time(all.query_async(&mut connection)).await
    }

    /// What Redis answers within its time.
    async fn in_time<T>(
        &self,
        answer: impl Future<Output = Result<T, RedisError>>,
    ) -> Result<T, VotesError> {
        let unavailable = |problem| VotesError::Unavailable { problem };
        match timeout(self.patience, answer).await {
            Ok(answer) => answer.map_err(|error| unavailable(error.to_string())),
            Err(_) => Err(unavailable("redis does not answer".to_owned())),
        }
    }

    fn place(&self) -> Result<SemaphorePermit<'_>, VotesError> {
        self.room.try_acquire().map_err(|_| VotesError::Busy)
    }
}

/// What is told of a value that is not as it was written.
fn unreadable(problem: impl fmt::Display) -> VotesError {
    VotesError::Unavailable { problem: format!("redis holds what cannot be read: {problem}") }
}

impl fmt::Debug for RedisVotes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisVotes").finish_non_exhaustive()
    }
}
