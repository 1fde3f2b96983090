//! A connection to Redis for threads that wait: each question has its time, connecting included,
//! and after one that failed the next connects anew.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use redis::{Client, Connection, RedisError};

use super::super::{StoreError, StoreUrl};
use crate::world::clock::Clock;

/// The least time that is left for an answer: none at all would mean for ever.
const ANSWER_WAIT_MIN: Duration = Duration::from_millis(1);

/// A connection that comes back by itself. One question at a time.
pub(super) struct Wire {
    client: Client,
    wait: Duration,
    clock: Clock,
    connection: Mutex<Option<Connection>>,
}

impl Wire {
    /// A connection to an address, made at the first question; each may take so long.
    pub(super) fn new(url: &StoreUrl, wait: Duration) -> Result<Self, StoreError> {
        let client = Client::open(url.secret())
            .map_err(|error| StoreError::Address { problem: error.to_string() })?;
        Ok(Self { client, wait, clock: Clock::start(), connection: Mutex::default() })
    }

    /// Asks something. It is asked once more where the connection had ended meanwhile, so it must
    /// do no harm twice.
    pub(super) fn ask<T>(
        &self,
        question: impl Fn(&mut Connection) -> Result<T, RedisError>,
    ) -> Result<T, StoreError> {
        let until = self.clock.up() + self.wait.try_into().unwrap_or(jiff::SignedDuration::MAX);
        let left = || {
            let left = until - self.clock.up();
            (!left.is_negative()).then(|| left.unsigned_abs().max(ANSWER_WAIT_MIN))
        };
        let mut kept = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let was_open = kept.is_some();
        let first = self.try_ask(&mut kept, &question, left());
        match first {
            Err(error) if was_open && error.is_connection_dropped() => {
                self.try_ask(&mut kept, &question, left())
            }
            first => first,
        }
        .map_err(|error| {
            let problem = if error.is_timeout() || left().is_none() {
                format!("it does not answer within {} ms", self.wait.as_millis())
            } else {
                error.to_string()
            };
            StoreError::Redis { problem }
        })
    }

    fn try_ask<T>(
        &self,
        kept: &mut Option<Connection>,
        question: impl Fn(&mut Connection) -> Result<T, RedisError>,
        left: Option<Duration>,
    ) -> Result<T, RedisError> {
        let left = left.unwrap_or(ANSWER_WAIT_MIN);
        let mut connection = match kept.take() {
            Some(connection) => connection,
            None => self.client.get_connection_with_timeout(left)?,
        };
        connection.set_read_timeout(Some(left))?;
        connection.set_write_timeout(Some(left))?;
        let answer = question(&mut connection);
        // What comes late would be taken for the answer to the next question.
        let is_usable = answer.as_ref().err().is_none_or(|error| error.code().is_some());
        if is_usable {
            *kept = Some(connection);
        }
        answer
    }
}
